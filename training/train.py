"""Trains the model: `python -m training.train --shards FOLDER --tokenizer FOLDER --out FOLDER --seconds S`.

Training is measured in wall-clock time, since a GPU is paid by the minute: `--begin` and `--end` say which part of the
whole schedule a spell covers, and `--resume` goes on from the weights of the last one. Several trainers that are told
of each other (`training.together`) train one model; the first one scores and saves it.
"""

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from training import tokens, twin
from training.draw import KINDS
from training.feed import FIELDS, Feed
from training.loss import Batch, Losses, Teacher
from training.optimiser import Optimiser
from training.together import Together

WEIGHTS = "weights.safetensors"
DONE = "done"
"""Lies beside the weights once the spell is over."""
_LOG_EVERY = 100
_HOLD = 0.15
"""The share of the schedule at the highest rate; from there it falls to nothing."""

Mix = dict[str, int]


@dataclass(frozen=True)
class Plan:
    """What to train on, and for how long."""

    seconds: float
    mixes: tuple[Mix, ...]
    """Batches, dealt in turn: how many pictures of each stream."""
    later: tuple[Mix, ...] = ()
    """The batches of the second part of the schedule, if they differ."""
    turn: float = 0.5
    """Where in the schedule that part begins."""
    keep: dict[str, int] = field(default_factory=dict)
    """How many pictures of each stream to hold."""
    rate: float = 2e-3
    warm_up: int = 200
    begin: float = 0.0
    end: float = 1.0
    least: int = 256
    """Pictures of each stream before the first step."""
    evaluate_every: float = 120.0
    steps: int = 10**9
    shape: twin.Shape = field(default_factory=lambda: twin.SMALL)
    seed: int = 0

    def mix(self, step: int, progress: float) -> Mix:
        """The batch of a step."""
        mixes = self.later if self.later and progress >= self.turn else self.mixes
        return mixes[step % len(mixes)]

    def share(self, step: int, progress: float) -> float:
        """The share of the highest learning rate."""
        falling = 1.0 if progress < _HOLD else max(0.0, 1 - (progress - _HOLD) / (1 - _HOLD))
        return min(1.0, (step + 1) / self.warm_up) * falling


VIEWPORTS = ("672x448", "800x600", "1280x720")
PRACTICE = (1 / 4, 3 / 4)
"""The share of pictures from the practice site, in the first half of the schedule and in the second."""
CALENDARS = 1 / 8
"""The share of those that are open calendars, at the main size: the month took longest to learn."""
_MAIN, _MAIN_HELD, _OTHER_HELD = VIEWPORTS[0], 14336, 2560


