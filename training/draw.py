"""Draws training data without end: `python -m training.draw --out FOLDER --tokenizer FOLDER`.

Runs a browser, and writes shards: pictures, and rows of questions about them. Many of these run beside the trainer.
"""

import argparse
import shlex
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from random import Random
from typing import NamedTuple

import numpy as np

from glm_tasks.flights import FlightsSite
from training import flows, render
from training.calendars import Calendars
from training.chromium import Chromium
from training.pack import Packer, Rows, joined
from training.pages import VIEWPORTS, Painter, Viewport
from training.questions import Asker, Question
from training.site import SitePage
from training.tokens import load
from training.words import Split

SHARD = 32
"""Pictures of a shard."""
_MOST_FAILURES = 10
"""In a row, without a single shard."""


class Scene(NamedTuple):
    """A picture with its rows."""

    picture: render.Picture
    rows: Rows


class Source:
    """Makes scenes.

    Args:
        rng: Where chance comes from.
        browser: What renders.
        packer: What packs.
        split: Which words may appear.
        unseen: Draw in looks that training never shows.
        copies: Rows of different questions for each picture.
    """

    def __init__(  # noqa: PLR0913
        self, rng: Random, browser: Chromium, packer: Packer, split: Split, *, unseen: bool = False, copies: int = 3
    ) -> None:
        self.rng, self.packer, self.split, self.unseen, self.copies = rng, packer, split, unseen, copies
        self._sheet = browser.tab(100, 100)
        self._visit = browser.tab(100, 100)

    def generic(self, viewport: Viewport) -> Iterator[Scene]:
        """Drawn pages of one size, a sheet at a time."""
        painter = Painter(self.rng, self.split, viewport, unseen=self.unseen)
        while True:
            for page in render.render(self._sheet, [painter.page() for _ in range(SHARD)], viewport):
                rows = []
                for _ in range(self.copies):
                    asked = Asker(self.rng, self.split, page.elements, loading=page.loading).ask()
                    rows.append(self.packer.row(self.rng, (), asked))
                yield Scene(page.picture, joined(rows))

    def practice(
        self, viewport: Viewport, site: FlightsSite, visit: type[flows.Episode] = flows.Episode
    ) -> Iterator[Scene]:
        """States of the practice site, one visit after another."""
        page = SitePage(self._visit, viewport)
        while True:
            seed = flows.training_seed(self.rng, self.split)
            for state in visit(self.rng, page, site, seed).states():
                yield self._scene(state)

    def scenes(self, what: str, viewport: Viewport, site: FlightsSite) -> Iterator[Scene]:
        """What a stream of this name is made of."""
        if what == "generic":
            return self.generic(viewport)
        return self.practice(viewport, site, Calendars if what == "calendar" else flows.Episode)

    def _scene(self, state: flows.State) -> Scene:
        about = list(state.questions)
        self.rng.shuffle(about)
        rows = []
        for copy in range(self.copies):
            asked = Asker(self.rng, self.split, state.elements).ask()
            rows.append(self.packer.row(self.rng, _share(about, copy, self.copies), asked))
        return Scene(render.fitted(render.decode(state.png)), joined(rows))


def _share(questions: Sequence[Question], index: int, count: int) -> list[Question]:
    """A row's share of the questions, and one more, since they are what matters."""
    own = list(questions[index::count])
    return own + [question for question in questions if question not in own][:1]


def write(out: Path, name: str, scenes: Sequence[Scene]) -> None:
    """Write a shard, so that nobody ever sees half of it."""
    rows = joined([scene.rows for scene in scenes])
    stacked = {field: array.reshape(len(scenes), -1, *array.shape[1:]) for field, array in rows._asdict().items()}
    unfinished = out / f".{name}.npz"
    np.savez(unfinished, pictures=np.stack([scene.picture for scene in scenes]), **stacked)
    unfinished.rename(out / f"{name}.npz")


KINDS = (
    *(f"find.{kind}" for kind in ("button", "link", "field", "checkbox", "radio", "toggle", "tab", "menuitem")),
    *(f"find.{kind}" for kind in ("icon", "select", "text", "day")),
    *("row", "absent", "copy", "key", "scroll", "back", "done", "wait", "drag"),
    *("fill.click", "fill.type", "fill.mark", "fill.done"),
    *(f"read.{kind}" for kind in ("button", "link", "text", "label", "value", "rowbutton", "field", "day", "tab")),
    *(f"read.{kind}" for kind in ("menuitem", "checkbox", "radio", "toggle")),
    *("other.right_click", "other.left_double_click", "other.hover"),
    *(
        f"flow.{view}.{action}"
        for view in ("search", "results", "passengers", "checkout", "confirmation", "elsewhere")
        for action in ("left_click", "type", "key", "scroll", "done")
    ),
    *(
        f"flow.{view}.left_click.{target}"
        for view in ("search", "results", "passengers", "checkout", "elsewhere")
        for target in flows.TARGETS
    ),
)
FLOW = tuple(number for number, kind in enumerate(KINDS) if kind.startswith("flow."))
"""The numbers of the moves on the practice site."""


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="where shards go")
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--what", choices=("generic", "practice", "calendar"), default="generic")
    parser.add_argument("--viewport", choices=[f"{w}x{h}" for w, h in VIEWPORTS], default="672x448")
    parser.add_argument("--split", choices=("train", "test"), default="train")
    parser.add_argument("--unseen", action="store_true", help="looks that training never shows")
    parser.add_argument("--shards", type=int, default=0, help="how many; 0 for no end")
    parser.add_argument("--most", type=int, default=100, help="wait while so many shards of this kind lie there")
    parser.add_argument("--copies", type=int, default=3, help="rows of questions for each picture")
    parser.add_argument("--browser", type=shlex.split, default=[], help="command that starts Chromium")
    return parser.parse_args()


def main() -> None:
    """Draw until stopped."""
    options = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    options.out.mkdir(parents=True, exist_ok=True)
    packer = Packer(load(options.tokenizer), KINDS)
    number, failures = 0, 0
    while not options.shards or number < options.shards:
        try:
            for _ in _shards(options, packer, number):
                number, failures = number + 1, 0
        except Exception as error:
            # Whatever broke, a new browser and a new visit go on; unless none of them ever gets anywhere.
            print(f"draw: {type(error).__name__}: {error}", flush=True)
            failures += 1
            if failures == _MOST_FAILURES:
                raise
            time.sleep(0.5)


def _shards(options: argparse.Namespace, packer: Packer, number: int) -> Iterator[None]:
    """Write shards from this number on, with one browser, until it dies or there are enough."""
    rng = Random(f"{options.seed} {number} {options.split} {options.what} {options.viewport}")
    viewport = Viewport(*map(int, options.viewport.split("x")))
    stream = f"{options.what}-{options.viewport}-"
    with Chromium(options.browser) as browser, FlightsSite() as site:
        source = Source(rng, browser, packer, options.split, unseen=options.unseen, copies=options.copies)
        scenes = source.scenes(options.what, viewport, site)
        while not options.shards or number < options.shards:
            started = time.monotonic()
            write(options.out, f"{stream}{options.seed}-{number}", list(islice(scenes, SHARD)))
            print(
                f"draw: {stream}{options.seed} shard {number}, {SHARD / (time.monotonic() - started):.1f}/s", flush=True
            )
            number += 1
            yield
            _wait(options.out, stream, options.most)


def _wait(out: Path, stream: str, most: int) -> None:
    while sum(path.name.startswith(stream) for path in out.iterdir()) > most:
        time.sleep(0.2)


if __name__ == "__main__":
    main()
