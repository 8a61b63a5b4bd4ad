"""The command line: `glm-agent run GOAL`, `practice`, `runs`, `config`."""

import signal
import sys
import time
from collections.abc import Callable
from contextlib import closing, nullcontext
from functools import wraps
from pathlib import Path
from types import FrameType
from typing import Any

import click

from glm_actions.errors import RunError, UsageError
from glm_agent import log, show
from glm_agent.practice import PRACTICE, solution
from glm_agent.settings import Settings, read
from glm_agent.version import __version__

EXIT_CODES = {"finished": 0, "stopped": 130}
"""Every other outcome is 1; a usage error is 2."""

Command = Callable[..., None]


def _setting(name: str, **options: Any) -> Callable[[Command], Command]:
    """A flag for a setting, with the setting's own default left to `glm_agent.settings`."""
    return click.option(f"--{name.replace('_', '-')}", name, default=None, **options)


_MODEL_FLAGS = (
    _setting("model_url", metavar="URL", help="Where the model server is (default http://localhost:8000/v1)."),
    _setting("model", metavar="NAME", help="The name the server knows the model under."),
    _setting("model_timeout", type=float, metavar="N", help="Seconds for one answer (default 300)."),
    _setting("max_steps", type=int, metavar="N", help="Steps at most (default 50)."),
    _setting("max_tokens", type=int, metavar="N", help="Tokens at most (default 1,000,000)."),
    _setting("max_seconds", type=float, metavar="N", help="Seconds at most (default 1800)."),
    _setting("think", type=click.Choice(["auto", "on", "off"]), help="Let the model think first (default auto)."),
    _setting("headed", is_flag=True, help="Show the browser's window."),
    _setting("runs", type=click.Path(path_type=Path), metavar="FOLDER", help="Where runs are recorded."),
    click.option("--json", "as_json", is_flag=True, help="Print one JSON object an event."),
)


def _model_flags(command: Command) -> Command:
    for flag in reversed(_MODEL_FLAGS):
        command = flag(command)
    return command


def _told(command: Command) -> Command:
    """Turn our errors into a line on stderr and an exit code."""

    @wraps(command)
    def telling(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except UsageError as error:
            click.echo(f"glm-agent: {error}", err=True)
            sys.exit(2)
        except RunError as error:
            click.echo(f"glm-agent: {error}", err=True)
            sys.exit(1)
        except KeyboardInterrupt:
            sys.exit(130)

    return telling


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="glm-agent %(version)s")
def main() -> None:
    """A GUI agent you host yourself: GLM-4.5V looks at the screen and does what you ask."""


@main.command()
@click.argument("goal")
@_setting("url", metavar="URL", help="What the browser opens first.")
@click.option("--file", "files", multiple=True, type=click.Path(path_type=Path), help="A file that may be uploaded.")
@_model_flags
@_told
def run(goal: str, *, files: tuple[Path, ...], as_json: bool, **flags: Any) -> None:
    """Work towards GOAL in a browser, as in: glm-agent run "Book a flight to Tokyo"."""
    from glm_agent import build

    settings = _configured(flags)
    with build.server(settings) as model, build.browser(settings, files) as surface, _view(as_json=as_json) as view:
        agent = build.agent(settings, surface, model, ask=_asker(as_json=as_json), watch=view)
        _stop_on_interrupt(agent.stop)
        outcome = agent.run(goal)
        view.ended(outcome)
    sys.exit(EXIT_CODES.get(outcome.kind, 1))


@main.command()
@click.argument("task", type=click.Choice(sorted(PRACTICE)))
@click.option("--seed", type=int, default=None, help="Which of the endless variants (default: to Tokyo).")
@click.option("--solve", is_flag=True, help="Let the task's own solution decide instead of a model.")
@_model_flags
@_told
def practice(*, task: str, seed: int | None, solve: bool, as_json: bool, **flags: Any) -> None:
    """Try the agent on a practice site of ours; the site's own state says whether it succeeded."""
    from glm_agent import build

    settings = _configured(flags).model_copy(update={"url": None})
    with (
        nullcontext() if solve else build.server(settings) as server,
        build.browser(settings) as surface,
        closing(PRACTICE[task](seed)) as exercise,
        _view(as_json=as_json) as view,
    ):
        exercise.setup(surface)
        agent = build.agent(settings, surface, server or solution(exercise, surface), watch=view)
        _stop_on_interrupt(agent.stop)
        outcome = agent.run(exercise.goal)
        view.ended(outcome)
        verdict = exercise.check()
    click.echo(f"{'Passed' if verdict.passed else 'Not passed'}, says the site: {verdict.why}", err=as_json)
    sys.exit(130 if outcome.kind == "stopped" else int(not verdict.passed))


@main.command()
@_setting("runs", type=click.Path(path_type=Path), metavar="FOLDER", help="Where runs are recorded.")
@_told
def runs(**flags: Any) -> None:
    """List the recorded runs, newest last."""
    from glm_trajectory.store import runs as recorded

    settings, _ = read(flags)
    found = recorded(settings.runs)
    for folder, summary in found:
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(summary.started))
        click.echo(f"{when}  {summary.outcome:<13}  {summary.steps:>3} steps  {summary.goal}  ({folder})")
    if not found:
        click.echo(f"No runs in {settings.runs} yet. Start one: glm-agent run GOAL", err=True)


@main.command()
@_told
def config() -> None:
    """Print each setting and where its value comes from."""
    _, sourced = read({})
    for setting in sourced:
        click.echo(f"{setting.name} = {setting.value}  ({setting.source})")


def _configured(flags: dict[str, Any]) -> Settings:
    settings, _ = read({name: value for name, value in flags.items() if value is not False})
    log.configure(settings.log_level, as_json=settings.log_json)
    return settings


def _view(*, as_json: bool) -> show.Json | show.Lines:
    return show.Json() if as_json else show.Lines()


def _asker(*, as_json: bool) -> Callable[[str], str] | None:
    """Ask the person, if there is one."""
    return None if as_json or not sys.stdin.isatty() else lambda question: str(click.prompt(question))


def _stop_on_interrupt(stop: Callable[[], None]) -> None:
    """Let the first Ctrl-C end the run after its step, and the second one at once."""

    def interrupted(_signal: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        click.echo("Stopping after this step. Press Ctrl-C again to stop at once.", err=True)
        stop()

    signal.signal(signal.SIGINT, interrupted)
