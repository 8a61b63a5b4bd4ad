"""What takes the place of X11 on other systems: no windows, and a keyboard that knows no layout."""

import re
import sys
import time
from collections.abc import Mapping
from typing import Any

from glm_actions.errors import UsageError
from glm_actions.surfaces.x11.windows import Windows

_PRESSED = {"\n": "enter", "\t": "tab"}
_NAMES: Mapping[str, Mapping[str, str]] = {"darwin": {"meta": "command", "alt": "option"}}
_OTHERS = {"meta": "win"}
_TAKEN_S = 0.5
"""For the program to take the text: here nothing tells when it has."""
_HELD_S = 5.0
"""For the clipboard to hold a text; a program of its own may hold it, which has to start."""


class NoWindows(Windows):
    """The windows of a system that is not asked for any."""

    def __init__(self) -> None:
        """Connect to nothing."""

    def close(self) -> None:
        """Nothing is held."""

    @property
    def reachable(self) -> bool:
        return True

    @property
    def dots_per_inch(self) -> None:
        return None

    @property
    def active(self) -> None:
        return None

    def titled(self, title: str) -> None:
        raise UsageError(f"The window {title!r} cannot be looked for: that needs X11. Use --monitor or --region.")

    def title(self, window: int | None) -> str:  # noqa: ARG002
        return ""


class PastingKeyboard:
    """The keyboard of any system that pyautogui and pyperclip know: texts are pasted, whatever they are.

    Args:
        mouse: pyautogui.
        system: As `sys.platform` names it.
    """

    def __init__(self, mouse: Any, system: str = sys.platform) -> None:
        self._pyautogui = mouse
        self._names = _NAMES.get(system, _OTHERS)
        self._paste_keys = "meta+v" if system == "darwin" else "ctrl+v"

    def close(self) -> None:
        """Nothing is held."""

    def type(self, text: str) -> tuple[bool, str]:
        """Type into what has the focus: a line break presses enter, a tab presses tab.

        Returns:
            That it was done, as far as can be told, and a note for the model.
        """
        import pyperclip

        before = pyperclip.paste()
        typed = all(self._type(pyperclip, piece) for piece in re.split(r"([\n\t])", text))
        pyperclip.copy(before)
        if not typed:
            return False, "The clipboard did not take the text, so it was not typed."
        return True, "Typed through the clipboard, which holds again the text it held."

    def _type(self, clipboard: Any, piece: str) -> bool:
        if key := _PRESSED.get(piece):
            self.press(key)
        elif piece:
            if not _held(clipboard, piece):
                return False
            self.press(self._paste_keys)
            self._wait_until_taken()
        return True

    def _wait_until_taken(self) -> None:
        time.sleep(_TAKEN_S)

    def press(self, keys: str) -> bool:
        """Press a key or a chord such as `ctrl+a`, and let go whatever happens; False if there is no such key."""
        names = [self._names.get(key, key) for key in keys.split("+")]
        if not all(map(self._pyautogui.isValidKey, names)):
            return False
        pressed: list[str] = []
        try:
            for name in names:
                self._pyautogui.keyDown(name)
                pressed.append(name)
        finally:
            for name in reversed(pressed):
                self._pyautogui.platformModule._keyUp(name)  # noqa: SLF001
        return True


def _held(clipboard: Any, text: str) -> bool:
    """Copy a text, and wait until it is what would be pasted."""
    clipboard.copy(text)
    until = time.monotonic() + _HELD_S
    while clipboard.paste() != text:
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True
