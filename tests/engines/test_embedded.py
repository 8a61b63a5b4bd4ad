"""The embedded model behind a real vLLM, through `Server`, as GLM-4.5V is."""

from collections.abc import Callable
from pathlib import Path

import pytest

from glm_actions import Size
from glm_actions.surfaces.browser import Browser
from glm_agent.build import agent, server
from glm_agent.settings import Settings
from glm_backends.checkpoint import SHIPPED
from glm_backends.unpack import unpack
from glm_tasks.flights import FlightsTask
from glm_trajectory import Decided, RunStarted, load

from .engine import EmbeddedVllm, Engine

pytestmark = [pytest.mark.engine, pytest.mark.timeout(600)]


def test_it_books_a_flight(start: Callable[..., Engine], tmp_path: Path) -> None:
    """Unpacked, served, proven and spoken to in its own protocol, it books: the site has the flight to Tokyo."""
    unpack(SHIPPED, tmp_path / "unpacked")
    with start(EmbeddedVllm, folder=tmp_path / "unpacked") as engine, FlightsTask.tokyo() as task:
        settings = Settings(model_url=engine.url, runs=tmp_path / "runs", answer_tokens=200)
        with server(settings) as model, Browser(viewport=Size(width=672, height=448)) as browser:
            task.setup(browser)
            outcome = agent(settings, browser, model).run(task.goal)
            verdict = task.check()

    assert outcome.folder
    events = load(outcome.folder).events
    assert next(event.model for event in events if isinstance(event, RunStarted)) == "glm-agent-embedded"
    assert [event.problem for event in events if isinstance(event, Decided) and event.action is None] == []
    assert verdict.passed, verdict.why
