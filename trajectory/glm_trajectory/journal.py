"""Writes a run down while it happens, so that nothing is lost when the process is killed."""

import contextlib
import fcntl
import hashlib
import os
import re
import time
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Self

from glm_actions.errors import RunError, UsageError
from glm_trajectory.events import Event, Intended, RunEnded
from glm_trajectory.summary import summarize

EVENTS = "events.jsonl"
SUMMARY = "run.json"
SCREENS = "screens"
TEXTS = "texts"
STATES = "states"


class NotWritten(RunError):
    """A recording cannot be written any further. What was written before is whole."""


class Journal:
    """One run's folder, open for writing by one process at a time. Only its owner can read it.

    Args:
        folder: The run.
        file: Its events, opened by `locked`.
        events: What was written before.
    """

    def __init__(self, folder: Path, file: int, events: Iterable[Event] = ()) -> None:
        self.folder = folder
        self._file = file
        self._events = list(events)
        self._kept: set[str] = set()

    @classmethod
    def create(cls, runs: Path, goal: str) -> Self:
        """Begin a journal in a new folder `<time>-<goal>`.

        Raises:
            UsageError: if the folder cannot be made.
        """
        name = f"{time.strftime('%Y-%m-%d-%H%M%S')}-{slug(goal)}"
        try:
            runs.mkdir(parents=True, exist_ok=True)
            folder = _new_folder(runs / name)
            return cls(folder, locked(folder, os.O_CREAT | os.O_EXCL))
        except OSError as error:
            raise UsageError(f"Runs cannot be written to {runs}: {error.strerror}. Choose another --runs.") from error

    def append(self, event: Event) -> None:
        """Write an event before anything else happens. An intended action is on the disk itself when this returns.

        Raises:
            NotWritten: if the disk is full or gone. The journal is closed then.
        """
        with self._writing():
            line = event.model_dump_json().encode() + b"\n"
            while line:
                line = line[os.write(self._file, line) :]
            self._events.append(event)
            if isinstance(event, Intended):
                os.fsync(self._file)
            if len(self._events) == 1 or isinstance(event, RunEnded):
                _write(self.folder / SUMMARY, summarize(self._events).model_dump_json(indent=2).encode())

    def screen(self, png: bytes) -> str:
        """Keep a screenshot under its SHA-256, which is returned."""
        return self._keep(png, SCREENS, "png")

    def text(self, text: str) -> str:
        """Keep a text under its SHA-256, which is returned."""
        return self._keep(text.encode(), TEXTS, "txt")

    def state(self, state: str) -> str | None:
        """Keep what a surface can be brought back with under its SHA-256, which is returned; None for nothing."""
        return self._keep(state.encode(), STATES, "json") if state else None

    @property
    def closed(self) -> bool:
        """Whether nothing more can be written."""
        return self._file < 0

    def close(self) -> None:
        """Let go of the file. May be called twice."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _keep(self, content: bytes, kind: str, ending: str) -> str:
        sha256 = _sha256(content)
        name = f"{kind}/{sha256}.{ending}"
        if name in self._kept:  # each step sends most of what the one before it has sent
            return sha256
        path = self.folder / name
        if not path.exists():
            with self._writing():
                path.parent.mkdir(mode=0o700, exist_ok=True)
                _write(path, content)
        self._kept.add(name)
        return sha256

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """Write nothing more once something could not be written, so that no gap is papered over."""
        try:
            yield
        except OSError as error:
            self.close()
            raise NotWritten(
                f"{self.folder} cannot be written any further: {error.strerror}. "
                f"Make room or make it writable, then go on: glm-agent resume {self.folder}"
            ) from error


def locked(folder: Path, create: int = 0) -> int:
    """Open the events of a run to append to them, in this process alone; gives the file.

    Args:
        folder: The run.
        create: Flags of `os.open` for a file that is to be made.

    Raises:
        UsageError: if another process has the run open.
        OSError: if it cannot be opened.
    """
    file = os.open(folder / EVENTS, os.O_WRONLY | os.O_APPEND | create, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(file)
        raise UsageError(f"Another process is writing {folder}. Wait until it has ended, or end it.") from error
    return file


def slug(goal: str, most: int = 40) -> str:
    """A goal as part of a folder's name: `book-a-flight-to-tokyo`."""
    plain = unicodedata.normalize("NFKD", goal).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:most].strip("-") or "run"


@lru_cache(maxsize=16)  # a screenshot is kept again at each step that sends it
def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _new_folder(wanted: Path) -> Path:
    folder, number = wanted, 1
    while True:
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            number += 1
            folder = wanted.with_name(f"{wanted.name}-{number}")
        else:
            return folder


def _write(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    part.replace(path)
