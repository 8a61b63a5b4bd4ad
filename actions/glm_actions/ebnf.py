r"""Grammar text: EBNF as xgrammar reads it, and with it vLLM and SGLang.

Written by hand because the way a rule is written decides the speed of the model. Strings recurse to the right, each
rule into itself (0.005 ms a token with a vocabulary of 151k; `char*` with escapes costs 30 ms), nothing may repeat
without end but the inside of a string, and there is no free whitespace. See docs/adr/0003-grammar.md.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from glm_actions.keys import CHARACTER_KEYS, MODIFIERS, NAMED_KEYS
from glm_actions.vocabulary import Rule

_NO_BAR = r"\x20-\x21\x23-\x3b\x3d-\x5b\x5d-\x7b\x7d-\x7e\u0080-\ud7ff\ue000-\U0010ffff"
"""What stands in a JSON string as it is, but for `<` and `|`."""
LINE = r"\x09\x20-\x3b\x3d-\x7b\x7d\x7e\u0080-\ud7ff\ue000-\U0010ffff"
"""What stands in a line of free text, but for `<` and `|`."""
_HEX = "[0-9a-fA-F]"
_ESCAPES = (
    r'"\\" ["\\/nt]',
    # Code points from U+0080 on, without surrogates: what comes before needs no \u.
    rf'"\\u00" [89a-fA-F] {_HEX}',
    rf'"\\u0" [1-9a-fA-F] {_HEX} {_HEX}',
    rf'"\\u" [1-9a-cA-Ce-fE-F] {_HEX} {_HEX} {_HEX}',
    rf'"\\u" [dD] [0-7] {_HEX} {_HEX}',
)


def literal(text: str) -> str:
    """EBNF that matches exactly this text."""
    return json.dumps(text, ensure_ascii=False)


def choice(options: Iterable[str]) -> str:
    """EBNF that matches one of these texts, with JSON's quotes."""
    return " | ".join(literal(json.dumps(option, ensure_ascii=False)) for option in options)


def numbers(values: Iterable[int]) -> str:
    """EBNF of whole numbers, in the fewest classes of digits: a thousand texts would take seconds to compile."""
    return _digits(frozenset(map(str, values)))


def _digits(texts: frozenset[str]) -> str:
    digits: dict[frozenset[str], str] = {}
    for digit in "0123456789":
        if rest := frozenset(text[1:] for text in texts if text.startswith(digit)):
            digits[rest] = digits.get(rest, "") + digit
    return " | ".join(f"[{first}]{_rest(rest)}" for rest, first in digits.items())


def _rest(texts: frozenset[str]) -> str:
    longer = texts - {""}
    return f" ({_digits(longer)}){'?' * ('' in texts)}" if longer else ""


def run_on(rule: str, plain: str, end: str, escapes: Iterable[str] = ()) -> str:
    """EBNF of a rule that takes plain characters, `<`, `|` and escapes up to an end, but no `|` after `<`.

    That would open one of the model's control tokens. The rule recurses into itself and by way of no other: only such
    rules does xgrammar know again in the next grammar, and need not compile them again.
    """
    escaped = [f"{escape} {rule}" for escape in escapes]
    after_angle = [end, f"[{plain}] {rule}", *escaped]
    return " | ".join([end, f"[|{plain}] {rule}", *escaped, *(f'"<" [<]* {more}' for more in after_angle)])


def _text(rule: str, end: str) -> dict[str, str]:
    return {rule: rf'"\"" {rule}_rest', f"{rule}_rest": run_on(f"{rule}_rest", _NO_BAR, end, _ESCAPES)}


