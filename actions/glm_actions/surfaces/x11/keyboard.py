"""Typing and pressing keys: by the layout's own keys where it has them, else through the clipboard."""

import re
from collections.abc import Mapping
from typing import Any

from glm_actions.surfaces.x11.clipboard import Clipboard
from glm_actions.surfaces.x11.layout import Layout, Stroke
from glm_actions.surfaces.x11.windows import Windows

_NAMES: Mapping[str, str] = {
    "ctrl": "Control_L",
    "alt": "Alt_L",
    "shift": "Shift_L",
    "meta": "Super_L",
    "enter": "Return",
    "backspace": "BackSpace",
    "space": "space",
    "pageup": "Page_Up",
    "pagedown": "Page_Down",
    "volumeup": "XF86_AudioRaiseVolume",
    "volumedown": "XF86_AudioLowerVolume",
    "volumemute": "XF86_AudioMute",
    "playpause": "XF86_AudioPlay",
    "nexttrack": "XF86_AudioNext",
    "prevtrack": "XF86_AudioPrev",
    "printscreen": "Print",
    "-": "minus",
    "=": "equal",
    "[": "bracketleft",
    "]": "bracketright",
    ";": "semicolon",
    "'": "apostrophe",
    ",": "comma",
    ".": "period",
    "/": "slash",
    "`": "grave",
}
_PRESSED = {"\n": "enter", "\t": "tab"}
_TERMINALS = ("term", "konsole", "kitty", "rxvt", "console")


class Keyboard:
    """The keyboard of a display.

    Args:
        windows: The display.
    """

    def __init__(self, windows: Windows) -> None:
        self._windows = windows
        self._display = windows.display
        self._clipboard = Clipboard()

    def close(self) -> None:
        """Let go of the clipboard."""
        self._clipboard.close()

    def type(self, text: str) -> tuple[bool, str]:
        """Type into what has the focus: a line break presses enter, a tab presses tab.

        Returns:
            Whether it worked, and a note for the model.
        """
        layout = Layout(self._display)
        told: dict[str, bool] = {}
        for piece in re.split(r"([\n\t])", text):
            if key := _PRESSED.get(piece):
                self._strike(*self._chord(layout, key))
            elif (strokes := layout.strokes(piece)) is not None:
                for stroke in strokes:
                    self._strike(stroke)
            else:
                done, note = self._paste(layout, piece)
                told[note] = done
        return all(told.values()), " ".join(told)

    def press(self, keys: str) -> bool:
        """Press a key or a chord such as `ctrl+a`; False if the keyboard has no such key."""
        chord = self._chord(Layout(self._display), keys)
        if chord:
            self._strike(*chord)
        return bool(chord)

    def _chord(self, layout: Layout, keys: str) -> list[Stroke]:
        """The strokes of a chord, its last key first; nothing if there is no such key."""
        *modifiers, last = keys.split("+")
        strokes = [layout.stroke(_x_name(key)) for key in (last, *modifiers)]
        return [stroke for stroke in strokes if stroke] if all(strokes) else []

    def _paste(self, layout: Layout, text: str) -> tuple[bool, str]:
        kind = self._windows.kind(self._windows.active)
        usual = self._chord(layout, "ctrl+v")
        if usual and not any(word in kind for word in _TERMINALS):
            return self._clipboard.paste(text, lambda: self._strike(*usual))
        other = self._chord(layout, "shift+insert")
        return self._clipboard.paste(text, lambda: self._strike(*other), primary=True)

    def _strike(self, stroke: Stroke, *modifiers: Stroke) -> None:
        """Press a key while others are held; all are released whatever happens."""
        from Xlib import X

        pressed: list[int] = []
        try:
            for code in (*(modifier.key for modifier in modifiers), *stroke.held, stroke.key):
                self._send(X.KeyPress, code)
                pressed.append(code)
        finally:
            for code in reversed(pressed):
                self._send(X.KeyRelease, code)
            self._display.sync()

    def _send(self, event: Any, code: int) -> None:
        from Xlib.ext import xtest

        xtest.fake_input(self._display, event, code)


def _x_name(key: str) -> str:
    return _NAMES.get(key, key if len(key) == 1 else key.capitalize())
