"""A display of a module's own, a desktop on it, and programs that tell what reaches them."""

import json
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import pytest

from glm_actions.geometry import Size
from glm_actions.surfaces.desktop import Desktop
from glm_actions.surfaces.x11.virtual import VirtualDisplay
from glm_tasks.contacts.tk import python_with_tk
from tests.desktops import need_programs

PROGRAMS = Path(__file__).parent / "programs"
SIZE = Size(width=1280, height=800)


class Program:
    """A program of ours on the display; `tells` gives what it has printed since the last time."""

    def __init__(self, *command: str) -> None:
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, bufsize=1)
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        try:
            self.until(lambda line: "ready" in line)
        except BaseException:  # its window would take what is meant for those of later tests
            self.close()
            raise

    @classmethod
    def ours(cls, name: str, *arguments: object) -> Self:
        """One of the programs of the tests."""
        return cls(python_with_tk(), str(PROGRAMS / name), *map(str, arguments))

    def until(self, wanted: Callable[[str], bool], seconds: float = 20) -> list[str]:
        """All lines up to the first wanted one."""
        lines: list[str] = []
        end = time.monotonic() + seconds
        while not (lines and wanted(lines[-1])):
            try:
                lines.append(self._lines.get(timeout=max(0.01, end - time.monotonic())))
            except queue.Empty:
                pytest.fail(f"it told only {lines}")
        return lines

    def told(self, seconds: float = 0.3) -> list[Any]:
        """What it tells until it has nothing to tell for a while, as values."""
        lines: list[str] = []
        while True:
            try:
                lines.append(self._lines.get(timeout=seconds))
            except queue.Empty:
                return [json.loads(line) for line in lines]

    def text(self, wanted: str) -> str:
        """The last text its field held, waiting for a wanted one."""
        lines = self.until(lambda line: json.loads(line).get("text") == wanted)
        return str(json.loads(lines[-1])["text"])

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()
        self._reader.join()
        if self._process.stdout:
            self._process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self) -> None:
        for line in self._process.stdout or ():
            self._lines.put(line)


def eventually(holds: Callable[[], bool], seconds: float = 20) -> bool:
    """Whether something comes true in time."""
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        time.sleep(0.05)
    return holds()


@pytest.fixture(scope="session", autouse=True)
def programs() -> None:
    """What the tests need is installed."""
    need_programs()


@pytest.fixture(scope="module")
def display() -> Iterator[VirtualDisplay]:
    """A display of 1280 by 800 with a window manager."""
    with VirtualDisplay(SIZE) as display:
        yield display


@pytest.fixture
def desktop(display: VirtualDisplay) -> Iterator[Desktop]:  # noqa: ARG001
    """All of the display."""
    with Desktop() as desktop:
        yield desktop


@pytest.fixture
def form(display: VirtualDisplay) -> Iterator[Program]:  # noqa: ARG001
    """A window with a text field that has the focus."""
    with Program.ours("form.py", "Form", 60, 60) as program:
        yield program
