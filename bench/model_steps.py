"""Seconds of a step of the real loop against a model server, split into what they went to.

The agent looks, asks and acts as ever, 30 steps long; but what it does is the practice task's own next move, whatever
the model says, so that a model with random weights can be timed, too. Where there is no Chromium, the screens of a
recorded run take its place, and looking and acting take no time.

    python bench/model_steps.py --model-url http://localhost:8000/v1 [--run RUN] [--steps 30] [--markdown]

RUN is the folder of a recorded booking: `glm-agent practice flights --solve --seed 3` leaves one.
"""

import argparse
import io
import secrets
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import openai
from PIL import Image

from glm_actions import ActionSpace, Decision
from glm_actions.frozen import Frozen
from glm_actions.surface import Observation, Result, Surface
from glm_actions.vocabulary import AGENT_KINDS, VOCABULARY, Action
from glm_agent import Agent, Limits
from glm_backends import Form, JsonProtocol, Message, Options, Picture, Reply, Server
from glm_backends.model import Capabilities
from glm_backends.nonce import Free
from glm_backends.pictures import scaled
from glm_backends.protocol import Turn
from glm_trajectory import Run, load

SEED = 3
"""Of a booking that takes 36 steps."""
COLD = 3
"""Steps at the beginning that do not count."""
ATTEMPTS = 20
"""Random weights may think of a tool call, at which vLLM breaks off."""
COLUMNS = ("settle", "capture", "encode", "upload", "first token", "decode", "perform")
SENT, WRITTEN = "http11.send_request_headers.started", "http11.send_request_body.complete"


class Variant(Frozen):
    """One way to ask."""

    grammar: bool = True
    half: bool = False
    thinking: int = 0
    """Tokens of thinking at most."""

    def __str__(self) -> str:
        size = "half size" if self.half else "full size"
        bound = "grammar" if self.grammar else "no grammar"
        return f"{size}, {bound}, thinking {self.thinking or 'off'}"


VARIANTS = (Variant(), Variant(grammar=False), Variant(half=True), Variant(thinking=512))


class AsAsked(JsonProtocol):
    """The usual protocol, but as one variant has it."""

    variant: Variant
    salt: int
    """Another one each time, so that no picture of an earlier measurement is in the server's cache."""

    def messages(self, goal: str, offer: ActionSpace, turns: tuple[Turn, ...]) -> tuple[Message, ...]:
        usual = super().messages(goal, offer, turns)
        return tuple(message.model_copy(update={"parts": tuple(map(self._shown, message.parts))}) for message in usual)

    def _shown(self, part: str | Picture) -> str | Picture:
        return _salted(part, self.salt, 0.5 if self.variant.half else 1) if isinstance(part, Picture) else part

    def form(self, space: ActionSpace) -> Form:
        return space if self.variant.grammar else Free()


@lru_cache(maxsize=16)
def _salted(picture: Picture, salt: int, factor: float) -> Picture:
    with Image.open(io.BytesIO(scaled(picture, factor).png)) as image:
        image.putpixel((0, 0), (salt >> 16, salt >> 8 & 255, salt & 255))
        encoded = io.BytesIO()
        image.save(encoded, "PNG")
    return Picture(png=encoded.getvalue())


class Watched(Server):
    """A server whose requests are timed on the wire."""

    @cached_property
    def _client(self) -> Any:
        wire = openai.DefaultHttpxClient(event_hooks={"request": [self._watch]})
        return openai.OpenAI(base_url=self.url, api_key=self._api_key, max_retries=0, http_client=wire)

    def _ask(self, messages: tuple[Message, ...], form: Form, options: Options) -> Reply:
        self.begun = time.monotonic()
        return super()._ask(messages, form, options)

    def _watch(self, request: Any) -> None:
        self.moments: dict[str, float] = {}
        request.extensions["trace"] = lambda name, _: self.moments.setdefault(name, time.monotonic())


class Asked(Frozen):
    """What one answer cost, in seconds and tokens."""

    encode: float
    upload: float
    first_token: float
    decode: float
    prompt: int
    cached: int
    output: int


class Steered:
    """Asks a server, and then says something else. Implements `glm_backends.Model`."""

    name = "steered"
    capabilities = Capabilities(thinking=True, grammar=True)

    def __init__(self, server: Watched, texts: Iterator[str]) -> None:
        self.asked: list[Asked] = []
        self._server, self._texts = server, texts

    def decide(self, messages: tuple[Message, ...], form: Form, options: Options) -> Reply:
        reply = self._server.decide(messages, form, options)
        begun, sent, written = self._server.begun, self._server.moments[SENT], self._server.moments[WRITTEN]
        self.asked.append(
            Asked(
                encode=sent - begun,
                upload=written - sent,
                first_token=max(0.0, begun + reply.first_token_s - written),
                decode=reply.seconds - reply.first_token_s,
                prompt=reply.usage.prompt_tokens,
                cached=reply.usage.cached_tokens,
                output=reply.usage.completion_tokens,
            )
        )
        return reply.model_copy(update={"text": next(self._texts), "finish": "stop"})


