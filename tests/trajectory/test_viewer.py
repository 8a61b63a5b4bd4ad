"""The viewer's page as a person uses it, in a real Chromium: every control, and nothing of a run runs."""

import json
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from glm_actions import Point
from glm_actions.surfaces.drawn import Button
from glm_actions.vocabulary import LeftClick
from glm_agent import Agent
from glm_backends import Scripted
from glm_backends.model import Reply
from glm_trajectory import Run, load
from glm_trajectory.viewer import Viewer
from glm_trajectory.viewer.single import single_page
from tests.trajectory.conftest import ANSWERS, HOSTILE, HostileScreen, record

STEPS = len(ANSWERS)


@pytest.fixture(scope="module")
def viewer(shelf: Path) -> Iterator[Viewer]:
    with Viewer(shelf) as viewer:
        yield viewer


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Viewer]:
    """A viewer of a folder without runs. Asked for before `page`, it closes after it, which may still be asking."""
    with Viewer(tmp_path) as viewer:
        yield viewer


@pytest.fixture
def troubles() -> list[str]:
    """What Chromium complains about."""
    return []


@pytest.fixture
def page(chromium_browser: Browser, troubles: list[str]) -> Iterator[Page]:
    """A page that fails the test if anything is blocked, broken, or asks for something."""
    context = chromium_browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    page = context.new_page()
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.on("dialog", lambda dialog: (troubles.append(dialog.message), dialog.dismiss()))
    yield page
    context.close()
    assert troubles == []


def open_run(page: Page, viewer: Viewer, run: Run, step: int = 1) -> None:
    page.goto(viewer.url_of(run.folder, step))
    expect(page.locator(".frame .before")).to_be_visible()


def said(page: Page) -> Locator:
    return page.locator(".saying strong")


def at(page: Page, step: int) -> None:
    """The page is at a step, wherever it says so."""
    expect(page.locator(".saying .number")).to_have_text(str(step))
    expect(page.locator(".player .told")).to_have_text(f"{step} / {STEPS}")
    expect(page.locator(".film[aria-selected=true] .number")).to_have_text(str(step))
    expect(page).to_have_url(re.compile(rf"/{step}$"))


def test_the_list(page: Page, viewer: Viewer) -> None:
    """Each run stands in the list with its figures and a picture, and the search finds words of it."""
    page.goto(viewer.url)
    items = page.locator(".runs li")
    expect(items).to_have_count(2)
    expect(items.nth(0)).to_contain_text("Save it again")
    expect(items.nth(0)).to_contain_text("5 steps")
    expect(items.nth(0)).to_contain_text("6,200 tokens")
    expect(items.nth(1)).to_contain_text(HOSTILE)
    expect(items.nth(1).locator(".badge")).to_have_text("Finished")
    page.wait_for_function("[...document.images].every((image) => image.complete && image.naturalWidth > 0)")

    page.keyboard.press("/")
    page.keyboard.type("finished AGAIN")
    expect(items).to_have_count(1)
    expect(page.locator(".finder .told")).to_have_text("1 of 2 runs")
    page.get_by_label("Search runs").fill("crashed")
    expect(items).to_have_count(0)


def test_what_cannot_be_read_is_in_the_list(fresh: Viewer, page: Page, run: Run, tmp_path: Path) -> None:
    """A damaged run stands between the others with what is wrong with it, is found by that, and cannot be opened."""
    shutil.copytree(run.folder, tmp_path / "whole")
    (shutil.copytree(run.folder, tmp_path / "torn") / "run.json").unlink()
    events = tmp_path / "torn" / "events.jsonl"
    events.write_text(events.read_text().replace("\n{", "\n[", 1))
    page.goto(fresh.url)
    items = page.locator(".runs li")
    expect(items).to_have_count(2)
    expect(items.nth(0)).to_contain_text(f"tornLine 2 of {events} is damaged")
    expect(items.nth(0).locator(".badge")).to_have_text("Unreadable")
    expect(items.nth(0).locator("a, input")).to_have_count(0)
    page.get_by_label("Search runs").fill("unreadable line 2")
    expect(items).to_have_count(1)
    expect(page.locator(".finder .told")).to_have_text("1 of 2 runs")


def test_the_list_grows_by_itself(fresh: Viewer, page: Page, tmp_path: Path) -> None:
    """A run that is recorded while the list is open appears in it."""
    page.goto(fresh.url)
    expect(page.locator(".finder .told")).to_contain_text("No runs yet")
    record(tmp_path, "A new one", ANSWERS[-1:])
    expect(page.locator(".runs li")).to_have_count(1, timeout=20_000)


