"""Every command that `glm-agent serve` can print for vLLM is one that vLLM's own parser takes."""

import json
import subprocess

import pytest

from glm_backends import launch
from glm_backends.gpus import told

from . import install

pytestmark = [pytest.mark.engine, pytest.mark.timeout(300)]

PARSE = """
import json, sys
from vllm.entrypoints.launchers.cli_args import make_arg_parser
from vllm.utils.argparse_utils import FlexibleArgumentParser
parser = make_arg_parser(FlexibleArgumentParser(prog="vllm serve"))
for command in json.load(sys.stdin):
    taken = parser.parse_args(command[2:])
    print(taken.model_tag, taken.tensor_parallel_size, taken.max_model_len, taken.limit_mm_per_prompt["image"])
"""


def test_vllm_takes_every_command() -> None:
    """All flags exist, all values are of their type, and what is read back is what was meant."""
    install.install_vllm()
    machines = [told(gpus) for gpus in ("1x24", "1x80", "1x144", "2x80", "4x80", "8x80", "8x141")]
    found = [one for gpus in machines for one in launch.fits(gpus) if one.context and one.checkpoint.stored != "Q4_K_M"]
    commands = [launch.command(one, "vllm", images=4, port=8000) for one in found]

    parsed = subprocess.run(
        [str(install.PYTHON), "-c", PARSE],
        input=json.dumps(commands),
        env=install.environment("shim"),
        capture_output=True,
        text=True,
        check=False,
    )

    assert parsed.returncode == 0, parsed.stderr[-2000:]
    assert len(found) > 20
    assert parsed.stdout.splitlines() == [f"{one.checkpoint.name} {one.gpus} {one.context} 4" for one in found]
