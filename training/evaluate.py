"""Scores a model's folder: `python -m training.evaluate FOLDER --checks SHARDS --bookings 100`.

Single answers are scored on held-out shards that `training.draw --split test` wrote, each letter with the right ones
before it. Bookings are made in a real browser through the project's own loop, and judged by the site's state.
"""

import argparse
import json
import math
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from glm_actions.geometry import Size
from glm_actions.surfaces.browser import Browser
from glm_agent.agent import Agent
from glm_agent.limits import Limits
from glm_backends.embedded import EmbeddedProtocol
from glm_backends.local import Local
from glm_backends.model import Capabilities, Form, Message, Options, Reply
from glm_tasks.flights import FlightsTask
from training import flows, tokens, twin
from training.loss import Batch, Teacher

BATCH = 4
_Z = 1.96


class Score(NamedTuple):
    """How often something went right."""

    right: int
    asked: int

    def __str__(self) -> str:
        low, high = interval(self.right, self.asked)
        return f"{self.right / max(1, self.asked):.1%} ({self.right}/{self.asked}, 95 % {low:.1%} to {high:.1%})"


def interval(right: int, asked: int) -> tuple[float, float]:
    """Wilson's interval of 95 %."""
    if not asked:
        return 0.0, 1.0
    share, spread = right / asked, _Z**2 / asked
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * math.sqrt(share * (1 - share) / asked + spread / (4 * asked)) / (1 + spread)
    return middle - half, middle + half


def answers(folder: Path, checks: Path, most: int) -> dict[str, Score]:
    """Scores of single answers, by stream of shards and kind of question."""
    from safetensors.torch import load_file

    from training.draw import KINDS
    from training.train import checks as batches_of

    tokenizer = tokens.load(folder)
    model = twin.build(tokenizer).eval()
    weights = load_file(folder / "model.safetensors")
    model.load_state_dict({name: value.float() for name, value in weights.items()})
    teacher = Teacher(twin.Twin(model, tokenizer), tokenizer)
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for stream, batches in batches_of(checks, "cpu", BATCH).items():
        for batch in batches[: most // BATCH]:
            for kind, fine in _judged(teacher, batch, KINDS):
                for name in (f"{stream} {kind.split('.')[0]}", f"{stream} {kind}"):
                    right[name] += fine
                    asked[name] += 1
    return {name: Score(right[name], asked[name]) for name in sorted(asked)}


def _judged(teacher: Teacher, batch: Batch, kinds: Sequence[str]) -> Iterable[tuple[str, bool]]:
    fine = teacher.right(batch).flatten().tolist()
    numbers = batch["kinds"].flatten().tolist()
    return [(kinds[number], good) for good, number in zip(fine, numbers, strict=True) if number >= 0]


class Timed:
    """A model that notes how long each decision takes."""

    def __init__(self, model: Local) -> None:
        self._model = model
        self.name = model.name
        self.capabilities: Capabilities = model.capabilities
        self.seconds: list[float] = []

    def decide(self, messages: tuple[Message, ...], form: Form, options: Options) -> Reply:
        """Decide, and note the time."""
        started = time.monotonic()
        reply = self._model.decide(messages, form, options)
        self.seconds.append(time.monotonic() - started)
        return reply


class Booking(NamedTuple):
    """How one booking went."""

    seed: int
    passed: bool
    why: str
    steps: int


def book(model: Timed, seed: int, viewport: Size, runs: Path) -> Booking:
    """Let the model book what a seed asks for."""
    before = len(model.seconds)
    with FlightsTask(seed) as task, Browser(viewport=viewport) as browser:
        task.setup(browser)
        agent = Agent(browser, model, protocol=EmbeddedProtocol(), limits=Limits(steps=60), runs=runs)
        outcome = agent.run(task.goal)
        verdict = task.check()
    passed = verdict.passed and outcome.ok
    return Booking(seed, passed, f"{outcome.kind}, {outcome.why}: {verdict.why}", len(model.seconds) - before)


def bookings(folder: Path, count: int, viewport: Size, threads: int) -> dict[str, Any]:
    """Book with the first seeds whose goals were never trained on."""
    model = Timed(Local(folder, threads=threads))
    made = []
    with tempfile.TemporaryDirectory() as runs:
        for seed in flows.evaluation_seeds(count):
            made.append(book(model, seed, viewport, Path(runs)))
            print(json.dumps(made[-1]._asdict()), flush=True)
    passed = sum(booking.passed for booking in made)
    return {
        f"bookings, unseen seeds, {viewport.width}x{viewport.height}": str(Score(passed, len(made))),
        "seconds a decision, median": round(statistics.median(model.seconds), 2) if model.seconds else None,
    }


def main() -> None:
    """Print the scores, and write them for the model card."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--checks", type=Path, help="held-out shards")
    parser.add_argument("--pictures", type=int, default=96, help="of each stream of held-out shards")
    parser.add_argument("--bookings", type=int, default=0)
    parser.add_argument("--viewport", default="672x448")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path, help="where the scores go, as JSON")
    options = parser.parse_args()
    scores: dict[str, Any] = {}
    if options.checks:
        scores |= {
            name: str(score) for name, score in answers(options.folder, options.checks, options.pictures).items()
        }
    if options.bookings:
        width, height = map(int, options.viewport.split("x"))
        scores |= bookings(options.folder, options.bookings, Size(width=width, height=height), options.threads)
    for name, value in scores.items():
        print(f"{name:45} {value}")
    if options.out:
        options.out.write_text(json.dumps(scores, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