SHARED_RULES: Mapping[str, str] = {
    "point": '"[" thousandth "," thousandth "]"',
    "thousandth": '"0" | [1-9] | [1-9] [0-9] | [1-9] [0-9] [0-9]',
    "steps": '"20" | "1" [0-9] | [1-9]',
    **_text("text", r'"\""'),
    "keys": r'"\"" ' + " ".join(f'("{modifier}+")?' for modifier in MODIFIERS) + r' key_name "\""',
    "key_name": " | ".join(map(literal, (*NAMED_KEYS, *CHARACTER_KEYS))),
    "url": r'"\"http" ("s")? "://" [A-Za-z0-9.-] url_host',
    "url_host": 'url_end | [A-Za-z0-9.-] url_host | ":" url_port (url_end | "/" url_path) | "/" url_path',
    "url_port": '[0-9] [0-9]? [0-9]? [0-9]? | [1-5] digits4 | "6" [0-4] [0-9] [0-9] [0-9] | "65" [0-4] [0-9] [0-9]',
    "digits4": "[0-9] [0-9] [0-9] [0-9]",
    "url_path": r"url_end | [!#-;=?-\[\]-~] url_path",
    "url_end": r'"\""',
}
_NAME = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
_QUOTED = re.compile(r'"(?:\\.|[^"\\])*"|\[(?:\\.|[^\]\\])*\]')
_QUOTED_APART = re.compile(f"({_QUOTED.pattern})")
_TEXT_AND_MORE = re.compile(rf'{_QUOTED.pattern}|\btext ("(?:\\.|[^"\\])*")')
_ONE_TEXT = re.compile(r'root ::= ("(?:\\.|[^"\\])*")')


def fields(entries: Iterable[tuple[str, str]], last: tuple[str, str] | None = None) -> str:
    """EBNF of a JSON object with these fields in this order: pairs of a name and the EBNF of its value.

    The last one may be left out.
    """
    parts = [_named(name, value, "," if number else "{") for number, (name, value) in enumerate(entries)]
    end = literal("}")
    return " ".join([*parts, f"({_named(*last, ',')} {end} | {end})" if last else end])


def _named(name: str, value: str, before: str) -> str:
    return f"{literal(before + json.dumps(name) + ':')} {value}"


def value(field: FieldInfo) -> str:
    """EBNF of a field's value: the rule its type names, or the texts of its Literal."""
    for mark in field.metadata:
        if isinstance(mark, Rule):
            return mark.name
    if get_origin(field.annotation) is Literal:
        return f"({choice(get_args(field.annotation))})"
    raise TypeError(f"no grammar rule for {field.annotation}; mark its type with Rule(...)")


def render(rules: Mapping[str, str]) -> str:
    """The text of a grammar that starts at `root`, with every shared rule it needs and no other."""
    known = {**SHARED_RULES, **_ended(rules)}
    needed: list[str] = ["root"]
    for name in needed:
        for used in _NAME.findall(_QUOTED.sub(" ", known[name])):
            if used not in needed:
                needed.append(used)
    return "".join(f"{name} ::= {known[name]}\n" for name in needed)


def _ended(rules: Mapping[str, str]) -> dict[str, str]:
    """The same rules, with the fixed text that follows a JSON string as part of the string's own rules.

    Masks are prepared when a rule is compiled, but for tokens that go on after its end: each is tried every time. After
    a string these would be all tokens with a quote in them.
    """
    names: dict[str, str] = {}

    def named(match: re.Match[str]) -> str:
        return names.setdefault(match[1], f"text{len(names) + 1}") if match[1] else match[0]

    ended = {name: _TEXT_AND_MORE.sub(named, body) for name, body in rules.items()}
    for more, name in names.items():
        ended |= _text(name, literal('"' + json.loads(more)))
    return ended


def gbnf(grammar: str) -> str:
    """The same grammar as llama.cpp reads it: names of rules have hyphens there, and all else means the same."""
    return "".join(part if part[:1] in {'"', "["} else part.replace("_", "-") for part in _QUOTED_APART.split(grammar))


def only_text(grammar: str) -> str | None:
    """The text of a grammar that allows just one and says so in its one rule; else None."""
    found = _ONE_TEXT.fullmatch(grammar.strip())
    return json.loads(found[1]) if found else None
