r"""GLM's documented call syntax: `left_click(start_box='[586, 446]', element_info='OK button')`.

Strings stand in single or double quotes, as in Python. A quote ends its string only where the call's bracket follows,
so that `type(content='It's fine')` means what the model meant. Inside, `\n`, `\t`, `\\`, `\'` and `\"` are escapes.
"""

import re
from typing import Any, Literal, get_origin

from pydantic.fields import FieldInfo

from glm_actions import ebnf
from glm_actions.keys import CHARACTER_KEYS, MODIFIERS, NAMED_KEYS
from glm_actions.space import ActionSpace, Unparseable
from glm_actions.vocabulary import VOCABULARY, Rule, Scroll

_SHOUTED = ("wait", "done", "fail")
_NAMES = {cls.kind(): cls.kind().upper() if cls.kind() in _SHOUTED else cls.kind() for cls in VOCABULARY}
_KINDS = {name: kind for kind, name in _NAMES.items()}
_CLASSES: dict[str, Any] = {cls.kind(): cls for cls in VOCABULARY}
_WHEEL = ("down", "up")
"""The directions that are documented."""

_BEYOND = r"\u0080-\ud7ff\ue000-\U0010ffff"
_PLAIN = rf"\x20\x21\x23-\x26\x28-\x3b\x3d-\x5b\x5d-\x7b\x7d\x7e{_BEYOND}"
"""What stands in a string as it is: all but quotes, `<`, backslash and `|`; below it without `)`."""
_NO_BRACKET = rf"\x20\x21\x23-\x26\x28\x2a-\x3b\x3d-\x5b\x5d-\x7b\x7d\x7e{_BEYOND}"

SHAPE = re.compile(rf"({'|'.join(_KINDS)})\((.*)\)", re.DOTALL)
"""What a call looks like from afar."""
_QUOTED = 200
"""So much of a wrong answer is quoted to the model."""
_ESCAPE = re.compile(r"""\\([nt'"\\])""")
_MEANT = {"n": "\n", "t": "\t"}
_SPELLED = {
    "point": r"""['"]?\[ ?([0-9]+ ?, ?[0-9]+) ?\]['"]?""",
    "steps": "([0-9]+)",
    "tab": "([0-9]+)",
    "choice": r"""['"]([a-z]+)['"]""",
}
"""How arguments look; all others are texts, which come last and reach to the bracket."""


def name(cls: Any) -> str:
    """What a call of this action is named: `WAIT`, `DONE` and `FAIL` are shouted."""
    return _NAMES[str(cls.kind())]


def arguments(cls: Any) -> tuple[str, ...]:
    """What a call of this action is given, in the documented order; `DONE()` and `FAIL()` are given nothing."""
    return () if cls.final and cls.kind() in _SHOUTED else tuple(cls.model_fields)[1:]


def rule(cls: Any) -> str:
    """How a call of this action looks, for the prompt: `scroll(start_box='[x,y]', direction='', step=5)`."""
    shown = ", ".join(f"{name}={_shown(name, cls.model_fields[name])}" for name in arguments(cls))
    return f"{_NAMES[cls.kind()]}({shown})"


def _shown(name: str, field: FieldInfo) -> str:
    kind = _rule_of(field)
    if kind == "point":
        return "'[x,y]'" if name == "start_box" else "'[x2,y2]'"
    return str(field.examples[0]) if kind in {"steps", "tab"} and field.examples else "''"


def rules(space: ActionSpace) -> dict[str, str]:
    """EBNF rules of all calls in this space; start at `action`."""
    calls = {cls.kind(): _call(cls) for cls in space.classes}
    return {
        "action": " | ".join(calls),
        **calls,
        "spot": r"""  "'[" thousandth "," " "? thousandth "]'"  """.strip(),
        "wheel": " | ".join(ebnf.literal(f"'{way}'") for way in _WHEEL),
        "tab": " | ".join(f'"{number}"' for number in space.tabs),
        "file": " | ".join(ebnf.literal(_quoted(name)) for name in space.files),
        "program": " | ".join(ebnf.literal(_quoted(name)) for name in space.programs),
        **_chords(),
        **_addresses(),
        "said": r"""  "'" single | "\"" double  """.strip(),
        **_string("single", quote="'", other='"'),
        **_string("double", quote='\\"', other="'"),
    }


