"""What an import brings, and what it must not."""

import subprocess
import sys

import glm_agent

HEAVY = (
    *("playwright", "openai", "xgrammar", "torch", "transformers", "mss", "pyautogui", "cv2", "numpy"),
    *("PIL", "starlette", "uvicorn", "tenacity", "rich", "structlog", "click"),
)


def loaded(code: str) -> list[str]:
    """Which of the heavy libraries a fresh interpreter has loaded after some code."""
    check = f"{code}\nimport sys\nprint(*[name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1].split()


def test_importing_the_package_is_light() -> None:
    """`import glm_agent` loads none of the heavy libraries, and prints nothing."""
    assert set(loaded("import glm_agent")) <= {"tenacity"}


def test_help_is_light() -> None:
    """`glm-agent --help` answers without a browser, a model client, or a tensor library."""
    code = "from glm_agent.cli import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    pass"

    assert set(loaded(code)) <= {"click", "rich", "structlog", "tenacity"}


def test_importing_touches_nothing(tmp_path: object) -> None:
    """An import prints nothing and makes no file."""
    done = subprocess.run(
        [sys.executable, "-c", "import glm_agent, os; print(os.listdir())"],
        capture_output=True,
        text=True,
        check=True,
        cwd=str(tmp_path),
    )

    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_all_is_sorted_and_there() -> None:
    """Every public name exists, in order."""
    assert glm_agent.__all__ == sorted(glm_agent.__all__)
    assert all(hasattr(glm_agent, name) for name in glm_agent.__all__)
