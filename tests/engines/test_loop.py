"""The whole agent against a real engine: real Chromium, real grammar, real errors; only the weights are random."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from glm_actions import ActionSpace, Size
from glm_actions.surfaces.browser import Browser, Patience
from glm_actions.vocabulary import VOCABULARY
from glm_agent import Agent, Limits
from glm_agent.errors import ModelRefused, ModelUnreachable
from glm_backends import Form, JsonProtocol, Options, Server
from glm_tasks.flights import FlightsTask
from glm_trajectory import Decided, Event, Intended, Observed, Performed, Run, RunEnded, load

from .engine import Engine

pytestmark = [pytest.mark.engine, pytest.mark.timeout(900)]

STEPS = 25
ENDLESS = Limits(steps=3 * STEPS, mistakes=10**6, repeats=10**6, tokens=10**9)
LEAVING = {"goto", *(cls.kind() for cls in VOCABULARY if cls.final)}


class Staying(JsonProtocol):
    """Random weights would end the run, or leave the site, within a few steps."""

    def form(self, space: ActionSpace) -> Form:
        return space.without(LEAVING)


LIVELY: dict[str, Any] = {
    "protocol": Staying(),
    "limits": ENDLESS,
    "options": Options(max_tokens=400, temperature=1.0, top_k=-1),
    "pictures": 1,
}
"""How to keep random weights going."""


@pytest.fixture(scope="module")
def site() -> Iterator[Browser]:
    """A browser on the practice site."""
    patience = Patience(change=0.5)
    with FlightsTask.tokyo() as task, Browser(viewport=Size(width=672, height=448), patience=patience) as browser:
        task.setup(browser)
        yield browser


def only_run(runs: Path) -> Run:
    """The run that was recorded."""
    (folder,) = runs.iterdir()
    return load(folder)


@pytest.mark.parametrize("think", ["off", "on"])
def test_25_steps(vllm: Engine, steering: dict[str, Any], site: Browser, tmp_path: Path, think: Any) -> None:
    """Whatever a model without any sense answers, every answer that is not cut off is an action that is performed."""
    performed: list[Performed] = []

    def watch(event: Event) -> None:
        if isinstance(event, Performed):
            performed.append(event)
        if len(performed) == STEPS:
            agent.stop()

    with Server(vllm.url, extra_body=steering) as model:
        agent = Agent(site, model, think=think, watch=watch, runs=tmp_path, **LIVELY)
        outcome = agent.run("Book a flight to Tokyo")

    events = only_run(tmp_path).events
    decided = [event for event in events if isinstance(event, Decided)]
    whole = [event for event in decided if event.finish == "stop"]
    assert outcome.kind == "stopped"
    assert len(performed) == STEPS
    assert [event.problem for event in whole if event.action is None] == []
    assert [event.action for event in whole] == [event.action for event in events if isinstance(event, Intended)]
    assert len(whole) >= len(decided) / 2
    assert {event.think for event in decided} == {think == "on"}
    assert any(event.thinking for event in decided) == (think == "on")
    assert any(event.cached_tokens for event in decided)
    assert len({event.action.kind() for event in whole if event.action}) > 2


def test_truncated_answers(vllm: Engine, site: Browser, tmp_path: Path) -> None:
    """Answers that are cut off are the model's mistake: told, counted, and the run ends with the reason."""
    with Server(vllm.url) as model:
        agent = Agent(site, model, options=Options(max_tokens=5), think="off", pictures=1, runs=tmp_path)
        outcome = agent.run("Book a flight to Tokyo")

    decided = [event for event in only_run(tmp_path).events if isinstance(event, Decided)]
    assert outcome.kind == "failed"
    assert "was too long and was cut off" in outcome.why
    assert {event.finish for event in decided} == {"length"}
    assert all(event.text for event in decided)


def assert_crashed(run: Run, why: str) -> None:
    """The journal tells everything up to the error, and the error."""
    last = run.events[-1]
    assert isinstance(last, RunEnded)
    assert (last.outcome, run.torn) == ("crashed", False)
    assert why in last.why
    assert isinstance(run.events[-2], Observed)


def test_unknown_model(vllm: Engine, site: Browser, tmp_path: Path) -> None:
    """A name that the server does not know is refused in the server's words, with the flag to check."""
    with Server(vllm.url, "nope") as model, pytest.raises(ModelRefused, match=r"`nope` does not exist.*--model"):
        Agent(site, model, runs=tmp_path).run("Book a flight to Tokyo")

    assert_crashed(only_run(tmp_path), "`nope` does not exist")


def test_too_long_prompt(vllm: Engine, site: Browser, tmp_path: Path) -> None:
    """A prompt beyond the context says which settings to change."""
    with Server(vllm.url) as model, pytest.raises(ModelRefused, match=r"--max-model-len.*history_pictures"):
        Agent(site, model, runs=tmp_path).run("Book a flight to Tokyo. " * 4000)

    assert_crashed(only_run(tmp_path), "context length")


def test_killed_server(bare_vllm: Engine, site: Browser, tmp_path: Path) -> None:
    """When the server dies between two steps, the run ends with the right error and a complete journal."""

    def watch(event: Event) -> None:
        if isinstance(event, Performed) and event.step >= 2:
            bare_vllm.kill()

    with Server(bare_vllm.url, extra_body=bare_vllm.steering(), attempts=2) as model:
        agent = Agent(site, model, think="off", watch=watch, runs=tmp_path, **LIVELY)
        with pytest.raises(ModelUnreachable, match="No model server answers"):
            agent.run("Book a flight to Tokyo")

    assert_crashed(only_run(tmp_path), "No model server answers")
