"""The tokenizer: nothing is lost, numbers are one token, and xgrammar lets every token pass."""

from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from glm_actions.geometry import Point
from glm_actions.space import ActionSpace
from glm_actions.vocabulary import VOCABULARY, LeftClick
from glm_backends.embedded import EmbeddedProtocol
from training import tokens
from training.questions import templates


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    return tokens.make(tokens.frequent_words([text.replace("{}", " ") for text in templates()], 0))


@pytest.mark.parametrize("text", ["Goal: Click 'Ørsted 12,345'", 'type "a\\"b"', "05:09 ünï 漢字 🙂\n\t"])
def test_texts_come_back(tokenizer: Any, text: str) -> None:
    assert tokenizer.decode(tokenizer(text)["input_ids"]) == text


def test_each_thousandth_is_one_token(tokenizer: Any) -> None:
    assert all(len(tokenizer(str(number))["input_ids"]) == 1 for number in range(1000))


def test_a_click_takes_eight_tokens(tokenizer: Any) -> None:
    assert len(tokenizer(EmbeddedProtocol().answer(LeftClick(start_box=Point((512, 300)))))["input_ids"]) == 8


def test_a_known_word_is_one_token_wherever_it_stands() -> None:
    """After a letter, too: spelled letter by letter there, a goal is a third longer, and its month two texts."""
    tokenizer = tokens.make((" flight", " on", " March", "March"))
    for text in ("a flight on March 12", "a flight on 12 March"):
        pieces = [tokenizer.decode([token]) for token in tokenizer(text)["input_ids"]]
        assert {" flight", " on", " March"} <= set(pieces)
    assert len(tokenizer("upon")["input_ids"]) == 4


def test_xgrammar_lets_every_action_pass(tokenizer: Any) -> None:
    protocol = EmbeddedProtocol()
    space = ActionSpace.of(
        {cls.kind() for cls in VOCABULARY}, tabs=(2,), files=("photo.png",), programs=("Text Editor",)
    )
    answers = [
        protocol.answer(cls.example(), reason) for cls in VOCABULARY for reason in ("", "3 May wanted, June shown")
    ]
    tokens.check(tokenizer, protocol.form(space).grammar(), answers)


def test_weights_know_their_tokenizer(tokenizer: Any, tmp_path: Path) -> None:
    """A word more in the vocabulary, and the weights are refused instead of answering at random."""
    weights = tmp_path / "weights.safetensors"
    save_file({"weight": torch.zeros(1)}, weights, metadata={"tokenizer": tokens.fingerprint(tokenizer)})
    tokens.require(tokenizer, weights)
    with pytest.raises(ValueError, match="another tokenizer"):
        tokens.require(tokens.make(("another",)), weights)