def test_from_the_list_to_a_run_and_back(page: Page, viewer: Viewer) -> None:
    """The keys j and Enter open a run, Escape leads back."""
    page.goto(viewer.url)
    expect(page.locator(".runs li")).to_have_count(2)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    at(page, 1)
    page.keyboard.press("Escape")
    expect(page.locator(".runs li")).to_have_count(2)


def test_a_run_is_read_before_it_is_opened(page: Page, viewer: Viewer, run: Run) -> None:
    """A run that the pointer or the focus lingers on is read by the server already."""
    page.goto(viewer.url)
    for nearing in (lambda link: link.hover(), lambda link: link.focus()):
        with page.expect_request(lambda request: request.method == "HEAD" and request.url.endswith(run.folder.name)):
            nearing(page.locator(".runs li a").last)
        page.mouse.move(0, 0)


def test_moving(page: Page, viewer: Viewer, run: Run) -> None:
    """Keys, buttons, the line and the film strip lead to the same steps."""
    open_run(page, viewer, run)
    for key, step in (("ArrowRight", 2), ("j", 3), ("ArrowLeft", 2), ("k", 1), ("End", STEPS), ("Home", 1)):
        page.keyboard.press(key)
        at(page, step)
    for button, step in (("#next", 2), ("#last", STEPS), ("#previous", STEPS - 1), ("#first", 1)):
        page.click(button)
        at(page, step)
    page.locator(".film", has_text="Scroll").click()
    at(page, 5)
    page.locator("#position").fill("3")
    at(page, 3)
    page.reload()
    at(page, 3)


def test_only_what_is_seen_is_loaded(fresh: Viewer, page: Page, tmp_path: Path) -> None:
    """A run opens with a handful of requests, the big picture first; the strip holds what is in sight and no more."""
    clicks = [LeftClick(start_box=Point((10 * number, 500))) for number in range(40)]
    run = record(tmp_path, "Click", (*clicks, ANSWERS[-1]))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.split("/", 4)[4]))
    page.goto(fresh.open(run.folder))
    expect(page.locator(".film").first).to_be_visible()
    opening = [path for path in asked if "/thumb/" not in path]
    page.locator(".virtual.x").evaluate("(strip) => { strip.scrollLeft = strip.scrollWidth; }")
    expect(page.locator(".film .number").last).to_have_text("41")

    assert len(opening) <= len(("page", "script", "style", "icon", "run", "step", "screen", "next screen"))
    assert min(index for index, path in enumerate(asked) if "/screen/" in path) < min(
        index for index, path in enumerate(asked) if "/thumb/" in path
    )
    assert page.locator(".film").count() < 25


def test_playing(page: Page, viewer: Viewer, run: Run) -> None:
    """Space plays to the end and stops there; the speed can be chosen by key and by button; it can be paused."""
    open_run(page, viewer, run)
    page.keyboard.press("2")
    expect(page.locator("[data-speed='2']")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.locator(".saying .number")).not_to_have_text("1")
    page.click("#play")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    page.click("[data-speed='8']")
    page.click("#play")
    at(page, STEPS)
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()


@pytest.mark.parametrize(
    ("step", "words", "drawn"),
    [
        (1, "Left click Save", ".ring.left_click"),
        (2, "Type", ".caption.type"),
        (3, "Key enter", ".caption.key.afloat"),
        (5, "Scroll down 3", ".arrow"),
        (6, "Left drag slider", ".arrow"),
        (7, "Done", ".caption.done.afloat"),
    ],
)
def test_actions_are_drawn(page: Page, viewer: Viewer, run: Run, *, step: int, words: str, drawn: str) -> None:
    """What was done is drawn on the screenshot, and told to who cannot see it."""
    open_run(page, viewer, run, step)
    expect(said(page)).to_contain_text(words)
    expect(page.locator(f".overlay {drawn}")).to_be_visible()
    expect(page.get_by_role("img", name=words)).to_be_visible()


@pytest.mark.parametrize("width", [1280, 700])
def test_a_ring_lies_where_the_click_was(page: Page, viewer: Viewer, run: Run, width: int) -> None:
    """At any size of the page the middle of the ring is the clicked thousandth of the picture."""
    page.set_viewport_size({"width": width, "height": 800})
    open_run(page, viewer, run)
    ring = page.locator(".ring").bounding_box()
    frame = page.locator(".frame").bounding_box()
    assert ring
    assert frame
    assert (ring["x"] + ring["width"] / 2 - frame["x"]) / frame["width"] == pytest.approx(0.5005, abs=0.005)
    assert (ring["y"] + ring["height"] / 2 - frame["y"]) / frame["height"] == pytest.approx(0.3805, abs=0.005)


