"""One site and one browser for all tests of tasks, because starting them takes longer than using them."""

from collections.abc import Callable, Iterator

import pytest

from glm_actions.geometry import Size
from glm_actions.surfaces.browser import Browser
from glm_actions.surfaces.desktop import Desktop, Patience
from glm_actions.surfaces.x11.virtual import VirtualDisplay
from glm_tasks.flights import FlightsSite
from tests.desktops import need_programs

_QUIET = """
() => new Promise(done => {
  const look = () => document.querySelector('main') && !document.body.hasAttribute('aria-busy')
    ? requestAnimationFrame(done) : setTimeout(look, 2);
  look();
})
"""


@pytest.fixture(scope="session")
def site() -> Iterator[FlightsSite]:
    """The travel site; each task loads its own world into it."""
    with FlightsSite() as site:
        yield site


@pytest.fixture(scope="session")
def shared_browser() -> Iterator[Browser]:
    """A browser that earlier tests have used."""
    with Browser() as browser:
        yield browser


@pytest.fixture
def settle(shared_browser: Browser) -> Callable[[], object]:
    """Waits until the page has no request under way; much quicker than two equal screenshots."""
    return lambda: shared_browser.evaluate(_QUIET)


@pytest.fixture(scope="module")
def desktop() -> Iterator[Desktop]:
    """A desktop on a display of the module's own; it does not wait long for what may not show."""
    need_programs()
    with VirtualDisplay(Size(width=1280, height=800)), Desktop(patience=Patience(reaction=0.1)) as desktop:
        yield desktop
