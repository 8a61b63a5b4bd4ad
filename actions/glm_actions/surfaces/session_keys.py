"""Chords that end, lock or leave the session of the person at the desktop."""

_LEAVE = frozenset({"backspace", "delete", "end", "l", *(f"f{number}" for number in range(1, 13))})


def ends_session(keys: str) -> bool:
    """Whether a chord may log out, lock the screen, kill the display server or switch away from it."""
    *modifiers, key = keys.split("+")
    held = set(modifiers)
    return (held >= {"ctrl", "alt"} and key in _LEAVE) or ("meta" in held and key in {"l", "q"})
