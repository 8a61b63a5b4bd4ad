"""Writes a run down while it happens, so that nothing is lost when the process is killed."""

import hashlib
import os
import re
import time
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Self

from glm_actions.errors import UsageError
from glm_trajectory.events import Event, Intended, RunEnded
from glm_trajectory.summary import summarize

EVENTS = "events.jsonl"
SUMMARY = "run.json"
SCREENS = "screens"
TEXTS = "texts"


class Journal:
    """One run's folder, open for writing. Only its owner can read it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._events: list[Event] = []
        for name in (SCREENS, TEXTS):
            (folder / name).mkdir(mode=0o700)
        self._file = os.open(folder / EVENTS, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)

    @classmethod
    def create(cls, runs: Path, goal: str) -> Self:
        """Begin a journal in a new folder `<time>-<goal>`.

        Raises:
            UsageError: if the folder cannot be made.
        """
        name = f"{time.strftime('%Y-%m-%d-%H%M%S')}-{slug(goal)}"
        try:
            runs.mkdir(parents=True, exist_ok=True)
            return cls(_new_folder(runs / name))
        except OSError as error:
            raise UsageError(f"Runs cannot be written to {runs}: {error.strerror}. Choose another --runs.") from error

    def append(self, event: Event) -> None:
        """Write an event before anything else happens. An intended action is on the disk itself when this returns."""
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
        path = self.folder / kind / f"{sha256}.{ending}"
        if not path.exists():
            _write(path, content)
        return sha256


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
