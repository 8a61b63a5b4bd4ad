"""The command line: `glm-agent run GOAL`, `practice`, `runs`, `view`, `export`, `config`."""

import sys
import time
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any

import click

from glm_agent.again import replay, resume
from glm_agent.doctor import doctor
from glm_agent.exporting import export
from glm_agent.flags import (
    EXIT_CODES,
    asker,
    browser_flags,
    configured,
    desktop_flags,
    model_flags,
    note,
    secrets,
    setting,
    stop_on_interrupt,
    told,
    view,
)
from glm_agent.practice import ON_DESKTOP, PRACTICE, for_practice, solution
from glm_agent.serve import serve
from glm_agent.settings import read
from glm_agent.version import __version__
from glm_agent.viewing import view as view_command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="glm-agent %(version)s")
def main() -> None:
    """A GUI agent you host yourself: GLM-4.5V looks at the screen and does what you ask."""


main.add_command(replay)
main.add_command(resume)


@main.command()
@click.argument("goal")
@setting("url", metavar="URL", help="What the browser opens first.")
@desktop_flags
@click.option("--file", "files", multiple=True, type=click.Path(path_type=Path), help="A file that may be uploaded.")
@browser_flags
@model_flags
@told
def run(goal: str, *, files: tuple[Path, ...], wanted: tuple[str, ...], as_json: bool, **flags: Any) -> None:
    """Work towards GOAL in a browser or on the desktop, as in: glm-agent run "Book a flight to Tokyo"."""
    from glm_agent import build, default, screens

    settings = default.chosen(configured(flags), note)
    known = secrets(settings, wanted)
    with (
        build.model(settings) as model,
        default.practice_site(settings, note) as settings,
        screens.screen(settings, files, known) as surface,
        view(as_json=as_json) as shown,
    ):
        agent = build.agent(settings, surface, model, ask=asker(as_json=as_json), watch=shown)
        stop_on_interrupt(agent.stop)
        outcome = agent.run(goal)
        shown.ended(outcome)
    sys.exit(EXIT_CODES.get(outcome.kind, 1))


@main.command()
@click.argument("task", type=click.Choice(sorted(PRACTICE)))
@click.option("--seed", type=int, default=None, help="Which of the endless variants (default: to Tokyo).")
@click.option("--solve", is_flag=True, help="Let the task's own solution decide instead of a model.")
@click.option("--embedded", is_flag=True, help="Let the embedded model decide, even if there is a model server.")
@desktop_flags
@model_flags
@told
def practice(*, task: str, seed: int | None, solve: bool, embedded: bool, as_json: bool, **flags: Any) -> None:
    """Try the agent on a site or a program of ours, whose own state says whether it succeeded."""
    from glm_agent import build, default, screens

    settings = for_practice(task, configured(flags))
    if solve:
        settings = settings.model_copy(update={"protocol": "json"})
    else:
        settings = default.chosen(settings, note, embedded=embedded)
    with (
        nullcontext() if solve else build.model(settings) as model,
        screens.screen(settings) as surface,
        closing(PRACTICE[task](seed)) as exercise,
        view(as_json=as_json) as shown,
    ):
        exercise.setup(surface)
        agent = build.agent(
            settings, surface, model or solution(exercise, surface), ask=asker(as_json=as_json), watch=shown
        )
        stop_on_interrupt(agent.stop)
        outcome = agent.run(exercise.goal)
        shown.ended(outcome)
        verdict = exercise.check()
    judge = "program" if task in ON_DESKTOP else "site"
    click.echo(f"{'Passed' if verdict.passed else 'Not passed'}, says the {judge}: {verdict.why}", err=as_json)
    sys.exit(130 if outcome.kind == "stopped" else int(not verdict.passed))


@main.command()
@setting("runs", type=click.Path(path_type=Path), metavar="FOLDER", help="Where runs are recorded.")
@told
def runs(**flags: Any) -> None:
    """List the recorded runs, newest last."""
    from glm_trajectory.store import Unreadable, listed

    settings, _ = read(flags)
    found = listed(settings.runs)
    for folder, summary in found:
        if isinstance(summary, Unreadable):
            note(f"glm-agent: {summary.problem}")
            continue
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(summary.started))
        click.echo(f"{when}  {summary.outcome:<13}  {summary.steps:>3} steps  {summary.goal}  ({folder})")
    if not found:
        click.echo(f"No runs in {settings.runs} yet. Start one: glm-agent run GOAL", err=True)


@main.command()
@told
def config() -> None:
    """Print each setting and where its value comes from."""
    _, sourced = read({})
    for one in sourced:
        click.echo(f"{one.name} = {one.value}  ({one.source})")


main.add_command(view_command)
main.add_command(export)
main.add_command(doctor)
main.add_command(serve)
