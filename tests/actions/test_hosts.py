"""A browser that may open the pages of some hosts only."""

import http.server
import threading
from collections.abc import Iterator

import pytest

from glm_actions import Point
from glm_actions.surfaces.browser import Browser
from glm_actions.surfaces.hosts import Hosts
from glm_actions.vocabulary import Goto, LeftClick

PAGE = """<!doctype html><title>Home</title><style>a, button {{ position: absolute; left: 0; font-size: 30px }}</style>
<a id="link" style="top: 0" href="{away}/link">link</a>
<a id="redirect" style="top: 60px" href="/redirect">redirect</a>
<a id="popup" style="top: 120px" target="_blank" href="{away}/popup">popup</a>
<button id="script" style="top: 180px" onclick="location = '{away}/script'">script</button>
<form method="post" action="{away}/form"><button id="form" style="top: 240px">form</button></form>
<button id="frame" style="top: 300px" onclick="document.body.append(Object.assign(document.createElement('iframe'),
  {{src: '{away}/frame'}}))">frame</button>
<a id="near" style="top: 360px" href="/near">near</a>
<script>fetch("{away}/fetched", {{mode: "no-cors"}})</script>"""


class Site(http.server.ThreadingHTTPServer):
    """A site that is known under two names, and remembers under which it was asked for what."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Pages)
        self.asked: list[str] = []
        self.home, self.away = (f"http://{host}:{self.server_port}" for host in ("127.0.0.1", "localhost"))


class Pages(http.server.BaseHTTPRequestHandler):
    """Gives the same page for everything, and sends /redirect away."""

    server: Site

    def do_GET(self) -> None:
        self.server.asked.append(self.headers["Host"].split(":")[0] + self.path)
        self.send_response(302 if self.path == "/redirect" else 200)
        self.send_header("Location", f"{self.server.away}/redirected")
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE.format(away=self.server.away).encode())

    do_POST = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        yield site
        site.shutdown()


def test_no_way_leads_to_another_host(site: Site) -> None:
    """Link, redirect, new window, script, form, frame and goto: nothing is sent, the page stays, the model is told."""
    with Browser(f"{site.home}/", hosts=["127.0.0.1"]) as browser:
        browser.observe()
        for way in ("link", "redirect", "popup", "script", "form", "frame"):
            place = browser.find(f"#{way}")
            assert place
            browser.perform(LeftClick(start_box=place))
            seen = browser.observe()
            assert (way, seen.title, seen.url) == (way, "Home", f"{site.home}/")
            assert "was not opened: only pages of 127.0.0.1 may be." in " ".join(seen.notices), way
        assert not browser.perform(Goto(url=f"{site.away}/goto")).ok
        assert browser.perform(Goto(url=f"{site.home}/near")).ok
        assert browser.observe().url == f"{site.home}/near"

    assert {path for path in site.asked if path.startswith("localhost")} == {"localhost/fetched"}


def test_every_host_by_default(site: Site) -> None:
    """Without a list, nothing is held back."""
    with Browser(f"{site.home}/") as browser:
        browser.perform(LeftClick(start_box=browser.find("#link") or Point((0, 0))))
        assert browser.observe().url == f"{site.away}/link"


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://example.org/", True),
        ("http://www.Example.org:8080/x", True),
        ("https://badexample.org/", False),
        ("https://example.org.evil.example/", False),
        ("https://example.org@evil.example/", False),
        ("file:///etc/passwd", False),
        ("https://[", False),
    ],
)
def test_allow(url: str, allowed: bool) -> None:
    """A host and what lies below it, and nothing that only looks like it."""
    assert Hosts(["example.org"], print).allow(url) is allowed
