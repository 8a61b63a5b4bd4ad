"""The journal, and what is left of it when the process is killed."""

import json
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from glm_actions import Point, UsageError
from glm_actions.surfaces.drawn import Button, DrawnScreen
from glm_actions.vocabulary import Done, LeftClick, Type
from glm_agent import Agent
from glm_backends import Scripted
from glm_trajectory import (
    FORMAT,
    Intended,
    Journal,
    NewerFormat,
    NotARun,
    Performed,
    RunEnded,
    load,
    reopen,
    runs,
    summarize,
)
from glm_trajectory.journal import slug
from glm_trajectory.store import grown

EVENTS = 14
"""How many events the run below has: it starts, three steps of four events each, it ends."""

RUN = """
import os, signal, sys
from pathlib import Path
from glm_actions import Point
from glm_actions.surfaces.drawn import Button, DrawnScreen
from glm_actions.vocabulary import Done, LeftClick, Type
from glm_agent import Agent
from glm_backends import Scripted

runs, die_at, middle = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "middle"
written, write = 0, os.write

def count(file, content):
    global written
    written += 1
    if written < die_at:
        return write(file, content)
    write(file, content[: len(content) // 2] if middle else content)
    os.kill(os.getpid(), signal.SIGKILL)

os.write = count
screen = DrawnScreen([Button(label="Save", left=140, top=100)])
script = Scripted([LeftClick(start_box=Point((500, 380))), Type(content="Zo\\u00eb"), Done()])
Agent(screen, script, runs=runs).run("Save it")
"""


@pytest.fixture
def screen() -> DrawnScreen:
    return DrawnScreen([Button(label="Save", left=140, top=100)])


def record(folder: Path, screen: DrawnScreen) -> Path:
    script = Scripted([LeftClick(start_box=Point((500, 380))), Type(content="Zoë"), Done(content="Saved.")])
    outcome = Agent(screen, script, runs=folder).run("Save it")
    assert outcome.folder
    return outcome.folder


@pytest.mark.parametrize("where", ["boundary", "middle"])
def test_kill_9_loses_nothing(tmp_path: Path, where: str) -> None:
    """Killed after any event, or in the middle of any line, a run is readable up to the last whole event."""
    jobs = {
        die_at: subprocess.Popen([sys.executable, "-c", RUN, str(tmp_path / str(die_at)), str(die_at), where])
        for die_at in range(1, EVENTS + 1)
    }
    whole = {die_at: die_at if where == "boundary" else die_at - 1 for die_at in jobs}

    assert {job.wait(timeout=100) for job in jobs.values()} == {-signal.SIGKILL}
    for die_at in jobs:
        (folder,) = (tmp_path / str(die_at)).iterdir()
        if whole[die_at] == 0:
            with pytest.raises(NotARun, match="before its first event"):
                load(folder)
            continue
        run = load(folder)
        assert (len(run.events), run.torn) == (whole[die_at], where == "middle")
        assert run.summary.outcome == ("finished" if whole[die_at] == EVENTS else "unfinished")
        assert [summary.steps for _, summary in runs(tmp_path / str(die_at))] == [run.summary.steps]


def test_intended_is_written_before_the_screen_is_touched(tmp_path: Path) -> None:
    """When an action begins, its intention is in the file already."""

    class Watching(DrawnScreen):
        def perform(self, action: object) -> object:  # type: ignore[override]
            (events,) = tmp_path.glob("*/events.jsonl")
            last.append(json.loads(events.read_text().splitlines()[-1])["event"])
            return super().perform(action)  # type: ignore[arg-type]

    last: list[str] = []
    record(tmp_path, Watching([Button(label="Save", left=140, top=100)]))

    assert last == ["intended", "intended"]


