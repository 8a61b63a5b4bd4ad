"""The doctor's checks of seeing and acting can fail."""

from collections.abc import Iterator

import pytest

from glm_actions import Size
from glm_actions.surfaces import examination
from glm_actions.surfaces.desktop import Desktop
from glm_actions.surfaces.x11.virtual import VirtualDisplay
from tests.actions.desktop.conftest import eventually


@pytest.fixture(autouse=True)
def small() -> Iterator[None]:
    """A small display."""
    with VirtualDisplay(Size(width=320, height=240)):
        yield


def test_a_display_without_a_window_manager() -> None:
    """It is missed, with what to start."""
    display = VirtualDisplay(Size(width=320, height=240))
    try:
        display._manager.terminate()
        assert eventually(lambda: examination._manager().verdict == "wrong")
        assert examination._manager().remedy == "Start one: apt-get install openbox"
    finally:
        display.close()


def test_pixels_that_are_not_the_displays(monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture that shows something else is found out, because the colour cannot be guessed."""
    monkeypatch.setattr(Desktop, "_grab", lambda desktop, grab=Desktop._grab: _black(grab(desktop)))

    assert examination._sight().verdict == "wrong"


def _black(shot):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    return shot._replace(pixels=bytearray(len(shot.pixels)))


def test_a_mouse_that_lands_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """X itself says where the pointer is."""
    monkeypatch.setattr(Desktop, "_place", lambda *_: (10, 10))

    assert examination._mouse().verdict == "wrong"


def test_a_corner_that_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the fail-safe the check says so."""
    monkeypatch.setattr(Desktop, "_refused", lambda *_: "nothing is looked at")

    assert examination._corner().verdict == "wrong"
