"""Mouse and keyboard of a desktop: one method for each action that it can perform."""

import time
from collections.abc import Callable
from functools import singledispatchmethod
from typing import Any

from glm_actions.errors import UsageError
from glm_actions.geometry import Point
from glm_actions.surface import UNCHANGED, Result
from glm_actions.surfaces import programs
from glm_actions.surfaces.portable import PastingKeyboard
from glm_actions.surfaces.session_keys import ends_session
from glm_actions.surfaces.x11.keyboard import Keyboard
from glm_actions.vocabulary import (
    Action,
    Hover,
    Key,
    LeftClick,
    LeftDoubleClick,
    LeftDrag,
    MiddleClick,
    Open,
    RightClick,
    Scroll,
    Type,
    Wait,
)

DRAG_STEPS = 12
DRAG_STEP_S = 0.01
"""Programs that follow a drag look at where it passes, and ignore one that jumps."""


class Hands:
    """Performs actions on a display. A result that is not ok says why in words for the model.

    Args:
        mouse: pyautogui.
        keyboard: Types and presses.
        place: Where a point of the last screenshot is on the display, in whole pixels.
        changes: Waits until the screen changes; False if it does not.
        commands: What to start for the name of a program.
        session_keys: Whether chords that end the session may be pressed.
    """

    def __init__(  # noqa: PLR0913
        self,
        *,
        mouse: Any,
        keyboard: Keyboard | PastingKeyboard,
        place: Callable[[Point], tuple[int, int]],
        changes: Callable[[], bool],
        commands: dict[str, tuple[str, ...]],
        session_keys: bool,
    ) -> None:
        self._mouse = mouse
        self._keyboard = keyboard
        self._place = place
        self._changes = changes
        self._commands = commands
        self._session_keys = session_keys

    @singledispatchmethod
    def perform(self, action: Action) -> Result:
        """Perform one action."""
        raise UsageError(f"A desktop cannot perform {action.action_type}.")

    @perform.register
    def _(self, action: LeftClick) -> Result:
        self._mouse.click(*self._place(action.start_box))
        return Result()

    @perform.register
    def _(self, action: RightClick) -> Result:
        self._mouse.click(*self._place(action.start_box), button="right")
        return Result()

    @perform.register
    def _(self, action: MiddleClick) -> Result:
        self._mouse.click(*self._place(action.start_box), button="middle")
        return Result()

    @perform.register
    def _(self, action: LeftDoubleClick) -> Result:
        self._mouse.click(*self._place(action.start_box), clicks=2)
        return Result()

    @perform.register
    def _(self, action: Hover) -> Result:
        self._mouse.moveTo(*self._place(action.start_box))
        return Result()

    @perform.register
    def _(self, action: LeftDrag) -> Result:
        start, end = self._place(action.start_box), self._place(action.end_box)
        self._mouse.moveTo(*start)
        self._mouse.mouseDown()
        try:
            for step in range(1, DRAG_STEPS + 1):
                self._mouse.moveTo(*(a + (b - a) * step // DRAG_STEPS for a, b in zip(start, end, strict=True)))
                time.sleep(DRAG_STEP_S)
        finally:
            self._release()
        return Result()

    @perform.register
    def _(self, action: Type) -> Result:
        done, note = self._keyboard.type(action.content)
        return Result(ok=done, note=note)

    @perform.register
    def _(self, action: Key) -> Result:
        if ends_session(action.keys) and not self._session_keys:
            return Result(ok=False, note=f"{action.keys} may end or leave the session, so it was not pressed.")
        if not self._keyboard.press(action.keys):
            return Result(ok=False, note=f"This keyboard has no key for {action.keys}, so nothing was pressed.")
        return Result()

    @perform.register
    def _(self, action: Scroll) -> Result:
        self._mouse.moveTo(*self._place(action.start_box))
        turn = action.step * (1 if action.direction in {"up", "right"} else -1)
        (self._mouse.vscroll if action.direction in {"up", "down"} else self._mouse.hscroll)(turn)
        return Result()

    @perform.register
    def _(self, _action: Wait) -> Result:
        changed = self._changes()
        return Result(ok=changed, note="" if changed else f"{UNCHANGED}.")

    @perform.register
    def _(self, action: Open) -> Result:
        if not (command := self._commands.get(action.program)):
            return Result(ok=False, note=f"There is no program {action.program!r} in the menu.")
        programs.start(command)
        return Result()

    def _release(self) -> None:
        """Let go of the button even if a person has pushed the mouse into a corner."""
        watched, self._mouse.FAILSAFE = self._mouse.FAILSAFE, False
        try:
            self._mouse.mouseUp()
        finally:
            self._mouse.FAILSAFE = watched
