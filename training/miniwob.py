"""Zero-shot MiniWoB++, for any model: `python -m training.miniwob --checkpoint FOLDER --seeds 5`.

Needs the wheel `miniwob` for its pages (`pip install --no-deps miniwob`). Each page is enlarged to the size that the
embedded model knows. An episode is won if the page itself says so; its time limit is lifted, since a model on a CPU
is slower than the ten seconds that the pages allow.
"""

import argparse
import importlib.util
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

from glm_actions.errors import UsageError
from glm_actions.geometry import Size
from glm_actions.surfaces.browser import Browser
from glm_agent import build, default
from glm_agent.settings import Settings, read
from glm_backends.model import Model
from glm_trajectory import Event, Performed
from training.score import Score, markdown

SIZE = Size(width=672, height=448)
"""The pages' 160 by 210 pixels are enlarged until they fill the height."""
_BEGIN = """async seed => {
  while (document.readyState !== "complete" || typeof genProblem === "undefined")
    await new Promise(done => setTimeout(done, 50));
  Math.seedrandom(seed);
  core.EPISODE_MAX_TIME = 2e9;
  core.startEpisodeReal();
  core.startEpisode = () => {};  // the end of an episode would cover the page and begin another one
  for (const id of ["reward-display", "click-canvas"]) document.getElementById(id)?.remove();
  document.documentElement.style.zoom = innerHeight / 213;
  core.updateDisplay = core.clearTimer = () => {};
  return document.getElementById("query").innerText.replace(/\\s+/g, " ").trim();
}"""
_STATE = "() => [WOB_DONE_GLOBAL, WOB_RAW_REWARD_GLOBAL]"


class Episode(NamedTuple):
    """How one episode went."""

    task: str
    seed: int
    won: bool
    steps: int
    seconds: float
    why: str


@contextmanager
def served(html: Path) -> Iterator[str]:
    """The address at which a folder is served."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(html)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def pages() -> Path:
    """Where the wheel's pages are."""
    spec = importlib.util.find_spec("miniwob")
    if spec is None or not spec.submodule_search_locations:
        raise UsageError("miniwob is missing. Run: pip install --no-deps miniwob")
    return Path(spec.submodule_search_locations[0]) / "html"


def tasks(html: Path) -> list[str]:
    """The names of all tasks."""
    return sorted(path.stem for path in (html / "miniwob").glob("*.html"))


def play(settings: Settings, model: Model, browser: Browser, task: str, seed: int) -> Episode:
    """One episode, on a page that is open."""
    goal = browser.evaluate(_BEGIN, f"{task} {seed}")

    def watch(event: Event) -> None:
        if isinstance(event, Performed) and browser.evaluate(_STATE)[0]:
            agent.stop()

    agent = build.agent(settings, browser, model, watch=watch)
    started = time.monotonic()
    outcome = agent.run(goal)
    done, reward = browser.evaluate(_STATE)
    why = "" if done else f"{outcome.kind}: {outcome.why.splitlines()[0]}"
    return Episode(task, seed, bool(done and reward > 0), outcome.steps, time.monotonic() - started, why)


def episodes(settings: Settings, names: Sequence[str], seeds: int, html: Path) -> Iterator[Episode]:
    """All episodes, a browser each."""
    with build.model(settings) as model, served(html) as root:
        for task in names:
            for seed in range(seeds):
                with Browser(f"{root}/miniwob/{task}.html", viewport=SIZE) as browser:
                    yield play(settings, model, browser, task, seed)


def summary(played: Sequence[Episode]) -> str:
    """The table, a row a task and one for all."""
    rows = [_row(task, [one for one in played if one.task == task]) for task in dict.fromkeys(e.task for e in played)]
    return markdown(("task", "won", "", "95 %", "steps", "s"), [*rows, _row("all", played)])


def _row(name: str, played: Sequence[Episode]) -> tuple[object, ...]:
    steps, seconds = (sum(getattr(one, what) for one in played) / len(played) for what in ("steps", "seconds"))
    return (name, *Score.of(one.won for one in played).cells, f"{steps:.1f}", f"{seconds:.1f}")


def main() -> None:
    """Play, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, help="default: as glm-agent finds its model")
    parser.add_argument("--model-url")
    parser.add_argument("--tasks", nargs="+", help="default: all")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--max-steps", type=int, default=12)
    parser.add_argument("--runs", type=Path, default=Path("runs"))
    options = parser.parse_args()
    html = pages()
    flags = {name: getattr(options, name) for name in ("checkpoint", "model_url", "max_steps", "runs")}
    settings = default.chosen(read(flags)[0], print)
    played = []
    for episode in episodes(settings, options.tasks or tasks(html), options.seeds, html):
        played.append(episode)
        print(*episode, flush=True)
    print(summary(played))


if __name__ == "__main__":
    main()
