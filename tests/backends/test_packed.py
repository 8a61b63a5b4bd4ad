"""Packed weights: small, nearly the same, loaded like any others, and refused by whatever does not know them."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from glm_actions import ActionSpace
from glm_actions.errors import UsageError
from glm_backends import EmbeddedProtocol, Options, Turn
from glm_backends.checkpoint import Checkpoint
from glm_backends.local import Local
from glm_backends.packed import packed, unpacked
from glm_backends.unpack import unpack

from ..training import stand_in  # noqa: TID252
from .tiny_checkpoint import picture

SPACE = ActionSpace.of(["left_click", "type", "key", "scroll", "wait", "back", "done", "fail"])
PROTOCOL = EmbeddedProtocol()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stand_in.write(tmp_path_factory.mktemp("packed"))


@pytest.fixture(scope="module")
def plain(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("plain")
    unpack(folder, out)
    return out


def test_each_weight_is_off_by_half_a_step_at_most() -> None:
    """A row is cut into 254 steps, each row by itself; vectors are kept to the bit."""
    weights = {"matrix": torch.randn(8, 5, 3) * torch.logspace(-6, 3, 8)[:, None, None], "vector": torch.randn(7)}
    again = unpacked(packed(weights))
    steps = weights["matrix"].flatten(1).abs().amax(1) / 127
    assert ((weights["matrix"] - again["matrix"]).abs().flatten(1).amax(1) <= steps * 0.5001).all()
    assert torch.equal(weights["vector"], again["vector"])


def test_a_row_of_nothing() -> None:
    assert torch.equal(unpacked(packed({"matrix": torch.zeros(2, 2)}))["matrix"], torch.zeros(2, 2))


def test_every_answer_is_an_action(folder: Path) -> None:
    """Random weights, random pictures: a packed checkpoint answers under the grammar."""
    with Local(folder, threads=1) as model:
        assert model.name == "glm-agent-embedded"
        for seed in range(5):
            turns = (Turn(picture=picture(seed)),)
            asked = PROTOCOL.messages("Save it", SPACE, turns), PROTOCOL.form(SPACE)
            reply = model.decide(*asked, Options(max_tokens=400))
            assert reply.finish == "stop"
            PROTOCOL.parse(SPACE, reply.text)


def test_unpacking_changes_no_answer(folder: Path, plain: Path) -> None:
    """The folder for vLLM is half as small, has right checksums, and decides the same."""
    sizes = [(one / "model.safetensors").stat().st_size for one in (folder, plain)]
    assert sizes[0] < 0.6 * sizes[1]
    assert {value.dtype for value in load_file(plain / "model.safetensors").values()} == {torch.bfloat16}
    asked = PROTOCOL.messages("Save it", SPACE, (Turn(picture=picture(1)),)), PROTOCOL.form(SPACE)
    small, large = (Local(one, threads=1).decide(*asked, Options(max_tokens=400)) for one in (folder, plain))
    assert small.text == large.text


def test_others_refuse_it(folder: Path, plain: Path) -> None:
    """config.json names a way of storing that no other engine has, so that none loads bytes as weights."""
    method = json.loads((folder / "config.json").read_text())["quantization_config"]["quant_method"]
    assert method == "glm-agent-int8"
    assert not Checkpoint(plain).packed


def test_memory_is_that_of_the_unpacked_weights(folder: Path) -> None:
    size = (folder / "model.safetensors").stat().st_size
    Checkpoint(folder).check_memory("float32", size * 5)
    with pytest.raises(UsageError, match="of memory as float32"):
        Checkpoint(folder).check_memory("float32", size * 4)


def test_the_card_names_what_it_is(folder: Path) -> None:
    card = (folder / "README.md").read_text()
    assert "none, random weights" in card
    assert "SHA-256" in card
