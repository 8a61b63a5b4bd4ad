"""What the model is taught: the letters of answers, and places as hills of probability over the thousandths."""

from typing import Any, NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from training.tokens import thousandths
from training.twin import Twin

Batch = dict[str, Tensor]


class Losses(NamedTuple):
    """The loss, and its two parts for the log."""

    whole: Tensor
    places: Tensor
    """Divergence from the soft labels, in nats a coordinate."""
    letters: Tensor
    """Cross-entropy of everything else, in nats a token."""


class Teacher:
    """Computes losses and accuracies of a twin.

    Args:
        twin: The model.
        tokenizer: Its tokenizer, which has a token for each thousandth.
    """

    def __init__(self, twin: Twin, tokenizer: Any) -> None:
        self.twin = twin
        device = next(twin.parameters()).device
        numbers = torch.tensor(thousandths(tokenizer), device=device)
        self._numbers = numbers
        self._value = torch.zeros(twin.model.config.text_config.vocab_size, device=device)
        self._value[numbers] = torch.arange(1000.0, device=device)

    def states(self, batch: Batch) -> Tensor:
        """Final states before each token."""
        given = (batch["pictures"], batch["ids"].long(), batch["segments"], batch["places"])
        with torch.autocast("cuda", dtype=torch.bfloat16, enabled=batch["ids"].is_cuda):
            states: Tensor = self.twin(*given)
        return states

    def _logits(self, states: Tensor) -> Tensor:
        with torch.autocast("cuda", dtype=torch.bfloat16, enabled=states.is_cuda):
            logits: Tensor = self.twin.model.lm_head(states)
        return logits.float()

    def losses(self, batch: Batch) -> Losses:
        """The losses of a batch."""
        weights = batch["weights"].flatten().float()
        taught = (weights > 0).nonzero()[:, 0]
        states = self.states(batch).flatten(0, 1)[taught]
        weights, targets = weights[taught], batch["ids"].flatten().long()[taught]
        sigmas = batch["sigmas"].flatten().float()[taught]
        spread = F.log_softmax(self._logits(states), -1)
        each = -spread.gather(1, targets[:, None])[:, 0]
        points = (sigmas > 0).nonzero()[:, 0]
        middles = self._middles(batch).flatten()[taught][points]
        divergence = self._divergence(spread[points], middles, sigmas[points])
        each = each.index_copy(0, points, divergence)
        letters = torch.where(sigmas > 0, 0, weights)
        return Losses(
            (each * weights).sum() / weights.sum(),
            divergence.mean().detach(),
            ((each * letters).sum() / letters.sum().clamp(min=1)).detach(),
        )

    def _middles(self, batch: Batch) -> Tensor:
        """The middle of its box for each coordinate: what is given beside it, to go on from, teaches nothing."""
        low, size = self._sides(batch)
        return (low + size / 2 - 0.5).clamp(0, 999)

    def _divergence(self, spread: Tensor, middles: Tensor, sigmas: Tensor) -> Tensor:
        thousandths = torch.arange(1000, device=middles.device)
        distance = (thousandths[None] - middles[:, None]) / sigmas[:, None]
        wanted = torch.softmax(-0.5 * distance**2, 1)
        return (wanted * (wanted.clamp(min=1e-9).log() - spread[:, self._numbers])).sum(1)

    def right(self, batch: Batch) -> Tensor:
        """For each question of each row whether the whole answer is right: every letter, every point in its box.

        Questions count from 1; the first column and those that do not exist are False.
        """
        # With gradients on, since without them all blocks would be compiled once more.
        guesses = self._guesses(batch)
        ids, sigmas, segments = batch["ids"].long(), batch["sigmas"], batch["segments"].long()
        taught = batch["weights"] > 0
        missed = taught & (sigmas == 0) & (guesses != ids)
        missed |= taught & (sigmas > 0) & ~self._inside(guesses, batch)
        wrong = torch.zeros(batch["kinds"].shape, device=ids.device).scatter_add_(1, segments, missed.float())
        asked = torch.zeros_like(wrong).scatter_add_(1, segments, taught.float())
        right = (wrong == 0) & (asked > 0)
        right[:, 0] = False
        return right

    def _guesses(self, batch: Batch) -> Tensor:
        states = self.states(batch).detach()
        with torch.no_grad():
            return torch.stack([self._logits(row).argmax(-1) for row in states])

    def _inside(self, guesses: Tensor, batch: Batch) -> Tensor:
        """Whether the coordinate guessed at each place lies in its box; x and y are judged one at a time."""
        low, size = self._sides(batch)
        guess = self._value[guesses] + 0.5
        return (guess >= low) & (guess <= low + size)

    def _sides(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Beginning and length, across or down, of the box that the coordinate at each place may lie in."""
        order = (batch["sigmas"] > 0).long()
        segments = batch["segments"].long()
        count = order.cumsum(1) - 1
        first = torch.full(batch["kinds"].shape, 1 << 20, device=count.device).scatter_reduce_(
            1, segments, torch.where(order > 0, count, 1 << 20), "amin"
        )
        index = (count - first.gather(1, segments)).clamp(0, 3)
        row = torch.arange(len(order), device=count.device)[:, None]
        left, top, width, height = batch["boxes"].float()[row, segments, index // 2].unbind(-1)
        across = index % 2 == 0
        return torch.where(across, left, top), torch.where(across, width, height)
