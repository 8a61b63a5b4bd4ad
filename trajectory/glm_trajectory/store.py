"""Reads runs back, whatever state they were left in."""

import contextlib
import hashlib
import json
from functools import cached_property, lru_cache
from pathlib import Path

from pydantic import ValidationError

from glm_actions.errors import UsageError
from glm_actions.frozen import Frozen
from glm_trajectory.events import FORMAT, Event
from glm_trajectory.journal import EVENTS, SCREENS, STATES, SUMMARY, TEXTS
from glm_trajectory.steps import Step, steps
from glm_trajectory.summary import Summary, summarize
from glm_trajectory.versions import read


class NotARun(UsageError):
    """A path does not hold a run, or what it holds is damaged."""


class NewerFormat(UsageError):
    """A run was recorded by a newer version of glm-agent."""


class Unreadable(Frozen):
    """What is known of a run that cannot be read."""

    started: float
    """Seconds since 1970: when it was changed last."""
    problem: str
    """Why it cannot be read."""


class Run(Frozen):
    """A recorded run."""

    folder: Path
    version: int
    """The format it was recorded in; what is read is upgraded to the newest."""
    events: tuple[Event, ...]
    torn: bool
    """The last line was cut off in the middle, and was left out."""
    length: int
    """Of what was read, in bytes."""

    @cached_property
    def summary(self) -> Summary:
        """The run in a few figures."""
        return summarize(self.events)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The run step by step."""
        return steps(self.events)

    def screen(self, sha256: str) -> bytes:
        """A screenshot, as PNG.

        Raises:
            NotARun: if it is missing or damaged; likewise below.
        """
        return self._kept(f"{SCREENS}/{sha256}.png")

    def text(self, sha256: str) -> str:
        """A text that was sent to the model, or a grammar."""
        return self._kept(f"{TEXTS}/{sha256}.txt").decode()

    def state(self, sha256: str) -> str:
        """What the surface can be brought back with: cookies and storage, as JSON."""
        return self._kept(f"{STATES}/{sha256}.json").decode()

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where its tabs were at last, the shown one last; only what can be opened again."""
        tabs = self.steps[-1].observed.tabs if self.steps else ()
        return tuple(tab.url for tab in sorted(tabs, key=lambda tab: tab.active) if tab.url.startswith("http"))

    @property
    def last_state(self) -> str:
        """The newest state that is whole; empty if there is none."""
        for step in reversed(self.steps):
            with contextlib.suppress(NotARun):
                return self.state(step.observed.state) if step.observed.state else ""
        return ""

    def _kept(self, name: str) -> bytes:
        path = self.folder / name
        try:
            content = path.read_bytes()
        except OSError as error:
            raise NotARun(f"{path} is missing, which the run names. Copy the folder of a run as a whole.") from error
        if hashlib.sha256(content).hexdigest() != path.stem:
            raise NotARun(f"{path} is damaged: it does not hold what its name says.")
        return content


def load(path: Path) -> Run:
    """Read a run from its folder.

    Raises:
        NotARun: if there is none, or if a line other than the last is damaged.
        NewerFormat: if this version cannot read it.
    """
    content = _written(path)
    first, whole, _ = content.partition(b"\n")
    if not whole:
        raise NotARun(f"{path} was killed before its first event was written. There is nothing in it.")
    return _longer(Run(folder=path, version=_version(path, first), events=(), torn=False, length=0), content)


def grown(run: Run) -> Run:
    """A run as it is now, of which only what is new is read; the same object if there is no new event.

    Raises:
        NotARun: as `load` does.
    """
    content = _written(run.folder, run.length - 1)
    if not content.startswith(b"\n"):
        return load(run.folder)
    torn = not content.endswith(b"\n")
    return run if torn == run.torn and content.count(b"\n") == 1 else _longer(run, content[1:])


def runs(folder: Path) -> tuple[tuple[Path, Summary], ...]:
    """All runs in a folder, newest last; what cannot be read is left out."""
    return tuple((path, found) for path, found in listed(folder) if isinstance(found, Summary))


def listed(folder: Path) -> tuple[tuple[Path, Summary | Unreadable], ...]:
    """All runs in a folder, newest last; of one that cannot be read, why."""
    found = []
    for path in folder.glob(f"*/{EVENTS}"):
        with contextlib.suppress(OSError):  # it is being deleted
            state = path.stat()
            found.append((path.parent, _summary(path.parent, state.st_mtime_ns, state.st_size, state.st_mode)))
    return tuple(sorted(found, key=lambda run: (run[1].started, run[0])))


@lru_cache(maxsize=4096)  # a list is drawn up again and again, and an unfinished or unreadable run is read for it
def _summary(folder: Path, changed: int, *_: int) -> Summary | Unreadable:
    """The summary as written, or made anew where the run was killed before it was written."""
    with contextlib.suppress(OSError, ValidationError):
        summary = Summary.model_validate_json((folder / SUMMARY).read_bytes())
        if summary.outcome != "unfinished":
            return summary
    try:
        return load(folder).summary
    except UsageError as error:
        return Unreadable(started=changed / 1e9, problem=str(error))


def _written(path: Path, begin: int = 0) -> bytes:
    try:
        with (path / EVENTS).open("rb") as file:
            file.seek(begin)
            return file.read()
    except PermissionError as error:
        raise NotARun(
            f"{path} cannot be read: {error.strerror}. Its owner can read it, and can copy it for you."
        ) from error
    except OSError as error:
        raise NotARun(f"{path} is not a run: it holds no {EVENTS}. `glm-agent runs` lists the runs.") from error


def _longer(run: Run, content: bytes) -> Run:
    """A run with the lines that follow what was read of it."""
    *lines, rest = content.split(b"\n")
    known = run.events
    new = tuple(_event(run.folder, run.version, *line) for line in enumerate(lines, start=len(known) + 1))
    length = run.length + len(content) - len(rest)
    return Run(folder=run.folder, version=run.version, events=known + new, torn=bool(rest), length=length)


def _version(path: Path, line: bytes) -> int:
    try:
        version = int(json.loads(line)["format"])
    except (ValueError, KeyError, TypeError) as error:
        raise NotARun(f"{path / EVENTS} does not begin with the version of its format.") from error
    if version > FORMAT:
        raise NewerFormat(
            f"{path} was recorded in format {version}, and this version of glm-agent reads up to {FORMAT}. "
            "Update it: pip install --upgrade glm-agent"
        )
    return version


def _event(path: Path, version: int, number: int, line: bytes) -> Event:
    try:
        return read(line, version)
    except ValidationError as error:
        raise NotARun(f"Line {number} of {path / EVENTS} is damaged: {error.errors()[0]['msg']}.") from error
    except (ValueError, TypeError) as error:
        raise NotARun(f"Line {number} of {path / EVENTS} is damaged: {error}.") from error
