"""One spell of training on one machine: `python -m training.spell --work FOLDER --tokenizer FOLDER --seconds S`.

Starts the trainer, and beside it, at the lowest priority, the processes that draw; stops them when it is done.
"""

import argparse
import os
import signal
import subprocess
import sys
from pathlib import Path

from training.train import VIEWPORTS

DRAWERS = {
    "practice-672x448": 14,
    "generic-672x448": 6,
    "practice-800x600": 1,
    "practice-1280x720": 1,
    "generic-800x600": 1,
    "generic-1280x720": 1,
}
"""How many processes draw each stream on 16 cores."""
_ALONE = {"OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}


def _start(module: str, log: Path, *arguments: object, alone: bool = True) -> "subprocess.Popen[bytes]":
    command = [
        *(("nice", "-n", "19") if alone else ()),
        sys.executable,
        "-m",
        f"training.{module}",
        *map(str, arguments),
    ]
    environment = os.environ | (_ALONE if alone else {})
    with log.open("ab") as file:
        return subprocess.Popen(command, stdout=file, stderr=file, env=environment)  # noqa: S603


def _draw(options: argparse.Namespace, shards: Path) -> list["subprocess.Popen[bytes]"]:
    drawers: list[subprocess.Popen[bytes]] = []
    for stream, count in DRAWERS.items():
        what, viewport = stream.split("-")
        if viewport not in options.viewports:
            continue
        for index in range(max(1, round(count * options.cores / 16))):
            seed = options.seed * 1000 + len(drawers)
            given = ["--out", shards, "--tokenizer", options.tokenizer, "--seed", seed, "--most", 24, "--copies", 2]
            given += ["--what", what, "--viewport", viewport]
            given += ["--browser", options.browser] if options.browser else []
            drawers.append(_start("draw", options.work / f"draw-{stream}-{index}.log", *given))
    return drawers


def _arguments() -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="Further arguments are the trainer's.",
    )
    parser.add_argument("--work", type=Path, required=True, help="for logs, weights and shards")
    parser.add_argument("--shards", type=Path, help="for shards, if elsewhere, such as a folder in memory")
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--checks", type=Path, required=True, help="held-out shards")
    parser.add_argument("--seconds", type=float, required=True, help="how long to train")
    parser.add_argument("--viewports", nargs="+", choices=VIEWPORTS, default=VIEWPORTS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cores", type=int, default=os.cpu_count() or 1, help="how many processors may draw")
    parser.add_argument("--browser", default="", help="command that starts Chromium")
    return parser.parse_known_args()


def main() -> None:
    """Train for one spell."""
    options, more = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    shards = options.shards or options.work / "shards"
    for folder in (options.work, shards):
        folder.mkdir(parents=True, exist_ok=True)
    given = ["--shards", shards, "--checks", options.checks, "--tokenizer", options.tokenizer, "--out", options.work]
    trainer = _start(
        "train",
        options.work / "train.log",
        *given,
        "--viewports",
        *options.viewports,
        "--seconds",
        options.seconds,
        *more,
        alone=False,
    )
    drawers = _draw(options, shards)
    try:
        sys.exit(trainer.wait())
    finally:
        for drawer in (trainer, *drawers):
            drawer.terminate()


if __name__ == "__main__":
    main()
