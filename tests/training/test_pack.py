"""Rows that training learns from."""

from random import Random
from typing import Any

import pytest

from glm_actions.vocabulary import LeftClick, Wait
from training import tokens
from training.draw import KINDS
from training.pack import Packer
from training.questions import Box, Question, question
from training.tokens import ACTION


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    return tokens.make(("Click",))


def test_points_are_taught_anywhere_near_the_middle(tokenizer: Any) -> None:
    """Beside the exact middle of a width the height could be told without looking, and no run hits it."""
    box = Box(400, 300, 60, 30)
    asked = question("find.button", "Click Oslo", LeftClick(start_box=box.middle), (box,))
    points = [_point(tokenizer, asked, seed) for seed in range(40)]
    assert all(box.holds(x, y) for x, y in points)
    assert len({x for x, _ in points}) > 10
    assert len({y for _, y in points}) > 5
    assert abs(sum(x for x, _ in points) / len(points) - box.middle.root[0]) < 5


def test_a_point_of_a_box_of_nothing_stays(tokenizer: Any) -> None:
    """Whatever a page reports, the point that was meant is not lost."""
    box = Box(500, 500, 0, 0)
    asked = question("find.text", "Find x", LeftClick(start_box=box.middle), (box,))
    assert {_point(tokenizer, asked, seed) for seed in range(5)} == {(500, 500)}


def test_a_reason_is_taught_and_whether_there_is_one(tokenizer: Any) -> None:
    """Each token of it weighs more than the skeleton of the answer, and so does the end of an empty one."""
    for reason in ("", "12 May wanted, June shown"):
        asked = question("flow.search.wait", "Click", Wait(), reason=reason)
        row = Packer(tokenizer, KINDS).row(Random(0), [asked], [])
        heavy = row.ids[0][row.weights[0] > 1]
        assert tokenizer.decode(heavy.tolist()) == (reason or ACTION) + "wait"


def _point(tokenizer: Any, asked: Question, seed: int) -> tuple[int, int]:
    row = Packer(tokenizer, KINDS).row(Random(seed), [asked], [])
    x, y = (int(tokenizer.decode([token])) for token in row.ids[row.sigmas > 0])
    return x, y
