"""Which key of the keyboard gives which character, in the layout that is in force."""

from typing import Any, NamedTuple

LEVEL_3 = 4
"""Where the characters that take AltGr begin in the table of a key."""


class Stroke(NamedTuple):
    """A key, and the keys to hold meanwhile, as key codes."""

    key: int
    held: tuple[int, ...] = ()


class Layout:
    """The layout of a display's keyboard at this moment.

    Args:
        display: An Xlib display.
    """

    def __init__(self, display: Any) -> None:
        from Xlib import XK, X

        XK.load_keysym_group("xkb")
        XK.load_keysym_group("xf86")
        first, last = display.display.info.min_keycode, display.display.info.max_keycode
        self._table = list(enumerate(display.get_keyboard_mapping(first, last - first + 1), start=first))
        state = display.screen().root.query_pointer().mask
        self._capitals = bool(state & X.LockMask)
        self._strokes = self._by_symbol(group=state >> 13 & 3)

    def strokes(self, text: str) -> list[Stroke] | None:
        """The strokes that give a text; None if this layout cannot type all of it."""
        strokes = [self._strokes[ord(character)] for character in text if ord(character) in self._strokes]
        return strokes if len(strokes) == len(text) and not self._capitals else None

    def stroke(self, symbol: str) -> Stroke | None:
        """The stroke for a key by its X name, such as `Return`; None if the keyboard has none."""
        from Xlib import XK

        wanted = XK.string_to_keysym(symbol)
        return self._strokes.get(wanted) or next((Stroke(code) for code, row in self._table if wanted in row), None)

    def _by_symbol(self, group: int) -> dict[int, Stroke]:
        shift, level_3 = (self._code(name) for name in ("Shift_L", "ISO_Level3_Shift"))
        levels: list[tuple[int, tuple[int, ...]]] = [(2 * group, ()), (2 * group + 1, (shift,))]
        if not group and level_3:
            levels += [(LEVEL_3, (level_3,)), (LEVEL_3 + 1, (shift, level_3))]
        found: dict[int, Stroke] = {}
        for column, held in levels:
            for code, row in self._table:
                if column < len(row) and row[column]:
                    found.setdefault(row[column], Stroke(code, held))
        return found

    def _code(self, symbol: str) -> int:
        from Xlib import XK

        wanted = XK.string_to_keysym(symbol)
        return next((code for code, row in self._table if wanted in row), 0)
