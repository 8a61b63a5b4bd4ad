"""Puts an agent together from settings."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from glm_actions.surface import Surface
from glm_agent.agent import Agent
from glm_agent.outcome import Outcome
from glm_agent.own import Ask
from glm_agent.recorder import Watcher, ignore
from glm_agent.screens import screen
from glm_agent.settings import Settings, read
from glm_backends.model import Model
from glm_backends.server import Server


def run(
    goal: str, *, files: Sequence[Path] = (), ask: Ask | None = None, watch: Watcher = ignore, **settings: Any
) -> Outcome:
    """Work towards a goal in a browser of its own, or on a desktop.

    Args:
        goal: What is to be done, in your words.
        files: Files that may be uploaded.
        ask: Puts a question to you, if the model may ask.
        watch: Is told of each event.
        settings: Any of `glm_agent.settings.Settings`, such as `url` and `model_url`.

    Raises:
        UsageError: for a setting that is unknown or no good, or if there is no Chromium.
        RunError: if the model or the browser is gone. The run is recorded up to there.
    """
    read_settings, _ = read(settings)
    with server(read_settings) as model, screen(read_settings, files) as surface:
        return agent(read_settings, surface, model, ask=ask, watch=watch).run(goal)


def server(settings: Settings) -> Server:
    """The model server as set; asked for its models first, so that nothing is started for a server that is down."""
    key = settings.api_key.get_secret_value() if settings.api_key else None
    server = Server(settings.model_url, settings.model, api_key=key)
    try:
        server.models()
    except BaseException:
        server.close()
        raise
    return server


def agent(
    settings: Settings, surface: Surface, model: Model, *, ask: Ask | None = None, watch: Watcher = ignore
) -> Agent:
    """An agent as set."""
    return Agent(
        surface,
        model,
        limits=settings.limits,
        options=settings.options,
        think=settings.think,
        pictures=settings.history_pictures,
        ask=ask,
        watch=watch,
        runs=settings.runs,
    )
