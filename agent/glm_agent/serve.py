"""`glm-agent serve`: which model fits on this machine, and the command that serves it."""

import json
import os
import shlex
import shutil
from typing import TYPE_CHECKING, Any

import click

from glm_actions.errors import UsageError
from glm_agent.flags import told
from glm_agent.settings import read

if TYPE_CHECKING:
    from glm_backends.gpus import Gpu
    from glm_backends.launch import Fit

_INSTALL = {"vllm": "pip install vllm", "python3": "pip install sglang", "llama-server": "see llama.cpp's releases"}


@click.command()
@click.argument("checkpoint", required=False)
@click.option("--engine", type=click.Choice(["vllm", "sglang", "llama.cpp"]), help="What serves it (default: vllm).")
@click.option("--gpus", metavar="NxGB", help="Another machine's GPUs, such as 4x80, instead of this one's.")
@click.option("--port", type=int, default=8000, show_default=True, help="Where it is to listen.")
@click.option("--run", "start", is_flag=True, help="Start it instead of printing the command.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@told
def serve(  # noqa: PLR0913
    *, checkpoint: str | None, engine: str | None, gpus: str | None, port: int, start: bool, as_json: bool
) -> None:
    """Say which models fit on this machine's GPUs, and how to serve CHECKPOINT, or the best one that fits."""
    from glm_backends import gpus as machine
    from glm_backends import launch

    here = machine.told(gpus) if gpus else machine.present()
    found = launch.fits(here)
    chosen = _chosen(found, checkpoint, engine)
    images = read({})[0].history_pictures + 2
    with_engine: Any = engine or (launch.engines(chosen.checkpoint)[0] if chosen else None)
    command = launch.command(chosen, with_engine, images=images, port=port) if chosen else ()
    if start:
        _start(command)
    click.echo(_json(here, found, command) if as_json else _lines(here, found, command))


def _chosen(found: "tuple[Fit, ...]", checkpoint: str | None, engine: str | None) -> "Fit | None":
    from glm_backends.launch import engines

    if checkpoint and checkpoint not in {one.checkpoint.name for one in found}:
        known = ", ".join(one.checkpoint.name for one in found)
        raise UsageError(f"{checkpoint} is not known here. Known are {known}.")
    for one in found:
        servable = engine is None or engine in engines(one.checkpoint)
        if one.context and servable and checkpoint in {None, one.checkpoint.name}:
            return one
    if checkpoint:
        raise UsageError(f"{checkpoint} does not fit here, or not with this engine. `glm-agent serve` lists what does.")
    return None


def _start(command: tuple[str, ...]) -> None:
    if not command:
        raise UsageError("Nothing fits on this machine's GPUs. `glm-agent serve` says what does work.")
    if shutil.which(command[0]) is None:
        raise UsageError(f"There is no program {command[0]}. Install it ({_INSTALL[command[0]]}), or leave out --run.")
    os.execvp(command[0], command)  # noqa: S606


def _json(here: "tuple[Gpu, ...]", found: "tuple[Fit, ...]", command: tuple[str, ...]) -> str:
    fits = [
        {
            "checkpoint": one.checkpoint.name,
            "weight_bytes": one.checkpoint.weight_bytes,
            "gpus": one.gpus,
            "context": one.context,
            "missing_bytes": one.missing,
        }
        for one in found
    ]
    return json.dumps({"gpus": [gpu.model_dump() for gpu in here], "fits": fits, "command": command})


def _lines(here: "tuple[Gpu, ...]", found: "tuple[Fit, ...]", command: tuple[str, ...]) -> str:
    if not here:
        return (
            "There is no NVIDIA GPU here, so none of these models can be served on this machine.\n"
            "What does work:\n"
            "  a server elsewhere:        glm-agent run GOAL --model-url http://HOST:8000/v1\n"
            "  planning that server:      glm-agent serve --gpus 2x80\n"
            "  a hosted GLM:              "
            "GLM_AGENT_API_KEY=... glm-agent run GOAL --model-url https://api.z.ai/api/paas/v4 --model glm-4.5v\n"
            "  no model, to look around:  glm-agent practice flights --solve"
        )
    shown = [f"{len(here)} x {here[0].name}, {min(gpu.memory for gpu in here) / 1e9:.0f} GB each", ""]
    shown += [f"{one.checkpoint.name:<30} {one.checkpoint.weight_bytes / 1e9:>6.1f} GB  {_where(one)}" for one in found]
    shown += ["", shlex.join(command) if command else "None of them fits."]
    return "\n".join(shown)


def _where(one: "Fit") -> str:
    if one.context:
        return f"fits on {one.gpus}, {one.context:,} tokens"
    return f"does not fit: {one.missing / 1e9:.0f} GB too few"
