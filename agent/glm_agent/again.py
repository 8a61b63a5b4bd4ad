"""The commands that take up a recorded run: `glm-agent replay RUN` and `glm-agent resume RUN`."""

import sys
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any

import click

from glm_agent.flags import (
    EXIT_CODES,
    asker,
    browser_flags,
    configured,
    desktop_flags,
    model_flags,
    secrets,
    setting,
    stop_on_interrupt,
    told,
    view,
)
from glm_agent.practice import PRACTICE, for_practice

_RUN = click.argument("run", type=click.Path(path_type=Path))


@click.command()
@_RUN
@click.option("--file", "files", multiple=True, type=click.Path(path_type=Path), help="A file that may be uploaded.")
@setting("url", metavar="URL", help="What to open if the run had not seen anything yet.")
@desktop_flags
@browser_flags
@model_flags
@told
def resume(run: Path, *, files: tuple[Path, ...], wanted: tuple[str, ...], as_json: bool, **flags: Any) -> None:
    """Go on with RUN, which was killed, stopped, or ran out of its budget."""
    from glm_agent import build
    from glm_trajectory import load

    settings, recorded = configured(flags), load(run)
    known = secrets(settings, wanted)
    with (
        build.model(settings) as model,
        build.brought_back(recorded, settings, files=files, secrets=known) as surface,
        view(as_json=as_json) as shown,
    ):
        agent = build.agent(settings, surface, model, ask=asker(as_json=as_json), watch=shown)
        stop_on_interrupt(agent.stop)
        outcome = agent.resume(run)
        shown.ended(outcome)
    sys.exit(EXIT_CODES.get(outcome.kind, 1))


@click.command()
@_RUN
@click.option(
    "--on-divergence",
    type=click.Choice(["stop", "ask", "model"]),
    default="stop",
    show_default=True,
    help="What to do where the screen has changed.",
)
@click.option(
    "--practice",
    "task",
    type=click.Choice(sorted(PRACTICE)),
    help="Serve the practice site or start the program of the run.",
)
@click.option("--seed", type=int, default=None, help="The seed of that.")
@setting("url", metavar="URL", help="What to open first (default: what the run saw first).")
@desktop_flags
@browser_flags
@model_flags
@told
def replay(  # noqa: PLR0913
    run: Path,
    *,
    on_divergence: str,
    task: str | None,
    seed: int | None,
    wanted: tuple[str, ...],
    as_json: bool,
    **flags: Any,
) -> None:
    """Do RUN again without a model, as long as the screen shows what it was done on."""
    from glm_agent import build
    from glm_agent.replay import Replay
    from glm_trajectory import load

    settings, recorded = configured(flags), load(run)
    settings, known = for_practice(task, settings) if task else settings, secrets(settings, wanted)
    with (
        build.model(settings) if on_divergence == "model" else nullcontext() as successor,
        build.as_recorded(recorded, settings, known) as surface,
        closing(PRACTICE[task](seed)) if task else nullcontext() as exercise,
        view(as_json=as_json) as shown,
    ):
        if exercise:
            exercise.setup(surface)
        model = Replay(
            recorded, secrets=known, ask=click.prompt if on_divergence == "ask" else None, successor=successor
        )
        spoken = build.reads_json(settings, successor)
        agent = build.agent(settings, surface, model, spoken=spoken, ask=asker(as_json=as_json), watch=shown)
        stop_on_interrupt(agent.stop)
        outcome = agent.run(recorded.summary.goal)
        shown.ended(outcome)
        if outcome.folder and (page := model.write_report(outcome.folder)):
            click.echo(f"What was expected and what was seen: {page}", err=as_json)
    sys.exit(EXIT_CODES.get(outcome.kind, 1))
