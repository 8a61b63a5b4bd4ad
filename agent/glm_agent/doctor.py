"""`glm-agent doctor`: what is right and what is wrong with a model server."""

import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from glm_actions.errors import UsageError
from glm_agent.flags import configured, setting, told
from glm_agent.history import BLOCK
from glm_agent.settings import Settings

if TYPE_CHECKING:
    from glm_backends.doctor import Line, Needs

PROMPT_TOKENS, STEP_TOKENS = 1500, 100
"""What the instructions cost, and what is left of a step once its screenshot has gone: rounded up."""
PIXELS_TO_A_TOKEN = 28 * 28
COLOURS = {"ok": "green", "wrong": "red", "cannot tell": "yellow"}


@click.command()
@setting("model_url", metavar="URL", help="Where the model server is (default: the usual local ports).")
@setting("model", metavar="NAME", help="The name the server knows the model under.")
@setting("engine", metavar="KIND", help="vllm, sglang, llama.cpp, hosted or other (default: the server is asked).")
@setting("model_timeout", type=float, metavar="N", help="Seconds for one answer (default 300).")
@click.option("--desktop", is_flag=True, help="Examine the desktop instead.")
@setting("virtual", metavar="WxH", help="With --desktop: only a display of this size, made for it.")
@click.option("-v", "--verbose", is_flag=True, help="Show what was sent and what came.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a check.")
@told
def doctor(*, desktop: bool, verbose: bool, as_json: bool, **flags: Any) -> None:
    """Examine the model server, or the desktop: what works, what does not, and what mends it."""
    from glm_backends.doctor import Line

    settings = configured(flags)
    found: list[str] = []

    def show(name: str, line: Line) -> None:
        found.append(line.verdict)
        if as_json:
            click.echo(json.dumps({"check": name, **line.model_dump()}))
            return
        click.echo(f"{click.style(f'{line.verdict:<11}', fg=COLOURS[line.verdict])}  {name}: {line.why}")
        if line.remedy:
            click.echo(f"{'':13}{line.remedy}")
        for heading, text in (("sent", line.sent), ("seen", line.seen)):
            if verbose and text:
                click.echo(f"{'':13}{heading}: " + text.replace("\n", f"\n{'':15}"))

    for name, line in _desktop(settings) if desktop else _server(settings):
        show(name, line)
    sys.exit(int("wrong" in found))


def _server(settings: Settings) -> "Iterator[tuple[str, Line]]":
    from glm_agent import build
    from glm_backends.doctor import examine

    with build.connection(settings) as server:
        yield from examine(server, _needs(settings))


def _desktop(settings: Settings) -> "Iterator[tuple[str, Line]]":
    from glm_actions.surfaces.examination import examine
    from glm_backends.doctor import Line

    for finding in examine(settings.virtual_size):
        yield finding.name, Line(**finding.model_dump(exclude={"name"}))
    yield "practice", _practice()


def _practice() -> "Line":
    """Whether the practice programs can draw windows."""
    from glm_backends.doctor import Line
    from glm_tasks.contacts.tk import python_with_tk

    try:
        return Line(verdict="ok", why=f"{python_with_tk()} has tkinter, which draws the practice program.")
    except UsageError as error:
        return Line(verdict="wrong", why=str(error))


def _needs(settings: Settings) -> "Needs":
    """What a run with these settings asks of a server."""
    from glm_backends.doctor import Needs

    pictures = settings.history_pictures + BLOCK - 1
    picture_tokens = settings.size.width * settings.size.height // PIXELS_TO_A_TOKEN
    steps = PROMPT_TOKENS + STEP_TOKENS * settings.max_steps
    return Needs(
        pictures=pictures,
        context=pictures * picture_tokens + steps + settings.answer_tokens,
        answer_tokens=settings.answer_tokens,
        timeout_s=settings.model_timeout,
    )
