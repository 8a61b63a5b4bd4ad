"""Weights as bytes, with a scale for each row: half of bfloat16's size."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

METHOD = "glm-agent-int8"
"""What `quantization_config` in a packed checkpoint's config.json says, so that nothing else loads it by mistake."""
SUMS = "SHA256SUMS"
"""Lies next to the weights, as `sha256sum` writes it."""
WEIGHTS = "model.safetensors"
_SCALE = ".scale"
_MOST = 127


def packed(weights: Mapping[str, Any]) -> dict[str, Any]:
    """Matrices as int8 with float32 scales, one for each output; vectors as they are."""
    state: dict[str, Any] = {}
    for name, weight in weights.items():
        if weight.dim() < 2:
            state[name] = weight.contiguous()
            continue
        rows = weight.float().flatten(1)
        scale = rows.abs().amax(1).clamp(min=1e-12) / _MOST
        state[name] = (rows / scale[:, None]).round().char().view(weight.shape).contiguous()
        state[name + _SCALE] = scale
    return state


def unpacked(state: Mapping[str, Any]) -> dict[str, Any]:
    """The weights again, as float32; what was not packed stays as it is."""
    weights = {name: value for name, value in state.items() if not name.endswith(_SCALE)}
    for name, weight in weights.items():
        scale = state.get(name + _SCALE)
        if scale is not None:
            weights[name] = weight.float() * scale.view(-1, *[1] * (weight.dim() - 1))
    return weights


def is_packed(config: Mapping[str, Any]) -> bool:
    """Whether a checkpoint with this config.json holds packed weights."""
    quantized = config.get("quantization_config")
    return isinstance(quantized, dict) and quantized.get("quant_method") == METHOD


def mark(folder: Path, *, as_packed: bool) -> None:
    """Say in config.json whether the weights are packed."""
    path = folder / "config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    config.pop("quantization_config", None)
    if as_packed:
        config["quantization_config"] = {"quant_method": METHOD}
    path.write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def write_sums(folder: Path) -> None:
    """Write the checksums of all files of a checkpoint."""
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.name != SUMS)
    (folder / SUMS).write_text("".join(f"{digest(path)}  {path.name}\n" for path in files), encoding="utf-8")


def digest(path: Path) -> str:
    """A file's SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
