"""One spell of training on one machine: `python -m training.spell --work FOLDER --tokenizer FOLDER --seconds S`.

Starts a trainer on each GPU, and beside it, at the lowest priority, the processes that draw for it; stops them when it
is done.
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path

from training.train import VIEWPORTS

DRAWERS = {
    "practice-672x448": 13,
    "calendar-672x448": 3,
    "generic-672x448": 5,
    "practice-800x600": 1,
    "practice-1280x720": 1,
    "generic-800x600": 1,
    "generic-1280x720": 1,
}
"""How many processes draw each stream on 16 cores."""
_ALONE = {"OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}


Process = subprocess.Popen[bytes]


def _start(module: str, log: Path, given: Sequence[object], told: Mapping[str, str], *, idly: bool = False) -> Process:
    command = [*(("nice", "-n", "19") if idly else ()), sys.executable, "-m", f"training.{module}", *map(str, given)]
    with log.open("ab") as file:
        return subprocess.Popen(command, stdout=file, stderr=file, env=os.environ | told)  # noqa: S603


def _train(options: argparse.Namespace, shards: Path, more: Sequence[str]) -> Iterator[Process]:
    """A trainer for each GPU, each with shards of its own."""
    given = ["--checks", options.checks, "--tokenizer", options.tokenizer, "--out", options.work]
    given += ["--viewports", *options.viewports, "--seconds", options.seconds, *more]
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    for rank in range(options.gpus):
        told = {"RANK": rank, "WORLD_SIZE": options.gpus, "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port}
        # Each sees its own GPU only, so that all compile the same.
        told |= {"CUDA_VISIBLE_DEVICES": rank} if options.gpus > 1 else {}
        log = options.work / f"train-{rank}.log"
        yield _start("train", log, ["--shards", shards / str(rank), *given], {k: str(v) for k, v in told.items()})


def _draw(options: argparse.Namespace, shards: Path) -> Iterator[Process]:
    streams = [stream for stream in DRAWERS if stream.split("-")[1] in options.viewports]
    amounts = {stream: max(1, round(DRAWERS[stream] * options.cores / 16 / options.gpus)) for stream in streams}
    each = [stream for stream in streams for _ in range(amounts[stream])]
    for number, (rank, stream) in enumerate(product(range(options.gpus), each)):
        what, viewport = stream.split("-")
        given = ["--out", shards / str(rank), "--tokenizer", options.tokenizer, "--seed", options.seed * 1000 + number]
        given += ["--most", 24, "--copies", 2, "--what", what, "--viewport", viewport]
        given += ["--browser", options.browser] if options.browser else []
        yield _start("draw", options.work / f"draw-{number}-{stream}.log", given, _ALONE, idly=True)


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
    parser.add_argument("--gpus", type=int, default=1, help="how many train one model")
    parser.add_argument("--cores", type=int, default=os.cpu_count() or 1, help="how many processors may draw")
    parser.add_argument("--browser", default="", help="command that starts Chromium")
    return parser.parse_known_args()


def main() -> None:
    """Train for one spell."""
    options, more = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    shards = options.shards or options.work / "shards"
    for folder in (options.work, *(shards / str(rank) for rank in range(options.gpus))):
        folder.mkdir(parents=True, exist_ok=True)
    trainers = list(_train(options, shards, more))
    started = [*trainers, *_draw(options, shards)]
    try:
        sys.exit(_ended(trainers))
    finally:
        for process in started:
            process.terminate()


def _ended(trainers: Sequence[Process]) -> int:
    """Wait for all, or for one that fails, without which the others would wait for ever."""
    while True:
        codes = [trainer.poll() for trainer in trainers]
        if any(codes):
            return 1
        if None not in codes:
            return 0
        time.sleep(0.5)


if __name__ == "__main__":
    main()
