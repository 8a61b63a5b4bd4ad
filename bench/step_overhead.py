"""The framework's own time per step, beside a bare Playwright loop in the same run.

Measured between a complete answer of the model and the arrival of the next request, with a model server that answers
at once. The bare loop is what one writes without a framework: screenshot, request, click. Both are given the same site,
the same viewport and the same clicks; only ours waits until the page is quiet, and records everything.

    python bench/step_overhead.py [--steps 50] [--rounds 3]
"""

import argparse
import base64
import json
import statistics
import tempfile
from pathlib import Path

import openai
import playwright.sync_api as playwright

from glm_actions import Decision, Point
from glm_actions.surfaces import chromium
from glm_actions.surfaces.browser import Browser
from glm_actions.vocabulary import LeftClick
from glm_agent import Agent, Limits
from glm_backends import Server
from glm_backends.fake_server import FakeServer
from glm_tasks.flights import FlightsTask

WIDTH, HEIGHT = 1280, 720
PLACES = ((200, 250), (950, 960), (200, 360), (950, 30))
CLICKS = [LeftClick(start_box=Point(place), element_info="") for place in PLACES]
PROMPT = "You operate a screen. " * 60


def main() -> None:
    """Measure in turns, so that both loops meet the same machine."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    ours: list[float] = []
    bare: list[float] = []
    with FlightsTask.tokyo().site.start() as site:
        for _ in range(arguments.rounds):
            bare += measure_bare(site.url, arguments.steps)
            ours += measure_ours(site.url, arguments.steps)
    report("bare Playwright loop", bare)
    report("glm-agent", ours)
    print(f"ratio of the medians: {statistics.median(ours) / statistics.median(bare):.2f}")


def answers() -> list[Decision]:
    """The same clicks again and again."""
    return [Decision(reason="", action=CLICKS[number % len(CLICKS)], memory="") for number in range(1000)]


def measure_ours(url: str, steps: int) -> list[float]:
    """Seconds from each answer to the next request, in our loop."""
    limits = Limits(steps=steps, repeats=10**6)
    with FakeServer(answers()) as fake, tempfile.TemporaryDirectory() as runs:
        with Server(fake.url) as model, Browser(url) as browser:
            Agent(browser, model, limits=limits, runs=Path(runs), think="off").run("Click around")
        return gaps(fake)


def measure_bare(url: str, steps: int) -> list[float]:
    """Seconds from each answer to the next request, in a bare loop."""
    with FakeServer(answers()) as fake, playwright.sync_playwright() as started:
        program = chromium.executable(Path(started.chromium.executable_path))
        browser = started.chromium.launch(executable_path=program, args=chromium.flags())
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(url)
        with openai.OpenAI(base_url=fake.url, api_key="none") as client:
            for _ in range(steps):
                bare_step(page, client, fake.model)
        browser.close()
        return gaps(fake)


def bare_step(page: playwright.Page, client: openai.OpenAI, model: str) -> None:
    """Screenshot, request, click."""
    image = base64.b64encode(page.screenshot()).decode()
    answer = client.chat.completions.create(
        model=model,
        messages=[
            {"role": "system", "content": PROMPT},
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "Click around"},
                    {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{image}"}},
                ],
            },
        ],
        stream=True,
    )
    text = "".join(chunk.choices[0].delta.content or "" for chunk in answer if chunk.choices)
    x, y = json.loads(text)["action"]["start_box"]
    page.mouse.click((x + 0.5) * WIDTH / 1000, (y + 0.5) * HEIGHT / 1000)


def gaps(fake: FakeServer) -> list[float]:
    """From each answer to the next request; the first ones are left out, when everything is still cold."""
    return [arrived - answered for answered, arrived in zip(fake.answered, fake.arrived[1:], strict=False)][2:]


def report(name: str, seconds: list[float]) -> None:
    """Print one line."""
    tenths = statistics.quantiles(seconds, n=10)
    median = statistics.median(seconds)
    print(f"{name:<22} {len(seconds):>4} steps  median {median * 1000:.0f} ms  p90 {tenths[-1] * 1000:.0f} ms")


if __name__ == "__main__":
    main()
