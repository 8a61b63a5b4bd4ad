"""A display of our own is there at once, lets nobody else in, and never stays behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from glm_actions import Size, SurfaceError, UsageError
from glm_actions.surfaces import programs
from glm_actions.surfaces.desktop import Desktop
from glm_actions.surfaces.x11.virtual import VirtualDisplay
from glm_actions.vocabulary import LeftClick, Wait
from glm_backends.fake_server import FakeServer
from tests.actions.desktop.conftest import SIZE, Program, eventually

WAIT = '{"reason":"","action":{"action_type":"wait"},"memory":""}'


def servers(parent: Path) -> set[str]:
    """The command lines of the running X servers whose files lie in a folder."""
    lines = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_text().split("\0")
        except OSError:
            continue
        if words[0] == "Xvfb" and any(word.startswith(str(parent)) for word in words):
            lines.add(" ".join(words))
    return lines


def folders(parent: Path) -> set[Path]:
    return set(parent.glob("glm-agent-display-*"))


def test_everything_ends_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Server, window manager, programs and files go when it is closed, and `DISPLAY` is what it was."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    named = os.environ.get("DISPLAY")
    with VirtualDisplay(SIZE) as display, Desktop():
        program = Program.ours("form.py", "Form", 10, 10)
        (ours,) = servers(tmp_path)
        assert f"-screen 0 {SIZE.width}x{SIZE.height}x24" in ours
        assert len(folders(tmp_path)) == 1
    display.close()

    assert not servers(tmp_path)
    assert os.environ.get("DISPLAY") == named
    assert not folders(tmp_path)
    assert eventually(lambda: program._process.poll() is not None)
    program.close()


def test_killed(tmp_path: Path) -> None:
    """After kill -9 of a run, its display, and every program on it, is gone at once."""
    with FakeServer([WAIT] * 50) as server:
        run = subprocess.Popen(
            [
                *(sys.executable, "-m", "glm_agent", "run", "Wait", "--desktop", "--virtual", "640x480"),
                *("--json", "--runs", str(tmp_path / "runs"), "--model-url", server.url),
            ],
            stdout=subprocess.PIPE,
            env={**os.environ, "TMPDIR": str(tmp_path)},
            text=True,
        )
        assert run.stdout
        assert any('"intended"' in line for line in iter(run.stdout.readline, ""))
        assert len(servers(tmp_path)) == len(folders(tmp_path)) == 1

        run.send_signal(signal.SIGKILL)
        run.wait()
        run.stdout.close()

        assert eventually(lambda: not servers(tmp_path) and not folders(tmp_path))


def test_nobody_else_gets_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without the cookie in the owner's folder the display refuses."""
    with VirtualDisplay(SIZE):
        cookies = Path(os.environ["XAUTHORITY"])
        assert cookies.parent.stat().st_mode & 0o077 == 0
        (tmp_path / "empty").touch()
        monkeypatch.setenv("XAUTHORITY", str(tmp_path / "empty"))
        refused = subprocess.run(["xrandr"], capture_output=True, text=True, check=False)
        monkeypatch.setenv("XAUTHORITY", str(cookies))

    assert refused.returncode
    assert "Authorization required" in refused.stderr


def test_several_at_a_time() -> None:
    """Displays of several desktops do not get into each other's way, one after the other in the same process."""
    for width in (320, 480):
        with VirtualDisplay(Size(width=width, height=240)), Desktop() as desktop:
            assert desktop.observe().frame.area.width == width
            assert desktop._mouse.size()[0] == width


@pytest.fixture
def bus() -> Iterator[str]:
    """The address of a session bus."""
    command = ("dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as daemon:
        assert daemon.stdout
        yield daemon.stdout.readline().strip()
        daemon.terminate()


def test_a_program_that_runs_on_another_screen(bus: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An editor that has a window on the person's screen, and a bus to hear of it, opens the next one on ours."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    with VirtualDisplay(SIZE), Desktop() as persons:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus)
        programs.start(("mousepad",))
        assert eventually(lambda: persons.find("Mousepad") is not None)
        with VirtualDisplay(SIZE), Desktop() as ours:
            programs.start(("mousepad",))
            assert eventually(lambda: ours.find("Mousepad") is not None)
        assert persons.text("Mousepad") == "Untitled 1 - Mousepad"


def test_missing_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Xvfb and openbox it says what to install."""
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(UsageError, match=r"Xvfb and openbox cannot be found. Run: apt-get install xvfb openbox"):
        VirtualDisplay(SIZE)


def test_a_server_that_does_not_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Xvfb's own reason is passed on, and nothing is left."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (tmp_path / "Xvfb").write_text("#!/bin/sh\necho starting >&2\necho no room >&2\nexit 1\n")
    (tmp_path / "Xvfb").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    with pytest.raises(UsageError, match="Xvfb does not start: no room"):
        VirtualDisplay(SIZE)

    assert not folders(tmp_path)


def test_a_size_that_no_display_can_have() -> None:
    """X counts places in sixteen bits."""
    with pytest.raises(UsageError, match="at most 32767 pixels"):
        VirtualDisplay(Size(width=99999, height=600))


def test_the_display_ends_during_a_run() -> None:
    """A desktop whose display is gone says so, for looks and for actions."""
    display = VirtualDisplay(SIZE)
    with Desktop() as desktop:
        desktop.observe()
        display.close()
        for act in (desktop.observe, lambda: desktop.perform(LeftClick.example()), lambda: desktop.perform(Wait())):
            with pytest.raises(SurfaceError, match="The display is gone"):
                act()


def test_no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any display, and with one that is not there, it says what to set."""
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("XDG_SESSION_TYPE", raising=False)
    monkeypatch.setenv("DISPLAY", "")
    with pytest.raises(UsageError, match="There is no display"):
        Desktop()
    monkeypatch.setenv("DISPLAY", ":4711")
    with pytest.raises(SurfaceError, match="The display :4711 cannot be reached"):
        Desktop()
