"""Trainers that are told of each other train one model."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
TRAINER = """
import json
import torch
from training.together import Together

together = Together()
torch.manual_seed(together.rank)
layer = torch.nn.Linear(2, 1)
together.agree(layer.parameters())
before = [parameter.tolist() for parameter in layer.parameters()]
layer(torch.tensor([1.0, 2.0]) * (together.rank + 1)).sum().backward()
together.average(layer.parameters())
gradients = [parameter.grad.tolist() for parameter in layer.parameters()]
print(json.dumps([before, gradients, together.first(7.0 + together.rank)]))
together.close()
"""


def trainer(rank: int, port: int) -> "subprocess.Popen[str]":
    told = {"RANK": str(rank), "WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    return subprocess.Popen(
        [sys.executable, "-c", TRAINER], cwd=ROOT, env=os.environ | told, stdout=subprocess.PIPE, text=True
    )


def test_two_trainers_make_the_same_step() -> None:
    """Both begin with the first one's weights, take the mean of their gradients, and go by the first one's clock."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    trainers = [trainer(rank, port) for rank in range(2)]
    one, other = (json.loads(process.communicate(timeout=100)[0]) for process in trainers)
    before, gradients, clock = one
    assert one == other
    assert gradients == [[[1.5, 3.0]], [1.0]]
    assert clock == 7.0
    assert before