def test_before_and_after(page: Page, viewer: Viewer, run: Run) -> None:
    """The slider uncovers the next screenshot; at the last step there is none."""
    open_run(page, viewer, run)
    page.keyboard.press("b")
    after = page.locator(".frame .after")
    expect(after).to_have_attribute("src", re.compile(load(run.folder).events[5].screen))  # type: ignore[union-attr]
    expect(after).to_have_css("clip-path", "inset(0px 0px 0px 50%)")
    page.locator(".cut").fill("20")
    expect(after).to_have_css("clip-path", "inset(0px 0px 0px 20%)")
    page.click("#split")
    expect(after).to_have_count(0)
    page.keyboard.press("End")
    expect(page.locator("#split")).to_be_disabled()


def test_the_step(page: Page, viewer: Viewer, run: Run) -> None:
    """Reason, call, tokens with the cached share, times, thinking and the raw answer stand beside the picture."""
    open_run(page, viewer, run)
    panel = page.locator("#panel")
    expect(panel.locator(".reason")).to_have_text("I see the button.")
    expect(panel.locator("code").first).to_have_text("left_click(start_box='[500, 380]', element_info='Save')")
    expect(panel).to_contain_text("900 (75 %)")
    assert panel.locator(".waterfall .name").all_inner_texts() == [
        "Settle", "Capture", "First token", "Decode", "Perform",
    ]  # fmt: skip
    expect(panel.locator("details", has_text="Thinking").locator("pre")).to_contain_text(HOSTILE)
    panel.locator("summary", has_text="Raw answer").click()
    expect(panel.locator("details", has_text="Raw answer").locator("pre")).to_contain_text(
        '"reason":"I see the button."'
    )


def test_what_went_wrong(page: Page, viewer: Viewer, run: Run) -> None:
    """A step in vain and an answer that was no action are told from the others, with the reason why."""
    open_run(page, viewer, run, 3)
    expect(page.locator("#panel .note")).to_have_text("Nothing happened.")
    expect(page.locator("#panel .badge")).to_have_text("in vain")
    page.keyboard.press("ArrowRight")
    expect(said(page)).to_have_text("No valid answer")
    expect(page.locator("#panel .note")).to_contain_text("no valid action")
    expect(page.locator(".film.invalid")).to_have_count(1)


def test_the_tabs(page: Page, viewer: Viewer, run: Run) -> None:
    """Messages, grammar, events, story and the whole run: by mouse, by arrow keys and by the key s."""
    open_run(page, viewer, run, 2)
    panel = page.locator("#panel")
    page.get_by_role("tab", name="Messages").click()
    expect(panel.locator(".message.system pre")).to_contain_text("You are a GUI Agent.")
    expect(panel.locator(".message.user img")).to_have_count(2)
    page.keyboard.press("ArrowRight")
    expect(panel.locator("pre").first).to_contain_text("root ::=")
    at(page, 2)
    page.keyboard.press("s")
    expect(panel).to_have_attribute("data-tab", "events")
    events = [json.loads(block) for block in panel.locator("pre").all_inner_texts()]
    assert [event["event"] for event in events] == ["observed", "decided", "intended", "performed"]
    page.get_by_role("tab", name="Story").click()
    panel.locator(".line", has_text="I send it.").click()
    at(page, 3)
    page.get_by_role("tab", name="Run").click()
    expect(panel).to_contain_text("Saved.")
    with page.expect_download() as download:
        page.click("#events-file")
    assert download.value.path().read_bytes() == (run.folder / "events.jsonl").read_bytes()


def test_nothing_of_a_run_is_markup(page: Page, viewer: Viewer, run: Run) -> None:
    """Titles, reasons, texts and addresses with markup in them are shown as they are, in every tab."""
    open_run(page, viewer, run, 2)
    expect(page.locator("h1")).to_have_text(f"Save it {HOSTILE}")
    expect(page.locator("#panel .reason")).to_have_text(HOSTILE)
    expect(page.locator(".caption")).to_have_text(f"Zoë {HOSTILE}")
    for tab in ("Story", "Messages", "Grammar", "Events", "Run"):
        page.get_by_role("tab", name=tab).click()
    expect(page).to_have_title(f"Save it {HOSTILE} - glm-agent")
    assert page.locator("main script, main img[src=x]").count() == 0


def test_theme_and_help(page: Page, viewer: Viewer, run: Run) -> None:
    """Light and dark can be switched and are remembered; the help names the keys."""
    open_run(page, viewer, run)
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click("#theme")
    expect(page.locator("body")).not_to_have_css("background-color", light)
    page.reload()
    expect(page.locator("body")).not_to_have_css("background-color", light)
    at(page, 1)
    page.keyboard.press("t")
    expect(page.locator("body")).to_have_css("background-color", light)

    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Play or pause")
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.click("#help")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    at(page, 1)


