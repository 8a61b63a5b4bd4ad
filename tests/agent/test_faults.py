"""Runs that are damaged, on a full disk, closed to us, or somebody else's: said clearly, and nothing is overwritten."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from glm_actions import Point
from glm_actions.surfaces.drawn import Button, DrawnScreen
from glm_actions.vocabulary import Done, LeftClick, Type
from glm_agent import Agent, Limits
from glm_agent.replay import Replay
from glm_backends import Scripted
from glm_trajectory import NotARun, load, reopen
from tests.agent.test_cli import cli

SAVE = Button(label="Save", left=140, top=100)
CLICK = LeftClick(start_box=Point((500, 380)), element_info="Save button")
NOBODY = 65534
BEGIN = """
import os, resource, sys
from pathlib import Path
from glm_actions import Point, UsageError
from glm_actions.surfaces.drawn import Button, DrawnScreen
from glm_actions.vocabulary import Done, LeftClick, Type
from glm_agent import Agent, Limits
from glm_agent.errors import GlmError
from glm_backends import Scripted
from glm_trajectory import load
runs = Path(sys.argv[1])
screen = DrawnScreen([Button(label="Save", left=140, top=100)])
"""


def child(code: str, *arguments: object, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    command = [*before, sys.executable, "-c", BEGIN + code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run that was cut off by its budget."""
    model = Scripted([CLICK, *[Type(content="a")] * 9])
    outcome = Agent(DrawnScreen([SAVE]), model, runs=tmp_path / "runs", limits=Limits(steps=2)).run("Save it")
    assert outcome.folder
    return outcome.folder


@pytest.mark.parametrize("command", ["replay", "resume", "view"])
def test_a_damaged_journal(folder: Path, tmp_path: Path, command: str) -> None:
    """Each command names the damaged line and touches nothing."""
    events = folder / "events.jsonl"
    lines = events.read_bytes().splitlines(keepends=True)
    events.write_bytes(b"".join([*lines[:3], b'{"event":"decided"}\n', *lines[4:]]))
    before = contents(folder.parent)

    done = cli(tmp_path, command, str(folder))

    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert "Line 4 of " in done.stderr
    assert contents(folder.parent) == before


def test_a_missing_screenshot(folder: Path, tmp_path: Path) -> None:
    """A replay names it before it does anything; a resumed run can do without."""
    run = load(folder)
    (folder / "screens" / f"{run.steps[1].observed.screen}.png").unlink()
    screen = DrawnScreen([SAVE])

    with pytest.raises(NotARun, match="is missing, which the run names"):
        Replay(run)
    assert cli(tmp_path, "replay", str(folder)).returncode == 2
    assert Agent(screen, Scripted([Done()]), runs=tmp_path).resume(folder).ok
    assert len(list((tmp_path / "runs").iterdir())) == 1


IN_TWO_PROCESSES = """
try:
    Agent(screen, Scripted([Done()]), runs=runs).resume(Path(sys.argv[2]))
except UsageError as error:
    print(error)
print(len(screen.performed))
"""


def test_two_processes(folder: Path, tmp_path: Path) -> None:
    """A run that one process is going on with is refused to another, which does nothing."""
    _, journal = reopen(folder)
    before = contents(folder)
    second = child(IN_TWO_PROCESSES, tmp_path, folder)
    journal.close()

    assert "Another process is writing" in second.stdout
    assert second.stdout.endswith("\n0\n")
    assert contents(folder) == before


FULL = """
filler = runs / "filler"
filler.write_bytes(bytes(40_000))
def moves():
    yield LeftClick(start_box=Point((500, 380)), element_info="Save button")
    while True:
        yield Type(content="a")
try:
    Agent(screen, Scripted(moves()), runs=runs, limits=Limits(steps=90, repeats=99)).run("Save it")
except GlmError as error:
    print(error)
(folder,) = runs.glob("*/")
before = (folder / "events.jsonl").read_bytes()
print(load(folder).summary.outcome)
try:
    Agent(screen, Scripted([Done()]), runs=runs).run("Another")
except GlmError as error:
    print(error)
filler.unlink()
print(Agent(screen, Scripted([Done()]), runs=runs).resume(folder).kind)
print((folder / "events.jsonl").read_bytes().startswith(before[: before.rfind(b"\\n")]))
"""


@pytest.fixture
def small_disk(tmp_path: Path) -> tuple[str, ...]:
    """What a command has to begin with so that `tmp_path/disk` is a disk of 100 kB for it."""
    disk = tmp_path / "disk"
    disk.mkdir()
    shell = (
        "unshare",
        "--map-root-user",
        "--mount",
        "sh",
        "-c",
        f'mount -t tmpfs -o size=100k none {disk} && "$@"',
        "-",
    )
    if shutil.which("unshare") is None or subprocess.run([*shell, "true"], check=False).returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    return shell


def test_a_full_disk(tmp_path: Path, small_disk: tuple[str, ...]) -> None:
    """On a disk that is really full the error says so; what was written is whole, and goes on once there is room."""
    done = child(FULL, tmp_path / "disk", before=small_disk)

    assert done.returncode == 0, done.stderr
    first, outcome, second, kind, kept = done.stdout.splitlines()
    assert "cannot be written any further: No space left on device. Make room" in first
    assert "No space left on device" in second
    assert (outcome, kind, kept) == ("unfinished", "finished", "True")


READ_ONLY = """
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
for work in (
    lambda: Agent(screen, Scripted([Done()]), runs=Path(sys.argv[2])).resume(Path(sys.argv[2])),
    lambda: Agent(screen, Scripted([Done()]), runs=runs).run("Another"),
):
    try:
        work()
    except UsageError as error:
        print(error)
print(len(screen.performed))
"""


@pytest.mark.parametrize("mode", [0o444, 0o000])
def test_a_read_only_folder(folder: Path, mode: int) -> None:
    """What may only be read is not gone on with, what may not be read says so, and both stay as they are."""
    with tempfile.TemporaryDirectory() as place:
        runs = shutil.copytree(folder.parent, Path(place) / "runs")
        copy = runs / folder.name
        for path in (runs.parent, runs, copy, *copy.iterdir()):
            path.chmod(0o555)
        (copy / "events.jsonl").chmod(mode)
        if os.getuid() == 0:
            for path in (runs, copy, copy / "events.jsonl"):
                os.chown(path, NOBODY, NOBODY)
        done = child(READ_ONLY, runs, copy)
        for path in (runs.parent, runs, copy, *copy.iterdir()):
            path.chmod(0o700)
        assert contents(copy) == contents(folder)

    resumed, another, performed = done.stdout.splitlines()
    assert "cannot be written: Permission denied" in resumed if mode else "cannot be read: Permission denied" in resumed
    assert "Permission denied. Choose another --runs." in another
    assert performed == "0"
