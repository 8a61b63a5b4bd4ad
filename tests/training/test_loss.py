"""What the model is taught about places."""

from random import Random
from typing import Any

import numpy as np
import pytest
import torch

from glm_actions.vocabulary import LeftDrag
from training import tokens, twin
from training.draw import KINDS
from training.loss import Batch, Teacher
from training.pack import Packer
from training.questions import Box, question


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    return tokens.make(("Drag",))


def batch(tokenizer: Any, seed: int) -> Batch:
    """One row of one question, with a blank picture."""
    start, end = Box(400, 300, 60, 30), Box(100, 700, 200, 40)
    action = LeftDrag(start_box=start.middle, end_box=end.middle)
    asked = question("drag", "Drag Oslo", action, (start, end))
    row = Packer(tokenizer, KINDS, length=128).row(Random(seed), [asked], [])
    arrays = row._asdict() | {"pictures": np.zeros((1, 56, 56, 3), np.uint8)}
    return {name: torch.from_numpy(array) for name, array in arrays.items()}


def test_the_middle_is_taught_wherever_a_point_is_given(tokenizer: Any) -> None:
    """Answers are given points beside the middle to go on from; what they are to say is the middle all the same."""
    teacher = Teacher(twin.Twin(twin.build(tokenizer, twin.TINY), tokenizer), tokenizer)
    batches = [batch(tokenizer, seed) for seed in (1, 2)]
    one, other = (given["ids"][given["sigmas"] > 0].tolist() for given in batches)
    middles = [teacher._middles(given)[given["sigmas"] > 0].tolist() for given in batches]
    assert one != other
    assert middles == [[429.5, 314.5, 199.5, 719.5]] * 2
    assert teacher.losses(batches[0]).places.isfinite()
