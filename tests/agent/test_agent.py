"""The loop, on a screen in memory and with scripted answers."""

import asyncio
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from glm_actions import Decision, Point
from glm_actions.grammar import Grammar
from glm_actions.surface import Observation, Result
from glm_actions.surfaces.drawn import Button, DrawnScreen
from glm_actions.vocabulary import (
    Action,
    Answer,
    AskUser,
    Done,
    Extract,
    Fail,
    Key,
    LeftClick,
    RightClick,
    Type,
    Wait,
)
from glm_agent import Agent, Limits, Outcome, Rejected, recorded
from glm_agent.approval import allow
from glm_backends import ModelFailed, Picture, Reply, Scripted, Server, Usage
from glm_backends.dialect import HOSTED
from glm_backends.fake_server import FakeServer
from glm_backends.scripted import Line
from glm_trajectory import Decided, Event, Intended, Performed, RunEnded, RunStarted, load

SAVE = Button(label="Save", left=140, top=100)
CLICK = LeftClick(start_box=Point((500, 380)), element_info="Save button")


@pytest.fixture
def screen() -> DrawnScreen:
    return DrawnScreen([SAVE])


@pytest.fixture
def play(screen: DrawnScreen, tmp_path: Path) -> Callable[..., Outcome]:
    """Run an agent over a script."""

    def play(*lines: Line, **options: Any) -> Outcome:
        return Agent(screen, Scripted(lines), runs=tmp_path, **options).run("Save it")

    return play


def texts(scripted: Scripted, request: int = -1) -> str:
    """All text of one request."""
    return "".join(part for message in scripted.asked[request] for part in message.parts if isinstance(part, str))


def test_loop_fits_on_a_page() -> None:
    """The loop stays within 120 lines."""
    import glm_agent.agent

    assert len(Path(glm_agent.agent.__file__).read_text().splitlines()) <= 120


def test_a_run(play: Callable[..., Outcome], screen: DrawnScreen) -> None:
    """The agent acts on the screen until the model says it is done, and says how it went."""
    outcome = play(CLICK, Type(content="Zoë"), Done(content="Saved."))

    assert (outcome.kind, outcome.why, outcome.answer, outcome.steps) == ("finished", "Saved.", "Saved.", 3)
    assert (screen.clicked, screen.typed) == ({"Save": 1}, "Zoë")


@pytest.mark.parametrize(
    ("last", "kind"),
    [(Done(), "finished"), (Answer(content="42"), "finished"), (Fail(content="Not there."), "failed")],
)
def test_endings(play: Callable[..., Outcome], last: Action, kind: str) -> None:
    """Done and answer finish a run, fail fails it, and what they say is the outcome's answer."""
    outcome = play(last)

    assert (outcome.kind, outcome.answer) == (kind, getattr(last, "content", ""))


def test_everything_is_recorded_in_order(play: Callable[..., Outcome]) -> None:
    """Each step is observed, decided, intended and performed, with all that is needed to look at it again."""
    outcome = play(Decision(reason="There is the button.", action=CLICK, memory="one"), Done())
    assert outcome.folder

    run = load(outcome.folder)

    assert [event.event for event in run.events] == [
        "run_started",
        *["observed", "decided", "intended", "performed"] * 2,
        "run_ended",
    ]
    started, seen, decided, intended, performed = run.events[:5]
    assert isinstance(started, RunStarted)
    assert isinstance(decided, Decided)
    assert isinstance(intended, Intended)
    assert isinstance(performed, Performed)
    assert (started.goal, started.model, started.protocol) == ("Save it", "scripted", "json")
    assert (decided.reason, decided.action, decided.memory) == ("There is the button.", CLICK, "one")
    assert intended.place
    assert (round(intended.place.x, 1), round(intended.place.y, 1)) == (200.2, 114.2)
    assert run.screen(seen.screen).startswith(b"\x89PNG")  # type: ignore[union-attr]
    assert run.text(decided.grammar).startswith("root ::=")
    sent = [run.text(part.sha256) for part in decided.messages[1].parts if part.kind == "text"]
    assert "# Goal\nSave it" in sent[0]


def test_mistakes_are_told_to_the_model(screen: DrawnScreen, tmp_path: Path) -> None:
    """An answer that is no action goes back to the model as text, and the run goes on."""
    model = Scripted(["I would click Save.", Reply(text='{"rea', finish="length"), CLICK, Done()])

    outcome = Agent(screen, model, runs=tmp_path).run("Save it")

    assert outcome.ok
    assert "Note: Your last answer was no valid action: the answer: Invalid JSON" in texts(model, 1)
    assert "Note: Your last answer was too long and was cut off." in texts(model, 2)


