"""Names of keys: one for each, which the grammar offers, and the others that people and models use."""

import re
from collections.abc import Iterator, Mapping

MODIFIERS = ("ctrl", "alt", "shift", "meta")
NAMED_KEYS = (
    *("enter", "tab", "escape", "space", "backspace", "delete", "insert"),
    *("up", "down", "left", "right", "home", "end", "pageup", "pagedown"),
    *(f"f{number}" for number in range(1, 13)),
    *("volumeup", "volumedown", "volumemute", "playpause", "nexttrack", "prevtrack", "printscreen"),
)
CHARACTER_KEYS = "abcdefghijklmnopqrstuvwxyz0123456789-=[];',./`"
CHORD = re.compile(
    "".join(rf"({modifier}\+)?" for modifier in MODIFIERS) + f"({'|'.join(NAMED_KEYS)}|[{re.escape(CHARACTER_KEYS)}])"
)
"""One key after its modifiers, each by its one name."""

_MODIFIER_ALIASES = {
    "ctrl": "control ctl",
    "alt": "option opt",
    "shift": "",
    "meta": "cmd command win windows super",
}
_SIDES = ("", "l", "r", "left", "right")
_KEY_ALIASES = {
    "enter": "return kpenter",
    "escape": "esc",
    "space": "spacebar",
    "backspace": "bksp bs",
    "delete": "del",
    "insert": "ins",
    **{arrow: f"arrow{arrow} {arrow}arrow" for arrow in ("up", "down", "left", "right")},
    "pageup": "pgup prior",
    "pagedown": "pgdn pgdown next",
    "volumeup": "audiovolumeup xf86audioraisevolume",
    "volumedown": "audiovolumedown xf86audiolowervolume",
    "volumemute": "mute audiovolumemute xf86audiomute",
    "playpause": "play mediaplaypause xf86audioplay",
    "nexttrack": "mediatracknext xf86audionext",
    "prevtrack": "previoustrack mediatrackprevious xf86audioprev",
    "printscreen": "print prtsc prtscr prtscn prntscrn",
    "-": "minus hyphen",
    "=": "equal equals",
    ",": "comma",
    ".": "period dot",
    "/": "slash",
    ";": "semicolon",
}


def _aliases() -> Iterator[tuple[str, str]]:
    for modifier, others in _MODIFIER_ALIASES.items():
        names = [modifier, *others.split()]
        yield from ((name + side, modifier) for name in names for side in _SIDES if name + side != modifier)
    yield from ((alias, key) for key, others in _KEY_ALIASES.items() for alias in others.split())


ALIASES: Mapping[str, str] = dict(_aliases())
"""Our name for each other one, all in lower case, without spaces, hyphens and underscores."""


def canonical(keys: str) -> str:
    """A key or a chord by our names, modifiers in our order: `Shift+Ctrl+Page_Up` as `ctrl+shift+pageup`.

    What is no key stays as it was written, for the check that follows to quote.
    """
    *held, key = [_name(part) for part in keys.split("+")]
    known = set(held) <= set(MODIFIERS) and len(set(held)) == len(held)
    chord = "+".join([*sorted(held, key=MODIFIERS.index), key]) if known else keys
    return chord if CHORD.fullmatch(chord) else keys


def _name(part: str) -> str:
    plain = part.strip(" ").lower()
    if len(plain) > 1:
        plain = re.sub("[ _-]", "", plain)
    return ALIASES.get(plain, plain)
