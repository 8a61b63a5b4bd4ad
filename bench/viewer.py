"""How long a run of 2,000 steps takes to open in the viewer, and how smoothly its film strip scrolls.

The run is made by the agent itself on a drawn screen of 1280 by 720. Beside it stands a run of 20 steps. *Open* is from
the request for the page until the step's screenshot and action are drawn, half way down the run, each time with a new
viewer and a new browser context. Scrolling takes the whole strip from end to end and counts frames.

    python bench/viewer.py [--steps 2000] [--rounds 15]
"""

import argparse
import itertools
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from glm_actions import Decision, Point
from glm_actions.geometry import Size
from glm_actions.surfaces import chromium
from glm_actions.surfaces.drawn import Button, DrawnScreen
from glm_actions.vocabulary import LeftClick
from glm_agent import Agent, Limits
from glm_backends import Scripted
from glm_trajectory.viewer import Viewer

SCREEN = Size(width=1280, height=720)
BUTTONS = [Button(label=str(number), left=40 + 130 * number, top=200) for number in range(9)]
SCROLL = """async () => {
  const strip = document.querySelector(".virtual.x"), frames = [];
  let last = await new Promise(requestAnimationFrame);
  for (let at = 0; at <= 120; at++) {
    strip.scrollLeft = (strip.scrollWidth - strip.clientWidth) * at / 120;
    const now = await new Promise(requestAnimationFrame);
    frames.push(now - last);
    last = now;
  }
  return frames;
}"""


def main() -> None:
    """Measure both runs in turns, so that they meet the same machine."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=15)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as started:
        runs = {steps: record(Path(folder), steps) for steps in (20, arguments.steps)}
        program = chromium.executable(Path(started.chromium.executable_path))
        browser = started.chromium.launch(executable_path=program, args=chromium.flags())
        opened: dict[int, list[float]] = {steps: [] for steps in runs}
        frames: dict[int, list[float]] = {steps: [] for steps in runs}
        for _ in range(arguments.rounds):
            for steps, run in runs.items():
                with Viewer(Path(folder)) as viewer:
                    took, smooth = look(browser, viewer.url_of(run, steps // 2))
                opened[steps].append(took)
                frames[steps] += smooth
        browser.close()
    for steps in runs:
        report(f"open {steps:,} steps", opened[steps])
        report(f"frame while scrolling {steps:,} steps", frames[steps])


def record(runs: Path, steps: int) -> Path:
    """A run of so many steps."""
    limits = Limits(steps=steps, tokens=10**9, seconds=10**6, repeats=10**6)
    outcome = Agent(DrawnScreen(BUTTONS, SCREEN), Scripted(itertools.islice(clicks(), steps)), limits=limits, runs=runs)
    folder = outcome.run(f"Click {steps} times").folder
    if folder is None:
        raise RuntimeError("the run was not recorded")
    return folder


def clicks() -> Iterator[Decision]:
    """Click one button after the other."""
    for number in itertools.count():
        button = BUTTONS[number % len(BUTTONS)]
        point = Point(((button.left + 60) * 1000 // SCREEN.width, (button.top + 16) * 1000 // SCREEN.height))
        reason = f"Button {button.label} comes next; {number} have been clicked so far."
        yield Decision(
            reason=reason, action=LeftClick(start_box=point, element_info=f"button {button.label}"), memory=""
        )


def look(browser: Browser, address: str) -> tuple[float, list[float]]:
    """Seconds until the step is drawn, and seconds of each frame while the strip is scrolled."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    began = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.locator(".frame .ring").wait_for()
    took = time.perf_counter() - began
    frames = [milliseconds / 1000 for milliseconds in page.evaluate(SCROLL)]
    context.close()
    return took, frames


def report(name: str, seconds: list[float]) -> None:
    """Print one line."""
    median, high = statistics.median(seconds), statistics.quantiles(seconds, n=20)[-1]
    print(f"{name:<36} n {len(seconds):>5}  median {median * 1000:6.0f} ms  p95 {high * 1000:6.0f} ms")


if __name__ == "__main__":
    main()
