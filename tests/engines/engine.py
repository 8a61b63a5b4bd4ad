"""Start and end real model servers with tiny models. `python -m tests.engines.engine` serves one until Ctrl-C."""

# ruff: noqa: T201  a script prints

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self

from .install import (
    GGUF,
    HERE,
    LLAMA_CPP,
    MODEL,
    SGLANG,
    VENV,
    environment,
    install_llama_cpp,
    install_sglang,
    install_vllm,
)

START_LIMIT_S = 600
CONTEXT, IMAGES, AT_ONCE = 8192, 4, 8


class Engine(ABC):
    """A model server of one's own on a free loopback port, in a process group of its own.

    Args:
        log: Where the server's output goes; without it, to a temporary file that stays.
        without: Flags that this agent needs, and that are left out.
    """

    model = "glm-4.5v"
    title: ClassVar[str]

    def __init__(self, log: Path | None = None, without: tuple[str, ...] = ()) -> None:
        self.install()
        self.log = log or Path(tempfile.mkstemp(prefix=f"{self.title}-", suffix=".log")[1])
        self.port = _free_port()
        self.root = f"http://127.0.0.1:{self.port}"
        self.url = f"{self.root}/v1"
        started = time.monotonic()
        with self.log.open("wb") as output:
            self._process = subprocess.Popen(
                [part for part in self.command() if part.split("=")[0].removeprefix("--") not in without],
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self._wait_until_up()
        except BaseException:
            self.kill()
            raise
        self.start_s = time.monotonic() - started

    @abstractmethod
    def install(self) -> None:
        """Make what the server needs."""

    @abstractmethod
    def command(self) -> list[str]:
        """What starts the server; each flag is one part of it."""

    @abstractmethod
    def environment(self) -> dict[str, str]:
        """Where it is started."""

    def _wait_until_up(self) -> None:
        limit = time.monotonic() + START_LIMIT_S
        while not self._healthy():
            if self._process.poll() is not None or time.monotonic() > limit:
                raise RuntimeError(f"{self.title} did not come up in {START_LIMIT_S} s. It said:\n{self._last_words()}")
            time.sleep(0.5)

    def _healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.root}/health", timeout=5):  # noqa: S310
                return True
        except (urllib.error.URLError, OSError):
            return False

    def _last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-40:])

    def tokenize(self, text: str) -> list[int]:
        """The ids of a text's tokens."""
        # llama.cpp calls it content, the others prompt.
        body = {"model": self.model, "prompt": text, "content": text, "add_special_tokens": False}
        request = urllib.request.Request(  # noqa: S310
            f"{self.root}/tokenize", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            tokens: list[int] = json.load(answer)["tokens"]
        return tokens

    def steering(self) -> dict[str, Any]:
        """Request fields that make random weights finish: they think for a while, and then close their strings.

        Without them the end of thinking and the closing quote are one token among a thousand.
        """
        likely = {"</think>": 4, '"': 5, '",': 5, '"}': 5}
        # vLLM also takes a tool call for the end of thinking, and then breaks off, as the grammar has no such token;
        # and it takes <think> inside of an answer for new thoughts.
        barred = ("<|endoftext|>", "<|user|>", "<|observation|>", "<tool_call>", "<think>")
        single = {text: ids[0] for text in (*likely, *barred) if len(ids := self.tokenize(text)) == 1}
        return {"logit_bias": {str(number): likely.get(text, -100) for text, number in single.items()}}

    def kill(self) -> None:
        """End the server at once, as a crash does."""
        self._signal(signal.SIGKILL)
        self._process.wait()

    def close(self) -> None:
        """Ask the server to end, and end it."""
        self._signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(15)
        self.kill()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Vllm(Engine):
    """vLLM with the tiny GLM-4.5V."""

    title = "vllm"
    folder = MODEL

    def install(self) -> None:
        install_vllm()

    def environment(self) -> dict[str, str]:
        # Without a process for the worker, which would import everything once more. Tiny layers are quickest on one
        # thread: on two, which wait for each other, an answer takes three times as long.
        one_less = {"VLLM_ENABLE_V1_MULTIPROCESSING": "0", "OMP_NUM_THREADS": "1"}
        return {**environment(), **one_less, "VLLM_CPU_KVCACHE_SPACE": "1", "VLLM_CPU_OMP_THREADS_BIND": "auto"}

    def command(self) -> list[str]:
        constraints = {"backend": "xgrammar", "disable_any_whitespace": True}
        options = {
            "host": "127.0.0.1",
            "port": self.port,
            "served-model-name": self.model,
            "dtype": "bfloat16",
            "max-model-len": CONTEXT,
            "max-num-seqs": AT_ONCE,
            "block-size": 32,
            "reasoning-parser": "glm45",
            # Room for all prompts at once: on the CPU a seeded request whose prompt is cut in chunks ends the server.
            "max-num-batched-tokens": CONTEXT * AT_ONCE,
            "limit-mm-per-prompt": json.dumps({"image": IMAGES, "video": 0}),
            "structured-outputs-config": json.dumps(constraints),
        }
        flags = ["--enforce-eager", "--enable-prompt-tokens-details"]
        return [str(VENV / "bin" / "vllm"), "serve", str(self.folder), *flags, *_flags(options)]


class EmbeddedVllm(Vllm):
    """vLLM with a checkpoint of the embedded model, which does not think.

    Args:
        log: Where the server's output goes.
        folder: The checkpoint, unpacked.
    """

    title = "embedded-vllm"
    model = "glm-agent-embedded"

    def __init__(self, log: Path, folder: Path) -> None:
        self.folder = folder
        super().__init__(log, without=("reasoning-parser",))


class Sglang(Engine):
    """SGLang with the same model."""

    title = "sglang"

    def install(self) -> None:
        install_sglang()

    def environment(self) -> dict[str, str]:
        # Without the compiler the first requests are 20 s faster.
        quick = {"TORCHDYNAMO_DISABLE": "1", "OMP_NUM_THREADS": "1"}
        return {**environment("shim_sglang"), **quick, "SGLANG_USE_CPU_ENGINE": "1"}

    def command(self) -> list[str]:
        options = {
            "model-path": MODEL,
            "host": "127.0.0.1",
            "port": self.port,
            "served-model-name": self.model,
            "device": "cpu",
            "attention-backend": "torch_native",
            "context-length": CONTEXT,
            "max-total-tokens": CONTEXT * 4,
            "mem-fraction-static": 0.2,
            "grammar-backend": "xgrammar",
            "reasoning-parser": "glm45",
        }
        flags = ["--enable-cache-report", "--disable-overlap-schedule", "--disable-cuda-graph", "--skip-server-warmup"]
        flags += ["--sleep-on-idle"]
        return [str(SGLANG), "-m", "sglang.launch_server", *flags, *_flags(options)]


class LlamaCpp(Engine):
    """llama.cpp with a tiny model that has no eyes."""

    title = "llama.cpp"

    def install(self) -> None:
        install_llama_cpp()

    def environment(self) -> dict[str, str]:
        return environment()

    def command(self) -> list[str]:
        return [str(LLAMA_CPP), str(HERE / "serve_llama.py"), str(GGUF), self.model, str(self.port)]


def _flags(options: dict[str, Any]) -> list[str]:
    return [f"--{name}={value}" for name, value in options.items()]


def _free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
    return port


def main() -> None:
    """Serve until Ctrl-C."""
    kinds = {kind.title: kind for kind in (Vllm, Sglang, LlamaCpp)}
    chosen = kinds.get(sys.argv[1] if len(sys.argv) > 1 else "vllm")
    if not chosen:
        sys.exit(f"Choose one of {', '.join(kinds)}.")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with contextlib.suppress(KeyboardInterrupt), chosen() as engine:
        print(f"{engine.url} serves {engine.model}, up after {engine.start_s:.0f} s, log in {engine.log}", flush=True)
        signal.pause()


if __name__ == "__main__":
    main()
