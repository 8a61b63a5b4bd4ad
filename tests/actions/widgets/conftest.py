"""A Chromium in which the pages of tests/actions/pages are served, and a page with the widgets."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

from glm_actions.surfaces import chromium as chromiums
from glm_actions.surfaces.widgets import script
from tests.actions.widgets.panel import SITE

PAGES = Path(__file__).parents[1] / "pages"
STRICT = (
    "default-src 'none'; style-src 'self'; script-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        program = chromiums.executable(Path(playwright.chromium.executable_path))
        browser = playwright.chromium.launch(executable_path=program, args=chromiums.flags())
        yield browser
        browser.close()


def serve(route: Route) -> None:
    name = route.request.url.removeprefix(SITE)
    page = PAGES / name.lstrip("/")
    headers = {"Content-Security-Policy": STRICT} if page.name == "strict.html" else {}
    if page.is_file():
        route.fulfill(path=page, headers={"Content-Type": "text/html; charset=utf-8", **headers})
    else:
        route.fulfill(status=404)


@pytest.fixture
def native(chromium: Browser) -> Iterator[BrowserContext]:
    """A context as Chromium made it."""
    context = chromium.new_context(viewport={"width": 1000, "height": 600}, locale="en-GB")
    context.route(f"{SITE}/**", serve)
    context.set_default_timeout(5000)
    yield context
    context.close()


@pytest.fixture
def page(native: BrowserContext) -> Iterator[Page]:
    """A page with the widgets; it may not have complained about anything at the end."""
    native.add_init_script(script())
    page = native.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert complaints == []
