"""When a page is quiet: what the browser surface waits for, in a real Chromium."""

import time
from collections.abc import Iterator

import pytest

from glm_actions import Point
from glm_actions.surfaces.browser import Browser
from glm_actions.vocabulary import Goto, LeftClick


@pytest.fixture(scope="module")
def shared() -> Iterator[Browser]:
    """One browser for all kinds of motion."""
    with Browser() as browser:
        yield browser


@pytest.mark.parametrize("way", ["script", "timer", "canvas", "shadow", "animation", "transition", "frame"])
def test_motion_that_ends_is_waited_for(way: str, shared: Browser, pages: str) -> None:
    """Whatever moves, and be it in a frame of another site, the screenshot shows where it comes to rest."""
    shared.perform(Goto(url=f"{pages}/motion.html?{way}"))
    before = shared.observe()
    shared.perform(LeftClick(start_box=Point((900, 900))))
    look = shared.observe()
    time.sleep(0.5)

    assert look.settled
    assert look.png != before.png
    assert shared.observe().png == look.png
