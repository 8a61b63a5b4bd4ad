"""Which part of a desktop the agent sees, and may touch."""

import time
from collections.abc import Sequence

from glm_actions.errors import SurfaceError, UsageError
from glm_actions.frozen import Frozen
from glm_actions.surfaces.box import Box
from glm_actions.surfaces.x11.windows import Windows

_APPEAR_S = 5.0
"""For a window to appear that was asked for."""


class Monitor(Frozen):
    """One monitor by its number from 1, or all of them together as 0."""

    number: int


class Window(Frozen):
    """The window whose title holds a text, with the menus and dialogs of the same program where they cover it."""

    title: str


Aim = Monitor | Box | Window


class Area:
    """Where the agent looks, and beyond which it never clicks.

    Args:
        aim: A monitor, a rectangle or a window.
        monitors: The place of each monitor; the first entry is all of them together.
        windows: The display.

    Raises:
        UsageError: if there is no such place.
    """

    def __init__(self, aim: Aim, monitors: Sequence[Box], windows: Windows) -> None:
        self._windows = windows
        self._window = self._appeared(aim.title) if isinstance(aim, Window) else None
        self._fixed = self._place(aim, monitors)

    @property
    def box(self) -> Box:
        """The rectangle it covers now.

        Raises:
            SurfaceError: if it was a window that is gone.
        """
        if self._window is None:
            return self._fixed
        box = self._windows.box(self._window)
        if not box or not (seen := box.clipped(self._windows.whole)):
            raise SurfaceError("The window is closed or out of sight. Open it and start the run again.")
        return seen

    @property
    def focused(self) -> bool:
        """Whether keys stay inside: without a window they may go anywhere."""
        return self._window is None or self._windows.related(self._window, self._windows.active)

    def focus(self) -> None:
        """Bring the window to the front, if it is one and another program's is there."""
        if self._window and not self.focused:
            self._windows.activate(self._window)

    def excludes(self, x: int, y: int) -> bool:
        """Whether something else lies at a place: another program's window over ours."""
        return self._window is not None and not self._windows.same_program(self._window, x, y)

    def _place(self, aim: Aim, monitors: Sequence[Box]) -> Box:
        if isinstance(aim, Box):
            if aim.clipped(monitors[0]) != aim:
                raise UsageError(f"The region does not lie on the display, which is {_told(monitors[0])}.")
            return aim
        number = aim.number if isinstance(aim, Monitor) else 0
        if not 0 <= number < len(monitors):
            known = ", ".join(f"{number} ({_told(box)})" for number, box in enumerate(monitors) if number)
            raise UsageError(f"There is no monitor {number}. There are: {known}; 0 is all of them.")
        return monitors[number]

    def _appeared(self, title: str) -> int:
        until = time.monotonic() + _APPEAR_S
        while (window := self._windows.titled(title)) is None:
            if time.monotonic() > until:
                raise UsageError(f"No window has {title!r} in its title. Open it first.")
            time.sleep(0.05)
        return window


def _told(box: Box) -> str:
    return f"{box.width} by {box.height} at {box.left}, {box.top}"
