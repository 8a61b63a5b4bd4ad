"""What every engine promises to an agent, asked through the agent's own client."""

from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from glm_actions.space import ActionSpace
from glm_actions.vocabulary import VOCABULARY
from glm_agent.planner import ONLY_THOUGHT, THINKING_CUT, TOO_LONG, Planner
from glm_backends import JsonProtocol, Message, Options, Reply, Scripted, Server
from glm_backends.doctor import Line, Needs, examine

from .engine import AT_ONCE, CONTEXT, IMAGES, Engine

SPACE = ActionSpace.of((cls.kind() for cls in VOCABULARY), tabs=(1, 2), files=("photo.png", "naïve 😀.txt"))
ASK = (Message(role="user", parts=("What next?",)),)
SAID = {"": "valid", TOO_LONG: "cut", THINKING_CUT: "thinking cut", ONLY_THOUGHT: "thinking without an answer"}
"""What the agent says of an answer, in short."""
NEEDS = Needs(pictures=IMAGES, context=CONTEXT, answer_tokens=100, timeout_s=600)


def many(engine: Engine, count: int, thinking: bool, max_tokens: int = 600) -> list[Reply]:
    """Answers of random weights that sample freely."""
    options = Options(thinking=thinking, max_tokens=max_tokens, temperature=1.0, top_k=-1)
    with Server(engine.url, extra_body=engine.steering()) as server, ThreadPoolExecutor(AT_ONCE) as pool:
        assert server.capabilities.grammar
        return list(pool.map(lambda _: server.decide(ASK, SPACE, options), range(count)))


def sorted_out(replies: list[Reply]) -> Counter[str]:
    """How many answers the agent takes for valid, for cut in their text or in their thinking, and for wrong."""
    agent = Planner("", Scripted([]), JsonProtocol(), SPACE.kinds, options=Options(), think="on")
    problems = (agent._read(SPACE, reply)[1] for reply in replies)
    return Counter(SAID.get(problem, "wrong") for problem in problems)


def two_hundred_valid(engine: Engine, record: Callable[[str, object], None]) -> None:
    """Ask until 200 answers have come to an end, and all of those are actions."""
    counted: Counter[str] = Counter()
    while counted["valid"] < 200 and counted.total() < 400:
        counted += sorted_out(many(engine, 200 - counted["valid"], thinking=False))
    record("answers", dict(counted))
    assert counted["wrong"] == 0
    assert counted["valid"] == 200


def thoughts_then_actions(engine: Engine, record: Callable[[str, object], None]) -> None:
    """Of 200 answers, some with few tokens, what got past its thoughts is an action; what was cut in them is told."""
    replies = [reply for tokens, count in ((100, 150), (30, 50)) for reply in many(engine, count, True, tokens)]
    counted = sorted_out(replies)
    record("answers", dict(counted))
    assert counted["wrong"] == 0
    assert counted["valid"] >= 30
    assert counted["thinking cut"]
    assert sum(bool(reply.thinking) for reply in replies) >= 100


def examined(engine: Engine, needs: Needs = NEEDS, **steering: Any) -> Mapping[str, Line]:
    """What the doctor finds."""
    with Server(engine.url, extra_body=steering, attempts=1) as server:
        return dict(examine(server, needs))
