"""Lets torchvision's Python code load beside a CPU build of torch.

The published torchvision is a CUDA build. Its compiled part cannot load here, and its import then stops at two
operators nobody has declared. The engine needs only its image transforms, which are plain Python.
"""

import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from typing import Any

DECLARATION = "(Tensor boxes, Tensor scores, float iou_threshold) -> Tensor"


class _BeforeTorchvision(MetaPathFinder):
    """Declares the two operators the first time somebody imports torchvision."""

    libraries: list[Any] = []  # noqa: RUF012  a declaration lasts as long as its library object

    def find_spec(self, fullname: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        if fullname == "torchvision":
            sys.meta_path.remove(self)
            self._declare()
        return None

    def _declare(self) -> None:
        from torch import library, version

        if version.cuda is None:
            operators = library.Library("torchvision", "FRAGMENT")
            operators.define(f"nms{DECLARATION}")
            operators.define(f"qnms{DECLARATION}")
            self.libraries.append(operators)


sys.meta_path.insert(0, _BeforeTorchvision())
