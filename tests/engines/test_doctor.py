"""The doctor at a real vLLM: it finds nothing where all is right, and names every flag that was left out."""

from collections.abc import Mapping

import pytest

from glm_backends.doctor import CHECKS, Line

from .engine import CONTEXT, IMAGES, Engine
from .promises import NEEDS, examined

pytestmark = [pytest.mark.engine, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def bare(bare_vllm: Engine) -> Mapping[str, Line]:
    """What is found at a server that lacks flags."""
    return examined(bare_vllm, **bare_vllm.steering())


def test_all_is_well(vllm: Engine) -> None:
    """Of a server set up rightly only the eyes are wrong, which are random weights."""
    found = examined(vllm, **vllm.steering())

    assert {name for name, line in found.items() if line.verdict == "wrong"} == {"sight"}
    unsure = {"grammar after thinking", "coordinates"}
    assert {name for name, line in found.items() if line.verdict == "ok"} >= set(CHECKS) - {"sight", *unsure}
    assert "does not read what is shown" in found["sight"].why


@pytest.mark.parametrize(
    ("check", "verdict", "flag"),
    [
        ("grammar after thinking", "wrong", "--reasoning-parser glm45"),
        ("thinking", "cannot tell", "--reasoning-parser glm45"),
        ("cache", "cannot tell", "--enable-prompt-tokens-details"),
    ],
)
def test_a_flag_that_is_missing(bare: Mapping[str, Line], check: str, verdict: str, flag: str) -> None:
    """The check that it is for names it. Random weights have no thoughts that could leak into the answer."""
    assert bare[check].verdict == verdict
    assert flag in bare[check].remedy


def test_what_is_not_missing(bare: Mapping[str, Line]) -> None:
    """Without those flags the grammar still bites while thinking is off, and vLLM takes pictures without being told."""
    assert {bare[check].verdict for check in ("server", "grammar", "context", "pictures")} == {"ok"}


def test_too_little_room(vllm: Engine) -> None:
    """A run that needs more than the server was started with is told which flags to raise, and to what."""
    needs = NEEDS.model_copy(update={"context": CONTEXT + 1, "pictures": IMAGES + 1})
    found = examined(vllm, needs, **vllm.steering())

    assert (found["context"].verdict, found["pictures"].verdict) == ("wrong", "wrong")
    assert f"--max-model-len {CONTEXT + 1}" in found["context"].remedy
    assert f"--limit-mm-per-prompt '{{\"image\": {IMAGES + 1}}}'" in found["pictures"].remedy
