"""A real llama.cpp reads the grammar in its own notation, and lets through what the one source allows."""

from collections.abc import Callable

import pytest

from glm_actions.grammar import Grammar
from glm_actions.space import ActionSpace
from glm_backends import ModelRefused, Options, Server
from glm_backends.dialect import LLAMA_CPP

from .engine import Engine
from .promises import ASK, SPACE, examined, many, two_hundred_valid

pytestmark = [pytest.mark.engine, pytest.mark.timeout(900)]


def test_it_is_recognised(llama_cpp: Engine) -> None:
    """It is known for what it is, and each start of it by a mark of its own."""
    with Server(llama_cpp.url) as server:
        assert server.dialect == LLAMA_CPP
        assert server.identity.context == 8192
        assert server.identity.started


def test_200_actions(llama_cpp: Engine, record_property: Callable[[str, object], None]) -> None:
    """Random weights, sampled freely, can say nothing but an action."""
    two_hundred_valid(llama_cpp, record_property)


def test_its_grammar_means_the_same(llama_cpp: Engine) -> None:
    """Whatever llama.cpp's own rules let through, cut or whole, the one source lets through."""
    source = Grammar(SPACE.grammar())
    replies = many(llama_cpp, 60, thinking=False)

    assert [reply.text for reply in replies if reply.finish == "stop" and not source.accepts(reply.text)] == []


@pytest.mark.parametrize("kind", sorted(SPACE.kinds))
def test_every_rule(llama_cpp: Engine, kind: str) -> None:
    """Each action's rules can be read by llama.cpp, and lead to that action."""
    space = ActionSpace.of([kind], tabs=(7,), files=SPACE.files)
    options = Options(max_tokens=600, temperature=1.0, top_k=-1)
    with Server(llama_cpp.url, extra_body=llama_cpp.steering()) as server:
        replies = [server.decide(ASK, space, options) for _ in range(3)]

    whole = [reply for reply in replies if reply.finish == "stop"]
    assert whole
    assert {space.parse(reply.text).action.kind() for reply in whole} == {kind}


def test_xgrammars_notation_is_refused(llama_cpp: Engine) -> None:
    """Its names of rules have no underscores, so the untranslated text is an error: the translation is needed."""
    with Server(llama_cpp.url, extra_body={"grammar": SPACE.grammar()}) as server:
        refusal = pytest.raises(ModelRefused, match="failed to parse grammar")
        with refusal:
            server.decide(ASK, SPACE, Options())


def test_what_the_doctor_finds(llama_cpp: Engine) -> None:
    """It holds answers to the grammar; it has no eyes here, and each check that shows it something says which flag."""
    found = examined(llama_cpp)

    assert found["grammar"].verdict == found["cache"].verdict == found["context"].verdict == "ok"
    for name in ("sight", "coordinates", "pictures"):
        assert found[name].verdict == "wrong"
        assert "--mmproj" in found[name].remedy