def test_thinking_without_an_answer_is_told_to_the_model(screen: DrawnScreen, tmp_path: Path) -> None:
    """A model that ends within its thoughts, or is cut off there, has not answered, and hears that."""
    model = Scripted([Reply(text="", thinking="Hm."), Reply(text="", thinking="Hm", finish="length"), Done()])

    outcome = Agent(screen, model, runs=tmp_path).run("Save it")

    assert outcome.ok
    assert "Note: Your thinking ended without an answer." in texts(model, 1)
    assert "Note: Your thinking was cut off before an answer came." in texts(model, 2)


DONE = Decision(reason="", action=Done(), memory="")


def test_one_repair_without_a_grammar(screen: DrawnScreen, tmp_path: Path) -> None:
    """Where no grammar holds, a bad answer is quoted back with its fault, once, before it counts as a mistake."""
    with FakeServer(["Sure!", DONE], engine=HOSTED) as fake, Server(fake.url) as model:
        outcome = Agent(screen, model, runs=tmp_path, limits=Limits(mistakes=1)).run("Save it")
        first, second = fake.requests

    said, asked = second["messages"][len(first["messages"]) :]
    assert outcome.ok
    assert (said["role"], said["content"][0]["text"]) == ("assistant", "Sure!")
    assert "no valid action: the answer: Invalid JSON" in asked["content"][0]["text"]
    assert second["messages"][: len(first["messages"])] == first["messages"]


def test_a_second_bad_answer_is_a_mistake(screen: DrawnScreen, tmp_path: Path) -> None:
    """There is one repair and not two; both answers count as tokens."""
    with FakeServer(["Sure!"], engine=HOSTED) as fake, Server(fake.url) as model:
        outcome = Agent(screen, model, runs=tmp_path, limits=Limits(mistakes=1)).run("Save it")
        asked = len(fake.requests)

    (decided,) = (event for event in load(outcome.folder).events if isinstance(event, Decided))
    assert outcome.kind == "failed"
    assert asked == 2
    assert decided.completion_tokens == 2


def test_a_grammar_needs_no_repair(screen: DrawnScreen, tmp_path: Path) -> None:
    """A server that has grammars is not asked twice in a step."""
    with FakeServer(["Sure!", DONE]) as fake, Server(fake.url) as model:
        outcome = Agent(screen, model, runs=tmp_path).run("Save it")

    assert (outcome.ok, outcome.steps) == (True, 2)


def test_mistakes_in_a_row_end_the_run(play: Callable[..., Outcome]) -> None:
    """A model that never answers with an action is given up, with its last mistake named."""
    outcome = play(*["?"] * 9, limits=Limits(mistakes=3))

    assert outcome.kind == "failed"
    assert outcome.why.startswith("3 mistakes in a row. The last one: Your last answer was no valid action")


def test_only_mistakes_in_a_row_count(play: Callable[..., Outcome]) -> None:
    """A good action between mistakes starts the count anew."""
    assert play("?", CLICK, "?", CLICK, "?", Done(), limits=Limits(mistakes=2)).ok


def test_an_action_that_is_not_on_offer_is_a_mistake(screen: DrawnScreen, tmp_path: Path) -> None:
    """What this surface cannot perform never reaches it, even if a server without a grammar lets it through."""
    model = Scripted(['{"reason":"","action":{"action_type":"back"},"memory":""}', Done()])

    assert Agent(screen, model, runs=tmp_path).run("Save it").ok
    assert screen.performed == []
    assert "back cannot be performed now" in texts(model)


def test_a_screen_that_stays_the_same_is_mentioned(screen: DrawnScreen, tmp_path: Path) -> None:
    """When an action changed nothing, the model is told so."""
    model = Scripted([RightClick(start_box=Point((10, 10))), CLICK, Done()])

    Agent(screen, model, runs=tmp_path).run("Save it")

    assert "The screen looks exactly as before your last action." in texts(model, 1)
    assert texts(model, 2).count("exactly as before") == 1


def test_going_round_in_circles(screen: DrawnScreen, tmp_path: Path) -> None:
    """The same choice on the same screen is forbidden for a step at half time, and ends the run as stuck."""
    model = Scripted([Wait()] * 3 + [Key(keys="enter")] + [Wait()] * 9)

    outcome = Agent(screen, model, runs=tmp_path, limits=Limits(repeats=6)).run("Save it")

    assert (outcome.kind, outcome.steps) == ("stuck", 9)
    assert outcome.folder
    run = load(outcome.folder)
    grammars = [run.text(event.grammar) for event in run.events if isinstance(event, Decided)]
    assert ["\nwait ::=" in grammar for grammar in grammars[:5]] == [True, True, True, False, True]


