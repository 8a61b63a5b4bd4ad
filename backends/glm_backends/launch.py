"""What fits on which GPUs, and the exact command that serves it."""

import json
from collections.abc import Mapping
from typing import Literal

from glm_actions.frozen import Frozen
from glm_backends.gpus import Gpu
from glm_backends.sizes import CHECKPOINTS, Checkpoint

Engine = Literal["vllm", "sglang", "llama.cpp"]

SHARE = 0.93
"""Of a GPU's memory, for weights and cache."""
SPARE = 8 * 2**30
"""Bytes of that on each GPU for activations, pictures and CUDA graphs: measured on an H200, see docs/models.md."""
LEAST = 16_384
"""Tokens of context below which no run gets far."""
_TOGETHER = (1, 2, 4, 8)


class Fit(Frozen):
    """How a checkpoint lies on GPUs."""

    checkpoint: Checkpoint
    gpus: int
    context: int
    """Tokens that can be read at once; 0 if it does not fit at all."""
    missing: int = 0
    """Bytes too few, if it does not fit."""


def fit(checkpoint: Checkpoint, gpus: tuple[Gpu, ...]) -> Fit:
    """The fewest GPUs with the whole context, or else all that can be used."""
    usable = [number for number in _TOGETHER if number <= len(gpus)]
    fits = [_fit_on(checkpoint, number, min(gpu.memory for gpu in gpus)) for number in usable]
    whole = (found for found in fits if found.context == checkpoint.context)
    return next(whole, fits[-1] if fits else Fit(checkpoint=checkpoint, gpus=0, context=0))


def _fit_on(checkpoint: Checkpoint, number: int, memory: int) -> Fit:
    shape = checkpoint.shape
    a_token = shape.token_bytes / min(number, shape.kv_heads)
    left = int(memory * SHARE) - SPARE - checkpoint.weight_bytes / number
    context = min(checkpoint.context, int(left / a_token) // 1024 * 1024)
    if context >= LEAST:
        return Fit(checkpoint=checkpoint, gpus=number, context=context)
    missing = int((LEAST * a_token - left) * number)
    return Fit(checkpoint=checkpoint, gpus=number, context=0, missing=missing)


def fits(gpus: tuple[Gpu, ...]) -> tuple[Fit, ...]:
    """How each checkpoint lies on these GPUs, the best first."""
    return tuple(fit(checkpoint, gpus) for checkpoint in CHECKPOINTS)


def engines(checkpoint: Checkpoint) -> tuple[Engine, ...]:
    """What can serve it, the best first."""
    return ("llama.cpp",) if checkpoint.stored == "Q4_K_M" else ("vllm", "sglang")


def command(found: Fit, engine: Engine, *, images: int, port: int) -> tuple[str, ...]:
    """The command, with every flag that the agent needs.

    Args:
        found: What is served, and where.
        engine: One of those that can serve it.
        images: Pictures in one request.
        port: Where it listens, on loopback.
    """
    made = {"vllm": _vllm, "sglang": _sglang, "llama.cpp": _llama_cpp}[engine](found, images)
    return (*made, "--host", "127.0.0.1", "--port", str(port))


def _vllm(found: Fit, images: int) -> tuple[str, ...]:
    options = {
        "--served-model-name": found.checkpoint.served,
        "--tensor-parallel-size": found.gpus,
        "--max-model-len": found.context,
        "--gpu-memory-utilization": SHARE,
        "--reasoning-parser": "glm45",
        "--structured-outputs-config": json.dumps({"backend": "xgrammar", "disable_any_whitespace": True}),
        "--limit-mm-per-prompt": json.dumps({"image": images, "video": 0}),
        # The vision tower's twelve heads cannot be cut into eight.
        **({"--mm-encoder-tp-mode": "data"} if found.gpus > 1 else {}),
    }
    flags = ["--enable-prompt-tokens-details", *(["--enable-expert-parallel"] if _spread_experts(found) else [])]
    return ("vllm", "serve", found.checkpoint.name, *_flat(options), *flags)


def _sglang(found: Fit, images: int) -> tuple[str, ...]:
    options = {
        "--model-path": found.checkpoint.name,
        "--served-model-name": found.checkpoint.served,
        "--tp-size": found.gpus,
        "--context-length": found.context,
        "--mem-fraction-static": round(SHARE - 0.05, 2),
        "--reasoning-parser": "glm45",
        "--grammar-backend": "xgrammar",
        "--limit-mm-data-per-request": json.dumps({"image": images}),
        **({"--ep-size": found.gpus} if _spread_experts(found) else {}),
    }
    flags = ["--enable-cache-report", *(["--mm-enable-dp-encoder"] if found.gpus > 1 else [])]
    return ("python3", "-m", "sglang.launch_server", *_flat(options), *flags)


def _llama_cpp(found: Fit, images: int) -> tuple[str, ...]:  # noqa: ARG001
    options = {
        "--model": found.checkpoint.name,
        "--mmproj": f"mmproj-{found.checkpoint.name.removesuffix('-Q4_K_M.gguf')}.gguf",
        "--alias": found.checkpoint.served,
        "--ctx-size": found.context,
        "--n-gpu-layers": 999,
        "--parallel": 1,
    }
    return ("llama-server", *_flat(options), "--jinja")


def _spread_experts(found: Fit) -> bool:
    return found.gpus > 1 and found.checkpoint.shape.experts > 0 and found.checkpoint.stored != "BF16"


def _flat(options: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(text for name, value in options.items() for text in (name, str(value)))
