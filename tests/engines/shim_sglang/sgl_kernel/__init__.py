"""Stands in for SGLang's compiled kernels, which no index has for the CPU: names import, and none can be called.

With torch's own attention none of them is needed.
"""

from collections.abc import Callable
from typing import NoReturn

__version__ = "0.4.10"


def __getattr__(name: str) -> Callable[..., NoReturn]:
    if name.startswith("__"):
        raise AttributeError(name)

    def missing(*_: object, **__: object) -> NoReturn:
        raise NotImplementedError(f"sgl_kernel.{name}")

    return missing
