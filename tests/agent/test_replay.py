"""Replaying a recorded booking on the practice site, as it was and as it is on another day."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from glm_actions import Point
from glm_actions.surfaces.browser import Browser
from glm_actions.surfaces.drawn import Button, DrawnScreen
from glm_actions.vocabulary import Done, Goto, LeftClick, Type
from glm_agent import Agent
from glm_agent.practice import solution
from glm_agent.replay import Replay
from glm_backends import Scripted
from glm_tasks.flights import FlightsSite, FlightsTask
from glm_tasks.flights.records import Booking
from glm_trajectory import Run, load
from tests.agent.drift import DRIFTS, Drift, Drifting

SEED = 0
SAVE = Button(label="Save", left=140, top=100)
CLICK = LeftClick(start_box=Point((500, 380)), element_info="Save button")


@pytest.fixture(scope="module")
def site() -> Iterator[FlightsSite]:
    """The site on which everything happens; a recording has its address in it."""
    with FlightsSite() as site:
        yield site


@pytest.fixture(scope="module")
def booked(site: FlightsSite, tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, tuple[Booking, ...]]:
    """A recorded booking, and what the server has of it."""
    task = FlightsTask.tokyo(SEED, site=site)
    with Browser() as browser:
        task.setup(browser)
        outcome = Agent(browser, solution(task, browser), runs=tmp_path_factory.mktemp("runs")).run(task.goal)
    assert outcome.folder
    return load(outcome.folder), site.bookings


def test_the_same_again(site: FlightsSite, booked: tuple[Run, tuple[Booking, ...]], tmp_path: Path) -> None:
    """On the same site the same booking is made, without a model."""
    run, bookings = booked
    task = FlightsTask.tokyo(SEED, site=site)
    with Browser() as browser:
        task.setup(browser)
        outcome = Agent(browser, Replay(run), runs=tmp_path).run(task.goal)

    assert (outcome.kind, outcome.answer, outcome.usage.prompt_tokens) == ("finished", run.summary.answer, 0)
    assert (outcome.steps, site.bookings) == (run.summary.steps, bookings)


@pytest.mark.parametrize("drift", DRIFTS, ids=lambda drift: drift.name)
def test_drift(drift: Drift, site: FlightsSite, booked: tuple[Run, tuple[Booking, ...]], tmp_path: Path) -> None:
    """A drift that changes nothing of what is meant passes; every other one stops before anything is booked."""
    run, bookings = booked
    model = Replay(run)
    site.load(drift.world(SEED))
    with Drifting(drift, SEED) as browser:
        browser.perform(Goto(url=site.url))
        outcome = Agent(browser, model, runs=tmp_path).run("Book it again")
        title = browser.observe().title

    assert title != "decoy clicked"
    assert outcome.folder
    page = model.write_report(outcome.folder)
    if drift.ends == "booked":
        assert (outcome.kind, site.bookings, page) == ("finished", bookings, None), outcome.why
    else:
        assert (outcome.kind, site.bookings) == ("failed", ())
        assert page
        assert json.loads((page.parent / "divergence.json").read_text())["kind"] in {"gone", "different", "ambiguous"}
        assert page.read_text().count("data:image/png;base64,") == 4


def recording(folder: Path) -> Run:
    screen = DrawnScreen([SAVE])
    outcome = Agent(screen, Scripted([CLICK, Type(content="a"), Done(content="Saved.")]), runs=folder).run("Save it")
    assert outcome.folder
    return load(outcome.folder)


@pytest.mark.parametrize(("answer", "kind", "clicks"), [("y", "finished", 1), ("n", "failed", 0)])
def test_a_person_may_decide(tmp_path: Path, answer: str, kind: str, clicks: int) -> None:
    """With `ask`, a person says whether to act although the screen has changed."""
    questions = []

    def ask(question: str) -> str:
        questions.append(question)
        return answer

    screen = DrawnScreen([SAVE.model_copy(update={"label": "Erase"})])
    outcome = Agent(screen, Replay(recording(tmp_path), ask=ask), runs=tmp_path).run("Save it")

    assert (outcome.kind, screen.clicked["Erase"]) == (kind, clicks)
    assert "Do it all the same: left_click" in questions[0]


def test_a_model_may_take_over(tmp_path: Path) -> None:
    """With a successor, it gets the goal and the history at the step where the screen has changed."""
    screen = DrawnScreen([SAVE.model_copy(update={"label": "Erase"})])
    successor = Scripted([Done(content="I see another button.")])
    model = Replay(recording(tmp_path), successor=successor)

    outcome = Agent(screen, model, runs=tmp_path).run("Save it")

    assert (outcome.answer, model.asked, screen.clicked["Erase"]) == ("I see another button.", 1, 0)
    assert "# Goal\nSave it" in str(successor.asked[0][1].parts[0])
