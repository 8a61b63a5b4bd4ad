"""Scores a model's folder: `python -m training.evaluate FOLDER --checks SHARDS --unseen SHARDS --bookings 100`.

Single answers are scored on held-out shards that `training.draw --split test` wrote, each letter with the right ones
before it. Bookings are made in a real browser through the project's own loop, greedily and under the grammar, and
judged by the site's state; guided ones say which moves the model does not know.
"""

import argparse
import json
import statistics
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from glm_actions.geometry import Size
from glm_backends.checkpoint import Checkpoint
from glm_backends.local import Local
from glm_backends.packed import WEIGHTS, unpacked
from training import flows, tokens, twin
from training.loss import Batch, Teacher
from training.score import Score, markdown, table
from training.visits import Visit, visit

BATCH = 4
_COMMONEST = 25


def answers(folder: Path, checks: Path, most: int) -> dict[str, Score]:
    """Scores of single answers, by stream of shards and kind of question.

    Args:
        folder: The model, packed or not.
        checks: Held-out shards.
        most: Pictures of each stream.
    """
    from safetensors.torch import load_file

    from training.draw import KINDS
    from training.train import checks as batches_of

    tokenizer = tokens.load(folder)
    model = twin.build(tokenizer, twin.shape_of(Checkpoint(folder).config)).eval()
    weights = unpacked(load_file(folder / WEIGHTS))
    model.load_state_dict({name: value.float() for name, value in weights.items()})
    teacher = Teacher(twin.Twin(model, tokenizer), tokenizer)
    judged: dict[str, list[bool]] = defaultdict(list)
    for stream, batches in batches_of(checks, "cpu", BATCH).items():
        for batch in batches[: most // BATCH]:
            for kind, fine in _judged(teacher, batch, KINDS):
                for name in {f"{stream} {kind.split('.')[0]}", f"{stream} {kind}"}:
                    judged[name].append(fine)
    return {name: Score.of(judged[name]) for name in sorted(judged)}


def _judged(teacher: Teacher, batch: Batch, kinds: Sequence[str]) -> Iterable[tuple[str, bool]]:
    fine = teacher.right(batch).flatten().tolist()
    numbers = batch["kinds"].flatten().tolist()
    return [(kinds[number], good) for good, number in zip(fine, numbers, strict=True) if number >= 0]


def moves(visits: Iterable[Visit]) -> dict[str, Score]:
    """How often the model chose the solver's move, by page and move; the commonest last."""
    judged: dict[str, list[bool]] = defaultdict(list)
    for choice in (choice for one in visits for choice in one.choices):
        judged[f"{choice.view}: {choice.wanted}"].append(choice.right)
    return {name: Score.of(judged[name]) for name in sorted(judged, key=lambda name: (len(judged[name]), name))}


def first_others(visits: Iterable[Visit]) -> str:
    """A table of the first choice in each visit that was not the solver's."""
    first = Counter((one.view, one.wanted, one.chosen) for visit in visits if (one := visit.first_other))
    rows = [(*what, count) for what, count in first.most_common(_COMMONEST)]
    return markdown(("page", "solver's move", "model's move", "visits"), rows)


def book(model: Local, options: argparse.Namespace, count: int, *, guided: bool) -> Iterator[Visit]:
    """Visit with the first seeds whose goals were never trained on, and say how each went."""
    width, height = map(int, options.viewport.split("x"))
    with tempfile.TemporaryDirectory() as runs:
        for seed in flows.evaluation_seeds(count):
            size = Size(width=width, height=height)
            made = visit(model, seed, size, Path(runs), steps=options.steps, guided=guided)
            print(json.dumps({"guided": guided} | made._asdict()), flush=True)
            yield made


def _speed(visits: Sequence[Visit]) -> str:
    seconds = sorted(choice.seconds for one in visits for choice in one.choices)
    if not seconds:
        return "no decisions"
    return f"{statistics.median(seconds):.2f} s, 90 % within {seconds[len(seconds) * 9 // 10]:.2f} s"


def report(options: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """All that is asked for, as headings and markdown."""
    for heading, shards in (("Unseen words", options.checks), ("Unseen looks", options.unseen)):
        if shards:
            yield heading, table(answers(options.folder, shards, options.pictures), "answers")
    with Local(options.folder, threads=options.threads) as model:
        if options.bookings:
            made = list(book(model, options, options.bookings, guided=False))
            score = Score.of(one.passed for one in made)
            yield f"Bookings, unseen seeds, {options.viewport}", table({"booked as asked": score}, "visits")
            yield "A decision takes, in the middle", _speed(made) + "\n"
            yield "First moves other than the solver's", first_others(made)
        if options.guided:
            yield "Moves on the right way", table(moves(book(model, options, options.guided, guided=True)), "moves")


def main() -> None:
    """Print the scores as markdown, and write them for the model card."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--checks", type=Path, help="held-out shards: unseen words")
    parser.add_argument("--unseen", type=Path, help="held-out shards: unseen words in unseen looks")
    parser.add_argument("--pictures", type=int, default=96, help="of each stream of held-out shards")
    parser.add_argument("--bookings", type=int, default=0)
    parser.add_argument("--guided", type=int, default=0, help="bookings in which the solver's moves are made")
    parser.add_argument("--steps", type=int, default=60, help="of a booking")
    parser.add_argument("--viewport", default="672x448")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path, help="where the scores go, as markdown")
    options = parser.parse_args()
    parts: dict[str, str] = {}
    for heading, text in report(options):
        parts[heading] = text
        print(f"\n### {heading}\n\n{text}", flush=True)
        if options.out:
            whole = "\n".join(f"### {name}\n\n{part}" for name, part in parts.items())
            options.out.write_text(whole, encoding="utf-8")


if __name__ == "__main__":
    main()
