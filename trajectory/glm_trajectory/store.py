"""Reads runs back, whatever state they were left in."""

import json
from functools import cached_property
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from glm_actions.errors import UsageError
from glm_actions.frozen import Frozen
from glm_trajectory.events import FORMAT, Event
from glm_trajectory.journal import EVENTS, SCREENS, SUMMARY, TEXTS
from glm_trajectory.summary import Summary, summarize

_EVENT: TypeAdapter[Event] = TypeAdapter(Event)


class NotARun(UsageError):
    """A path does not hold a run, or what it holds is damaged in the middle."""


class NewerFormat(UsageError):
    """A run was recorded by a newer version of glm-agent."""


class Run(Frozen):
    """A recorded run."""

    folder: Path
    events: tuple[Event, ...]
    torn: bool
    """The last line was cut off in the middle, and was left out."""

    @cached_property
    def summary(self) -> Summary:
        """The run in a few figures."""
        return summarize(self.events)

    def screen(self, sha256: str) -> bytes:
        """A screenshot, as PNG."""
        return (self.folder / SCREENS / f"{sha256}.png").read_bytes()

    def text(self, sha256: str) -> str:
        """A text that was sent to the model, or a grammar."""
        return (self.folder / TEXTS / f"{sha256}.txt").read_text()


def load(path: Path) -> Run:
    """Read a run from its folder.

    Raises:
        NotARun: if there is none, or if a line other than the last is damaged.
        NewerFormat: if this version cannot read it.
    """
    try:
        content = (path / EVENTS).read_bytes()
    except OSError as error:
        raise NotARun(f"{path} is not a run: it holds no {EVENTS}. `glm-agent runs` lists the runs.") from error
    lines = content.split(b"\n")
    torn = bool(lines.pop())
    if not lines:
        raise NotARun(f"{path} was killed before its first event was written. There is nothing in it.")
    _check_format(path, lines[0])
    return Run(folder=path, events=tuple(_event(path, *line) for line in enumerate(lines, start=1)), torn=torn)


def runs(folder: Path) -> tuple[tuple[Path, Summary], ...]:
    """All runs in a folder, newest last; what cannot be read is left out."""
    found = []
    for path in sorted(folder.glob(f"*/{EVENTS}")):
        try:
            found.append((path.parent, _summary(path.parent)))
        except UsageError:
            continue
    return tuple(sorted(found, key=lambda run: run[1].started))


def _summary(folder: Path) -> Summary:
    """The summary as written, or made anew where the run was killed before it was written."""
    try:
        summary = Summary.model_validate_json((folder / SUMMARY).read_bytes())
    except (OSError, ValidationError):
        return load(folder).summary
    return load(folder).summary if summary.outcome == "unfinished" else summary


def _check_format(path: Path, line: bytes) -> None:
    try:
        version = int(json.loads(line)["format"])
    except (ValueError, KeyError, TypeError) as error:
        raise NotARun(f"{path / EVENTS} does not begin with the version of its format.") from error
    if version > FORMAT:
        raise NewerFormat(
            f"{path} was recorded in format {version}, and this version of glm-agent reads up to {FORMAT}. "
            "Update it: pip install --upgrade glm-agent"
        )


def _event(path: Path, number: int, line: bytes) -> Event:
    try:
        return _EVENT.validate_json(line)
    except ValidationError as error:
        raise NotARun(f"Line {number} of {path / EVENTS} is damaged: {error.errors()[0]['msg']}.") from error
