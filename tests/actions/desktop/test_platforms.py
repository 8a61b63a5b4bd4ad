"""What cannot be driven is refused at the start, with what to grant or to do; shown on any machine."""

from typing import Any

import pytest

from glm_actions import Size, UsageError
from glm_actions.surfaces import probes
from glm_actions.surfaces.desktop import Desktop
from glm_actions.surfaces.platforms import Machine, check, check_pixels, findings
from glm_actions.surfaces.x11.virtual import VirtualDisplay

SETTINGS = "System Settings > Privacy & Security > "
MAC = Machine(system="darwin", screen_recording=True, accessibility=True)
WINDOWS = Machine(system="win32", unlocked=True, administrator=True, dpi_awareness=2)


def but(machine: Machine, **told: Any) -> Machine:
    return machine.model_copy(update=told)


@pytest.mark.parametrize(
    ("machine", "complaint"),
    [
        (Machine(system="linux"), "DISPLAY is not set. Use --virtual 1280x800"),
        (Machine(system="linux", wayland=True), 'Wayland session.*Log in with "Xorg".* or use --virtual 1280x800'),
        (Machine(system="linux", display=":0", wayland=True), "Its X11 display :0 shows and reaches only some of them"),
        (
            but(MAC, screen_recording=False),
            f"see other programs' windows. In {SETTINGS}Screen & System Audio Recording",
        ),
        (
            but(MAC, accessibility=False),
            f"move the mouse and press keys. In {SETTINGS}Accessibility, switch on the prog",
        ),
        (but(WINDOWS, unlocked=False), "The screen is locked.*Unlock it and stay logged in"),
        (
            but(WINDOWS, dpi_awareness=0),
            "scaled pixels, so clicks would land elsewhere. In the properties of python.exe",
        ),
        (Machine(system="freebsd14"), "this is freebsd14. Run glm-agent in a Linux machine"),
    ],
)
def test_refused(machine: Machine, complaint: str) -> None:
    """The error says what to grant, choose or use instead, before the display is touched."""
    with pytest.raises(UsageError, match=complaint):
        check(machine)
    with pytest.raises(UsageError, match=complaint):
        Desktop(machine=machine)


def test_everything_that_is_missing_is_said_at_once() -> None:
    """Whoever has to grant two things is told of both."""
    with pytest.raises(UsageError) as caught:
        check(but(MAC, screen_recording=False, accessibility=False))

    assert "Screen & System Audio Recording" in str(caught.value)
    assert "Accessibility" in str(caught.value)


@pytest.mark.parametrize(
    "machine",
    [
        Machine(system="linux", display=":0"),
        *(MAC, WINDOWS, but(WINDOWS, administrator=False)),
        *(Machine(system="darwin"), Machine(system="win32")),
    ],
)
def test_let_through(machine: Machine) -> None:
    """An X11 display is enough; elsewhere whatever is not known to be missing."""
    check(machine)


def test_what_is_not_told_is_not_claimed() -> None:
    """A question without an answer is `cannot tell`, with what to do if it should be wrong."""
    for found in (*findings(Machine(system="darwin")), *findings(Machine(system="win32"))):
        assert found.verdict == "cannot tell"
    assert all(found.remedy for found in findings(Machine(system="darwin")))
    assert {found.verdict for found in (*findings(MAC), *findings(WINDOWS))} == {"ok"}


def test_administrators_windows() -> None:
    """Who is no administrator may go on, and learns whose windows will not listen."""
    (found,) = (found for found in findings(but(WINDOWS, administrator=False)) if found.verdict != "ok")

    assert (found.name, found.verdict) == ("administrator", "cannot tell")
    assert "from a terminal that runs as administrator" in found.remedy


def test_screens_and_mice_that_count_in_other_pixels() -> None:
    """Where pictures are twice as large as the mouse's way, nothing is clicked."""
    check_pixels(Size(width=2880, height=1800), Size(width=2880, height=1800))
    with pytest.raises(UsageError, match=r"seen as 2880 by 1800 pixels, and the mouse moves in 1440 by 900"):
        check_pixels(Size(width=2880, height=1800), Size(width=1440, height=900))


@pytest.mark.parametrize(
    ("variables", "wayland"),
    [
        ({"DISPLAY": ":0"}, False),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, True),
        ({"DISPLAY": ":0", "XDG_SESSION_TYPE": "wayland"}, True),
        ({"DISPLAY": ":0", "XDG_SESSION_TYPE": "x11"}, False),
    ],
)
def test_the_session(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], wayland: bool) -> None:
    """The session is read from the environment; an X server inside of Wayland is still Wayland."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    machine = probes.machine()
    assert (machine.display, machine.wayland) == (":0", wayland)


def test_asking_the_system() -> None:
    """A function's answer comes back; a missing function or library is no answer, on any system."""
    assert probes.asked("libc.so.6", "abs", -7) == 7
    assert probes.asked("libc.so.6", "CGPreflightScreenCaptureAccess") is None
    assert probes.asked("/System/Library/nowhere", "AXIsProcessTrusted") is None


def test_probes_that_find_nothing_to_ask() -> None:
    """Each system's probes answer None, and not that something is wrong, where the system is another one."""
    for probe in probes._SYSTEMS.values():
        assert set(probe().values()) == {None}


def test_a_virtual_display_in_a_wayland_session(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the way out that the error names: programs go there, and afterwards the session is what it was."""
    wayland = {"XDG_SESSION_TYPE": "wayland", "WAYLAND_DISPLAY": "wayland-0", "GDK_BACKEND": "wayland"}
    for name, value in wayland.items():
        monkeypatch.setenv(name, value)

    with VirtualDisplay(Size(width=320, height=240)), Desktop() as desktop:
        assert desktop.observe().frame.area.width == 320
    assert probes.machine().wayland
