"""What cannot be driven is refused at the start, with what to do, on any machine."""

import pytest

from glm_actions import UsageError
from glm_actions.surfaces.platforms import Facts, check, facts


@pytest.mark.parametrize(
    ("known", "complaint"),
    [
        (Facts(system="linux"), "DISPLAY is not set. Use --virtual 1280x800"),
        (Facts(system="linux", display=":0", wayland=True), 'Log in with "Xorg"'),
        (Facts(system="darwin", display=":0"), "this is darwin. Run glm-agent in a Linux machine"),
        (Facts(system="win32"), "this is win32. Run glm-agent in a Linux machine"),
    ],
)
def test_refused(known: Facts, complaint: str) -> None:
    """The error says what to grant, choose or use instead."""
    with pytest.raises(UsageError, match=complaint):
        check(known)


def test_x11_is_fine() -> None:
    """An X11 display is enough."""
    check(Facts(system="linux", display=":0"))


@pytest.mark.parametrize(
    ("variables", "wayland"),
    [
        ({"DISPLAY": ":0"}, False),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, True),
        ({"DISPLAY": ":0", "XDG_SESSION_TYPE": "wayland"}, True),
        ({"DISPLAY": ":0", "XDG_SESSION_TYPE": "x11"}, False),
    ],
)
def test_facts(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], wayland: bool) -> None:
    """The session is read from the environment; an X server inside of Wayland is still Wayland."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert (facts().display, facts().wayland) == (":0", wayland)