class Shown:
    """A surface that shows the screens of a recorded run. Implements `glm_actions.surface.Surface`."""

    kinds = frozenset(cls.kind() for cls in VOCABULARY) - AGENT_KINDS - {"open", "upload"}

    def __init__(self, run: Run) -> None:
        looks = [step.observed for step in run.steps]
        self._seen = iter(
            Observation(png=run.screen(look.screen), frame=look.frame, tabs=look.tabs, notices=look.notices)
            for look in looks
        )

    def begin(self, folder: Path) -> None:
        """There is nothing to keep."""

    def observe(self) -> Observation:
        return next(self._seen)

    def perform(self, action: Action) -> Result:  # noqa: ARG002
        return Result()

    def close(self) -> None:
        """There is nothing to let go of."""


Stage = tuple[str, Surface, Iterator[str]]
"""A goal, a screen, and what is answered, step by step."""


def recorded(folder: Path) -> Stage:
    """The goal, the screens and the answers of a recorded run."""
    run = load(folder)
    return run.summary.goal, Shown(run), (step.decided.text for step in run.steps if step.decided)


@contextmanager
def live() -> Iterator[Stage]:
    """A booking in Chromium: its goal, the browser, and the task's own moves."""
    from glm_actions.surfaces.browser import Browser
    from glm_tasks.flights import FlightsTask

    with FlightsTask(SEED) as task, Browser() as browser:
        task.setup(browser)
        moves = iter(lambda: task.solve(browser), None)
        yield task.goal, browser, (Decision(**move.model_dump()).model_dump_json() for move in moves if move)


def measured(variant: Variant, arguments: argparse.Namespace) -> tuple[list[dict[str, float]], list[Asked]]:
    """Seconds of each step by column, and what the model was asked."""
    with (
        nullcontext(recorded(arguments.run)) if arguments.run else live() as (goal, surface, texts),
        Watched(arguments.model_url, arguments.model, attempts=ATTEMPTS) as server,
        tempfile.TemporaryDirectory() as runs,
    ):
        model = Steered(server, texts)
        agent = Agent(
            surface,
            model,
            protocol=AsAsked(variant=variant, salt=secrets.randbits(24)),
            limits=Limits(steps=arguments.steps, repeats=10**6, tokens=10**9),
            options=Options(max_tokens=arguments.tokens + variant.thinking, temperature=1.0, top_k=-1),
            think="on" if variant.thinking else "off",
            runs=Path(runs),
        )
        agent.run(goal)
        (folder,) = Path(runs).iterdir()
        return list(_split(load(folder), model.asked)), model.asked


def _split(run: Run, asked: Sequence[Asked]) -> Iterator[dict[str, float]]:
    for step, answer in zip(run.steps, asked, strict=True):
        performed = step.performed.seconds if step.performed else 0.0
        seen = step.observed
        figures = (seen.settle_s, seen.capture_s, answer.encode, answer.upload, answer.first_token, answer.decode)
        yield dict(zip(COLUMNS, (*figures, performed), strict=True))


def row(variant: Variant, steps: list[dict[str, float]], asked: list[Asked]) -> list[str]:
    """One line of the table: medians in milliseconds, decoding also by token, and tokens."""
    steps, asked = steps[COLD:], asked[COLD:]
    times = [statistics.median(step[name] for step in steps) * 1000 for name in COLUMNS]
    whole = statistics.median(sum(step.values()) for step in steps) * 1000
    a_token = statistics.median(one.decode / max(1, one.output - 1) for one in asked) * 1000
    tokens = [statistics.median(getattr(one, name) for one in asked) for name in ("prompt", "cached", "output")]
    return [str(variant), *(f"{each:.1f}" for each in (*times, whole, a_token)), *(f"{each:.0f}" for each in tokens)]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model-url", required=True)
    parser.add_argument("--model")
    parser.add_argument("--run", type=Path, help="A recorded booking, instead of Chromium.")
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--tokens", type=int, default=48, help="Of an answer at most; thinking comes on top.")
    parser.add_argument("--markdown", action="store_true")
    arguments = parser.parse_args()
    heads = ["", *COLUMNS, "whole step", "a token", "prompt", "cached", "output"]
    print(f"medians of {arguments.steps - COLD} steps: milliseconds, then tokens")
    separator = " | " if arguments.markdown else "\t"
    print(separator.join(heads))
    for variant in VARIANTS:
        print(separator.join(row(variant, *measured(variant, arguments))), flush=True)


if __name__ == "__main__":
    main()
