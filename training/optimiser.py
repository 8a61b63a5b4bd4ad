"""Muon for the matrices of the blocks, AdamW for everything else, with one learning rate."""

import math
from collections.abc import Iterable

import torch
from torch import Tensor, nn

_MOMENTUM = 0.95
_DECAY = 0.05
_STEPS = ((3.4445, -4.7750, 2.0315),) * 5
"""Coefficients of the quintic iteration that brings all singular values near 1."""


class Optimiser:
    """Updates a `Glm4v` model.

    Args:
        model: What to train.
        rate: The highest learning rate.
    """

    def __init__(self, model: nn.Module, rate: float) -> None:
        self.rate = rate
        self._matrices: dict[tuple[int, int], list[nn.Parameter]] = {}
        rest: list[nn.Parameter] = []
        for name, parameter in model.named_parameters():
            if _is_matrix(name, parameter):
                self._matrices.setdefault(_flat(parameter), []).append(parameter)
            else:
                rest.append(parameter)
        self._momenta = {
            shape: torch.zeros(len(group), *shape, device=group[0].device) for shape, group in self._matrices.items()
        }
        self._rest = rest
        self._adam = torch.optim.AdamW(
            [
                {"params": [parameter for parameter in rest if parameter.ndim > 1], "weight_decay": 0.01},
                {"params": [parameter for parameter in rest if parameter.ndim <= 1], "weight_decay": 0.0},
            ],
            lr=rate,
            betas=(0.9, 0.95),
            fused=rest[0].is_cuda,
        )

    def step(self, share: float) -> None:
        """Update with this share of the highest learning rate, and forget the gradients."""
        nn.utils.clip_grad_norm_(self._rest, 1.0)
        for group in self._adam.param_groups:
            group["lr"] = self.rate * share
        self._adam.step()
        self._turn(self.rate * share)
        for parameter in self._parameters():
            parameter.grad = None

    def _parameters(self) -> Iterable[nn.Parameter]:
        yield from self._rest
        for group in self._matrices.values():
            yield from group

    def _turn(self, rate: float) -> None:
        for shape, group in self._matrices.items():
            gradient = torch.stack([_gradient(parameter).reshape(shape) for parameter in group])
            momentum = self._momenta[shape].mul_(_MOMENTUM).add_(gradient)
            update = _orthogonal(gradient + _MOMENTUM * momentum).float() * (0.2 * math.sqrt(max(shape)) * rate)
            for part, parameter in zip(update.unbind(0), group, strict=True):
                parameter.data.mul_(1 - rate * _DECAY).sub_(part.reshape(parameter.shape))


def _gradient(parameter: nn.Parameter) -> Tensor:
    return torch.zeros_like(parameter) if parameter.grad is None else parameter.grad


def _is_matrix(name: str, parameter: nn.Parameter) -> bool:
    inside = any(part in name for part in ("blocks", "layers", "merger"))
    return (parameter.ndim == 2 and inside) or name.endswith("downsample.weight")


def _flat(parameter: nn.Parameter) -> tuple[int, int]:
    return parameter.shape[0], parameter[0].numel()


def _orthogonal(stack: Tensor) -> Tensor:
    """The nearest matrices whose singular values are all about 1."""
    states = stack.bfloat16()
    tall = states.size(-2) > states.size(-1)
    states = states.mT if tall else states
    states = states / (states.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for one, three, five in _STEPS:
        square = states @ states.mT
        states = one * states + (three * square + five * square @ square) @ states
    return states.mT if tall else states
