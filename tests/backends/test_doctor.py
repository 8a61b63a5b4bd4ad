"""The doctor finds what is wrong with a server, and names what mends it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

import pytest

from glm_backends import Options, Server
from glm_backends.dialect import HOSTED, LLAMA_CPP, OTHER, SGLANG, VLLM, Dialect
from glm_backends.doctor import CHECKS, Line, Needs, examine
from glm_backends.fake_server import FakeAnswer, FakeServer, Fault
from glm_backends.nonce import QUESTION, Free

NEEDS = Needs(timeout_s=30)


def examined(fake: FakeServer, needs: Needs = NEEDS, **settings: Any) -> dict[str, Line]:
    """The outcome of each check."""
    with fake, Server(fake.url, attempts=1, **settings) as server:
        return dict(examine(server, needs))


@pytest.mark.parametrize("dialect", [VLLM, SGLANG], ids=lambda one: one.name)
def test_nothing_is_wrong(dialect: Dialect) -> None:
    """A server that is set up rightly passes every check."""
    found = examined(FakeServer(engine=dialect))

    assert list(found) == list(CHECKS)
    assert {name: line.verdict for name, line in found.items() if line.verdict != "ok"} == {}
    assert not any(line.remedy for line in found.values())


@pytest.mark.parametrize(
    ("dialect", "open_questions"),
    [
        (LLAMA_CPP, {"grammar after thinking", "thinking"}),
        (HOSTED, {"grammar", "grammar after thinking"}),
        (OTHER, {"grammar", "grammar after thinking", "thinking"}),
    ],
    ids=lambda one: getattr(one, "name", ""),
)
def test_what_a_server_cannot_do_is_no_fault(dialect: Dialect, open_questions: set[str]) -> None:
    """What a kind of server has not got is said, with what to do about it, and does not count as wrong."""
    found = examined(FakeServer(engine=dialect), dialect=dialect)

    assert {name for name, line in found.items() if line.verdict != "ok"} == open_questions
    for name in open_questions:
        assert found[name].verdict == "cannot tell"
        assert found[name].remedy


NAMED: Mapping[Fault, tuple[str, str, str]] = {
    "ignores_grammar": ("grammar", "ignores the grammar", "vLLM 0.12 or newer"),
    "answers_in_thinking": ("grammar", "where thoughts belong", "--reasoning-parser glm45"),
    "thinks_in_answer": ("thinking", "inside of the answer", "--reasoning-parser glm45"),
    "never_thinks": ("grammar after thinking", "from the first token", "--reasoning-parser glm45"),
    "drops_pictures": ("sight", "does not reach the model", "another model that sees"),
    "exclaims": ("sight", "exclamation marks", "--dtype bfloat16"),
    "points_in_pixels": ("coordinates", "in pixels", "protocol"),
    "truncates": ("grammar", "cuts answers off", "limit on the tokens"),
    "stalls": ("grammar", "did not answer in time", ""),
    "breaks": ("grammar", "answers 500", ""),
    "hides_cache": ("cache", "does not tell", "--enable-prompt-tokens-details"),
    "no_cache": ("cache", "No token", "--no-enable-prefix-caching"),
    "short_context": ("context", "reads 1000 tokens", "--max-model-len 16384"),
    "one_picture": ("pictures", "does not take 4 pictures", """--limit-mm-per-prompt '{"image": 4}'"""),
}


def test_every_fault_has_its_test() -> None:
    """No fault that the fake server can have is left out below."""
    assert set(NAMED) == set(get_args(Fault))


@pytest.mark.parametrize("fault", NAMED)
def test_a_fault_is_named(fault: Fault) -> None:
    """Each fault is found by the check that is for it, in words, with the flag that mends it."""
    check, why, remedy = NAMED[fault]
    found = examined(
        FakeServer(faults=[fault]), NEEDS.model_copy(update={"timeout_s": 1.0 if fault == "stalls" else 30})
    )

    assert found[check].verdict == ("cannot tell" if fault == "hides_cache" else "wrong")
    assert why in found[check].why
    assert remedy in found[check].remedy
    assert found["server"].verdict == "ok"


def test_each_kind_of_server_has_its_own_flags() -> None:
    """The same fault is mended by other flags elsewhere."""
    sglang, llama = (examined(FakeServer(engine=one, faults=["one_picture"])) for one in (SGLANG, LLAMA_CPP))

    assert "--limit-mm-data-per-request" in sglang["pictures"].remedy
    assert "--mmproj" in llama["pictures"].remedy


def test_answers_from_a_cassette(tmp_path: Path) -> None:
    """A server that plays old answers again says an old nonce to a new question, and is found out by it."""
    cassette = tmp_path / "cassette.jsonl"
    original = FakeServer()
    assert examined(original)["grammar"].verdict == "ok"
    original.save(cassette)

    found = examined(FakeServer.replaying(cassette))

    assert found["grammar"].verdict == "wrong"
    assert "gives an old answer" in found["grammar"].why


def test_a_cassette_plays_what_was_recorded(tmp_path: Path) -> None:
    """Recorded answers come again as they were, in order, thoughts and all."""
    cassette = tmp_path / "cassette.jsonl"
    answers = [FakeAnswer(text="ü", thinking="hm"), FakeAnswer(text="{", finish="length")]
    cassette.write_text("".join(answer.model_dump_json() + "\n" for answer in answers))

    with FakeServer.replaying(cassette) as fake, Server(fake.url) as server:
        replies = [server.decide(QUESTION, Free(), Options()) for _ in answers]

    assert [(reply.text, reply.thinking, reply.finish) for reply in replies] == [
        ("ü", "hm", "stop"),
        ("{", "", "length"),
    ]


def test_what_was_sent_and_seen() -> None:
    """Every check that asks the model can show what it asked and what came."""
    found = examined(FakeServer())

    asked = {name: line for name, line in found.items() if name not in {"server", "context"}}
    assert all(line.sent and line.seen for line in asked.values())
    assert "[grammar] root ::= " in found["grammar"].sent
    assert "[thinking] Let me see." in found["grammar after thinking"].seen
    assert "[picture of " in found["sight"].sent


def test_an_old_version() -> None:
    """A version that is known to ignore grammars is named before anything is asked."""
    line = examined(FakeServer(version="0.11.2", faults=["ignores_grammar"]))["server"]

    assert (line.verdict, line.remedy) == ("wrong", "Update it to 0.12 or newer.")


def test_no_server() -> None:
    """When nobody answers, that is the only line."""
    with Server("http://127.0.0.1:9", attempts=1) as server:
        ((name, line),) = examine(server, NEEDS)

    assert (name, line.verdict) == ("server", "wrong")
    assert "--model-url" in line.why


def test_remedies_have_their_numbers() -> None:
    """The flags for pictures and for the context take the number that a run needs."""
    for dialect in (VLLM, SGLANG):
        assert "7" in dialect.remedies.pictures.format(count=7)
        assert "7" in dialect.remedies.context.format(count=7)
