"""What every engine promises to an agent, asked through the agent's own client."""

from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from glm_actions.space import ActionSpace, Unparseable
from glm_actions.vocabulary import VOCABULARY
from glm_backends import Message, Options, Reply, Server
from glm_backends.doctor import Line, Needs, examine

from .engine import AT_ONCE, CONTEXT, IMAGES, Engine

SPACE = ActionSpace.of((cls.kind() for cls in VOCABULARY), tabs=(1, 2), files=("photo.png", "naïve 😀.txt"))
ASK = (Message(role="user", parts=("What next?",)),)
NEEDS = Needs(pictures=IMAGES, context=CONTEXT, answer_tokens=200)


def many(engine: Engine, count: int, *, thinking: bool) -> list[Reply]:
    """Answers of random weights that sample freely."""
    options = Options(thinking=thinking, max_tokens=600, temperature=1.0, top_k=-1)
    with Server(engine.url, extra_body=engine.steering()) as server, ThreadPoolExecutor(AT_ONCE) as pool:
        assert server.capabilities.grammar
        return list(pool.map(lambda _: server.decide(ASK, SPACE, options), range(count)))


def sorted_out(replies: list[Reply]) -> Counter[str]:
    """How many answers are valid, how many were cut in their text or in their thinking, and how many are wrong."""
    return Counter(map(_sort, replies))


def _sort(reply: Reply) -> str:
    if not reply.text and reply.thinking:
        return "thinking cut"
    if reply.finish == "length":
        return "cut"
    try:
        SPACE.parse(reply.text)
    except Unparseable:
        return "wrong"
    return "valid"


def two_hundred_valid(engine: Engine, record: Callable[[str, object], None]) -> None:
    """Ask until 200 answers have come to an end, and all of those are actions."""
    counted: Counter[str] = Counter()
    while counted["valid"] < 200 and counted.total() < 400:
        counted += sorted_out(many(engine, 200 - counted["valid"], thinking=False))
    record("answers", dict(counted))
    assert counted["wrong"] == 0
    assert counted["valid"] == 200


def thoughts_then_actions(engine: Engine, record: Callable[[str, object], None]) -> None:
    """What has got past its thoughts is an action; what has not is told from it."""
    replies = many(engine, 40, thinking=True)
    counted = sorted_out(replies)
    record("answers", dict(counted))
    assert counted["wrong"] == 0
    assert counted["valid"] >= 10
    assert sum(bool(reply.thinking) for reply in replies) >= 20


def examined(engine: Engine, **steering: Any) -> Mapping[str, Line]:
    """What the doctor finds."""
    with Server(engine.url, extra_body=steering, attempts=1) as server:
        return dict(examine(server, NEEDS))
