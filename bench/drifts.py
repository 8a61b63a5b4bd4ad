"""Replays a booking on the practice site as it might be on another day: twelve kinds of seeded drift.

Each seed is another site: other layout, fonts, words, colours, flights. A booking is recorded on it and replayed under
each drift. A harmless drift has to end in the same booking, a harmful one before anything is booked.

    python bench/drifts.py [--seeds 0-9] [--kinds moved,twin] [--jobs 2] [--keep FOLDER]
"""

import argparse
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Literal

from pydantic import Field

from glm_actions.frozen import Frozen
from glm_actions.geometry import Size
from glm_actions.surface import Observation
from glm_actions.surfaces.browser import Browser, Patience
from glm_actions.vocabulary import Goto
from glm_agent import Agent
from glm_agent.practice import solution
from glm_agent.replay import Replay
from glm_tasks.flights import FlightsSite, FlightsTask, World
from glm_tasks.flights.records import Booking
from glm_trajectory import Run, load


class Drift(Frozen):
    """One way in which the site has changed since the recording."""

    name: str
    ends: Literal["booked", "stopped"]
    """What a replay has to make of it."""
    script: str = ""
    """Runs in the page before every look, with an amount that the seed decides; does nothing where it has done it."""
    look: dict[str, Any] = Field(default_factory=dict)
    """Changes of the site's own appearance."""
    viewport: Size = Size(width=1280, height=720)

    def world(self, seed: int) -> World:
        """The world of the recording, looking as it does now."""
        world = World(seed, home_filled=True)
        dark = {"dark": not world.look.dark} if self.name == "theme" else {}
        world.look = world.look.model_copy(update=self.look | dark)
        return world


DECOY = "decoy clicked"
_ONCE = 'amount => {{ const one = name => document.querySelector(`[data-t="${{name}}"]`); {} }}'


def _script(body: str) -> str:
    return _ONCE.format(body)


DRIFTS = (
    Drift(
        name="moved",
        ends="booked",
        script=_script(
            "if (document.querySelector('.veil') || ['/checkout', '/confirmation'].includes(location.pathname)) return;"
            "document.querySelector('.middle').style.paddingTop = `${20 + amount}px`;"
        ),
    ),
    Drift(name="recoloured", ends="booked", look={"accent": "#7c3aed"}),
    Drift(
        name="renamed",
        ends="stopped",
        script=_script("if (one('book')) one('book').textContent = ['Donate', 'Erase', 'Bid'][amount % 3];"),
    ),
    Drift(
        name="removed",
        ends="stopped",
        script=_script("one('noseat')?.closest('label, button')?.remove(); one('noseat')?.remove();"),
    ),
    Drift(
        name="covered",
        ends="stopped",
        script=_script(
            "const aim = one('terms'); if (!aim) return;"
            "const ad = document.querySelector('.ad') ?? document.createElement('div'); ad.className = 'ad';"
            "ad.textContent = 'Today only: upgrade your seat!';"
            "const at = aim.getBoundingClientRect();"
            "ad.style.cssText = `position:fixed;left:0;right:0;top:${at.top - 20 - amount}px;height:${80 + amount}px;"
            "background:#fde047;color:black;z-index:99;padding:20px`;"
            "document.body.append(ad);"
        ),
    ),
    Drift(
        name="reordered",
        ends="booked",
        script=_script(
            "const first = one('card-1'), other = one(`card-${2 + amount % 2}`);"
            "if (first && other && !first.dataset.swapped) { first.dataset.swapped = '1'; other.after(first); }"
        ),
    ),
    Drift(
        name="slower",
        ends="booked",
        script=_script(
            "if (window.slow) return; window.slow = window.fetch;"
            "window.fetch = async (...all) => {"
            " await new Promise(done => setTimeout(done, 2100 + 2 * amount)); return window.slow(...all); };"
        ),
    ),
    Drift(
        name="price",
        ends="stopped",
        script=_script(
            "for (const price of document.querySelectorAll('.price')) {"
            " if (price.dataset.was) continue; price.dataset.was = '1';"
            " price.textContent = price.textContent.replace(/[0-9]/, digit => (Number(digit) + 1 + amount % 8) % 10); }"
        ),
    ),
    Drift(name="theme", ends="booked"),
    Drift(name="viewport", ends="stopped", viewport=Size(width=1366, height=768)),
    Drift(
        name="scrolled",
        ends="booked",
        script=_script(
            "if (location.pathname === '/results' && !window.turned) { window.turned = 1; scrollTo(0, 20 + amount); }"
        ),
    ),
    Drift(
        name="twin",
        ends="stopped",
        script=_script(
            "const button = one('book'); if (!button || document.querySelector('.twin')) return;"
            "const twin = button.cloneNode(true); twin.classList.add('twin'); delete twin.dataset.t;"
            "twin.addEventListener('click', event => { event.stopPropagation(); document.title = 'decoy clicked'; });"
            "button.before(twin);"
        ),
    ),
)