def gpu_plan(
    seconds: float,
    batch: int,
    memory: float = 1.0,
    viewports: Sequence[str] = VIEWPORTS,
    practice: Sequence[float] = PRACTICE,
    **more: Any,
) -> Plan:
    """The plan of a spell, for each of its GPUs.

    Drawn pages come first, since there the model learns to read; the practice site's share grows in the second half.
    One batch in ten has each of the other viewports.
    """
    others = [viewport for viewport in viewports if viewport != _MAIN]
    held = {
        f"{what}-{viewport}": _MAIN_HELD if viewport == _MAIN else _OTHER_HELD
        for viewport in viewports
        for what in ("practice", "generic")
    }
    held[f"calendar-{_MAIN}"] = _OTHER_HELD
    keep = {stream: max(64, int(count * memory) // 32 * 32) for stream, count in held.items()}
    mixes, later = (_turns(batch, others, share) for share in practice)
    return Plan(seconds=seconds, mixes=mixes, later=later, keep=keep, **more)


def _turns(batch: int, others: Sequence[str], practice: float) -> tuple[Mix, ...]:
    """Ten batches: larger pictures come in smaller ones."""
    sizes = [(viewport, batch * 5 // 8) for viewport in others] + [(_MAIN, batch)] * (10 - len(others))
    return tuple(_mix(viewport, size, max(1, round(size * practice))) for viewport, size in sizes)


def _mix(viewport: str, size: int, practice: int) -> Mix:
    calendars = round(practice * CALENDARS) if viewport == _MAIN else 0
    mix = {"practice": practice - calendars, "calendar": calendars, "generic": size - practice}
    return {f"{what}-{viewport}": amount for what, amount in mix.items() if amount}


class Log:
    """Prints lines, and keeps them in a file."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", encoding="utf-8")
        self._started = time.monotonic()

    def __call__(self, **facts: Any) -> None:
        """Write one line of facts, with the time."""
        line = json.dumps({"s": round(time.monotonic() - self._started, 1)} | facts)
        print(line, flush=True)
        self._file.write(line + "\n")
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class Trainer:
    """Trains one model by a plan.

    Args:
        plan: What to do.
        tokenizer: The model's tokenizer.
        out: Where weights and the log go.
        device: `cuda` or `cpu`.
        together: The other trainers of this model, if any.
    """

    def __init__(self, plan: Plan, tokenizer: Any, out: Path, device: str, together: Together | None = None) -> None:
        torch.set_float32_matmul_precision("high")
        out.mkdir(parents=True, exist_ok=True)
        self.plan, self.out, self.device = plan, out, device
        self.together = together or Together()
        self.tokenizer = tokenizer
        self.model = twin.build(tokenizer, plan.shape, plan.seed).to(device)
        torch.manual_seed(plan.seed + self.together.rank)
        self.teacher = Teacher(twin.Twin(self.model, tokenizer, fast=device == "cuda").to(device), tokenizer)
        self.optimiser = Optimiser(self.model, plan.rate)
        self.log = Log(out / "log.jsonl")
        self.step = 0
        self.log(parameters=sum(parameter.numel() for parameter in self.model.parameters()))

    def resume(self, weights: Path) -> None:
        """Take over the weights of an earlier spell."""
        from safetensors.torch import load_file

        tokens.require(self.tokenizer, weights)
        self.model.load_state_dict({name: value.float() for name, value in load_file(weights).items()})

    def save(self) -> None:
        """Write the weights, as bfloat16."""
        from safetensors.torch import save_file

        state = {name: value.bfloat16().cpu().contiguous() for name, value in self.model.state_dict().items()}
        unfinished = self.out / f".{WEIGHTS}"
        save_file(state, unfinished, metadata={"tokenizer": tokens.fingerprint(self.tokenizer)})
        unfinished.rename(self.out / WEIGHTS)
        self.tokenizer.save_pretrained(self.out / "tokenizer")

    def compile(self, examples: list[Batch]) -> None:
        """Run each shape of batch once, while the first pages are drawn."""
        for example in examples:
            self.teacher.losses(example).whole.backward()
            for parameter in self.model.parameters():
                parameter.grad = None
        self.log(compiled=len(examples))

    def learn(self, batch: Batch, progress: float) -> Losses:
        """One step."""
        losses = self.teacher.losses(batch)
        losses.whole.backward()
        self.together.average(self.model.parameters())
        self.optimiser.step(self.plan.share(self.step, progress))
        self.step += 1
        return losses

    def run(self, feed: Feed, checks: dict[str, list[Batch]]) -> None:
        """Train until the time is over."""
        started = evaluated = time.monotonic()
        recent: list[torch.Tensor] = []
        while self.step < self.plan.steps:
            spent = self.together.first(time.monotonic() - started) / self.plan.seconds
            if spent >= 1:
                break
            progress = self.plan.begin + (self.plan.end - self.plan.begin) * spent
            losses = self.learn(feed.deal(self.plan.mix(self.step, progress)), progress)
            recent.append(torch.stack([part.detach() for part in losses]))
            if self.step % _LOG_EVERY == 0 or self.step == 20:
                self._report(recent, progress, feed)
                self.together.agree(self.model.parameters())
            if self.together.rank == 0 and time.monotonic() - evaluated > self.plan.evaluate_every:
                self.evaluate(checks)
                self.save()
                evaluated = time.monotonic()
        if self.together.rank == 0:
            self.save()
            self.evaluate(checks)

    def _report(self, recent: list[torch.Tensor], progress: float, feed: Feed) -> None:
        whole, places, letters = torch.stack(recent).mean(0).tolist()
        if not np.isfinite(whole):
            raise FloatingPointError(f"the loss is {whole} at step {self.step}")
        held = {name: ring.count for name, ring in feed.rings.items()}
        facts = {"loss": whole, "places": places, "letters": letters}
        self.log(step=self.step, progress=round(progress, 3), **{k: round(v, 4) for k, v in facts.items()}, drawn=held)
        recent.clear()

    def evaluate(self, checks: dict[str, list[Batch]]) -> dict[str, float]:
        """Accuracies on held-out pictures, each letter judged with the right ones before it."""
        found = {name: accuracies(self.teacher, batches) for name, batches in checks.items()}
        for name, (overall, by_kind) in found.items():
            self.log(evaluated=name, step=self.step, **overall)
            self.log(kinds=by_kind)
        return {name: overall["all"] for name, (overall, _) in found.items()}


def accuracies(teacher: Teacher, batches: list[Batch]) -> tuple[dict[str, float], dict[str, list[float]]]:
    """Accuracy by family of questions, and by kind with the counts."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for batch in batches:
        right, kinds = teacher.right(batch).cpu().numpy(), batch["kinds"].cpu().numpy()
        for number in np.unique(kinds[kinds >= 0]):
            asked = kinds == number
            for name in {KINDS[number], KINDS[number].split(".")[0] + ".", "all"}:
                counts[name][0] += int(right[asked].sum())
                counts[name][1] += int(asked.sum())
    shares = {name: round(good / every, 4) for name, (good, every) in counts.items()}
    overall = {name.rstrip("."): share for name, share in shares.items() if name.endswith(".") or name == "all"}
    return overall, {
        name: [shares[name], every] for name, (_, every) in sorted(counts.items()) if not name.endswith(".")
    }


def examples(plan: Plan, device: str) -> list[Batch]:
    """A batch of noise for each shape of batch in a plan."""
    shapes = {(sum(mix.values()), next(iter(mix)).split("-")[1]) for mix in (*plan.mixes, *plan.later)}
    return [_noise(count, viewport, device) for count, viewport in sorted(shapes)]


def _noise(count: int, viewport: str, device: str) -> Batch:
    from training.pack import LENGTH, MOST_QUESTIONS
    from training.questions import PROTOCOL

    width, height = PROTOCOL.fit(*map(int, viewport.split("x")))
    segments = torch.arange(LENGTH, device=device) // 40 + 1
    per_token = {
        "ids": torch.randint(300, 1200, (count, LENGTH), device=device),
        "segments": segments.expand(count, -1),
        "places": (torch.arange(LENGTH, device=device) % 40).expand(count, -1),
        "weights": torch.ones(count, LENGTH, device=device),
        "sigmas": torch.zeros(count, LENGTH, device=device),
    }
    types = {"ids": torch.int16, "segments": torch.uint8, "places": torch.int16}
    batch = {name: tensor.to(types.get(name, torch.float16)).contiguous() for name, tensor in per_token.items()}
    batch["pictures"] = torch.randint(0, 256, (count, height, width, 3), dtype=torch.uint8, device=device)
    batch["kinds"] = torch.full((count, MOST_QUESTIONS + 1), -1, dtype=torch.int16, device=device)
    batch["boxes"] = torch.zeros(count, MOST_QUESTIONS + 1, 2, 4, dtype=torch.float16, device=device)
    return batch


def checks(folder: Path, device: str, size: int) -> dict[str, list[Batch]]:
    """Held-out batches by stream, in full batches of the training size, so that nothing is compiled anew."""
    found = {}
    for stream in sorted({path.name.rsplit("-", 2)[0] for path in folder.glob("[!.]*.npz")}):
        arrays = [np.load(path) for path in sorted(folder.glob(f"{stream}-*.npz"))]
        whole = {name: np.concatenate([array[name] for array in arrays]) for name in FIELDS}
        first = {name: array if name == "pictures" else array[:, 0] for name, array in whole.items()}
        batches = [
            {name: array[at : at + size] for name, array in first.items()} for at in range(0, len(first["ids"]), size)
        ]
        full = [batch for batch in batches if len(batch["ids"]) == size]
        found[stream] = [{name: torch.from_numpy(array).to(device) for name, array in batch.items()} for batch in full]
    return found


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shards", type=Path, required=True, help="where the drawing processes write")
    parser.add_argument("--checks", type=Path, required=True, help="held-out shards")
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seconds", type=float, required=True, help="how long, from the first step")
    parser.add_argument("--begin", type=float, default=0.0, help="where in the schedule this spell begins")
    parser.add_argument("--end", type=float, default=1.0, help="and where it ends")
    parser.add_argument("--resume", type=Path, help="weights of an earlier spell")
    parser.add_argument("--batch", type=int, default=96, help="pictures of a batch")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--viewports", nargs="+", choices=VIEWPORTS, default=VIEWPORTS)
    parser.add_argument("--practice", nargs=2, type=float, default=PRACTICE, help="the practice site's share, by half")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--tiny", action="store_const", const=twin.TINY, default=twin.SMALL, dest="shape")
    parser.add_argument("--memory", type=float, default=1.0, help="share of the 40 GB that pictures take at most")
    parser.add_argument("--steps", type=int, default=10**9)
    parser.add_argument("--least", type=int, default=256, help="pictures of each stream before the first step")
    return parser.parse_args()


def main() -> None:
    """Train for one spell."""
    options = _arguments()
    tokenizer = tokens.load(options.tokenizer)
    names = ("rate", "begin", "end", "steps", "least", "memory", "viewports", "practice", "shape")
    plan = gpu_plan(options.seconds, options.batch, **{name: getattr(options, name) for name in names})
    together = Together()
    out = options.out / f"trainer-{together.rank}" if together.rank else options.out
    trainer = Trainer(plan, tokenizer, out, options.device, together)
    if options.resume:
        trainer.resume(options.resume)
    trainer.compile(examples(plan, options.device))
    feed = Feed(options.shards, options.device, plan.keep)
    feed.wait(plan.least)
    trainer.log(drawn=feed.pictures)
    trainer.run(feed, checks(options.checks, options.device, options.batch))
    feed.close()
    trainer.log.close()
    together.close()
    (out / DONE).touch()


if __name__ == "__main__":
    main()
