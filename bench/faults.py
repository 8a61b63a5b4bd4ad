"""Kills a booking at every event of its recording, resumes it, and asks the site how often it was booked.

Each event is met twice: killed when its line is written whole, and in the middle of its line. Between *intended* and
*performed* that is once before the click has happened, and once after.

    python bench/faults.py [--seed 0] [--jobs 2] [--first 2] [--every 1]
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from glm_actions import Decision
from glm_actions.frozen import Frozen
from glm_actions.surface import Page
from glm_actions.surfaces.browser import Browser
from glm_agent import Agent
from glm_agent.build import brought_back
from glm_agent.settings import Settings
from glm_backends import Scripted
from glm_tasks.flights import FlightsSite, FlightsTask, World
from glm_tasks.flights.solving import next_move
from glm_tasks.flights.solving.plan import Plan
from glm_tasks.task import Verdict
from glm_trajectory import load


class Fault(Frozen):
    """Where a run is killed."""

    event: int
    torn: bool


class Recovery(Frozen):
    """What came of a run that was killed and resumed."""

    fault: Fault
    reached: bool
    """Whether the run lasted long enough to be killed there."""
    outcome: str
    verdict: Verdict
    seconds: float
    """What the resumed part took."""


def main() -> None:
    """Print a line for each fault that did not end in exactly one right booking, and how many did."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--first", type=int, default=2, help="The event to begin with.")
    parser.add_argument("--every", type=int, default=1, help="Only every so many events.")
    arguments = parser.parse_args()
    events = events_of(arguments.seed)
    faults = [
        Fault(event=event, torn=torn)
        for event in range(arguments.first, events + 1, arguments.every)
        for torn in (False, True)
    ]
    passed = 0
    with ThreadPoolExecutor(arguments.jobs) as pool:
        for number, recovery in enumerate(pool.map(lambda fault: recover(arguments.seed, fault), faults), start=1):
            passed += recovery.verdict.passed
            if not recovery.verdict.passed:
                print(recovery, flush=True)
            print(f"event {recovery.fault.event} of {events}: {passed} of {number} right", file=sys.stderr)
    print(f"{events} events, killed {len(faults)} times, exactly one booking {passed} times")


def events_of(seed: int) -> int:
    """How many events the booking has when nothing goes wrong."""
    with TemporaryDirectory() as runs, FlightsSite(World(seed, home_filled=True)) as site:
        subprocess.run(_act(seed, site, Path(runs)), check=True)
        return len(load(next(Path(runs).iterdir())).events)


def recover(seed: int, fault: Fault) -> Recovery:
    """Run a booking in a process that kills itself, resume it here, and let the site judge."""
    with TemporaryDirectory() as runs, FlightsSite(World(seed, home_filled=True)) as site:
        killed = subprocess.run([*_act(seed, site, Path(runs)), str(fault.event), str(int(fault.torn))], check=False)
        (folder,) = Path(runs).iterdir()
        started = time.monotonic()
        outcome = resumed(seed, site.url, folder)
        return Recovery(
            fault=fault,
            reached=killed.returncode == -signal.SIGKILL,
            outcome=outcome,
            verdict=FlightsTask.tokyo(seed, site=site).check(),
            seconds=time.monotonic() - started,
        )


def resumed(seed: int, url: str, folder: Path) -> str:
    """Go on with a run; gives its outcome."""
    run = load(folder)
    if run.summary.outcome == "finished":
        return "finished before"
    with brought_back(run, Settings(url=url)) as browser:
        return Agent(browser, solver(browser, seed, url)).resume(folder).kind


def solver(browser: Page, seed: int, url: str) -> Scripted:
    """The practice task's own solution, with a site in another process."""
    task = FlightsTask.tokyo(seed)
    plan = Plan(task.world, task.wanted, url)

    def moves() -> Iterator[Decision]:
        while True:
            move = next_move(browser, plan, Verdict(passed=True, why=""))
            yield Decision(reason=move.reason, action=move.action, memory="")

    return Scripted(moves(), name="the task's own solution")


def _act(seed: int, site: FlightsSite, runs: Path) -> list[str]:
    return [sys.executable, __file__, "act", str(seed), site.url, str(runs)]


def act(seed: int, url: str, runs: Path, die_at: int = 0, torn: int = 0) -> None:
    """Book; die at an event, or in the middle of it."""
    written, write = 0, os.write

    def count(file: int, content: bytes) -> int:
        nonlocal written
        if not content.startswith(b'{"at":'):
            return write(file, content)
        written += 1
        if written < die_at or not die_at:
            return write(file, content)
        write(file, content[: len(content) // 2] if torn else content)
        os.kill(os.getpid(), signal.SIGKILL)
        return 0

    os.write = count
    with Browser(url) as browser:
        Agent(browser, solver(browser, seed, url), runs=runs).run("Book a flight to Tokyo")


if __name__ == "__main__":
    if sys.argv[1:2] == ["act"]:
        _, _, seed, url, runs, *rest = sys.argv
        act(int(seed), url, Path(runs), *map(int, rest))
    else:
        main()
