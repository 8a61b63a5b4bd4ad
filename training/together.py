"""Several trainers, each with a GPU and pictures of its own, that make the same steps.

Who they are, each is told by the environment, as by `torchrun`: RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT.
"""

import os
from collections.abc import Iterable

import torch
from torch import Tensor, distributed, nn


class Together:
    """What the trainers of one model share. A trainer alone shares nothing."""

    def __init__(self) -> None:
        self.rank = int(os.environ.get("RANK", "0"))
        self.count = int(os.environ.get("WORLD_SIZE", "1"))
        if self.count > 1:
            distributed.init_process_group("cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo")

    def first(self, number: float) -> float:
        """The first trainer's number, so that all see the same clock."""
        if self.count == 1:
            return number
        told = torch.tensor(number, dtype=torch.float64)
        distributed.broadcast(told, 0)
        return float(told)

    def average(self, parameters: Iterable[nn.Parameter]) -> None:
        """Let each gradient be the mean of all trainers'."""
        if self.count == 1:
            return
        gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
        joint = torch.cat([gradient.flatten() for gradient in gradients])
        distributed.all_reduce(joint)
        joint /= self.count
        parts: Iterable[Tensor] = joint.split([gradient.numel() for gradient in gradients])
        for gradient, part in zip(gradients, parts, strict=True):
            gradient.copy_(part.view_as(gradient))

    def agree(self, parameters: Iterable[nn.Parameter]) -> None:
        """Take over the first trainer's parameters, so that different rounding does not lead apart."""
        if self.count > 1:
            for parameter in parameters:
                distributed.broadcast(parameter.data, 0)

    def close(self) -> None:
        """Part."""
        if self.count > 1:
            distributed.destroy_process_group()
