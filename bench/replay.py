"""A recorded booking replayed, beside the original run: seconds of the loop, with the page's own time shown apart.

The page's own time is what the browser needs to act and to come to rest: `performed.seconds` and `observed.settle_s` of
the replay. What is left is the replay's own.

    python bench/replay.py [--rounds 5]
"""

import argparse
import statistics
from pathlib import Path
from tempfile import TemporaryDirectory

from glm_actions.surfaces.browser import Browser
from glm_agent import Agent, Outcome
from glm_agent.practice import solution
from glm_agent.replay import Replay
from glm_backends.model import Model
from glm_tasks.flights import FlightsSite, FlightsTask
from glm_trajectory import load


def main() -> None:
    """Measure both in turns."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    original: list[Outcome] = []
    replayed: list[Outcome] = []
    with FlightsSite() as site, TemporaryDirectory() as runs:
        for _ in range(rounds):
            original.append(book(site, Path(runs)))
            replayed.append(book(site, Path(runs), original[0]))
        report("original, the task's own solution", original)
        report("replay", replayed)
    print(f"model calls of the replays: {sum(one.usage.completion_tokens > 0 for one in replayed)}")


def book(site: FlightsSite, runs: Path, recorded: Outcome | None = None) -> Outcome:
    """One booking in a fresh browser: by the solution, or as recorded."""
    task = FlightsTask.tokyo(0, site=site)
    with Browser() as browser:
        task.setup(browser)
        browser.observe()
        model: Model = Replay(load(recorded.folder)) if recorded and recorded.folder else solution(task, browser)
        outcome = Agent(browser, model, runs=runs).run(task.goal)
    if not task.check().passed:
        raise SystemExit(f"not booked: {outcome.why}")
    return outcome


def report(name: str, outcomes: list[Outcome]) -> None:
    """Print one line."""
    whole = statistics.median(one.seconds for one in outcomes)
    own = statistics.median(one.seconds - page_seconds(one) for one in outcomes)
    steps = outcomes[0].steps
    print(f"{name:<34} {len(outcomes)} runs of {steps} steps  median {whole:.2f} s, the page's aside {own:.2f} s")


def page_seconds(outcome: Outcome) -> float:
    """What the browser took to act and to come to rest."""
    steps = load(outcome.folder).steps if outcome.folder else ()
    acted = sum(step.performed.seconds for step in steps if step.performed)
    return acted + sum(step.observed.settle_s + step.observed.capture_s for step in steps)


if __name__ == "__main__":
    main()
