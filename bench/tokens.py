"""Tokens of a step on the practice site: what goes to the model and what it writes, beside browser-use's request.

GLM's tokenizer is in no package registry. Its stand-in are the 151,643 merges of Qwen's, which the wheel `dashscope`
carries, with the pattern by which GLM splits texts. Both come from the same list: of the few numbers of GLM-4.5's
tokens that are published, most are the same there. The true counts differ by a token here and there.

    pip install --group bench
    python bench/tokens.py [--bookings 8] [--browser-use PYTHON]

PYTHON belongs to an environment in which `pip install browser-use==0.13.14` was run. Without it that part is left out.
"""

import argparse
import base64
import importlib.util
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from glm_actions import Decision
from glm_actions.frozen import Frozen
from glm_actions.surface import Page
from glm_actions.surfaces.browser import Browser
from glm_agent import Agent
from glm_backends import Scripted
from glm_backends.fake_eyes import tokens as picture_tokens
from glm_backends.fake_server import FakeServer
from glm_backends.fake_wire import parts
from glm_backends.model import Message, Picture
from glm_tasks.flights import FlightsTask
from glm_trajectory import Decided, load

SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
    r"|\s+(?!\S)|\s+"
)
PUBLISHED = "this is a test where da goose is cooked", (574, 374, 264, 1273, 1380, 2994, 61701, 374, 28998)
"""A text, and the numbers of its tokens in GLM-4.5."""
TARGET, REASON = 40, 60
ROUND_A_PICTURE = 2
DONE: dict[str, Any] = {
    "thinking": "",
    "evaluation_previous_goal": "",
    "memory": "",
    "next_goal": "",
    "action": [{"done": {"text": ""}}],
}


class Step(Frozen):
    """One step of a booking, in tokens."""

    kind: str
    prompt: int
    output: int


class Counted(Frozen):
    """A request, in tokens."""

    text: int
    pictures: int

    def __str__(self) -> str:
        return f"{self.text + self.pictures:>6,} tokens: {self.text:,} of text, {self.pictures:,} of pictures"


class Tokens:
    """Counts with the stand-in."""

    def __init__(self) -> None:
        import tiktoken

        lines = (line.split() for line in merges().read_text().splitlines())
        ranks = {base64.b64decode(token): int(rank) for token, rank in lines}
        self._encoding = tiktoken.Encoding("stand-in", pat_str=SPLIT, mergeable_ranks=ranks, special_tokens={})

    def text(self, text: str) -> int:
        """Tokens of a text."""
        return len(self._encoding.encode(text, disallowed_special=()))

    def request(self, sent: Iterable[str | bytes]) -> Counted:
        """Tokens of texts and pictures, without the dozen of the chat template."""
        counted: Counter[bool] = Counter()
        for part in sent:
            text = isinstance(part, str)
            counted[text] += self.text(part) if isinstance(part, str) else picture_tokens(part) + ROUND_A_PICTURE
        return Counted(text=counted[True], pictures=counted[False])

    def alike(self) -> str:
        """How many of the published numbers are the same here."""
        text, numbers = PUBLISHED
        same = sum(one == other for one, other in zip(self._encoding.encode(text), numbers, strict=True))
        return f"{same} of {len(numbers)} published numbers of GLM-4.5's tokens are the same in the stand-in"


def merges() -> Path:
    """Where the wheel `dashscope` has the merges of Qwen's tokenizer."""
    found = importlib.util.find_spec("dashscope")
    if not found or not found.submodule_search_locations or not importlib.util.find_spec("tiktoken"):
        sys.exit("The stand-in for GLM's tokenizer is missing. Run: pip install --group bench")
    return Path(found.submodule_search_locations[0]) / "resources" / "qwen.tiktoken"


def said(messages: Iterable[Message]) -> Iterator[str | bytes]:
    """What a request of ours consists of."""
    for message in messages:
        yield from (part.png if isinstance(part, Picture) else part for part in message.parts)


def decisions(task: FlightsTask, page: Page) -> Iterator[Decision]:
    """The task's own solution, whose reasons are cut after the last word within `REASON` characters."""
    while True:
        move = task.solve(page)
        yield Decision(reason=textwrap.shorten(move.reason, REASON, placeholder=""), action=move.action)


