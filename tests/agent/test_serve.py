"""`glm-agent serve` on machines that this one is not, and on this one."""

import json
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from glm_agent.cli import main
from glm_backends.gpus import present


def serve(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["serve", *arguments])


def test_it_prints_a_command_that_can_be_pasted() -> None:
    """The last line is the command for the best model that fits, and the lines above say why not another."""
    shown = serve("--gpus", "4x80").stdout.splitlines()

    assert shlex.split(shown[-1])[:3] == ["vllm", "serve", "zai-org/GLM-4.5V-FP8"]
    assert any("GLM-4.5V " in line and "fits on 4" in line for line in shown)


def test_as_json() -> None:
    """A script gets sizes in bytes and the command in words."""
    told = json.loads(serve("--gpus", "1x24", "--json").stdout)

    assert told["command"][0] == "llama-server"
    assert [fit["missing_bytes"] > 0 for fit in told["fits"]] == [True] * 8 + [False]


def test_one_picture_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server is told to take as many pictures as the setting sends."""
    monkeypatch.setenv("GLM_AGENT_HISTORY_PICTURES", "3")

    assert '"image": 5' in serve("--gpus", "2x80").stdout


@pytest.mark.skipif(bool(present()), reason="this machine has a GPU")
def test_without_a_gpu() -> None:
    """It says what does work."""
    shown = serve()

    assert shown.exit_code == 0
    assert "--model-url http://HOST:8000/v1" in shown.stdout
    assert "--model-url https://api.z.ai/api/paas/v4" in shown.stdout
    assert "--solve" in shown.stdout


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["GLM-9"], "GLM-9 is not known here. Known are zai-org/GLM-4.5V-FP8"),
        (["zai-org/GLM-4.5V", "--gpus", "1x80"], "does not fit here"),
        (["zai-org/GLM-4.5V", "--gpus", "4x80", "--engine", "llama.cpp"], "not with this engine"),
        (["--gpus", "1x4", "--run"], "Nothing fits"),
        (["--gpus", "many"], "names no GPUs"),
    ],
)
def test_what_cannot_be_served(arguments: list[str], text: str) -> None:
    """Wrong usage ends with 2 and says why."""
    result = serve(*arguments)

    assert result.exit_code == 2
    assert text in result.stderr


def test_a_program_that_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Starting what is not installed says how to install it."""
    monkeypatch.setenv("PATH", str(tmp_path))

    assert "There is no program vllm. Install it (pip install vllm)" in serve("--gpus", "2x80", "--run").stderr


def test_a_program_that_is_there(tmp_path: Path) -> None:
    """`--run` becomes the server, with exactly the command that would have been printed."""
    import subprocess
    import sys

    program = tmp_path / "vllm"
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    program.chmod(0o755)
    command = json.loads(serve("--gpus", "2x80", "--json").stdout)["command"]

    ran = subprocess.run(
        [sys.executable, "-m", "glm_agent", "serve", "--gpus", "2x80", "--run"],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert ran.stdout.splitlines() == command[1:]
