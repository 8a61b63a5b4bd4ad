"""The trace is opened by Playwright's own viewer, which comes with Playwright, in a real Chromium."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import playwright
import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from glm_actions import UsageError
from glm_actions.loopback import Loopback
from glm_trajectory import Journal, NotARun, Run, load
from glm_trajectory.exports import export, trace
from tests.trajectory.conftest import ANSWERS, HOSTILE

VIEWER = Path(playwright.__file__).parent / "driver" / "package" / "lib" / "vite" / "traceViewer"


@pytest.fixture
def page(chromium_browser: Browser, run: Run, tmp_path: Path) -> Iterator[Page]:
    """Playwright's viewer with the trace of the run."""
    trace(run, tmp_path / "trace.zip")
    mounts = [Mount("/runs", StaticFiles(directory=tmp_path)), Mount("/", StaticFiles(directory=VIEWER, html=True))]
    served = Loopback(Starlette(routes=mounts))
    served.start()
    context = chromium_browser.new_context(viewport={"width": 1500, "height": 900})
    page = context.new_page()
    page.goto(f"{served.url}/index.html?trace={served.url}/runs/trace.zip")
    yield page
    context.close()
    served.close()


def snapshot(page: Page, phase: str) -> FrameLocator:
    """The screenshot of the chosen action, before, while or after it was done."""
    page.get_by_role("tab", name=phase, exact=True).click()
    return page.frame_locator("iframe.snapshot-visible")


def test_playwright_shows_every_step(page: Page) -> None:
    """Each step is an action with its words, arguments, reason and error; the goal is the title."""
    titles = page.locator(".action-title-method")
    expect(titles).to_have_count(len(ANSWERS))
    assert titles.all_inner_texts()[0] == "Left click Save"
    expect(page.locator("body")).to_contain_text(f"Save it {HOSTILE}")
    expect(page.locator(".film-strip-frame").first).to_be_visible()

    titles.nth(1).click()
    call = page.get_by_role("tabpanel", name="Call")
    expect(call).to_contain_text(f'content:"Zoë {HOSTILE}"')
    expect(call).to_contain_text(f'reason:"{HOSTILE}"')
    page.get_by_role("tab", name="Errors").click()
    expect(page.get_by_role("tabpanel", name="Errors")).to_contain_text("Nothing happened.")
    page.get_by_role("tab", name="Log").click()
    expect(page.get_by_role("tabpanel", name="Log")).to_contain_text("Let me think.")


def test_playwright_shows_the_screens(page: Page, run: Run) -> None:
    """Before and after each action is its screenshot, and the pointer where the click was."""
    page.locator(".action-title-method").first.click()
    for phase, step in (("Before", 0), ("Action", 0), ("After", 1)):
        picture = snapshot(page, phase).locator("img")
        expect(picture).to_have_attribute("src", re.compile(run.steps[step].observed.screen))
        expect(picture).to_have_js_property("naturalWidth", run.steps[step].observed.frame.image.width)
    pointer = snapshot(page, "Action").locator("x-pw-pointer")
    expect(pointer).to_have_css("left", "200.2px")


def test_a_trace_is_whole_or_not_there(run: Run, tmp_path: Path) -> None:
    """If a screenshot is missing, it is named, and neither a trace nor a part of one is left behind."""
    folder = shutil.copytree(run.folder, tmp_path / "holes")
    next((folder / "screens").iterdir()).unlink()
    out = tmp_path / "out"
    out.mkdir()

    with pytest.raises(NotARun, match=r"\.png is missing"):
        export(load(folder), "playwright-trace", out / "trace.zip")
    assert list(out.iterdir()) == []


def test_a_run_without_a_step_has_no_trace(tmp_path: Path, run: Run) -> None:
    """A run that saw nothing cannot be traced, and says so."""
    journal = Journal.create(tmp_path, "Nothing")
    journal.append(run.events[0])
    journal.close()

    with pytest.raises(UsageError, match="nothing to trace"):
        trace(load(journal.folder), tmp_path / "trace.zip")