def booked(seed: int, tokens: Tokens) -> list[Step]:
    """The steps of one booking."""
    with FlightsTask(seed) as task, Browser() as browser, tempfile.TemporaryDirectory() as runs:
        task.setup(browser)
        model = Scripted(decisions(task, browser))
        Agent(browser, model, runs=Path(runs)).run(task.goal)
        if not task.check().passed:
            sys.exit(f"Seed {seed} was not solved: {task.check().why}.")
        (folder,) = Path(runs).iterdir()
        answers = [event for event in load(folder).events if isinstance(event, Decided)]
    return [
        Step(
            kind=answer.action.kind() if answer.action else "none",
            prompt=sum(tokens.request(said(asked)).model_dump().values()),
            output=tokens.text(answer.text),
        )
        for asked, answer in zip(model.asked, answers, strict=True)
    ]


def first_requests(tokens: Tokens, python: str | None) -> None:
    """Print what we and browser-use send at the first step of the same task on the same page."""
    with FlightsTask.tokyo() as task:
        with Browser() as browser, tempfile.TemporaryDirectory() as runs:
            task.setup(browser)
            model = Scripted(decisions(task, browser))
            Agent(browser, model, runs=Path(runs)).run(task.goal)
        print(f"{'first request, glm-agent':<28}{tokens.request(said(model.asked[0]))}")
        if python is None:
            print("first request, browser-use: left out; name the Python of its environment with --browser-use.")
            return
        task.site.load(task.world)
        their_request(tokens, asked_by_browser_use(python, task))


def asked_by_browser_use(python: str, task: FlightsTask) -> dict[str, Any]:
    """The first request that browser-use sends, to a server that then says that all is done."""
    script = Path(__file__).with_name("browser_use_request.py")
    chromium = shutil.which("chromium") or shutil.which("google-chrome") or ""
    with FakeServer([json.dumps(DONE)]) as fake:
        command = [python, str(script), task.site.url, fake.url, fake.model, task.goal, chromium]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        if not fake.requests:
            sys.exit(f"browser-use has sent nothing:\n{done.stderr[-2000:]}")
        return fake.requests[0]


def their_request(tokens: Tokens, request: dict[str, Any]) -> None:
    """Print what browser-use sent, and the least that it lets the model write."""
    roles = {message["role"] for message in request["messages"]}
    print(f"{'first request, browser-use':<28}{tokens.request(part for part in parts(request) if part not in roles)}")
    schema = request["response_format"]["json_schema"]["schema"]
    print(f"{'':28}{tokens.text(json.dumps(schema)):>6,} more if the server shows the model the JSON schema")
    least = {name: DONE.get(name) for name in schema["required"]} | {"action": [{"click": {"index": 133}}]}
    print(f"{'':28}{tokens.text(json.dumps(least, separators=(',', ':'))):>6,} to write for one click, all texts empty")


def report(steps: list[Step]) -> bool:
    """Print what the steps cost; whether the target is met."""
    for kind, count in Counter(step.kind for step in steps).most_common():
        outputs = [step.output for step in steps if step.kind == kind]
        print(f"  {kind:<18}{count:>4} times, output {statistics.median(outputs):g} tokens")
    outputs, prompts = [step.output for step in steps], [step.prompt for step in steps]
    median = statistics.median(outputs)
    print(
        f"output a step: median {median:g}, p90 {statistics.quantiles(outputs, n=10)[-1]:g}, and one more that ends it"
    )
    print(f"prompt a step: median {statistics.median(prompts):,.0f}, most {max(prompts):,}")
    print(f"target (median output at most {TARGET}): {'met' if median <= TARGET else 'MISSED'}")
    return median <= TARGET


def main() -> int:
    """Print the counts; 1 if the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bookings", type=int, default=8)
    parser.add_argument("--browser-use", metavar="PYTHON")
    arguments = parser.parse_args()
    tokens = Tokens()
    print(tokens.alike())
    steps = [step for seed in range(arguments.bookings) for step in booked(seed, tokens)]
    print(f"{arguments.bookings} bookings, {len(steps)} steps; reasons to {REASON} characters, nothing remembered")
    met = report(steps)
    first_requests(tokens, arguments.browser_use)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
