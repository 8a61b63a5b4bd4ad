"""Runs to look at and to export: recorded by the real agent, on screens that are drawn in memory."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from glm_actions import Decision, Point
from glm_actions.surface import Observation, Result
from glm_actions.surfaces import chromium
from glm_actions.surfaces.drawn import Button, DrawnScreen
from glm_actions.vocabulary import Action, Done, Key, LeftClick, LeftDrag, Scroll, Type
from glm_agent import Agent
from glm_backends import Scripted
from glm_backends.model import Reply, Usage
from glm_trajectory import Run, load

HOSTILE = "<script>document.title='broken'</script><img src=x onerror=alert(1)>"
"""What a recorded page may have put anywhere."""
USAGE = Usage(prompt_tokens=1200, cached_tokens=900, completion_tokens=40)


class HostileScreen(DrawnScreen):
    """A screen whose title is markup, and where keys do nothing."""

    def observe(self) -> Observation:
        return super().observe().model_copy(update={"title": HOSTILE, "url": "http://127.0.0.1/</script>"})

    def perform(self, action: Action) -> Result:
        if isinstance(action, Key):
            return Result(ok=False, note="Nothing happened.")
        return super().perform(action)


def reply(action: Action, reason: str) -> Reply:
    text = Decision(reason=reason, action=action, memory="").model_dump_json()
    return Reply(text=text, thinking=f"Let me think. {HOSTILE}", usage=USAGE, first_token_s=0.02, seconds=0.05)


ANSWERS = (
    reply(LeftClick(start_box=Point((500, 380)), element_info="Save"), "I see the button."),
    reply(Type(content=f"Zoë {HOSTILE}"), HOSTILE),
    reply(Key(keys="enter"), "I send it."),
    "no action at all",
    reply(Scroll(start_box=Point((500, 500)), direction="down", step=3), "There may be more below."),
    reply(
        LeftDrag(start_box=Point((100, 300)), end_box=Point((640, 300)), element_info="slider"), "I move the slider."
    ),
    reply(Done(content="Saved."), "It is saved."),
)


def record(runs: Path, goal: str, answers: tuple[Reply | Action | str, ...] = ANSWERS) -> Run:
    """A run on disk."""
    screen = HostileScreen([Button(label="Save", left=140, top=100)])
    outcome = Agent(screen, Scripted(answers), runs=runs).run(goal)
    assert outcome.folder
    return load(outcome.folder)


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two runs that part at their third step; not to be changed."""
    runs = tmp_path_factory.mktemp("shelf")
    record(runs, f"Save it {HOSTILE}")
    record(runs, "Save it again", (*ANSWERS[:2], *ANSWERS[4:]))
    return runs


@pytest.fixture
def run(shelf: Path) -> Run:
    """The first of the two runs."""
    return load(min(shelf.iterdir(), key=lambda path: (path / "events.jsonl").stat().st_mtime))


@pytest.fixture(scope="session")
def chromium_browser() -> Iterator[Browser]:
    """A Chromium to open pages of ours in."""
    with sync_playwright() as started:
        program = chromium.executable(Path(started.chromium.executable_path))
        browser = started.chromium.launch(executable_path=program, args=chromium.flags())
        yield browser
        browser.close()
