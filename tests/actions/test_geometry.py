"""Thousandths and pixels: nothing lands off the screen, and every point comes back as itself."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glm_actions.geometry import Frame, Pixel, Point, Size

SIDES = [1, 2, 7, 99, 640, 720, 999, 1000, 1001, 1080, 1280, 1366, 1920, 2560, 3840, 7680, 100_003]
ORIGINS = [Pixel(x=0, y=0), Pixel(x=-1920, y=-1080), Pixel(x=1920, y=35), Pixel(x=-0.5, y=0.25)]
THOUSANDTHS = st.integers(0, 999)
FRAMES = st.builds(
    lambda width, height, x, y: Frame(
        image=Size(width=640, height=360), area=Size(width=width, height=height), origin=Pixel(x=x, y=y)
    ),
    *(st.integers(1, 20_000), st.integers(1, 20_000)),
    *(st.integers(-20_000, 20_000), st.integers(-20_000, 20_000)),
)


def frame(side: int, origin: Pixel = ORIGINS[0]) -> Frame:
    return Frame(image=Size(width=100, height=100), area=Size(width=side, height=side), origin=origin)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("origin", ORIGINS, ids=str)
def test_every_point_comes_back(side: int, origin: Pixel) -> None:
    """A point turned into pixels and back is the same point, whatever the size and wherever the surface lies."""
    shown = frame(side, origin)
    points = [Point((thousandth, 999 - thousandth)) for thousandth in range(1000)]
    assert [shown.point(shown.pixel(point)) for point in points] == points


@settings(derandomize=True, max_examples=500, deadline=None)
@given(FRAMES, THOUSANDTHS, THOUSANDTHS)
def test_points_are_on_the_surface(shown: Frame, x: int, y: int) -> None:
    """A point is on the surface also after the pixel's fraction is cut off, 999 and negative origins included."""
    pixel = shown.pixel(Point((x, y)))
    assert shown.origin.x <= math.floor(pixel.x) <= shown.origin.x + shown.area.width - 1
    assert shown.origin.y <= math.floor(pixel.y) <= shown.origin.y + shown.area.height - 1


@pytest.mark.parametrize("side", [side for side in SIDES if side >= 1000])
def test_a_whole_pixel_is_the_nearest_point(side: int) -> None:
    """A surface driven in whole pixels is off by less than one thousandth."""
    shown = frame(side)
    for thousandth in range(1000):
        pixel = shown.pixel(Point((thousandth, 0)))
        back = shown.point(Pixel(x=math.floor(pixel.x), y=0))
        assert abs(back.x - thousandth) <= 1


@settings(derandomize=True, max_examples=500, deadline=None)
@given(FRAMES, st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_every_pixel_has_a_point(shown: Frame, x: float, y: float) -> None:
    """A pixel outside, as a mouse in the next monitor, belongs to the nearest edge."""
    point = shown.point(Pixel(x=x, y=y))
    assert point.x == 0 or x >= shown.origin.x
    assert point.x == 999 or x < shown.origin.x + shown.area.width
    assert point.y == 0 or y >= shown.origin.y
    assert point.y == 999 or y < shown.origin.y + shown.area.height


@settings(derandomize=True, max_examples=200, deadline=None)
@given(FRAMES, THOUSANDTHS)
def test_order_is_kept(shown: Frame, x: int) -> None:
    """What is further right for the model is further right on the surface."""
    assert shown.pixel(Point((max(0, x - 1), 0))).x <= shown.pixel(Point((x, 0))).x


def test_corners_and_middle() -> None:
    """The corners are half a thousandth inside, the middle is in the middle."""
    shown = Frame.whole(Size(width=1000, height=2000))
    assert shown.pixel(Point((0, 0))) == Pixel(x=0.5, y=1)
    assert shown.pixel(Point((999, 999))) == Pixel(x=999.5, y=1999)
    assert shown.point(Pixel(x=500, y=1000)) == Point((500, 500))


def test_a_whole_frame_shows_its_surface_pixel_by_pixel() -> None:
    """The frame of a plain screenshot starts at the origin and is not scaled."""
    size = Size(width=3, height=4)
    assert Frame.whole(size) == Frame(image=size, area=size, origin=Pixel(x=0, y=0), scale=1.0)


def test_a_frame_survives_json() -> None:
    """A recorded frame finds its points again."""
    shown = frame(1280, ORIGINS[1])
    assert Frame.model_validate_json(shown.model_dump_json()) == shown
    assert Point.model_validate_json("[5,40]") == Point((5, 40))
    assert Point((5, 40)).model_dump_json() == "[5,40]"