class Drifting(Browser):
    """A browser in which the site has changed."""

    def __init__(self, drift: Drift, seed: int) -> None:
        self._drift = drift
        self._amount = Random(f"{drift.name} {seed}").randrange(8, 40)
        self.drifted = not drift.script
        """Whether anything has changed in what was looked at."""
        patience = Patience(change=1.0) if drift.ends == "stopped" else Patience()
        super().__init__(viewport=drift.viewport, patience=patience)

    def observe(self) -> Observation:
        before = super().observe()
        if not self._drift.script:
            return before
        self.evaluate(self._drift.script, self._amount)
        seen = super().observe()
        self.drifted |= seen.png != before.png or self._drift.name == "slower"
        return seen.model_copy(update={"notices": before.notices + seen.notices})


class Replayed(Frozen):
    """What came of one replay."""

    seed: int
    drift: str
    ends: str
    why: str
    drifted: bool
    decoy: bool
    """Whether the decoy was clicked."""
    kind: str
    """What kind of divergence stopped it, if one did."""
    page: Path | None
    right: bool
    """Whether it ended as it had to."""


class Recorded(Frozen):
    """A recorded booking, and what the server has of it."""

    seed: int
    run: Run
    bookings: tuple[Booking, ...]


def record(site: FlightsSite, seed: int, runs: Path) -> Recorded | None:
    """Let the task's own solution book; None, and why, if it did not."""
    task = FlightsTask.tokyo(seed, site=site)
    with Browser() as browser:
        task.setup(browser)
        outcome = Agent(browser, solution(task, browser), runs=runs).run(task.goal)
    if not task.check().passed or outcome.folder is None:
        print(f"{seed:>4}  was not booked when it was to be recorded: {outcome.why}", flush=True)
        return None
    return Recorded(seed=seed, run=load(outcome.folder), bookings=site.bookings)


def replayed(site: FlightsSite, recorded: Recorded, drift: Drift, runs: Path) -> Replayed:
    """Replay a booking on the same site, drifted."""
    model = Replay(recorded.run)
    site.load(drift.world(recorded.seed))
    with Drifting(drift, recorded.seed) as browser:
        browser.perform(Goto(url=site.url))
        outcome = Agent(browser, model, runs=runs).run(f"{drift.name} {recorded.seed}")
        decoy = browser.observe().title == DECOY
    found = model.divergence
    ends = "booked" if site.bookings == recorded.bookings else "booked something else" if site.bookings else "stopped"
    return Replayed(
        seed=recorded.seed,
        drift=drift.name,
        ends=ends,
        why=outcome.why,
        drifted=browser.drifted,
        decoy=decoy,
        kind=found.kind if found else "",
        page=model.write_report(outcome.folder) if outcome.folder else None,
        right=ends == drift.ends and not decoy,
    )


def of_seed(drifts: tuple[Drift, ...], keep: Path, seed: int) -> list[Replayed]:
    """Every drift on the site of one seed."""
    with FlightsSite() as site:
        recorded = record(site, seed, keep)
        return [replayed(site, recorded, drift, keep) for drift in drifts] if recorded else []


def main() -> None:
    """Print a line for each seed, one for each replay that ended otherwise than it had to, and the sums."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="0-9", metavar="A-B")
    parser.add_argument("--kinds", default=",".join(drift.name for drift in DRIFTS))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="Where to leave the recordings.")
    arguments = parser.parse_args()
    first, last = map(int, arguments.seeds.split("-"))
    drifts = tuple(drift for drift in DRIFTS if drift.name in arguments.kinds.split(","))
    with TemporaryDirectory() as folder, ProcessPoolExecutor(arguments.jobs) as pool:
        work = partial(of_seed, drifts, arguments.keep or Path(folder))
        report(drifts, pool.map(work, range(first, last + 1)))


def report(drifts: tuple[Drift, ...], seeds: Iterator[list[Replayed]]) -> None:
    """Print a table: `+` booked, `-` stopped, both in brackets where that is wrong, `=` where nothing has drifted."""
    print("seed  " + " ".join(f"{drift.name:<10}" for drift in drifts))
    print("must  " + " ".join(f"{drift.ends:<10}" for drift in drifts), flush=True)
    right: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for replays in filter(None, seeds):
        print(f"{replays[0].seed:>4}  " + " ".join(f"{_cell(one):<10}" for one in replays), flush=True)
        for one in replays:
            every[one.drift] += one.drifted
            right[one.drift] += one.drifted and one.right
            if not one.right:
                print(f"      {one.drift}: {one.ends}, {one.kind}, {one.why} {one.page or ''}", flush=True)
    print("right " + " ".join(f"{f'{right[drift.name]}/{every[drift.name]}':<10}" for drift in drifts))


def _cell(one: Replayed) -> str:
    if not one.drifted:
        return "="
    sign = "+" if one.ends == "booked" else f"- {one.kind}"
    return sign if one.right else f"({sign})"


if __name__ == "__main__":
    main()
