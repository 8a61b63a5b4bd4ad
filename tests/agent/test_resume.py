"""Runs that were cut off, and go on."""

from pathlib import Path

import pytest

from bench.faults import Fault, recover
from glm_actions import Point, UsageError
from glm_actions.surfaces.browser import Browser
from glm_actions.surfaces.drawn import Button, DrawnScreen
from glm_actions.vocabulary import Done, Extract, Key, LeftClick
from glm_agent import Agent, Limits, Rejected
from glm_agent.approval import policy
from glm_agent.build import brought_back
from glm_backends import EmbeddedProtocol, Scripted
from glm_backends.native import NativeProtocol
from glm_trajectory import Intended, RunResumed, load

PAY = LeftClick(start_box=Point((500, 380)), element_info="Pay button")
SAVE = PAY.model_copy(update={"element_info": "Safe thing"})


@pytest.fixture
def screen() -> DrawnScreen:
    return DrawnScreen([Button(label="Pay", left=140, top=100)])


def cut_off(folder: Path, screen: DrawnScreen, *, events: int) -> Path:
    """A run of which only so many events are there, the next one torn."""
    model = Scripted([Extract(content="12.50"), PAY, Done()])
    outcome = Agent(screen, model, runs=folder).run("Pay it")
    assert outcome.folder
    journal = outcome.folder / "events.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:events]) + lines[events][:30])
    return outcome.folder


def test_what_may_have_been_done_is_looked_at_first(tmp_path: Path, screen: DrawnScreen) -> None:
    """An irreversible action that was intended is not repeated before the model was told to look for its effect."""
    folder = cut_off(tmp_path, screen, events=8)
    model = Scripted([PAY, PAY, Done()])

    outcome = Agent(screen, model, runs=tmp_path).resume(folder)

    run = load(folder)
    told = ["".join(part for part in asked[1].parts if isinstance(part, str)) for asked in model.asked]
    assert (outcome.kind, outcome.steps, outcome.extracts) == ("finished", 5, ("12.50",))
    assert "Certainly done: what you chose before step 2. Done or not, nobody knows: left_click(" in told[0]
    assert "Look first whether it was" in told[1]
    assert [event.step for event in run.events if isinstance(event, Intended)] == [1, 2, 4, 5]
    assert [event.torn for event in run.events if isinstance(event, RunResumed)] == [True]


def test_what_was_not_begun_is_just_done(tmp_path: Path, screen: DrawnScreen) -> None:
    """Where nothing is in doubt, nothing is asked twice."""
    folder = cut_off(tmp_path, screen, events=7)
    before = screen.clicked["Pay"]

    assert Agent(screen, Scripted([PAY, Done()]), runs=tmp_path).resume(folder).ok
    assert screen.clicked["Pay"] == before + 1


def test_a_budget_goes_on(tmp_path: Path, screen: DrawnScreen) -> None:
    """Steps count from the beginning of the run; more can be allowed when it is resumed."""
    outcome = Agent(screen, Scripted([SAVE] * 9), runs=tmp_path, limits=Limits(steps=2)).run("x")
    assert outcome.folder

    again = Agent(screen, Scripted([SAVE] * 9), runs=tmp_path, limits=Limits(steps=2)).resume(outcome.folder)
    more = Agent(screen, Scripted([Done()]), runs=tmp_path, limits=Limits(steps=3)).resume(outcome.folder)

    assert [outcome.kind, again.kind, more.kind, more.steps] == ["out_of_budget", "out_of_budget", "finished", 3]


def test_a_run_that_has_ended_is_left_alone(tmp_path: Path, screen: DrawnScreen) -> None:
    """A finished run is not gone on with, and its recording stays as it is."""
    outcome = Agent(screen, Scripted([Done()]), runs=tmp_path).run("x")
    assert outcome.folder
    before = (outcome.folder / "events.jsonl").read_bytes()

    with pytest.raises(UsageError, match="nothing to resume"):
        Agent(screen, Scripted([]), runs=tmp_path).resume(outcome.folder)
    assert (outcome.folder / "events.jsonl").read_bytes() == before


def test_a_run_goes_on_in_its_own_protocol(tmp_path: Path, screen: DrawnScreen) -> None:
    """A model is not shown answers in another form than it has to give; nothing is written before that is clear."""
    said = "I save it.\nleft_click(start_box='[500, 380]')\nMemory:\n[]"
    outcome = Agent(screen, Scripted([said]), protocol=NativeProtocol(), limits=Limits(steps=1), runs=tmp_path).run("x")
    assert outcome.folder
    before = (outcome.folder / "events.jsonl").read_bytes()

    with pytest.raises(UsageError, match=r"is in the protocol native, which json does not read. Use --protocol native"):
        Agent(screen, Scripted([Done()]), runs=tmp_path).resume(outcome.folder)
    assert (outcome.folder / "events.jsonl").read_bytes() == before
    done = Scripted(["It is saved.\nDONE()\nMemory:\n[]"])
    assert Agent(screen, done, protocol=NativeProtocol(), runs=tmp_path).resume(outcome.folder).ok


def test_json_goes_on_as_json(tmp_path: Path, screen: DrawnScreen) -> None:
    """A run of the embedded model can be handed to a larger one."""
    said = EmbeddedProtocol().answer(SAVE)
    begun = Agent(screen, Scripted([said]), protocol=EmbeddedProtocol(), limits=Limits(steps=1), runs=tmp_path).run("x")
    assert begun.folder
    assert Agent(screen, Scripted([Done()]), runs=tmp_path).resume(begun.folder).ok


def test_the_browser_is_brought_back(tmp_path: Path, pages: str) -> None:
    """Address, cookies and local storage are what they were when the run last looked."""
    with Browser(f"{pages}/events.html") as browser:
        browser.evaluate("() => { document.cookie = 'who=kim; max-age=999'; localStorage.cart = '3' }")
        outcome = Agent(browser, Scripted([SAVE] * 2), runs=tmp_path, limits=Limits(steps=1)).run("x")
    assert outcome.folder
    (state,) = (outcome.folder / "states").iterdir()

    with brought_back(load(outcome.folder)) as browser:
        kept = browser.evaluate("() => [document.cookie, localStorage.cart, location.pathname]")

    assert kept == ["who=kim", "3", "/events.html"]
    assert (state.stat().st_mode & 0o777, state.parent.stat().st_mode & 0o777) == (0o600, 0o700)


@pytest.mark.parametrize("fault", [Fault(event=76, torn=False), Fault(event=77, torn=True)], ids=["before", "after"])
def test_a_booking_that_was_killed_is_made_once(fault: Fault) -> None:
    """Killed just before or just after the click that books, the resumed run ends with exactly one booking."""
    recovery = recover(0, fault)

    assert recovery.reached
    assert (recovery.outcome, recovery.verdict.passed) == ("finished", True), recovery.verdict.why


def test_policy(screen: DrawnScreen) -> None:
    """With `policy` a person is asked before anything is paid, sent or deleted, and for nothing else."""
    asked: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        return "no, too dear"

    approve, seen = policy(ask), screen.observe()

    assert approve(SAVE, seen) == SAVE
    for action in (PAY, Key(keys="enter"), PAY.model_copy(update={"element_info": ""})):
        with pytest.raises(Rejected, match="too dear"):
            approve(action, seen)
    assert len(asked) == 3
