"""How fast a model server decodes without a grammar, with the agent's own, and with one that is new at every request.

A grammar of one rule tells what the server's own work for grammars costs, whatever they say.

    python bench/served_grammar.py --model-url http://localhost:8000/v1 [--at-once 1 8 32] [--rounds 8]

Speeds are tokens a second of one answer after its first token: the median of all. The target is at most 3 % less
under the grammar. Give each server a warm-up run first. All of a round begin together: a request that begins while
others decode slows them down, and answers under a grammar end sooner or later, so that the next would begin so.
"""

import argparse
import itertools
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import openai

from glm_actions.frozen import Frozen
from glm_actions.space import ActionSpace, Unparseable
from glm_actions.vocabulary import VOCABULARY
from glm_backends import Form, Options, Server
from glm_backends.nonce import Free

TARGET = 0.03
NEW = itertools.count()


class Answer(Frozen):
    """One answer, in seconds and tokens."""

    first_token: float
    decode: float
    tokens: int
    finish: str
    text: str

    @property
    def speed(self) -> float:
        """Tokens a second after the first."""
        return (self.tokens - 1) / max(self.decode, 1e-9)


def space(file: str = "photo.png") -> ActionSpace:
    """All actions there are; another file makes another grammar of it."""
    return ActionSpace.of((cls.kind() for cls in VOCABULARY), tabs=(1, 2), files=(file,), programs=("Text Editor",))


class OneRule(Free):
    """The form of an answer without quotes."""

    def grammar(self) -> str:
        return 'root ::= "\\"" | [^"] root\n'


FORMS: dict[str, Callable[[], Form]] = {
    "no grammar": Free,
    "one rule": OneRule,
    "the same grammar": space,
    "always a new grammar": lambda: space(f"photo-{next(NEW)}.png"),
}


def ask(client: openai.OpenAI, server: Server, form: Form, tokens: int) -> Answer | None:
    """One streamed answer, read line by line: taking each piece apart at once would make the client the slower one.

    None if the server broke it off, as vLLM does when random weights happen to think of a tool call.
    """
    options = Options(max_tokens=tokens, temperature=1.0, top_k=-1)
    free = {} if form.grammar() else {"ignore_eos": True, "min_tokens": tokens}
    started = time.perf_counter()
    with client.chat.completions.with_streaming_response.create(
        model=server.name,
        messages=[{"role": "user", "content": f"What next?\n{space().prompt()}"}],
        max_tokens=tokens,
        temperature=options.temperature,
        stream=True,
        stream_options={"include_usage": True},
        extra_body={**server.dialect.extra_body(form, options), **free},
    ) as response:
        came = [(time.perf_counter() - started, line) for line in response.iter_lines() if line.startswith("data: {")]
    events = [(at, json.loads(line.removeprefix("data: "))) for at, line in came]
    return read(events) if any(event.get("usage") for _, event in events) else None


def read(events: list[tuple[float, dict[str, Any]]]) -> Answer:
    """Put the pieces of an answer together."""
    pieces = [(at, event["choices"][0]) for at, event in events if event.get("choices")]
    if not pieces:
        sys.exit(f"The server did not answer: {events}")
    said = [(at, piece["delta"].get("content")) for at, piece in pieces]
    times = [at for at, content in said if content]
    return Answer(
        first_token=times[0],
        decode=times[-1] - times[0],
        tokens=next(event["usage"]["completion_tokens"] for _, event in reversed(events) if event.get("usage")),
        finish=next(piece["finish_reason"] for _, piece in reversed(pieces) if piece["finish_reason"]),
        text="".join(content or "" for _, content in said),
    )


def valid(answer: Answer) -> bool:
    """Whether it is an action; the files have other names in each grammar."""
    try:
        space(json.loads(answer.text)["action"].get("file", "photo.png")).parse(answer.text)
    except (Unparseable, ValueError):
        return False
    return True


def measured(server: Server, form: Callable[[], Form], at_once: int, rounds: int, tokens: int) -> float:
    """Print one line; the median speed."""
    key = os.environ.get("GLM_AGENT_API_KEY", "none")
    with ThreadPoolExecutor(at_once) as pool, openai.OpenAI(base_url=server.url, api_key=key) as client:
        asked = [
            answer
            for _ in range(rounds)
            for answer in pool.map(lambda _: ask(client, server, form(), tokens), range(at_once))
        ]
    answers = [answer for answer in asked if answer]
    if not answers:
        sys.exit("The server broke off every answer; its log says why.")
    ended = [answer for answer in answers if answer.finish == "stop"]
    speed = statistics.median(answer.speed for answer in answers)
    first = statistics.median(answer.first_token for answer in answers)
    name = next(name for name, each in FORMS.items() if each is form)
    told = f"{sum(map(valid, ended))} of {len(ended)} that ended are valid" if form not in (Free, OneRule) else ""
    told += f"  {len(asked) - len(answers)} broken off" if len(answers) < len(asked) else ""
    print(f"{at_once:>3} at once  {name:<21}{speed:>8.1f} tokens/s, first after {first:.3f} s  {told}", flush=True)
    return speed


def main() -> int:
    """Print the table; 1 if a grammar costs more than the target."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model-url", required=True)
    parser.add_argument("--model")
    parser.add_argument("--at-once", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--tokens", type=int, default=96, help="Of an answer at most.")
    arguments = parser.parse_args()
    worst = 0.0
    with Server(arguments.model_url, arguments.model) as server:
        for at_once in arguments.at_once:
            shape = (at_once, arguments.rounds, arguments.tokens)
            free, _, *bound = (measured(server, form, *shape) for form in FORMS.values())
            worst = max(worst, *(1 - speed / free for speed in bound))
    verdict = "met" if worst <= TARGET else "MISSED"
    print(f"slowest grammar: {worst:.1%} below none; target (at most {TARGET:.0%}): {verdict}")
    return 0 if worst <= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
