"""Puts an agent together from settings."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from glm_actions.errors import UsageError
from glm_actions.secrets import Secret
from glm_actions.space import Decision
from glm_actions.surface import Surface
from glm_actions.vocabulary import Wait
from glm_agent import default, proof
from glm_agent.agent import Agent
from glm_agent.approval import approver
from glm_agent.outcome import Outcome
from glm_agent.own import Ask
from glm_agent.recorder import Watcher, ignore
from glm_agent.screens import check, screen
from glm_agent.settings import Settings, read
from glm_agent.supplied import require, supplied
from glm_backends.dialect import DIALECTS
from glm_backends.local import Local
from glm_backends.model import Model
from glm_backends.protocol import JsonProtocol, Protocol
from glm_backends.protocols import protocol, reads
from glm_backends.server import Server
from glm_trajectory import Run

log = logging.getLogger(__name__)


def run(
    goal: str,
    *,
    files: Sequence[Path] = (),
    secrets: Sequence[Secret] = (),
    ask: Ask | None = None,
    watch: Watcher = ignore,
    **settings: Any,
) -> Outcome:
    """Work towards a goal in a browser of its own, or on a desktop.

    Args:
        goal: What is to be done, in your words.
        files: Files that may be uploaded.
        secrets: What may be typed by its name, where it belongs; those in the file of the setting `secrets` are added.
        ask: Puts a question to you, if the model may ask.
        watch: Is told of each event.
        settings: Any of `glm_agent.settings.Settings`, such as `url` and `model_url`.

    Raises:
        UsageError: for a setting that is unknown or no good, or if there is no Chromium.
        RunError: if the model or the browser is gone. The run is recorded up to there.
    """
    chosen = default.chosen(read(settings)[0], log.warning)
    every = (*secrets, *supplied((), chosen.secrets))
    with (
        model(chosen) as decider,
        default.practice_site(chosen, log.warning) as placed,
        screen(placed, files, every) as surface,
    ):
        return agent(placed, surface, decider, ask=ask, watch=watch).run(goal)


def brought_back(
    run: Run, settings: Settings | None = None, *, files: Sequence[Path] = (), secrets: Sequence[Secret] = ()
) -> Any:
    """The desktop as set, or else a browser as a recorded run left its own: addresses of tabs, cookies, storage, size.

    Args:
        run: Whose screen.
        settings: Which desktop; for a browser, the address to open if the run had not seen anything yet, hosts, window.
        files: Files that may be uploaded.
        secrets: What may be typed by its name, where it belongs.

    Raises:
        UsageError: if the run has typed a secret that is not supplied, or if its kind of screen cannot be had.
    """
    settings = settings or Settings()
    _require_fitting(run, settings, files, secrets)
    if settings.desktop:
        return screen(settings, files, secrets)
    from glm_actions.surfaces.browser import Browser

    last = run.steps[-1].observed if run.steps else None
    return Browser(
        run.addresses or (settings.url or "about:blank",),
        viewport=last.frame.area if last else None,
        scale=last.frame.scale if last else 1.0,
        headed=settings.headed,
        files=files,
        hosts=settings.hosts,
        storage=run.last_state,
        secrets=secrets,
    )


def as_recorded(run: Run, settings: Settings, secrets: Sequence[Secret] = ()) -> Any:
    """The desktop as set, or else a fresh browser of the size of a recorded run, where that began.

    Raises:
        UsageError: if the run has typed a secret that is not supplied, or if its kind of screen cannot be had.
    """
    _require_fitting(run, settings, (), secrets)
    if settings.desktop:
        return screen(settings, secrets=secrets)
    from glm_actions.surfaces.browser import Browser

    first = run.steps[0].observed if run.steps else None
    url = settings.url or (first.url if first else "") or "about:blank"
    return Browser(
        url, viewport=first.frame.area if first else None, headed=settings.headed, secrets=secrets, hosts=settings.hosts
    )


def _require_fitting(run: Run, settings: Settings, files: Sequence[Path], secrets: Sequence[Secret]) -> None:
    """Refuse what a run cannot be done with: the other kind of screen, what does not go together, a secret missing."""
    if run.steps and settings.desktop == any(step.observed.url for step in run.steps):
        was = "in a browser. Leave out" if settings.desktop else "on a desktop. Add"
        raise UsageError(f"{run.folder} was recorded {was} --desktop.")
    check(settings, files, secrets)
    require(run, secrets)


def connection(settings: Settings) -> Server:
    """The model server as set, and not asked anything yet."""
    key = settings.api_key.get_secret_value() if settings.api_key else None
    url = settings.model_url or default.listening() or "http://localhost:8000/v1"
    return Server(url, settings.model, api_key=key, dialect=DIALECTS.get(settings.engine))


def model(settings: Settings) -> Server | Local:
    """The model as set, or by default; one in this process begins to load."""
    settings = default.chosen(settings)
    if settings.checkpoint is None:
        return server(settings)
    local = Local(settings.checkpoint)
    local.warm()
    return local


def server(settings: Settings) -> Server:
    """The model server as set; its grammar is proven first, so that nothing is started for one that will not do."""
    server = connection(settings)
    try:
        server.models()
        proof.require(server, settings.model_timeout)
    except BaseException:
        server.close()
        raise
    return server


def agent(  # noqa: PLR0913
    settings: Settings,
    surface: Surface,
    model: Model,
    *,
    spoken: Protocol | None = None,
    ask: Ask | None = None,
    watch: Watcher = ignore,
) -> Agent:
    """An agent as set; in the protocol that the model's name tells, unless there is another."""
    return Agent(
        surface,
        model,
        protocol=spoken or protocol(settings.protocol, model.name),
        limits=settings.limits,
        options=settings.options,
        think=settings.think,
        pictures=settings.history_pictures,
        approve=approver(settings.approve, ask),
        ask=ask,
        watch=watch,
        runs=settings.runs,
    )


def reads_json(settings: Settings, successor: Model | None) -> Protocol:
    """The protocol of a replay, whose answers are JSON, and of the model that may go on from there.

    Raises:
        UsageError: if that model's does not read them.
    """
    if successor is None:
        return JsonProtocol()
    spoken = protocol(settings.protocol, successor.name)
    if not reads(spoken, Decision(reason="", action=Wait()).model_dump_json()):
        raise UsageError(f"The protocol {spoken.name} cannot go on from a replay. Use --protocol json.")
    return spoken
