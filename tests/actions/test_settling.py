"""When a page is quiet: what the browser surface waits for, in a real Chromium."""

import asyncio
import http.server
import threading
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


class _Slow(Browser):
    """A browser on a busy machine: it gives a screenshot late."""

    async def capture(self) -> bytes:
        png = await super().capture()
        await asyncio.sleep(0.7)
        return png


def test_motion_is_waited_for_on_a_slow_machine(pages: str) -> None:
    """Patience does not run out over two screenshots that took long."""
    with _Slow() as browser:
        browser.perform(Goto(url=f"{pages}/motion.html?timer"))
        browser.observe()
        browser.perform(LeftClick(start_box=Point((900, 900))))
        assert browser.observe().settled


class _Late(http.server.BaseHTTPRequestHandler):
    """A page that asks for a colour at each click, which comes after as many milliseconds as the address says."""

    page = """<body style="height: 100vh; margin: 0"><script>let lag = 0; onclick = async () => {
      document.body.style.background = await (await fetch(`/${lag += 3}`)).text(); };</script>"""

    def do_GET(self) -> None:
        lag = self.path.strip("/")
        time.sleep(int(lag or 0) / 1000)
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write((f"rgb(9, {2 * int(lag)}, 99)" if lag else self.page).encode())

    def log_message(self, *_: object) -> None:
        pass


def test_what_a_request_brings_is_waited_for(shared: Browser) -> None:
    """However short a request is, and be it over before the look is: the screenshot shows what it has brought."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Late) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        shared.perform(Goto(url=f"http://127.0.0.1:{server.server_port}/"))
        shared.observe()
        seen = set()
        for _ in range(20):
            shared.perform(LeftClick(start_box=Point((500, 500))))
            seen.add(shared.observe().png)
        server.shutdown()

    assert len(seen) == 20
