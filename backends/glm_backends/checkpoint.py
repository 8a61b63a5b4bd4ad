"""A checkpoint's folder, looked at before anything is loaded: is it one, is it whole, does it fit."""

import json
import re
from functools import cached_property
from pathlib import Path
from typing import Any

from glm_actions.errors import UsageError
from glm_backends.packed import SUMS, WEIGHTS, digest, is_packed

SHIPPED = Path(__file__).with_name("weights")
"""Where the embedded model lies, in a package that has one."""
ARCHITECTURES = {"glm4v": "Glm4vForConditionalGeneration", "glm4v_moe": "Glm4vMoeForConditionalGeneration"}
"""The model types that can be run in this process, and their classes."""

_INDEX = "model.safetensors.index.json"
_NEEDED = ("config.json", "tokenizer.json", "tokenizer_config.json", "preprocessor_config.json")
_SUM = re.compile(r"([0-9a-f]{64}) [ *](\S+)")
_CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")
_BYTES = {"float32": 4, "float16": 2, "bfloat16": 2}
_SPARE = 1.2
"""How much more memory than its weights a model takes while it answers."""


class Checkpoint:
    """A folder with a model of GLM-4.1V's or GLM-4.5V's architecture.

    Raises:
        UsageError: if it is none, or a file is missing.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if not folder.is_dir():
            raise UsageError(f"There is no folder {folder}. Give the folder of a GLM-4.1V or GLM-4.5V checkpoint.")
        for name in _NEEDED:
            self._there(name)
        self.config = self._json("config.json")
        self.model_type = str(self.config.get("model_type"))
        if self.model_type not in ARCHITECTURES:
            raise UsageError(
                f"{folder} holds a model of type {self.model_type}; only {' and '.join(ARCHITECTURES)} run here. "
                "Serve other models with vLLM and use --model-url."
            )
        for file in self.weights:
            self._there(file.name)

    @cached_property
    def weights(self) -> tuple[Path, ...]:
        """The files that hold the weights."""
        if (self.folder / _INDEX).is_file():
            shards = self._json(_INDEX).get("weight_map", {}).values()
            return tuple(self.folder / name for name in sorted(set(shards)))
        if not (self.folder / WEIGHTS).is_file() and any(self.folder.glob("*.bin")):
            raise UsageError(f"{self.folder} has its weights as pickle, which can run code. Convert to safetensors.")
        return (self.folder / WEIGHTS,)

    @property
    def packed(self) -> bool:
        """Whether the weights are bytes with scales."""
        return is_packed(self.config)

    @cached_property
    def thinks(self) -> bool:
        """Whether the chat template can switch thinking, and the vocabulary knows where it ends."""
        template = self.folder / "chat_template.jinja"
        told = template if template.is_file() else self.folder / "tokenizer_config.json"
        return "enable_thinking" in told.read_text() and "</think>" in (self.folder / "tokenizer.json").read_text()

    def check_memory(self, dtype: str, available: int | None) -> None:
        """Raise `UsageError` if the weights, loaded as `dtype`, do not fit into this many bytes."""
        stored = str(self.config.get("dtype") or self.config.get("torch_dtype") or "bfloat16")
        each = 1 if self.packed else _BYTES.get(stored, 2)
        size = sum(file.stat().st_size for file in self.weights) * _BYTES[dtype] / each
        if available is not None and size * _SPARE > available:
            raise UsageError(
                f"{self.folder} needs {size * _SPARE / 1e9:.1f} GB of memory as {dtype}, and {available / 1e9:.1f} GB "
                "are free. Close something, choose a smaller type, or use a model server with --model-url."
            )

    def check_sums(self) -> None:
        """Raise `UsageError` if a file is not what the list of checksums next to it says."""
        sums = self.folder / SUMS
        for expected, name in _SUM.findall(sums.read_text()) if sums.is_file() else ():
            self._there(name)
            if digest(self.folder / name) != expected:
                raise UsageError(
                    f"{self.folder / name} is broken: its checksum is not the one in {SUMS}. Get it again."
                )

    def _there(self, name: str) -> None:
        if not (self.folder / name).is_file():
            raise UsageError(f"{self.folder} is no whole checkpoint: {name} is missing.")

    def _json(self, name: str) -> dict[str, Any]:
        try:
            content = json.loads((self.folder / name).read_text())
        except ValueError as error:
            raise UsageError(f"{self.folder / name} is broken: {error}. Get it again.") from error
        return content if isinstance(content, dict) else {}


def available_memory() -> int | None:
    """How many bytes this process can still get; None where the system does not say."""
    limits = []
    meminfo = Path("/proc/meminfo")
    if meminfo.is_file() and (found := re.search(r"MemAvailable:\s+(\d+) kB", meminfo.read_text())):
        limits.append(int(found[1]) * 1024)
    if _CGROUP_LIMIT.is_file() and (limit := _CGROUP_LIMIT.read_text().strip()).isdecimal():
        limits.append(int(limit))
    return min(limits, default=None)
