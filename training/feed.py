"""Keeps the newest shards on the device, and deals batches from them."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from training.draw import FLOW, KINDS
from training.loss import Batch

FIELDS = ("pictures", "ids", "segments", "places", "weights", "sigmas", "kinds", "boxes")
_PAUSE_S = 0.05


class Ring:
    """The newest pictures of one kind, with their rows.

    Args:
        size: How many to keep.
        device: Where.
    """

    def __init__(self, size: int, device: str) -> None:
        self.size = size
        self.device = device
        self.count = 0
        """How many were ever put in."""
        self._held: dict[str, Tensor] = {}
        self._asked = torch.zeros(len(KINDS), device=device)
        self._chances = torch.zeros(size, device=device)

    def put(self, shard: dict[str, Any]) -> None:
        """Add pictures, over the oldest ones once it is full."""
        amount = len(shard["pictures"])
        start = self.count % self.size
        amount = min(amount, self.size - start)
        for field in FIELDS:
            array = torch.from_numpy(np.ascontiguousarray(shard[field][:amount]))
            if field not in self._held:
                self._held[field] = torch.zeros(self.size, *array.shape[1:], dtype=array.dtype, device=self.device)
            self._held[field][start : start + amount].copy_(array)
        self._count_moves(torch.from_numpy(shard["kinds"][:amount]).flatten().long())
        self.count += amount
        self._chances[: min(self.count, self.size)] = self._rare()[: min(self.count, self.size)]

    def _count_moves(self, kinds: Tensor) -> None:
        counted = torch.bincount(kinds[kinds >= 0], minlength=len(KINDS)).float()
        self._asked += counted.to(self.device)

    def _rare(self) -> Tensor:
        """How likely each picture is to be dealt: the rarer the moves asked about it, the likelier."""
        worth = torch.zeros(len(KINDS) + 1, device=self.device)
        worth[list(FLOW)] = self._asked[list(FLOW)].clamp(min=1).rsqrt()
        moves = worth[self._held["kinds"].flatten(1).long()]
        counted = (moves > 0).sum(1)
        rare = moves.sum(1) / counted.clamp(min=1)
        # Where no picture has any, as on drawn pages, all are alike.
        return torch.where(counted > 0, rare, rare[counted > 0].mean().nan_to_num(1.0))

    def deal(self, amount: int) -> Batch:
        """Pictures at random, each with one of its rows; those with rare moves more often."""
        pick = torch.multinomial(self._chances, amount, replacement=True)
        copy = torch.randint(0, self._held["ids"].shape[1], (amount,), device=self.device)
        return {field: held[pick] if field == "pictures" else held[pick, copy] for field, held in self._held.items()}


class Feed:
    """Watches a folder for shards and deals batches of a given mix.

    Args:
        folder: Where the drawing processes write; files are removed once read, unless `keep`.
        device: Where batches are wanted.
        sizes: How many pictures to keep of each stream, such as `practice-672x448`.
        keep: Leave the files, and read each once.
    """

    def __init__(self, folder: Path, device: str, sizes: dict[str, int], *, keep: bool = False) -> None:
        self.rings = {stream: Ring(size, device) for stream, size in sizes.items()}
        self._folder = folder
        self._keep = keep
        self._seen: set[str] = set()
        self._stop = False
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop watching."""
        self._stop = True
        self._thread.join()

    @property
    def pictures(self) -> int:
        """How many pictures have come in."""
        return sum(ring.count for ring in self.rings.values())

    def wait(self, least: int) -> None:
        """Wait until every stream has so many pictures."""
        while any(ring.count < least for ring in self.rings.values()):
            time.sleep(_PAUSE_S)

    def deal(self, mix: dict[str, int]) -> Batch:
        """A batch with so many pictures of each stream."""
        parts = [self.rings[stream].deal(amount) for stream, amount in mix.items()]
        return {field: torch.cat([part[field] for part in parts]) for field in FIELDS}

    def _watch(self) -> None:
        while not self._stop:
            for path in self._fresh():
                self._take(path)
            time.sleep(_PAUSE_S)

    def _fresh(self) -> Iterator[Path]:
        for path in sorted(self._folder.glob("[!.]*.npz")):
            if path.name not in self._seen and not self._stop:
                yield path

    def _take(self, path: Path) -> None:
        stream = "-".join(path.name.split("-")[:2])
        if stream in self.rings:
            with np.load(path) as shard:
                self.rings[stream].put({field: shard[field] for field in FIELDS})
        if self._keep:
            self._seen.add(path.name)
        else:
            path.unlink()