def _call(cls: Any) -> str:
    """The call of one action. A text comes last and brings the bracket with it."""
    parts = [ebnf.literal(f"{name(cls)}(")]
    for number, argument in enumerate(arguments(cls)):
        field = cls.model_fields[argument]
        spelled = f"{ebnf.literal(', ' * bool(number) + argument + '=')} {_value(field)}"
        if _rule_of(field) == "text":
            return " ".join([*parts, spelled if field.is_required() else f'({spelled} | ")")'])
        parts.append(spelled if field.is_required() else f"({spelled})?")
    return " ".join([*parts, '")"'])


def _value(field: FieldInfo) -> str:
    kind = _rule_of(field)
    return {"point": "spot", "text": "said", "keys": "chord", "url": "address", "choice": "wheel"}.get(kind, kind)


def _rule_of(field: FieldInfo) -> str:
    if get_origin(field.annotation) is Literal:
        return "choice"
    return next(mark.name for mark in field.metadata if isinstance(mark, Rule))


def _string(name: str, quote: str, other: str) -> dict[str, str]:
    """A string up to its quote and the call's bracket; recurses to the right, see docs/adr/0003-grammar.md."""
    go_on = rf"""  "<" {name}_angle | "\\" ['"\\nt] {name}  """.strip()
    return {
        name: f'"{quote}" {name}_end | [{other}|{_PLAIN}] {name} | {go_on}',
        f"{name}_end": f'")" | "{quote}" {name}_end | [{other}|{_NO_BRACKET}] {name} | {go_on}',
        # No `|` after `<`: that would open one of the model's control tokens.
        f"{name}_angle": f'"{quote}" {name}_end | [{other}{_PLAIN}] {name} | {go_on}',
    }


def _chords() -> dict[str, str]:
    held = " ".join(f'("{modifier}+")?' for modifier in MODIFIERS)
    names = (*NAMED_KEYS, *(character for character in CHARACTER_KEYS if character != "'"))
    return {
        "chord": rf"""  "'" {held} key_named "'" | "\"" {held} "'\""  """.strip(),
        "key_named": " | ".join(map(ebnf.literal, names)),
    }


def _addresses() -> dict[str, str]:
    """As `url`, but in single quotes, which inside are escaped."""
    return {
        "address": """  "'http" ("s")? "://" [A-Za-z0-9.-] url_host  """.strip(),
        "url_path": r"""  url_end | "\\'" url_path | [!#-&(-;=?-\[\]-~] url_path  """.strip(),
        "url_end": """  "'"  """.strip(),
    }


def _quoted(text: str) -> str:
    return "'" + re.sub(r"['\\]", r"\\\g<0>", text).replace("\n", r"\n").replace("\t", r"\t") + "'"


def meant(call: str) -> dict[str, Any]:
    """Read a call: the action's name and its fields, as they stand in JSON.

    Raises:
        Unparseable: if it is none.
    """
    found = SHAPE.fullmatch(call)
    if found is None:
        raise Unparseable(f"{call[:_QUOTED]!r} is no call of an action, such as {rule(Scroll)}")
    kind = _KINDS[found[1]]
    return {"action_type": kind, **_given(_CLASSES[kind], found[2])}


def _given(cls: Any, text: str) -> dict[str, Any]:
    names = arguments(cls)
    found = re.fullmatch("".join(_pattern(cls, name) for name in names), text, re.DOTALL)
    if found is None:
        raise Unparseable(f"{text[:_QUOTED]!r} are no arguments for {rule(cls)}")
    fields = cls.model_fields
    given = zip(names, found.groups(), strict=True)
    return {name: _read(_rule_of(fields[name]), value) for name, value in given if value is not None}


def _pattern(cls: Any, name: str) -> str:
    """A regular expression for one argument and the comma before it."""
    first, field = name == arguments(cls)[0], cls.model_fields[name]
    value = _SPELLED.get(_rule_of(field), """('.*'|".*")""")
    whole = rf"{'' if first else ' ?, ?'}{name} ?= ?{value}"
    return whole if field.is_required() else rf"(?:{whole})?"


def _read(kind: str, value: str) -> Any:
    if kind == "point":
        return [int(number) for number in value.split(",")]
    if kind in {"steps", "tab"}:
        return int(value)
    return value if kind == "choice" else _ESCAPE.sub(lambda found: _MEANT.get(found[1], found[1]), value[1:-1])