def test_on_a_phone(page: Page, viewer: Viewer, run: Run) -> None:
    """At the width of a phone nothing is cut off sideways, in the list, in a run and in a comparison."""
    page.set_viewport_size({"width": 360, "height": 740})
    names = [path.name for path in run.folder.parent.iterdir()]
    for address in (viewer.url, viewer.url_of(run.folder, 2), f"{viewer.url}#/compare/{names[0]}/{names[1]}"):
        page.goto(address)
        expect(page.locator(".runs, .frame").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, address


def test_comparing(page: Page, viewer: Viewer) -> None:
    """Two runs that are ticked lie beside each other, and the page opens where they part."""
    page.goto(viewer.url)
    expect(page.locator(".runs li")).to_have_count(2)
    for box in page.locator(".runs input").all():
        box.check()
    page.get_by_role("link", name="Compare them").click()
    expect(page.locator(".both.same")).to_have_count(STEPS - 2)
    expect(page.locator(".both.differs")).to_have_count(2)
    expect(page.get_by_role("status")).to_have_text(f"They part at line 3 of {STEPS}.")
    expect(page.locator(".both[aria-selected=true]")).to_contain_text("Key enter")
    expect(page.locator(".pair section").nth(0)).to_contain_text("This run has no such step.")
    page.keyboard.press("Home")
    page.locator(".both").first.click()
    expect(page.locator(".pair .ring")).to_have_count(2)
    page.keyboard.press("j")
    expect(page.locator(".pair .caption")).to_have_count(2)
    page.click("#part")
    expect(page).to_have_url(re.compile("/3$"))


def test_following(fresh: Viewer, page: Page, tmp_path: Path) -> None:
    """A run that goes on is followed to its end, and the page stays at the last step."""
    turns = [threading.Semaphore(0) for _ in ANSWERS]

    def lines() -> Iterator[Reply | str]:
        for turn, answer in zip(turns, ANSWERS, strict=True):
            turn.acquire()
            yield answer

    agent = Agent(HostileScreen([Button(label="Save", left=140, top=100)]), Scripted(lines()), runs=tmp_path)
    running = threading.Thread(target=agent.run, args=("Save it",))
    running.start()
    turns[0].release()
    try:
        while not list(tmp_path.glob("*/events.jsonl")):
            running.join(0.01)
        (folder,) = tmp_path.iterdir()
        page.goto(fresh.url_of(folder, 99))
        expect(page.locator(".crumbs .badge")).to_have_text("Unfinished, following")
        expect(page.locator(".player .told")).to_have_text("2 / 2")
        turns[1].release()
        expect(page.locator(".player .told")).to_have_text("3 / 3")
        page.keyboard.press("Home")
        for turn in turns[2:]:
            turn.release()
        expect(page.locator(".crumbs .badge")).to_have_text("Finished")
        expect(page.locator(".player .told")).to_have_text(f"1 / {STEPS}")
    finally:
        for turn in turns:
            turn.release()
        running.join()


def test_what_is_not_there(fresh: Viewer, page: Page, troubles: list[str], run: Run, tmp_path: Path) -> None:
    """A screenshot or a run that is gone is told, and breaks nothing else."""
    folder = tmp_path / "holes"
    shutil.copytree(run.folder, folder)
    for screen in (folder / "screens").iterdir():
        screen.unlink()
    page.goto(fresh.url_of(folder))
    expect(page.locator(".frame .trouble")).to_have_text("This screenshot is missing from the recording.")
    page.keyboard.press("ArrowRight")
    at(page, 2)
    page.goto(fresh.url_of(tmp_path / "gone"))
    expect(page.get_by_role("alert")).to_contain_text("There is no run gone")
    single_page(load(folder), tmp_path / "holes.html")
    page.goto((tmp_path / "holes.html").as_uri())
    expect(page.locator(".frame .trouble")).to_have_text("This screenshot is missing from the recording.")

    assert all("404" in trouble for trouble in troubles)
    troubles.clear()


def test_one_file(page: Page, run: Run, tmp_path: Path) -> None:
    """The saved file shows the run without a server: pictures, messages, playing; and asks for nothing."""
    file = tmp_path / "run.html"
    single_page(run, file)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(file.as_uri())
    expect(page.locator(".ring")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".caption")).to_have_text(f"Zoë {HOSTILE}")
    page.keyboard.press("b")
    expect(page.locator(".frame .after")).to_be_visible()
    page.get_by_role("tab", name="Messages").click()
    expect(page.locator(".message.system pre")).to_contain_text("You are a GUI Agent.")
    page.click("[data-speed='8']")
    page.click("#play")
    expect(page.locator(".saying .number")).to_have_text(str(STEPS))

    assert [url for url in requests if not url.startswith("data:")] == [file.as_uri()]
