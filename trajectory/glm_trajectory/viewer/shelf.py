"""The runs of one folder, and the files of each: nothing else on the disk can be reached through it."""

import gc
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from PIL import Image

from glm_actions.frozen import Frozen
from glm_trajectory.journal import EVENTS, SCREENS, TEXTS
from glm_trajectory.steps import Step, steps
from glm_trajectory.store import NotARun, Run, Unreadable, grown, listed, load
from glm_trajectory.summary import Summary
from glm_trajectory.viewer.rows import Opened, opened

_SHA256 = re.compile(r"[0-9a-f]{64}")
_THUMB = (256, 192)
_KEPT = 4


class Listed(Frozen):
    """A run in the list."""

    name: str
    summary: Summary | Unreadable


class Shelved(NamedTuple):
    """A run that has been read."""

    run: Run
    steps: tuple[Step, ...]
    opened: Opened


class Shelf:
    """A folder of runs.

    Args:
        folder: Holds one folder for each run.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._kept: dict[str, Shelved] = {}
        self._reading = Lock()
        self.thumb = lru_cache(maxsize=1024)(self._thumb)

    def runs(self) -> tuple[Listed, ...]:
        """All runs, newest first."""
        return tuple(Listed(name=path.name, summary=summary) for path, summary in reversed(listed(self._folder)))

    def run(self, name: str) -> Shelved:
        """A run as it is on the disk now, of which only what is new is read; the same object if nothing is."""
        folder = self.folder(name)
        with self._reading, _uncollected():
            known = self._kept.pop(name, None)
            now = self._kept[name] = _shelved(grown(known.run) if known else load(folder), known)
            while len(self._kept) > _KEPT:
                del self._kept[next(iter(self._kept))]
        return now

    def folder(self, name: str) -> Path:
        """The folder of a run."""
        folder = self._folder / name
        if Path(name).name != name or folder.is_symlink() or not (folder / EVENTS).is_file():
            raise NotARun(f"There is no run {name} in {self._folder}. `glm-agent runs` lists the runs.")
        return folder

    def screen(self, name: str, sha256: str) -> Path:
        """A screenshot's file."""
        return self._file(name, SCREENS, sha256, "png")

    def text(self, name: str, sha256: str) -> Path:
        """A text's file."""
        return self._file(name, TEXTS, sha256, "txt")

    def poster(self, name: str) -> str:
        """The name of the newest screenshot of a run, without reading its events."""
        screens = [path for path in (self.folder(name) / SCREENS).glob("*.png") if _SHA256.fullmatch(path.stem)]
        if not screens:
            raise NotARun(f"The run {name} has no screenshot yet. Look again later.")
        return max(screens, key=lambda path: path.stat().st_mtime_ns).stem

    def _thumb(self, name: str, sha256: str) -> bytes:
        try:
            return small(self.screen(name, sha256).read_bytes())
        except OSError as error:
            raise NotARun(
                f"The run {name} has a damaged file {sha256}. Copy the folder of a run as a whole."
            ) from error

    def _file(self, name: str, kind: str, sha256: str, ending: str) -> Path:
        path = self.folder(name) / kind / f"{sha256}.{ending}"
        if not _SHA256.fullmatch(sha256) or path.is_symlink() or path.parent.is_symlink() or not path.is_file():
            raise NotARun(f"The run {name} has no file {sha256}. It may have been deleted.")
        return path


def small(png: bytes) -> bytes:
    """A screenshot as a small JPEG, for strips and lists."""
    with Image.open(io.BytesIO(png)) as image:
        thumb = image.convert("RGB")
    thumb.thumbnail(_THUMB, Image.Resampling.BILINEAR, reducing_gap=2.0)
    out = io.BytesIO()
    thumb.save(out, "JPEG", quality=80)
    return out.getvalue()


@contextmanager
def _uncollected() -> Iterator[None]:
    """Halve the time to read a long run: a collector would walk what was read over and over, and find nothing."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _shelved(run: Run, known: Shelved | None) -> Shelved:
    if known and run is known.run:
        return known
    taken = steps(run.events)
    rows = known.opened.rows if known and run.events[0] is known.run.events[0] else ()
    return Shelved(run, taken, opened(run, taken, rows))
