"""What the commands share: flags, errors as exit codes, what is shown, and how Ctrl-C stops."""

import signal
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from glm_actions.errors import RunError, UsageError
from glm_agent import log, show
from glm_agent.settings import Settings, read

if TYPE_CHECKING:
    from glm_actions.secrets import Secret

EXIT_CODES = {"finished": 0, "stopped": 130}
"""Every other outcome is 1; a usage error is 2."""

Command = Callable[..., None]


def setting(name: str, **options: Any) -> Callable[[Command], Command]:
    """A flag for a setting, with the setting's own default left to `glm_agent.settings`."""
    return click.option(f"--{name.replace('_', '-')}", name, default=None, **options)


_MODEL_FLAGS = (
    setting("model_url", metavar="URL", help="Where the model server is (default: the usual local ports)."),
    setting(
        "checkpoint", type=click.Path(path_type=Path), metavar="FOLDER", help="Run this checkpoint in this process."
    ),
    setting("model", metavar="NAME", help="The name the server knows the model under."),
    setting("engine", metavar="KIND", help="vllm, sglang, llama.cpp, hosted or other (default: the server is asked)."),
    setting("protocol", metavar="NAME", help="How the model is spoken to (default: by its name)."),
    setting("model_timeout", type=float, metavar="N", help="Seconds for one answer (default 300)."),
    setting("max_steps", type=int, metavar="N", help="Steps at most (default 50)."),
    setting("max_tokens", type=int, metavar="N", help="Tokens at most (default 1,000,000)."),
    setting("max_seconds", type=float, metavar="N", help="Seconds at most (default 1800)."),
    setting("max_mistakes", type=int, metavar="N", help="Mistakes in a row at most (default 5)."),
    setting("max_repeats", type=int, metavar="N", help="The same action on the same screen at most (default 6)."),
    setting(
        "approve",
        type=click.Choice(["allow", "policy", "ask"]),
        help="What you are asked before (default allow: nothing).",
    ),
    setting("think", type=click.Choice(["auto", "on", "off"]), help="Let the model think first (default auto)."),
    setting("headed", is_flag=True, help="Show the browser's window."),
    setting("runs", type=click.Path(path_type=Path), metavar="FOLDER", help="Where runs are recorded."),
    click.option("--json", "as_json", is_flag=True, help="Print one JSON object an event."),
)


_DESKTOP_FLAGS = (
    setting("desktop", is_flag=True, help="Drive the desktop instead of a browser."),
    setting("monitor", type=int, metavar="N", help="Only this monitor, from 1; 0 is all (default the primary one)."),
    setting("region", metavar="X,Y,W,H", help="Only this part of the desktop, in pixels."),
    setting("window", metavar="TITLE", help="Only the window with this in its title."),
    setting("virtual", metavar="WxH", help="A display of this size for the run alone, as in 1280x800."),
    setting("scale", type=float, metavar="N", help="Desktop pixels per pixel of a screenshot (default as set up)."),
    setting("session_keys", is_flag=True, help="Allow keys that end, lock or leave the session."),
)


_BROWSER_FLAGS = (
    setting("allow_hosts", metavar="HOST,HOST", help="Whose pages may be opened (default: all)."),
    click.option("--secret", "wanted", multiple=True, metavar="NAME=ORIGIN", help="A secret that may be typed there."),
    setting("secrets", type=click.Path(path_type=Path), metavar="FILE", help="A TOML file with secrets."),
)


def model_flags(command: Command) -> Command:
    """The flags of every command that runs an agent."""
    return _with(_MODEL_FLAGS, command)


def desktop_flags(command: Command) -> Command:
    """The flags of every command that can run on a desktop."""
    return _with(_DESKTOP_FLAGS, command)


def browser_flags(command: Command) -> Command:
    """The flags of every command that works in a browser that somebody else serves pages to."""
    return _with(_BROWSER_FLAGS, command)


def secrets(settings: Settings, wanted: Sequence[str]) -> "tuple[Secret, ...]":
    """All secrets that are supplied; a person who is there may type one."""
    from glm_agent.supplied import supplied

    ask = (lambda what: str(click.prompt(what, hide_input=True, err=True))) if sys.stdin.isatty() else None
    return supplied(wanted, settings.secrets, ask)


def _with(flags: Sequence[Callable[[Command], Command]], command: Command) -> Command:
    for flag in reversed(flags):
        command = flag(command)
    return command


def told(command: Command) -> Command:
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


def configured(flags: dict[str, Any]) -> Settings:
    """The settings with these flags; logging is set up on the way."""
    settings, _ = read({name: value for name, value in flags.items() if value is not False})
    log.configure(settings.log_level, as_json=settings.log_json)
    return settings


def note(line: str) -> None:
    """Say something that is no part of the output."""
    click.echo(line, err=True)


def view(*, as_json: bool) -> show.Json | show.Lines:
    """What shows the events of a run."""
    return show.Json() if as_json else show.Lines()


def asker(*, as_json: bool) -> Callable[[str], str] | None:
    """Ask the person, if there is one."""
    return None if as_json or not sys.stdin.isatty() else lambda question: str(click.prompt(question))


def stop_on_interrupt(stop: Callable[[], None]) -> None:
    """Let the first Ctrl-C end the run after its step, and the second one at once."""

    def interrupted(_signal: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        click.echo("Stopping after this step. Press Ctrl-C again to stop at once.", err=True)
        stop()

    signal.signal(signal.SIGINT, interrupted)