def test_summary_can_be_made_again(tmp_path: Path, screen: DrawnScreen) -> None:
    """run.json holds what the events say, and is not needed to list a run."""
    folder = record(tmp_path, screen)
    summary = load(folder).summary

    assert (folder / "run.json").read_text() == summary.model_dump_json(indent=2)
    (folder / "run.json").unlink()
    assert runs(tmp_path) == ((folder, summary),)
    assert summarize(load(folder).events) == summary


def test_the_same_screen_is_kept_once(tmp_path: Path, screen: DrawnScreen) -> None:
    """Screenshots are named by their content; a prompt's text is stored once however often it was sent."""
    folder = record(tmp_path, screen)

    assert len(list((folder / "screens").iterdir())) == 3
    assert all(len(path.stem) == 64 for path in (folder / "texts").iterdir())


def test_only_the_owner_can_read(tmp_path: Path, screen: DrawnScreen) -> None:
    """A run's folder and files are closed to everybody else."""
    folder = record(tmp_path, screen)

    modes = {stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*"))}
    assert modes == {0o700, 0o600}


def test_two_runs_in_a_second(tmp_path: Path) -> None:
    """Runs that begin in the same second get folders of their own."""
    journals = [Journal.create(tmp_path, "Save it") for _ in range(3)]

    assert len({journal.folder for journal in journals}) == 3
    for journal in journals:
        journal.close()


@pytest.mark.parametrize(
    ("goal", "name"),
    [
        ("Book a flight to Tokyo", "book-a-flight-to-tokyo"),
        ("Réserve à Orly!", "reserve-a-orly"),
        ("东京", "run"),
        ("../../etc", "etc"),
        ("a" * 99, "a" * 40),
    ],
)
def test_slug(goal: str, name: str) -> None:
    """Any goal makes a harmless folder name."""
    assert slug(goal) == name


def test_a_newer_format_is_refused(tmp_path: Path, screen: DrawnScreen) -> None:
    """A run from the future says so, and says what to do."""
    folder = record(tmp_path, screen)
    events = folder / "events.jsonl"
    events.write_text(events.read_text().replace('"format":2', '"format":99', 1))

    with pytest.raises(NewerFormat, match=r"format 99.*pip install --upgrade"):
        load(folder)


def test_damage_in_the_middle_is_named(tmp_path: Path, screen: DrawnScreen) -> None:
    """A line that is damaged, and is not the last, is named by its number."""
    folder = record(tmp_path, screen)
    events = folder / "events.jsonl"
    lines = events.read_text().splitlines(keepends=True)
    events.write_text("".join([*lines[:4], "{}\n", *lines[5:]]))

    with pytest.raises(NotARun, match=r"Line 5 .* is damaged"):
        load(folder)


def test_no_run(tmp_path: Path) -> None:
    """A path without a run says how to find one."""
    with pytest.raises(NotARun, match="`glm-agent runs` lists"):
        load(tmp_path)


def test_events_keep_their_places(tmp_path: Path, screen: DrawnScreen) -> None:
    """What was intended carries the pixel; what was performed carries the result; the end carries the answer."""
    events = load(record(tmp_path, screen)).events

    intended = [event for event in events if isinstance(event, Intended)]
    assert intended[0].place
    assert intended[1].place is None
    assert all(event.ok for event in events if isinstance(event, Performed))
    assert isinstance(events[-1], RunEnded)
    assert events[-1].answer == "Saved."


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """Where runs cannot be written, the error names the flag."""
    (tmp_path / "file").touch()

    with pytest.raises(Exception, match="--runs"):
        Journal.create(tmp_path / "file" / "runs", "Save it")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("version", range(1, FORMAT + 1))
def test_recordings_of_every_format_can_be_read(version: int) -> None:
    """A run of every format there has been reads as the same run, with all its files."""
    run = load(GOLDEN / f"v{version}")

    assert (run.version, run.summary.outcome, run.summary.answer, run.summary.steps) == (
        version,
        "finished",
        "Saved.",
        5,
    )
    for step in run.steps:
        assert run.screen(step.observed.screen).startswith(b"\x89PNG")
        assert step.observed.state is None
        assert step.decided
        assert run.text(step.decided.grammar).startswith("root ::=")


def test_an_older_format_is_not_gone_on_with(tmp_path: Path) -> None:
    """A run of an older format can be read, not resumed; nothing in it is touched."""
    folder = shutil.copytree(GOLDEN / "v1", tmp_path / "v1")

    with pytest.raises(UsageError, match="read and replayed, not resumed"):
        reopen(folder)
    assert (folder / "events.jsonl").read_bytes() == (GOLDEN / "v1" / "events.jsonl").read_bytes()


def test_a_torn_line_is_dropped(tmp_path: Path, screen: DrawnScreen) -> None:
    """When a run is opened again, half a line at its end is gone, and what follows stands on a line of its own."""
    folder = record(tmp_path, screen)
    events = folder / "events.jsonl"
    whole = events.read_bytes()
    events.write_bytes(whole + b'{"at":1')

    run, journal = reopen(folder)
    journal.append(run.events[-1])
    journal.close()

    assert run.torn
    assert events.read_bytes() == whole + whole.splitlines(keepends=True)[-1]


def test_only_what_is_new_is_read(tmp_path: Path, screen: DrawnScreen) -> None:
    """A run that is read again as it grows, also in the middle of a line, is the same as one that is read at once."""
    folder = record(tmp_path, screen)
    events = folder / "events.jsonl"
    whole = events.read_bytes()
    events.write_bytes(whole[: whole.index(b"\n") + 1])
    run = load(folder)
    for length in (1000, 1010, 3000, len(whole)):
        events.write_bytes(whole[:length])
        before, run = run, grown(run)
        assert run == load(folder)
        assert run.events[: len(before.events)] == before.events
        assert all(new is old for new, old in zip(run.events, before.events, strict=False))
    assert grown(run) is run

    events.write_bytes(whole[:1000])
    assert grown(run) == load(folder)


def test_one_process_writes_a_run(tmp_path: Path, screen: DrawnScreen) -> None:
    """While a run is being written, nobody else can open it to write."""
    folder = record(tmp_path, screen)
    _, journal = reopen(folder)

    code = "import sys; from pathlib import Path; from glm_trajectory import reopen; reopen(Path(sys.argv[1]))"
    second = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=False)
    journal.close()
    _, third = reopen(folder)
    third.close()

    assert "Another process is writing" in second.stderr


