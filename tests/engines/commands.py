"""What `glm-agent serve` can print, and how an engine's own parser is asked about it."""

import json
import subprocess
from pathlib import Path

from glm_backends import launch
from glm_backends.gpus import told

from . import install

MACHINES = ("1x24", "1x48", "1x80", "1x144", "2x80", "4x80", "8x80", "8x141")
IMAGES, PORT = 4, 8123


def every(engine: launch.Engine) -> list[launch.Fit]:
    """All that fits on some machines and is served by this engine."""
    fits = (one for gpus in MACHINES for one in launch.fits(told(gpus)) if one.context)
    return [one for one in fits if engine in launch.engines(one.checkpoint)]


def read_by(engine: launch.Engine, flag: str, python: Path, *program: str) -> tuple[list[str], str]:
    """What a parser reads out of all commands, a line each, and how it refuses the last one, with a flag misspelled."""
    commands = [launch.command(one, engine, images=IMAGES, port=PORT) for one in every(engine)]
    wrong = tuple(part + "x" * (part == flag) for part in commands[-1])
    parsed = subprocess.run(
        [str(python), *program],
        input=json.dumps([*commands, wrong]),
        env=install.environment("shim_sglang"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert parsed.returncode != 0
    known = tuple(f"{one.name} " for one in launch.CHECKPOINTS)
    return [line for line in parsed.stdout.splitlines() if line.startswith(known)], parsed.stderr


def assert_every_command_is_read(engine: launch.Engine, flag: str, python: Path, parse: str) -> None:
    """A parser in Python prints name, GPUs, context and pictures of each command, and refuses a misspelled flag."""
    lines, refusal = read_by(engine, flag, python, "-c", parse)
    found = every(engine)
    assert len(found) > 20
    assert lines == [f"{one.checkpoint.name} {one.gpus} {one.context} {IMAGES}" for one in found]
    assert f"{flag}x" in refusal
