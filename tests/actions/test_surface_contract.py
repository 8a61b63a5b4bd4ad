"""What every surface promises, whatever it is."""

import struct
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest

from glm_actions import SurfaceError
from glm_actions.geometry import Point, Size
from glm_actions.surface import Surface
from glm_actions.surfaces.browser import Browser, Patience
from glm_actions.surfaces.desktop import Desktop
from glm_actions.surfaces.desktop import Patience as DesktopPatience
from glm_actions.surfaces.drawn import Button, DrawnScreen
from glm_actions.surfaces.platforms import Machine
from glm_actions.surfaces.x11.virtual import VirtualDisplay
from glm_actions.vocabulary import AGENT_KINDS, VOCABULARY, Goto, LeftClick, SwitchTab, Upload

SIZE = Size(width=400, height=300)
ELSEWHERE = Machine(system="darwin", screen_recording=True, accessibility=True)


@contextmanager
def desktop() -> Iterator[Desktop]:
    """A desktop on a display of its own."""
    with VirtualDisplay(SIZE), Desktop(patience=DesktopPatience(change=0.3)) as desktop:
        yield desktop


@contextmanager
def elsewhere() -> Iterator[Desktop]:
    """A desktop that asks X11 nothing, as on other systems."""
    with VirtualDisplay(SIZE), Desktop(patience=DesktopPatience(change=0.3), machine=ELSEWHERE) as desktop:
        yield desktop


KINDS: dict[str, Callable[[], AbstractContextManager[Surface]]] = {
    "browser": lambda: Browser(viewport=SIZE, patience=Patience(change=0.3)),
    "desktop": desktop,
    "desktop without X11": elsewhere,
    "drawn": lambda: closing(DrawnScreen([Button(label="Save", left=10, top=10)])),
}


@pytest.fixture(params=KINDS)
def surface(request: pytest.FixtureRequest) -> Iterator[Surface]:
    with KINDS[request.param]() as surface:
        yield surface


def test_what_is_seen(surface: Surface) -> None:
    """A look is a PNG of the size that its frame says, and the same screen gives the same bytes."""
    first, second = surface.observe(), surface.observe()

    assert first.png.startswith(b"\x89PNG")
    assert struct.unpack(">II", first.png[16:24]) == (first.frame.image.width, first.frame.image.height) == (400, 300)
    assert first.png == second.png
    assert first.settled


def test_every_corner_is_on_the_screen(surface: Surface) -> None:
    """The outermost points, 0 and 999, fall inside."""
    frame = surface.observe().frame
    for x in (0, 999):
        for y in (0, 999):
            pixel = frame.pixel(Point((x, y)))
            assert 0 <= pixel.x < frame.area.width
            assert 0 <= pixel.y < frame.area.height


def test_everything_on_offer_can_be_performed(surface: Surface, tmp_path: Path) -> None:
    """Each action that a surface declares is carried out or refused in words, never with an exception."""
    surface.begin(tmp_path)
    for cls in VOCABULARY:
        if cls.kind() in surface.kinds and cls not in {Goto, Upload, SwitchTab}:
            result = surface.perform(cls.example())
            assert result.ok or result.note
            assert surface.observe().png


def test_what_is_the_agents_is_not_the_surfaces(surface: Surface) -> None:
    """No surface claims what only the agent can do."""
    assert not surface.kinds & AGENT_KINDS
    assert surface.kinds <= {cls.kind() for cls in VOCABULARY}


def test_closing(surface: Surface) -> None:
    """A surface may be closed twice, and refuses everything afterwards with what to do."""
    surface.close()
    surface.close()

    with pytest.raises(SurfaceError, match="closed"):
        surface.observe()
    with pytest.raises(SurfaceError, match="closed"):
        surface.perform(LeftClick(start_box=Point((1, 1))))