def test_a_click_that_leads_back_is_barred_where_it_was_made(tmp_path: Path) -> None:
    """After three times it is gone on that screen and on no other, with all that is as far across; the model is told.

    Everything else can be clicked, and what it tries instead gets it out of the circle.
    """
    there, back = LeftClick(start_box=Point((900, 400))), LeftClick(start_box=Point((100, 100)))
    model = Scripted([there, back] * 3 + [LeftClick(start_box=Point((500, 700))), Done()])

    outcome = Agent(Rooms(), model, runs=tmp_path, limits=Limits(repeats=6)).run("Leave the room")

    assert outcome.folder
    run = load(outcome.folder)
    grammars = [Grammar(run.text(event.grammar)) for event in run.events if isinstance(event, Decided)]
    clicks = [LeftClick(start_box=Point((x, 400))) for x in (900, 850, 500)]
    said = [Decision(reason="", action=click).model_dump_json() for click in clicks]
    allowed = [[grammar.accepts(text) for text in said] for grammar in grammars]
    assert allowed == [*[[True] * 3] * 6, [False, False, True], [True] * 3]
    assert "left_click(start_box='[900, 400]') does not help here" in texts(model, 6)
    assert outcome.kind == "finished"


class Rooms(DrawnScreen):
    """Two screens: a click at the right leads to the second one, and one at the left back."""

    def perform(self, action: Action) -> Result:
        x = action.start_box.x if isinstance(action, LeftClick) else 0
        self.typed = {900: "Second room", 100: ""}.get(x, "Outside")
        return Result()


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        (Limits(steps=3), "--max-steps"),
        (Limits(tokens=250), "--max-tokens"),
        (Limits(seconds=0.001), "--max-seconds"),
    ],
)
def test_budgets(screen: DrawnScreen, tmp_path: Path, limits: Limits, why: str) -> None:
    """A run ends when its steps, tokens or seconds are used up, and says which flag allows more."""
    text = Decision(reason="", action=CLICK, memory="").model_dump_json()
    model = Scripted([Reply(text=text, usage=Usage(prompt_tokens=90, completion_tokens=10))] * 99)

    outcome = Agent(screen, model, runs=tmp_path, limits=limits).run("Save it")

    assert outcome.kind == "out_of_budget"
    assert why in outcome.why
    assert outcome.steps <= 3


def test_thinking_is_used_where_it_helps(screen: DrawnScreen, tmp_path: Path) -> None:
    """In `auto` the model thinks at the first step and after a mistake, and not while things go well."""
    outcome = Agent(screen, Scripted([CLICK, CLICK, "?", CLICK, CLICK, Done()]), runs=tmp_path).run("Save it")

    assert outcome.folder
    decided = [event for event in load(outcome.folder).events if isinstance(event, Decided)]
    assert [event.think for event in decided] == [True, False, False, True, False, False]


@pytest.mark.parametrize(("think", "thinks"), [("on", True), ("off", False)])
def test_thinking_can_be_forced(screen: DrawnScreen, tmp_path: Path, think: Any, thinks: bool) -> None:
    """`on` lets the model think at every step, `off` never."""
    outcome = Agent(screen, Scripted([CLICK, "?", Done()]), runs=tmp_path, think=think).run("Save it")

    assert outcome.folder
    assert {event.think for event in load(outcome.folder).events if isinstance(event, Decided)} == {thinks}


def test_approval(screen: DrawnScreen, tmp_path: Path) -> None:
    """An approver can change an action or reject it; the model is told why, and nothing is performed."""

    def careful(action: Action, seen: Observation) -> Action:
        if isinstance(action, LeftClick):
            raise Rejected("do not save")
        return Type(content="b") if isinstance(action, Type) else allow(action, seen)

    model = Scripted([CLICK, Type(content="a"), Done()])

    assert Agent(screen, model, runs=tmp_path, approve=careful).run("Save it").ok
    assert screen.performed == [Type(content="b")]
    assert "was not approved: do not save" in texts(model, 1)


def test_asking_the_user(screen: DrawnScreen, tmp_path: Path) -> None:
    """A question reaches the person, and the answer the model."""
    model = Scripted([AskUser(content="Which name?"), Done()])

    Agent(screen, model, runs=tmp_path, ask=lambda question: f"Zoë ({question})").run("Save it")

    assert "The user answers: Zoë (Which name?)" in texts(model)


