"""The embedded model behind a real vLLM: the shipped weights if there are some, else random ones made the same way."""

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

from ..training import stand_in  # noqa: TID252
from .engine import EmbeddedVllm, Engine

pytestmark = [pytest.mark.engine, pytest.mark.timeout(600)]

STEPS = 4


def test_the_embedded_checkpoint(start: Callable[..., Engine], tmp_path: Path) -> None:
    """Unpacked, served, proven and spoken to in its own protocol: every answer is an action."""
    packed = SHIPPED if SHIPPED.is_dir() else stand_in.write(tmp_path / "packed")
    unpack(packed, tmp_path / "unpacked")
    with start(EmbeddedVllm, folder=tmp_path / "unpacked") as engine, FlightsTask.tokyo() as task:
        settings = Settings(model_url=engine.url, max_steps=STEPS, runs=tmp_path / "runs", answer_tokens=200)
        with server(settings) as model, Browser(viewport=Size(width=672, height=448)) as browser:
            task.setup(browser)
            outcome = agent(settings, browser, model).run(task.goal)

    assert outcome.folder
    events = load(outcome.folder).events
    decided = [event for event in events if isinstance(event, Decided)]
    assert next(event.model for event in events if isinstance(event, RunStarted)) == "glm-agent-embedded"
    assert decided
    assert [event.problem for event in decided if event.action is None] == []
