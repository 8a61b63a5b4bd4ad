"""`glm-agent doctor --desktop`: what a desktop lacks, and how to get it."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from glm_actions import Size
from glm_actions.surfaces.x11.virtual import VirtualDisplay
from glm_agent.cli import main
from tests.desktops import need_programs

VIRTUAL = ("clipboard", "virtual display", "sight", "mouse", "corner", "practice")


@pytest.fixture(scope="module", autouse=True)
def programs() -> None:
    """What the tests need is installed."""
    need_programs()


def doctor(*flags: str) -> Result:
    return CliRunner().invoke(main, ["doctor", "--desktop", *flags])


def verdicts(done: Result) -> dict[str, str]:
    return {line["check"]: line["verdict"] for line in map(json.loads, done.stdout.splitlines())}


def test_a_display_of_its_own() -> None:
    """With --virtual nothing of the desktop that is there is looked at, and exit code 0 says that runs can begin."""
    done = doctor("--virtual", "400x300", "--json")

    assert (done.exit_code, verdicts(done)) == (0, dict.fromkeys(VIRTUAL, "ok"))
    assert "with 400 by 300 pixels" in done.stdout


def test_a_desktop_that_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """The display that runs would use is examined first, without touching its mouse."""
    with VirtualDisplay(Size(width=320, height=240)):
        done = doctor("--json")

        assert (done.exit_code, done.stderr) == (0, "")
        assert verdicts(done) == dict.fromkeys(("session", "window manager", "picture", *VIRTUAL), "ok")
        assert "320 by 240" in done.stdout

        monkeypatch.setenv("XAUTHORITY", os.devnull)
        refused = doctor("--json")
        assert refused.exit_code == 1
        assert (verdicts(refused)["window manager"], verdicts(refused)["picture"]) == ("wrong", "wrong")


def test_no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over ssh the first line is wrong and says what to do; what a virtual display needs is told all the same."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE"):
        monkeypatch.delenv(name, raising=False)

    done = doctor()

    assert done.exit_code == 1
    assert done.stdout.splitlines()[0] == "wrong        session: There is no display: DISPLAY is not set."
    assert "Use --virtual" in done.stdout.splitlines()[1]
    assert [line.split(":")[0].split(maxsplit=1)[1] for line in done.stdout.splitlines()[2:]] == list(VIRTUAL)


def test_missing_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each missing program is wrong, with the command that installs it."""
    monkeypatch.setenv("PATH", "/nowhere")

    done = doctor("--virtual", "400x300")

    assert done.exit_code == 1
    for package in ("xclip", "xvfb openbox"):
        assert f"Run: apt-get install {package}" in done.stdout


def test_a_display_that_does_not_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Xvfb's own reason is passed on, and nothing is tried on a display that is not there."""
    (tmp_path / "Xvfb").write_text("#!/bin/sh\necho no room >&2\nexit 1\n")
    (tmp_path / "Xvfb").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    done = doctor("--virtual", "400x300", "--json")

    assert verdicts(done) == {"clipboard": "ok", "virtual display": "wrong", "practice": "ok"}
    assert "Xvfb does not start: no room" in done.stdout