def test_nobody_to_ask(play: Callable[..., Outcome]) -> None:
    """Without a person to answer, asking is not on offer."""
    assert not play(*[AskUser(content="?")] * 9).ok


def test_extracts(play: Callable[..., Outcome]) -> None:
    """What the model keeps on the way is in the outcome, in order."""
    assert play(Extract(content="12.50"), Extract(content="13.00"), Done()).extracts == ("12.50", "13.00")


def test_stop(screen: DrawnScreen, tmp_path: Path) -> None:
    """A run that is stopped ends after the step under way, with its journal closed."""

    def lines() -> Any:
        yield CLICK
        agent.stop()
        yield CLICK

    agent = Agent(screen, Scripted(lines()), runs=tmp_path)
    outcome = agent.run("Save it")

    assert (outcome.kind, outcome.steps, screen.clicked["Save"]) == ("stopped", 2, 2)
    assert outcome.folder
    assert isinstance(load(outcome.folder).events[-1], RunEnded)


@pytest.mark.parametrize(
    ("error", "kind"), [(ModelFailed("The model broke."), "crashed"), (KeyboardInterrupt(), "stopped")]
)
def test_what_breaks_a_run_is_recorded_and_raised(
    screen: DrawnScreen, tmp_path: Path, error: BaseException, kind: str
) -> None:
    """An exception closes the journal with what happened, and is not swallowed."""

    def lines() -> Any:
        yield CLICK
        raise error

    with pytest.raises(type(error)):
        Agent(screen, Scripted(lines()), runs=tmp_path).run("Save it")

    (folder,) = tmp_path.iterdir()
    last = load(folder).events[-1]
    assert isinstance(last, RunEnded)
    assert (last.outcome, last.why) == (kind, str(error) or "KeyboardInterrupt")


def test_arun(screen: DrawnScreen, tmp_path: Path) -> None:
    """The same loop can be awaited."""
    assert asyncio.run(Agent(screen, Scripted([Done()]), runs=tmp_path).arun("Save it")).ok


def test_a_recorded_run_as_a_model(play: Callable[..., Outcome], tmp_path: Path) -> None:
    """The answers of a recorded run can be played again, mistakes included, without the model."""
    first = play("?", CLICK, Extract(content="a"), Done(content="Saved."))
    assert first.folder
    screen = DrawnScreen([SAVE])

    again = Agent(screen, recorded(first.folder), runs=tmp_path / "again").run("Save it")

    assert (again.kind, again.answer, again.extracts, again.steps) == ("finished", "Saved.", ("a",), 4)
    assert screen.performed == [CLICK]


def test_a_watcher_that_breaks_at_the_end(screen: DrawnScreen, tmp_path: Path) -> None:
    """The run ends once in its journal, whatever happens to whoever watches."""

    def watch(event: Event) -> None:
        if isinstance(event, RunEnded):
            raise BrokenPipeError("nobody reads")

    with pytest.raises(BrokenPipeError):
        Agent(screen, Scripted([Done()]), runs=tmp_path, watch=watch).run("Save it")

    (folder,) = tmp_path.iterdir()
    ended = [event.outcome for event in load(folder).events if isinstance(event, RunEnded)]
    assert ended == ["finished"]


def test_one_agent_for_many_runs(screen: DrawnScreen, tmp_path: Path) -> None:
    """An agent that was stopped can be given another goal."""

    def lines() -> Any:
        yield CLICK
        agent.stop()
        yield from [CLICK, Done()]

    agent = Agent(screen, Scripted(lines()), runs=tmp_path)

    assert [agent.run(goal).kind for goal in ("one", "two")] == ["stopped", "finished"]


def test_old_pictures_leave_in_blocks(screen: DrawnScreen, tmp_path: Path) -> None:
    """Between two blocks each prompt is the beginning of the next; no more than pictures + block - 1 are ever sent."""
    model = Scripted([CLICK] * 12)

    Agent(screen, model, runs=tmp_path, limits=Limits(steps=12, repeats=99), pictures=2).run("Save it")

    users = [asked[1].parts for asked in model.asked]
    pictures = [sum(isinstance(part, Picture) for part in parts) for parts in users]
    assert pictures == [1, 2, 3, 4, 2, 3, 4, 2, 3, 4, 2, 3]
    continued = [new[: len(old)] == old for old, new in itertools.pairwise(users)]
    assert continued == [True, True, True, False, True, True, False, True, True, False, True]
