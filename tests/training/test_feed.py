"""Batches are dealt from the newest pictures, and rare moves are not drowned by common ones."""

import numpy as np
import torch

from training.draw import FLOW, KINDS
from training.feed import FIELDS, Ring

COMMON, RARE = FLOW[0], FLOW[1]


def shard(kinds: list[int]) -> dict[str, np.ndarray]:
    """One picture a kind, with one row of one question."""
    count = len(kinds)
    arrays = {field: np.zeros((count, 1, 4), np.float16) for field in FIELDS}
    arrays["pictures"] = np.arange(count, dtype=np.uint8).reshape(count, 1, 1, 1)
    arrays["kinds"] = np.array([[[-1, kind]] for kind in kinds], np.int16)
    return arrays


def dealt(ring: Ring) -> float:
    """The share of the first picture in many batches."""
    torch.manual_seed(0)
    return float((ring.deal(20_000)["pictures"] == 0).float().mean())


def test_a_rare_move_is_dealt_more_often() -> None:
    """One picture in a hundred has it; it is dealt as often as about ten others."""
    ring = Ring(128, "cpu")
    ring.put(shard([RARE] + [COMMON] * 99))
    assert 0.07 < dealt(ring) < 0.12


def test_drawn_pages_are_dealt_alike() -> None:
    ring = Ring(128, "cpu")
    ring.put(shard([KINDS.index("absent")] + [KINDS.index("copy")] * 99))
    assert 0.005 < dealt(ring) < 0.015
