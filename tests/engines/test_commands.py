"""Every command that `glm-agent serve` can print is one that the engine's own parser takes; SGLang: test_sglang.py."""

import pytest

from glm_backends.launch import CHECKPOINTS

from . import install
from .commands import PORT, assert_every_command_is_read, every, read_by

pytestmark = [pytest.mark.engine, pytest.mark.timeout(300)]

VLLM = """
import json, sys
from vllm.entrypoints.launchers.cli_args import make_arg_parser
from vllm.utils.argparse_utils import FlexibleArgumentParser
parser = make_arg_parser(FlexibleArgumentParser(prog="vllm serve"))
for command in json.load(sys.stdin):
    taken = parser.parse_args(command[2:])
    print(taken.model_tag, taken.tensor_parallel_size, taken.max_model_len, taken.limit_mm_per_prompt["image"])
"""


def test_vllm_takes_every_command() -> None:
    """All flags exist, all values are of their type, and mean what was meant; a misspelled flag is refused."""
    install.install_vllm()
    assert_every_command_is_read("vllm", "--max-model-len", install.PYTHON, VLLM)


def test_llama_server_takes_every_command() -> None:
    """The same for llama.cpp."""
    install.install_llama_cpp()
    found = every("llama.cpp")
    parser = str(install.HERE / "llama_parser.py")
    lines, refusal = read_by("llama.cpp", "--ctx-size", install.LLAMA_CPP, parser)

    assert {one.checkpoint.name for one in found} == {one.name for one in CHECKPOINTS if one.stored == "Q4_K_M"}
    for one, line in zip(found, lines, strict=True):
        model, projector, *rest = line.split()
        assert (model, projector.startswith("mmproj-")) == (one.checkpoint.name, True)
        assert rest == [one.checkpoint.served, str(one.context), "1", str(PORT)]
    assert "invalid argument: --ctx-sizex" in refusal