def test_a_full_disk(tmp_path: Path) -> None:
    """When nothing more can be written, the run ends with an error that names the way on; what is there is whole."""
    code = (
        RUN.split("written, write", maxsplit=1)[0]
        + """
import resource
screen = DrawnScreen([Button(label="Save", left=140, top=100)])
def lines():
    yield LeftClick(start_box=Point((500, 380)))
    resource.setrlimit(resource.RLIMIT_FSIZE, (3300, 3300))
    while True:
        yield Type(content="a")
Agent(screen, Scripted(lines()), runs=runs).run("Save it")
"""
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), "0", "-"], capture_output=True, text=True, check=False
    )
    (folder,) = tmp_path.iterdir()

    assert "cannot be written any further: File too large. Make room" in done.stderr.splitlines()[-1]
    assert f"glm-agent resume {folder}" in done.stderr
    assert load(folder).summary.outcome == "unfinished"


@pytest.mark.parametrize("damage", [None, b"no picture"])
def test_a_screenshot_that_is_missing_or_damaged(tmp_path: Path, screen: DrawnScreen, damage: bytes | None) -> None:
    """A screenshot that is gone, or holds something else, is named."""
    folder = record(tmp_path, screen)
    run = load(folder)
    path = folder / "screens" / f"{run.steps[0].observed.screen}.png"
    path.unlink()
    if damage:
        path.write_bytes(damage)

    with pytest.raises(NotARun, match="is damaged" if damage else "is missing"):
        run.screen(path.stem)
