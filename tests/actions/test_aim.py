"""A click goes where it was meant to, or nowhere, when the page changes between the look and the click."""

import http.server
import threading
import time
from collections.abc import Iterator

import pytest

from glm_actions import Point
from glm_actions.surface import MOVED_ON
from glm_actions.surfaces.browser import Browser
from glm_actions.vocabulary import Goto, LeftClick, Type

BUTTON, ELSEWHERE = Point((500, 100)), Point((500, 700))


class _Answering(http.server.BaseHTTPRequestHandler):
    """A page whose server is asked for something when the test says so; the answer moves the button down."""

    page = """<body style="margin: 0"><p id="said"></p><button id="one" onclick="said.textContent = 'clicked'"
      style="position: absolute; left: 0; top: 40px; width: 100%; height: 64px">Pay</button>
      <textarea style="position: absolute; top: 60%; width: 100%; height: 30%"
        onclick="said.textContent = 'focus'"></textarea>
      <script>window.ask = async () => { await fetch('/more'); one.style.top = '200px'; };
      window.poll = async () => { await fetch('/more'); };</script>"""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write((self.page if self.path == "/" else "more").encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Answering) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def said(browser: Browser) -> str:
    return browser.text("#said") or ""


def meanwhile(browser: Browser, script: str) -> None:
    """Let the page do something after the last look."""
    browser.evaluate(f"async () => {{ await {script}(); }}")
    time.sleep(0.1)


def test_what_has_moved_away_is_not_clicked(browser: Browser, site: str) -> None:
    """The model is told, and what it sees then it can click; nothing has been done in between."""
    browser.perform(Goto(url=site))
    browser.observe()
    meanwhile(browser, "ask")
    result = browser.perform(LeftClick(start_box=BUTTON))
    assert (result.ok, result.note, said(browser)) == (False, MOVED_ON, "")
    browser.observe()
    assert browser.perform(LeftClick(start_box=Point((500, 320)))).ok
    assert said(browser) == "clicked"


def test_what_is_still_there_is_clicked(browser: Browser, site: str) -> None:
    """Pages that ask their server all the time are no hindrance, and neither is what changes elsewhere."""
    browser.perform(Goto(url=site))
    browser.observe()
    meanwhile(browser, "poll")
    assert browser.perform(LeftClick(start_box=BUTTON)).ok
    assert said(browser) == "clicked"
    browser.observe()
    meanwhile(browser, "ask")
    assert browser.perform(LeftClick(start_box=ELSEWHERE)).ok
    assert said(browser) == "focus"


def test_a_blinking_caret_is_no_change(browser: Browser, site: str) -> None:
    """Whatever its phase, the field with the keyboard can be clicked."""
    browser.perform(Goto(url=site))
    browser.perform(LeftClick(start_box=ELSEWHERE))
    browser.perform(Type(content="Tokyo"))
    for _ in range(4):
        browser.observe()
        meanwhile(browser, "poll")
        time.sleep(0.15)
        assert browser.perform(LeftClick(start_box=Point((32, 620)))).ok


def test_what_never_stays_can_be_insisted_on(browser: Browser, site: str) -> None:
    """A target in motion is not out of reach: the same action once more is done."""
    browser.perform(Goto(url=site))
    browser.observe()
    meanwhile(browser, "ask")
    assert not browser.perform(LeftClick(start_box=BUTTON)).ok
    assert browser.perform(LeftClick(start_box=BUTTON)).ok
