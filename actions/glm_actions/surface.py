"""The seam between deciding and doing: what every screen, real or drawn, can be asked."""

import hashlib
from functools import cached_property
from pathlib import Path
from typing import Protocol

from glm_actions.frozen import Frozen
from glm_actions.geometry import Frame, Point
from glm_actions.vocabulary import Action

UNCHANGED = "The screen did not change"
"""How the note of a `wait` begins that nothing came of."""
MOVED_ON = "The screen changed there before anything was done, so nothing was done. Look at it again."
"""The note of a `Result` whose action was aimed at what is not there any more."""


class Tab(Frozen):
    """One open tab of a browser."""

    number: int
    """Stays the same as long as the tab is open."""
    title: str
    url: str
    active: bool


class Observation(Frozen):
    """What was on the screen at one moment."""

    png: bytes
    """The screenshot."""
    frame: Frame
    """Where the screenshot lies on the screen."""
    title: str = ""
    url: str = ""
    tabs: tuple[Tab, ...] = ()
    files: tuple[str, ...] = ()
    """Names of the files that may be uploaded."""
    programs: tuple[str, ...] = ()
    """Names of the programs that may be opened."""
    secrets: tuple[str, ...] = ()
    """Names of the secrets that may be typed on this page."""
    notices: tuple[str, ...] = ()
    """What happened since the last look and no screenshot shows: a dialog answered, a file downloaded."""
    storage: str = ""
    """What the surface can be brought back with: a browser's cookies and storage. As secret as a password."""
    settled: bool = True
    """False if the screen was still changing when patience ran out."""
    settle_s: float = 0.0
    capture_s: float = 0.0

    @cached_property
    def sha256(self) -> str:
        """The name of the screenshot, by its content."""
        return hashlib.sha256(self.png).hexdigest()


class Result(Frozen):
    """What came of an action."""

    ok: bool = True
    note: str = ""
    """For the model: what it could not know, or what went wrong."""
    seconds: float = 0.0


class Surface(Protocol):
    """A screen that can be looked at and acted on. Usable from one thread at a time."""

    @property
    def kinds(self) -> frozenset[str]:
        """Names of the actions it can perform."""

    def begin(self, folder: Path) -> None:
        """A run begins; what the surface keeps for it belongs into this folder."""

    def observe(self) -> Observation:
        """Wait until the screen is quiet, and look.

        Raises:
            SurfaceError: if there is nothing left to look at.
        """

    def perform(self, action: Action) -> Result:
        """Carry out one action. What goes wrong on the screen is a `Result` with a note, not an exception.

        Raises:
            SurfaceError: if there is nothing left to act on.
        """

    def close(self) -> None:
        """Let go of everything. May be called twice."""


class Page(Surface, Protocol):
    """A surface that can also be asked where things are: for solvers, tests and training, never for the agent."""

    @property
    def frame(self) -> Frame:
        """How a screenshot lies on the screen now."""

    def find(self, selector: str) -> Point | None:
        """Where the first match can be clicked now: a CSS selector, or on a desktop a part of a window's title."""

    def text(self, selector: str) -> str | None:
        """The value or the text of the first match, on a desktop the window's whole title; None if there is none."""
