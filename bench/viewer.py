"""How long a run of 2,000 steps takes to open in the viewer, and how smoothly its film strip scrolls.

The run is made by the agent itself on a drawn screen of 1280 by 720. Beside it stands a run of 20 steps. *Open* is what
a person waits for: from the start of the navigation, by the page's own clock, until the step half way down the run is
drawn with its screenshot decoded, its action on it and its reason beside it. The browser and the viewer run already;
each round has a new viewer and a new browser context, so nothing is cached. A run is *read before* if it was named,
glm-agent view RUN, or if the pointer rested on it in the list. Scrolling takes the whole film strip from end to end.

    python bench/viewer.py [--steps 2000] [--rounds 15]
"""

import argparse
import itertools
import statistics
import tempfile
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
SHOWN = """window.shown = new Promise((done) => {
  const PARTS = [".frame > .before", ".frame .ring", ".panel .reason"];
  const look = () => {
    const [picture, ring, reason] = PARTS.map((part) => document.querySelector(part));
    requestAnimationFrame(picture?.complete && ring && reason ? () => done(performance.now()) : look);
  };
  look();
});"""
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
        opened: dict[tuple[int, bool], list[float]] = {(steps, read): [] for steps in runs for read in (False, True)}
        frames: dict[int, list[float]] = {steps: [] for steps in runs}
        for _ in range(arguments.rounds):
            for (steps, read), took in opened.items():
                with Viewer(Path(folder)) as viewer:
                    if read:
                        viewer.open(runs[steps])
                    seconds, smooth = look(browser, viewer.url_of(runs[steps], steps // 2))
                took.append(seconds)
                frames[steps] += smooth
        browser.close()
    for (steps, read), took in opened.items():
        report(f"open {steps:,} steps, {'' if read else 'not '}read before", took)
    for steps, smooth in frames.items():
        report(f"frame while scrolling {steps:,} steps", smooth)


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
    context.add_init_script(SHOWN)
    page = context.new_page()
    page.goto(address, wait_until="commit")
    took = page.evaluate("window.shown") / 1000
    page.locator(".film").first.wait_for()
    frames = [milliseconds / 1000 for milliseconds in page.evaluate(SCROLL)]
    context.close()
    return took, frames


def report(name: str, seconds: list[float]) -> None:
    """Print one line."""
    median, high, most = statistics.median(seconds), statistics.quantiles(seconds, n=20)[-1], max(seconds)
    times = f"median {median * 1000:5.0f} ms  p95 {high * 1000:5.0f} ms  longest {most * 1000:5.0f} ms"
    print(f"{name:<36} n {len(seconds):>5}  {times}")


if __name__ == "__main__":
    main()
