"""What has to be there before a desktop can be seen and driven, found from a description of the machine alone."""

from collections.abc import Callable, Iterator, Mapping
from typing import Literal

from glm_actions.errors import UsageError
from glm_actions.frozen import Frozen
from glm_actions.geometry import Size

PER_MONITOR = 2
"""Windows' word for a process that is told real pixels on every monitor."""
_ASIDE = "use --virtual 1280x800"


class Machine(Frozen):
    """What is known of a machine. None stands for what it does not tell."""

    system: str
    """As `sys.platform` names it."""
    display: str = ""
    """The X11 display."""
    wayland: bool = False
    """Whether the session is Wayland's."""
    screen_recording: bool | None = None
    """macOS: whether this program may see the windows of others."""
    accessibility: bool | None = None
    """macOS: whether it may move the mouse and press keys."""
    unlocked: bool | None = None
    """Windows: whether the desktop that gets input now is the person's, not that of the lock screen or of a prompt."""
    administrator: bool | None = None
    """Windows: whether this process may drive the windows of administrators."""
    dpi_awareness: int | None = None
    """Windows: whether this process is told real pixels; 2 if it is on every monitor."""


class Finding(Frozen):
    """The outcome of one check."""

    name: str
    verdict: Literal["ok", "wrong", "cannot tell"]
    why: str
    remedy: str = ""
    """What mends it; empty if there is nothing to mend."""


def findings(machine: Machine) -> tuple[Finding, ...]:
    """What is right and wrong with a machine, as far as its description tells."""
    return tuple(_SYSTEMS.get(machine.system, _unknown)(machine))


def check(machine: Machine) -> None:
    """Refuse a machine whose desktop cannot be driven.

    Raises:
        UsageError: saying what to grant, install or set.
    """
    wrong = [f"{found.why} {found.remedy}" for found in findings(machine) if found.verdict == "wrong"]
    if wrong:
        raise UsageError(" ".join(wrong))


def check_pixels(seen: Size, moved: Size) -> None:
    """Refuse a primary monitor that is seen in other pixels than the mouse moves in.

    Raises:
        UsageError: with both sizes.
    """
    if seen != moved:
        raise UsageError(
            f"The screen is seen as {seen.width} by {seen.height} pixels, and the mouse moves in {moved.width} by "
            f"{moved.height}, so clicks would land elsewhere. Set all monitors to one scale, and start it again."
        )


def _linux(machine: Machine) -> Iterator[Finding]:
    if machine.wayland:
        why = "This is a Wayland session, which lets no program see or drive the others without asking at each start."
        if machine.display:
            why += f" Its X11 display {machine.display} shows and reaches only some of them."
        remedy = f'Log in with "Xorg" or "X11" chosen at the login screen, or {_ASIDE}.'
        yield Finding(name="session", verdict="wrong", why=why, remedy=remedy)
    elif not machine.display:
        remedy = "Use --virtual 1280x800, or set DISPLAY."
        yield Finding(name="session", verdict="wrong", why="There is no display: DISPLAY is not set.", remedy=remedy)
    else:
        yield Finding(name="session", verdict="ok", why=f"It is an X11 display, {machine.display}.")


def _mac(machine: Machine) -> Iterator[Finding]:
    yield _granted(
        "screen recording",
        machine.screen_recording,
        "see other programs' windows",
        "Screen & System Audio Recording, called Screen Recording before macOS 15",
    )
    yield _granted("accessibility", machine.accessibility, "move the mouse and press keys", "Accessibility")


def _granted(name: str, answer: bool | None, what: str, place: str) -> Finding:
    if answer:
        return Finding(name=name, verdict="ok", why=f"macOS lets this program {what}.")
    remedy = (
        f"In System Settings > Privacy & Security > {place}, "
        "switch on the program that glm-agent is started from, such as Terminal. Then quit it, and open it again."
    )
    if answer is None:
        return Finding(name=name, verdict="cannot tell", why=f"macOS may not let this program {what}.", remedy=remedy)
    return Finding(name=name, verdict="wrong", why=f"macOS does not let this program {what}.", remedy=remedy)


def _windows(machine: Machine) -> Iterator[Finding]:
    yield _unlocked(machine.unlocked)
    yield _scale(machine.dpi_awareness)
    if machine.administrator:
        yield Finding(name="administrator", verdict="ok", why="Windows of administrators can be driven, too.")
    else:
        why = "Windows of programs that run as administrator ignore this one's clicks and keys."
        remedy = "If the task needs one, start glm-agent from a terminal that runs as administrator."
        yield Finding(name="administrator", verdict="cannot tell", why=why, remedy=remedy)


def _unlocked(answer: bool | None) -> Finding:
    if answer is False:
        why = "The screen is locked, asks for permission, or belongs to another session."
        remedy = "Unlock it and stay logged in; a Remote Desktop window must be open, not minimised."
        return Finding(name="session", verdict="wrong", why=why, remedy=remedy)
    verdict: Literal["ok", "cannot tell"] = "cannot tell" if answer is None else "ok"
    return Finding(name="session", verdict=verdict, why="The desktop that gets input is this session's.")


def _scale(awareness: int | None) -> Finding:
    if awareness is None:
        return Finding(name="scale", verdict="cannot tell", why="Windows does not tell whether it scales pixels.")
    if awareness == PER_MONITOR:
        return Finding(name="scale", verdict="ok", why="Windows tells this process real pixels.")
    why = "Windows tells this process scaled pixels, so clicks would land elsewhere."
    remedy = "In the properties of python.exe > Compatibility > Change high DPI settings, let the application scale."
    return Finding(name="scale", verdict="wrong", why=why, remedy=remedy)


def _unknown(machine: Machine) -> Iterator[Finding]:
    remedy = "Run glm-agent in a Linux machine or container, with --virtual 1280x800."
    why = f"The desktop surface drives X11 displays, macOS and Windows, and this is {machine.system}."
    yield Finding(name="session", verdict="wrong", why=why, remedy=remedy)


_SYSTEMS: Mapping[str, Callable[[Machine], Iterator[Finding]]] = {"linux": _linux, "darwin": _mac, "win32": _windows}
