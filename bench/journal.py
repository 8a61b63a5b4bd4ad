"""What recording costs a step: the time in the recorder, and the bytes on the disk, on real screenshots of a booking.

The screenshots are encoded by Chromium before they reach the recorder, so that is not in the time.

    python bench/journal.py [--rounds 5]
"""

import argparse
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from glm_actions.surfaces.browser import Browser
from glm_agent import Agent
from glm_agent.practice import solution
from glm_agent.recorder import Recorder
from glm_tasks.flights import FlightsSite, FlightsTask

EVENTS = ("observed", "decided", "intended", "performed")


def main() -> None:
    """Book a few times, and print what the recorder took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    spent: defaultdict[str, list[float]] = defaultdict(list)
    for name in EVENTS:
        setattr(Recorder, name, timed(getattr(Recorder, name), spent[name]))
    with FlightsSite() as site, TemporaryDirectory() as runs, Browser() as browser:
        for _ in range(rounds):
            task = FlightsTask.tokyo(0, site=site)
            task.setup(browser)
            Agent(browser, solution(task, browser), runs=Path(runs)).run(task.goal)
        steps = [sum(parts) * 1000 for parts in zip(*spent.values(), strict=True)]
        for name, seconds in spent.items():
            print(f"{name:<10} median {statistics.median(seconds) * 1000:.2f} ms")
        tenths = statistics.quantiles(steps, n=10)
        print(f"a step     median {statistics.median(steps):.2f} ms  p90 {tenths[-1]:.2f} ms  ({len(steps)} steps)")
        disk(Path(runs), len(steps))


def timed(method: Callable[..., Any], into: list[float]) -> Callable[..., Any]:
    """A method that notes how long it takes."""

    def timing(*arguments: Any) -> Any:
        started = time.perf_counter()
        result = method(*arguments)
        into.append(time.perf_counter() - started)
        return result

    return timing


def disk(runs: Path, steps: int) -> None:
    """Print the bytes of a step, by what they are."""
    kinds: defaultdict[str, int] = defaultdict(int)
    for path in runs.rglob("*"):
        if path.is_file():
            kinds[path.parent.name if path.parent.parent.parent == runs else path.name] += path.stat().st_size
    parts = ", ".join(f"{name} {size / steps / 1000:.1f}" for name, size in sorted(kinds.items()))
    print(f"kB a step: {sum(kinds.values()) / steps / 1000:.1f} ({parts})")


if __name__ == "__main__":
    main()
