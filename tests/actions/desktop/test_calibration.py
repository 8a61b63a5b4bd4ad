"""Every click lands: what is seen at a place of the screenshot is clicked at that place of the display."""

import io
import itertools
import subprocess
from collections.abc import Iterator

import pytest
from PIL import Image

from glm_actions.geometry import Point, Size
from glm_actions.surface import Observation
from glm_actions.surfaces.areas import Aim, Monitor
from glm_actions.surfaces.box import Box
from glm_actions.surfaces.desktop import Desktop
from glm_actions.surfaces.x11.connection import connect
from glm_actions.surfaces.x11.virtual import VirtualDisplay
from glm_actions.vocabulary import LeftClick
from tests.actions.desktop.conftest import Program

SIDE = 12
PLACES = [(row, column) for row in range(9) for column in range(9)]


def places_in(seen: Observation) -> list[Point]:
    """The targets in thousandths of the picture, as somebody who sees nothing but the picture finds them."""
    image = Image.open(io.BytesIO(seen.png)).convert("RGB")
    width, height, pixels = image.width, image.height, image.tobytes()

    def place(row: int, column: int) -> Point:
        colour = bytes((row * 20, column * 20, 255)) * 3
        first, last = pixels.find(colour) // 3, pixels.rfind(colour) // 3
        assert first >= 0, "the target is not to be seen"
        x, y = (first % width + last % width + 3) / 2, (first // width + last // width + 1) / 2
        return Point((int(x * 1000 / width), int(y * 1000 / height)))

    return list(itertools.starmap(place, PLACES))


def assert_every_click_lands(desktop: Desktop, box: Box, scale: float = 1.0) -> None:
    """Click 9 by 9 targets in a part of the display; each tells that it was hit, in order."""
    place = (box.left, box.top, box.width, box.height)
    with Program.ours("targets.py", *place, round(SIDE * scale)) as targets:
        for place in places_in(desktop.observe()):
            assert desktop.perform(LeftClick(start_box=place)).ok
        hit = targets.until(lambda line: line == "8 8\n")
    assert [tuple(map(int, line.split())) for line in hit] == PLACES


def tell_programs(dots_per_inch: int) -> None:
    """Set what the programs of the display scale themselves by."""
    from Xlib import Xatom

    display = connect()
    text = f"Xft.dpi:\t{dots_per_inch}\n".encode()
    display.screen().root.change_property(Xatom.RESOURCE_MANAGER, Xatom.STRING, 8, text)
    display.sync()
    display.close()


@pytest.mark.parametrize(
    ("size", "scale"),
    [*itertools.product(("1280x800", "1920x1080", "3840x2160"), (1.0, 2.0)), ("1920x1080", 1.5), ("2560x1440", 1.25)],
)
def test_resolutions_and_scales(size: str, scale: float) -> None:
    """At each resolution, with each scale set for programs, 81 of 81 clicks hit, and pictures have the plain size."""
    width, height = map(int, size.split("x"))
    with VirtualDisplay(Size(width=width, height=height)):
        tell_programs(round(96 * scale))
        with Desktop() as desktop:
            assert desktop.frame.image == Size(width=round(width / scale), height=round(height / scale))
            assert_every_click_lands(desktop, Box(left=0, top=0, width=width, height=height), scale)


@pytest.fixture(scope="module")
def two_monitors() -> Iterator[None]:
    """A small monitor at the left, and below its upper edge the primary one at the right."""
    with VirtualDisplay(Size(width=2080, height=1000)):
        for name, place, output in (
            ("LEFT", "800/200x600/150+0+0", "screen"),
            ("*RIGHT", "1280/300x800/200+800+200", "none"),
        ):
            subprocess.run(["xrandr", "--setmonitor", name, place, output], check=True)
        yield


@pytest.mark.parametrize(
    ("aim", "box"),
    [
        (None, Box(left=800, top=200, width=1280, height=800)),
        (Monitor(number=0), Box(left=0, top=0, width=2080, height=1000)),
        (Monitor(number=1), Box(left=800, top=200, width=1280, height=800)),
        (Monitor(number=2), Box(left=0, top=0, width=800, height=600)),
        (Box(left=700, top=150, width=333, height=777), Box(left=700, top=150, width=333, height=777)),
    ],
    ids=["primary", "all", "right", "left", "region across both"],
)
def test_two_monitors(two_monitors: None, aim: Aim | None, box: Box) -> None:  # noqa: ARG001
    """The monitor that is asked for is seen and hit, wherever it begins."""
    with Desktop(aim) as desktop:
        assert_every_click_lands(desktop, box)
