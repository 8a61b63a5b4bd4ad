"""A real SGLang obeys the same grammar, and the doctor knows it."""

from collections.abc import Callable

import pytest

from glm_backends import ModelRefused, Options, Server
from glm_backends.dialect import SGLANG

from . import install
from .commands import assert_every_command_is_read
from .engine import CONTEXT, Engine
from .promises import ASK, NEEDS, SPACE, examined, thoughts_then_actions, two_hundred_valid

pytestmark = [pytest.mark.engine, pytest.mark.timeout(900)]

PARSE = """
import argparse, json, sys
from sglang.srt.server_args import ServerArgs
parser = argparse.ArgumentParser(prog="sglang serve")
ServerArgs.add_cli_args(parser)
for command in json.load(sys.stdin):
    taken = parser.parse_args(command[3:])
    print(taken.model_path, taken.tp_size, taken.context_length, taken.limit_mm_data_per_request["image"])
"""


def test_it_takes_every_command() -> None:
    """Its parser reads what `glm-agent serve` prints for it; a misspelled flag is refused."""
    install.install_sglang()
    assert_every_command_is_read("sglang", "--context-length", install.SGLANG, PARSE)


def test_it_is_recognised(sglang: Engine) -> None:
    """It is known for what it is, with its version and its context, and each start of it by a mark of its own."""
    with Server(sglang.url) as server:
        assert server.dialect == SGLANG
        assert server.identity.version == "0.5.23"
        assert server.identity.context == CONTEXT
        assert server.identity.started


def test_200_actions(sglang: Engine, record_property: Callable[[str, object], None]) -> None:
    """Random weights, sampled freely, can say nothing but an action."""
    two_hundred_valid(sglang, record_property)


def test_actions_after_thoughts(sglang: Engine, record_property: Callable[[str, object], None]) -> None:
    """With thinking on, the grammar waits for the end of the thoughts, and then holds."""
    thoughts_then_actions(sglang, record_property)


def test_what_the_doctor_finds(sglang: Engine) -> None:
    """All is well but the eyes of random weights."""
    found = examined(sglang, **sglang.steering())

    assert {name for name, line in found.items() if line.verdict == "wrong"} == {"sight"}
    assert {name for name, line in found.items() if line.verdict == "ok"} >= {
        *("server", "grammar", "thinking", "cache", "context", "pictures")
    }
    assert "does not read what is shown" in found["sight"].why


def test_what_the_doctor_finds_missing(bare_sglang: Engine) -> None:
    """Every flag that was left out is named by the check that it is for, and so is one whose value is too small."""
    needs = NEEDS.model_copy(update={"context": CONTEXT + 1})
    found = examined(bare_sglang, needs, **bare_sglang.steering())
    named = {
        "grammar after thinking": ("wrong", "--reasoning-parser glm45"),
        "thinking": ("cannot tell", "--reasoning-parser glm45"),
        "cache": ("cannot tell", "--enable-cache-report"),
        "context": ("wrong", f"--context-length {CONTEXT + 1}"),
    }

    assert {check: found[check].verdict for check in named} == {check: verdict for check, (verdict, _) in named.items()}
    assert [check for check, (_, flag) in named.items() if flag not in found[check].remedy] == []
    assert found["grammar"].verdict == found["pictures"].verdict == "ok"


def test_a_bad_grammar_is_refused(sglang: Engine) -> None:
    """A grammar that does not compile is an error in words, not an unconstrained answer."""
    with Server(sglang.url, extra_body={"ebnf": "root ::= nothing_of_that_name"}) as server:
        refusal = pytest.raises(ModelRefused, match="nothing_of_that_name")
        with refusal:
            server.decide(ASK, SPACE, Options())
