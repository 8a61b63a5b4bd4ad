"""The grammar: whatever it lets through can be performed, and whatever can be performed it lets through."""

import json
import os
import random
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
import xgrammar
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic.fields import FieldInfo

from glm_actions import ebnf
from glm_actions.errors import UsageError
from glm_actions.grammar import Grammar, _allowed
from glm_actions.keys import CHARACTER_KEYS, MODIFIERS, NAMED_KEYS
from glm_actions.space import ActionSpace, Decision, Unparseable
from glm_actions.vocabulary import URL, VOCABULARY, Action, Key, LeftClick, Point, RightClick, Rule

KINDS = tuple(cls.kind() for cls in VOCABULARY)
FILES = ("photo.png", 'my "best" \\ photo.png', "naïve 日本語 😀\u2028.txt")
PROGRAMS = ("Text Editor", 'Œuvre "2" & Söhne')
FULL = ActionSpace.of(KINDS, tabs=(1, 2, 13), files=FILES, programs=PROGRAMS)
SPACES = {
    "full": FULL,
    "no tabs, no files, no programs": ActionSpace.of(KINDS),
    "masked": FULL.without({"left_click", "goto", "done", "left_drag"}),
    "last resort": ActionSpace.of(["fail"]),
    "odd files": ActionSpace.of(["upload"], files=FILES),
}
SHOWN = ActionSpace.of(KINDS, tabs=(1, 2), files=("photo.png", "report.pdf"), programs=("Text Editor", "Files"))
SNAPSHOT = Path(__file__).parent / "snapshots" / "full_space.txt"
LEFT_CLICK = '{"reason":"","action":{"action_type":"left_click","start_box":[5,40],"element_info":""},"memory":""}'
_CLICK = '{"action_type":"left_click","start_box":[5,40],"element_info":""}'

# Drawing from a grammar
QUOTE_COPIES = 60
"""How many tokens spell the closing quote, so that strings drawn evenly among all tokens come to an end."""


def _vocabulary() -> list[bytes]:
    fixed = [b'{"reason":', b',"action":{"action_type":"', b',"memory":', b',"element_info":', b',"start_box":[']
    return [bytes([byte]) for byte in range(256)] + ["é".encode(), "😀".encode(), *fixed * 2, *[b'"'] * QUOTE_COPIES]


def _draw(space: ActionSpace, count: int) -> Iterator[str]:
    tokens = [*_vocabulary(), b"<stop>"]
    grammar, rng = Grammar(space.grammar(), tokens, len(tokens) - 1), random.Random(0)
    for _ in range(count):
        text = grammar.draw(rng)
        assert text is not None, "a draw did not end"
        yield text


def test_ten_thousand_draws_parse() -> None:
    """Every text the grammar of the whole vocabulary allows is a decision, and every kind of action is reachable."""
    kinds = Counter(FULL.parse(text).action.kind() for text in _draw(FULL, 10_000))
    assert set(kinds) == set(KINDS)


@pytest.mark.parametrize("name", SPACES)
def test_draws_stay_in_their_space(name: str) -> None:
    """A grammar offers the actions, tabs and files that exist at this step, all of them and no others."""
    space = SPACES[name]
    actions = [space.parse(text).action for text in _draw(space, 300)]
    assert {action.kind() for action in actions} == space.kinds
    assert {action.file for action in actions if action.action_type == "upload"} == set(space.files)


# What the vocabulary can express
_CHARACTERS = st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('<|\\"/\n\t\x80\x9fu')
TEXTS = st.text(_CHARACTERS).filter(lambda text: "<|" not in text)
_COORDINATES = st.integers(0, 999)
_CHORDS = st.tuples(st.lists(st.sampled_from(MODIFIERS), unique=True), st.sampled_from([*NAMED_KEYS, *CHARACTER_KEYS]))


def _chord(parts: tuple[list[str], str]) -> str:
    return "+".join([*sorted(parts[0], key=MODIFIERS.index), parts[1]])


BY_RULE: dict[str, st.SearchStrategy[Any]] = {
    "text": TEXTS,
    "point": st.tuples(_COORDINATES, _COORDINATES),
    "keys": _CHORDS.map(_chord),
    "steps": st.integers(1, 20),
    "url": st.from_regex(URL, fullmatch=True),
    "tab": st.sampled_from(FULL.tabs),
    "file": st.sampled_from(FULL.files),
    "program": st.sampled_from(FULL.programs),
}


def _values(field: FieldInfo) -> st.SearchStrategy[Any]:
    if get_origin(field.annotation) is not None and not field.metadata:
        return st.sampled_from(get_args(field.annotation))
    return BY_RULE[next(mark.name for mark in field.metadata if isinstance(mark, Rule))]


def _actions(cls: Any) -> st.SearchStrategy[Action]:
    return st.fixed_dictionaries({name: _values(field) for name, field in cls.model_fields.items()}).map(
        cls.model_validate
    )


DECISIONS = st.builds(Decision, reason=TEXTS, action=st.one_of(*map(_actions, VOCABULARY)), memory=TEXTS)


@cache
def full_grammar() -> Grammar:
    return Grammar(FULL.grammar())


@settings(derandomize=True, max_examples=1500, deadline=None)
@given(DECISIONS)
def test_every_decision_is_accepted(decision: Decision) -> None:
    """What the vocabulary can express the grammar accepts, and it is read back unchanged."""
    text = decision.model_dump_json()
    assert full_grammar().accepts(text)
    assert FULL.parse(text) == decision


@settings(derandomize=True, max_examples=500, deadline=None)
@given(TEXTS)
@example("<<")
@example("<")
@example("|<")
@example("a <\\| b")
def test_text_may_be_spelled_with_escapes(text: str) -> None:
    """A model that escapes what lies beyond ASCII is understood as well."""
    answer = LEFT_CLICK.replace('"reason":""', f'"reason":{json.dumps(text, ensure_ascii=True)}')
    has_pair = any(ord(character) > 0xFFFF for character in text)
    assert full_grammar().accepts(answer) is not has_pair
    assert FULL.parse(answer).reason == text


# What must not get through
def _with_reason(spelled: str) -> str:
    return LEFT_CLICK.replace('"reason":""', f'"reason":"{spelled}"')


def _with_action(action: str) -> str:
    return LEFT_CLICK.replace(_CLICK, action)


WRONG_COORDINATES = ["1000", "-1", "-0", "007", "00", "1.5", "1.0", "1e2", '"5"', "true", "null", "", "[5]", " 5", "+5"]
WRONG_TEXTS = {
    "control token": "<|user|>",
    "its first two characters": "a<|",
    "angle twice, then bar": "<<|",
    "escaped angle": r"<\u007c",
    "escaped bar": r"\u003c|",
    "both escaped": r"\u003c\u007c",
    "capital hex": r"\u003C|",
    "escaped angle after an angle": r"<\u003c|",
    "line break as it is": "\n",
    "tab as it is": "\t",
    "NUL": "\x00",
    "escape character": "\x1b",
    "delete": "\x7f",
    "escaped NUL": r"\u0000",
    "escaped delete": r"\u007f",
    "backspace": r"\b",
    "form feed": r"\f",
    "carriage return": r"\r",
    "unknown escape": r"\x41",
    "escape cut short": r"\u00e",
    "high surrogate": r"\ud83d",
    "low surrogate": r"\udc00",
    "pair of surrogates": r"\ud83d\ude00",
    "quote": '"',
}
WRONG_SHAPES = {
    "nothing": "",
    "empty object": "{}",
    "space after a colon": LEFT_CLICK.replace('"reason":', '"reason": '),
    "space between fields": LEFT_CLICK.replace(",", ", "),
    "leading space": " " + LEFT_CLICK,
    "trailing space": LEFT_CLICK + " ",
    "trailing line break": LEFT_CLICK + "\n",
    "trailing text": LEFT_CLICK + "done",
    "two answers": LEFT_CLICK * 2,
    "cut short": LEFT_CLICK[:-1],
    "code fence": f"```json\n{LEFT_CLICK}\n```",
    "box tokens": f"<|begin_of_box|>{LEFT_CLICK}<|end_of_box|>",
    "reason after action": f'{{"action":{_CLICK},"reason":"","memory":""}}',
    "memory before action": f'{{"reason":"","memory":"","action":{_CLICK}}}',
    "no reason": f'{{"action":{_CLICK},"memory":""}}',
    "no action": '{"reason":"","memory":""}',
    "reason is null": LEFT_CLICK.replace('"reason":""', '"reason":null'),
    "unknown action": _with_action('{"action_type":"explode"}'),
    "action in capitals": LEFT_CLICK.replace("left_click", "LEFT_CLICK"),
    "longer action": LEFT_CLICK.replace("left_click", "left_clicks"),
    "no action_type": _with_action('{"start_box":[5,40],"element_info":""}'),
    "fields of another action": LEFT_CLICK.replace("left_click", "left_drag"),
    "extra field": _with_action('{"action_type":"wait","seconds":5}'),
    "missing field": _with_action('{"action_type":"left_click","start_box":[5,40]}'),
    "fields in another order": _with_action('{"start_box":[5,40],"action_type":"left_click","element_info":""}'),
    "one coordinate": LEFT_CLICK.replace("[5,40]", "[5]"),
    "three coordinates": LEFT_CLICK.replace("[5,40]", "[5,40,6]"),
    "GLM's box in quotes": LEFT_CLICK.replace("[5,40]", '"[5,40]"'),
    "list of actions": _with_action(f"[{_CLICK}]"),
    "no step": _with_action('{"action_type":"scroll","start_box":[1,1],"direction":"up","step":0,"element_info":""}'),
    "too many steps": _with_action(
        '{"action_type":"scroll","start_box":[1,1],"direction":"up","step":21,"element_info":""}'
    ),
    "unknown direction": _with_action(
        '{"action_type":"scroll","start_box":[1,1],"direction":"in","step":2,"element_info":""}'
    ),
    "a tab that is not there": _with_action('{"action_type":"switch_tab","tab":3}'),
    "half of a tab's number": _with_action('{"action_type":"switch_tab","tab":133}'),
    "a file that is not offered": _with_action('{"action_type":"upload","start_box":[1,1],"file":"/etc/passwd"}'),
    **{
        f"keys {keys!r}": _with_action(f'{{"action_type":"key","keys":"{keys}"}}')
        for keys in ("", "ctrl", "ctrl+", "a+ctrl", "alt+ctrl+a", "ctrl+ctrl+a", "A", "ctrl-a", "f13", "Enter", "ab")
    },
    **{
        f"address {url!r}": _with_action(f'{{"action_type":"goto","url":"{url}"}}')
        for url in (
            *("", "example.org", "javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "ftp://example.org"),
            *(
                "http://",
                "https:///x",
                "http://user@example.org/",
                "http://example.org:/",
                "http://a:99999/",
                "http://[::1]/",
            ),
            *("http://a/ b", "http://a/<|", "http://a/\\u007c", "HTTP://a", "http://é.org", "//example.org"),
        )
    },
}
REJECTED = {
    **{f"x is {x!r}": LEFT_CLICK.replace("[5,", f"[{x},") for x in WRONG_COORDINATES},
    **{f"y is {y!r}": LEFT_CLICK.replace(",40]", f",{y}]") for y in WRONG_COORDINATES},
    **{f"{place}: {name}": LEFT_CLICK.replace(f'"{place}":""', f'"{place}":"{spelled}"')
       for place in ("reason", "element_info", "memory") for name, spelled in WRONG_TEXTS.items()},
    **WRONG_SHAPES,
}  # fmt: skip


FORGIVEN = {
    *(f"{axis} is {spelled!r}" for axis in "xy" for spelled in ("-0", " 5")),
    *(f"{place}: pair of surrogates" for place in ("reason", "element_info", "memory")),
    *("space after a colon", "space between fields", "leading space", "trailing space", "trailing line break"),
    *("reason after action", "memory before action", "fields in another order", "missing field"),
    r"address 'http://a/\\u007c'",
    *("keys 'A'", "keys 'Enter'", "keys 'alt+ctrl+a'"),
}


@pytest.mark.parametrize("name", REJECTED)
def test_the_grammar_rejects(name: str) -> None:
    """Nothing but one decision in its one spelling gets through the grammar; only an empty memory may be missing."""
    assert full_grammar().accepts(LEFT_CLICK)
    assert REJECTED[name] != LEFT_CLICK
    assert not full_grammar().accepts(REJECTED[name])


def _is_refused(text: str) -> bool:
    try:
        FULL.parse(text)
    except Unparseable:
        return True
    return False


def test_what_reads_alike_is_all_that_parsing_forgives() -> None:
    """An answer of a server without grammars may differ in spaces, order, escapes, defaults and names of keys."""
    forgiven = {name for name, text in REJECTED.items() if not _is_refused(text)}
    assert forgiven == FORGIVEN


def test_an_empty_memory_may_be_left_out() -> None:
    """It costs nothing when there is nothing to remember; what we write ourselves leaves it out."""
    without = LEFT_CLICK.replace(',"memory":""', "")
    assert full_grammar().accepts(without)
    assert FULL.parse(without) == FULL.parse(LEFT_CLICK)
    assert FULL.parse(LEFT_CLICK).model_dump_json() == without


@pytest.mark.parametrize("byte_string", [b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82"])
def test_the_grammar_rejects_bytes_that_are_not_utf8(byte_string: bytes) -> None:
    """Over-long, surrogate and cut encodings are rejected, although tokens are bytes."""
    assert not full_grammar().accepts(LEFT_CLICK.encode().replace(b'"reason":""', b'"reason":"' + byte_string + b'"'))


# Single tokens
def _spellings(word: str) -> list[str]:
    return [word, f'"{word}', f'{word}"', f'"{word}"', f':"{word}"', f'"{word}",']


def _places() -> dict[str, list[str]]:
    """Each word with the texts it may follow."""
    opened = '{"reason":"","action":{"action_type":"'
    box = f'{opened}left_drag","start_box":['
    places: dict[str, list[str]] = {kind: [opened] for kind in KINDS}
    for key in (*NAMED_KEYS, *CHARACTER_KEYS):
        places.setdefault(key, []).extend([f'{opened}key","keys":"', f'{opened}key","keys":"ctrl+shift+'])
    for direction in ("down", "up", "left", "right"):
        places[direction].append(f'{opened}scroll","start_box":[1,2],"direction":"')
    for number in map(str, range(1000)):
        places.setdefault(number, []).extend([box, f"{box}7,", f'{box}7,8],"end_box":['])
    return places


@cache
def _words_grammar() -> tuple[Grammar, list[bytes]]:
    words = [spelling for word in _places() for spelling in _spellings(word)]
    tokens = [*dict.fromkeys([*(bytes([byte]) for byte in range(256)), *(word.encode() for word in words)]), b"<stop>"]
    return Grammar(FULL.grammar(), tokens, len(tokens) - 1), tokens


def _allowed_after(text: str) -> set[bytes]:
    grammar, tokens = _words_grammar()
    matcher, mask = grammar._matcher(), xgrammar.allocate_token_bitmask(1, len(tokens))
    assert matcher.accept_string(text)
    matcher.fill_next_token_bitmask(mask)
    return {tokens[token] for token in _allowed(mask) if token < len(tokens)}


def test_each_word_may_be_one_token() -> None:
    """The mask, not only the matcher, allows each action, key, direction and number that is a single token."""
    allowed = {place: _allowed_after(place) for places in _places().values() for place in places}
    missing = [
        (place, word) for word, places in _places().items() for place in places if word.encode() not in allowed[place]
    ]
    assert missing == []


@pytest.mark.parametrize("kind", KINDS)
def test_an_action_may_be_one_token_with_its_quotes(kind: str) -> None:
    """The mask allows tokens that join an action's word with JSON's punctuation."""
    start = '{"reason":"","action":{"action_type":'
    end = "}" if kind in {"wait", "back"} else ","
    assert {f'"{kind}', f'"{kind}"'} <= {token.decode(errors="replace") for token in _allowed_after(start)}
    assert {kind, f'{kind}"'} <= {token.decode(errors="replace") for token in _allowed_after(start + '"')}
    assert end.encode() in _allowed_after(f'{start}"{kind}"')


def test_no_longer_number_is_one_token() -> None:
    """Of tokens that begin like a coordinate, those that cannot be one are masked."""
    allowed = _allowed_after('{"reason":"","action":{"action_type":"left_click","start_box":[99')
    assert {token for token in allowed if token[:1].isdigit()} == {str(digit).encode() for digit in range(10)}


# The renderings
def _renderings(space: ActionSpace) -> str:
    labels = "\n".join(str(cls.example()) for cls in space.classes)
    schema = space.json_schema().replace('{"additionalProperties"', '\n{"additionalProperties"')
    parts = {"Prompt": space.prompt(), "Label": labels, "Grammar": space.grammar().rstrip(), "JSON schema": schema}
    return "\n".join(f"=== {name} ===\n{text}\n" for name, text in parts.items())


def test_the_four_renderings() -> None:
    """Prompt, label, grammar and JSON schema change together, and only when somebody means it."""
    rendered = _renderings(SHOWN)
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOT.write_text(rendered, encoding="utf-8")
    assert rendered == SNAPSHOT.read_text(encoding="utf-8"), "if this is meant: UPDATE_SNAPSHOTS=1 pytest tests/actions"


def test_equal_spaces_render_equal_text() -> None:
    """The order in which the kinds were named does not show, so that the engine's cache hits."""
    again = ActionSpace.of(reversed(KINDS), tabs=[1, 2, 13], files=list(FILES), programs=list(PROGRAMS))
    assert _renderings(again) == _renderings(FULL)


@pytest.mark.parametrize("kind", KINDS)
def test_a_masked_action_is_nowhere(kind: str) -> None:
    """What cannot be done now is in none of the renderings, and is refused when it is answered all the same."""
    assert FULL.classes, "was rendered before, and must not leave traces in what follows"
    space = FULL.without([kind])
    assert kind not in _kinds_in_schema(space)
    assert f'"{kind}"' not in space.prompt()
    assert f'\\"{kind}\\"' not in space.grammar()
    answer = _decide(kind)
    assert FULL.parse(answer)
    with pytest.raises(Unparseable, match=f"{kind} cannot be performed now"):
        space.parse(answer)


def test_a_barred_click_is_gone_with_its_column() -> None:
    """No click of its kind may point as far across, 60 thousandths to either side; all else can be said as before."""
    click = LeftClick(start_box=Point((909, 400)))
    space = FULL.barring([click, Key(keys="enter")])
    grammar = Grammar(space.grammar())
    for cls in (LeftClick, RightClick):
        for x in (0, 9, 99, 848, 849, 850, 909, 969, 970, 999):
            answer = Decision(reason="", action=cls(start_box=Point((x, 5)))).model_dump_json()
            fine = cls is RightClick or abs(x - 909) > 60
            assert grammar.accepts(answer) == fine
            with nullcontext() if fine else pytest.raises(Unparseable, match="does not help here"):
                space.parse(answer)
    assert not grammar.accepts(_decide("key"))
    assert space.coarsely().kinds == FULL.kinds - {"key", "left_click"}


def test_a_click_that_is_barred_everywhere_is_masked() -> None:
    """A rule that allows nothing would be no grammar."""
    clicks = [LeftClick(start_box=Point((x, 5))) for x in range(50, 1000, 100)]
    assert FULL.barring(clicks).kinds == FULL.kinds - {"left_click"}


def _kinds_in_schema(space: ActionSpace) -> list[str]:
    variants = json.loads(space.json_schema())["properties"]["action"]["anyOf"]
    return [variant["properties"]["action_type"]["const"] for variant in variants]


def _decide(kind: str) -> str:
    cls = next(cls for cls in VOCABULARY if cls.kind() == kind)
    return Decision(reason="", action=cls.example(), memory="").model_dump_json()


@pytest.mark.parametrize("kind", KINDS)
def test_the_prompts_examples_are_allowed(kind: str) -> None:
    """The model is shown nothing that the grammar would mask, and the JSON schema agrees."""
    assert full_grammar().accepts(_decide(kind))
    assert _schema_grammar().accepts(_decide(kind))


@cache
def _schema_grammar() -> Grammar:
    schema = xgrammar.Grammar.from_json_schema(FULL.json_schema(), any_whitespace=False, separators=(",", ":"))
    return Grammar(str(schema))


@pytest.mark.parametrize("name", ["x is '1000'", "x is '-1'", "unknown action", "extra field", "missing field"])
def test_the_json_schema_rejects(name: str) -> None:
    """The JSON schema bounds coordinates and closes its objects, as the grammar does."""
    assert not _schema_grammar().accepts(REJECTED[name])


def test_rule_names_do_not_collide() -> None:
    """No action takes the name of a shared rule, which it would silently replace."""
    assert set(ebnf.SHARED_RULES).isdisjoint({*KINDS, "root", "action", "tab", "file"})
    assert {"tab", "file", "root", "action"}.isdisjoint(KINDS)


def test_only_needed_rules_are_rendered() -> None:
    """A grammar without text fields carries no rules for text beyond those of the envelope."""
    names = [line.split(" ::= ")[0] for line in ActionSpace.of(["wait"]).grammar().splitlines()]
    shared = {re.sub(r"text\d", "text", name) for name in names}
    assert shared == {"root", "action", "wait"} | {name for name in ebnf.SHARED_RULES if "text" in name}


def test_a_text_is_one_rule_with_what_follows_it() -> None:
    """A token that ends a text and goes on is known when the grammar is compiled: not one has to be tried each time."""
    grammar = ActionSpace.of(["wait", "type"]).grammar()

    assert not re.search(r"\btext\d? \"", grammar)
    assert r'text1_rest ::= "\",\"action\":" |' in grammar


def test_no_rule_leads_back_to_itself_by_way_of_another() -> None:
    """A server knows the rules again in the grammar of a later step, and need not compile them again."""
    rules = dict(line.split(" ::= ") for line in SHOWN.grammar().splitlines())
    leads = {name: set(ebnf._NAME.findall(ebnf._QUOTED.sub(" ", body))) - {name} for name, body in rules.items()}
    TopologicalSorter(leads).prepare()


def test_a_field_without_a_rule_is_refused() -> None:
    """A new kind of field cannot be forgotten in the grammar."""
    with pytest.raises(TypeError, match="mark its type with Rule"):
        ebnf.value(FieldInfo(annotation=float))


def test_a_refused_grammar_says_so() -> None:
    """Bad EBNF is a usage error with xgrammar's own words."""
    with pytest.raises(UsageError, match="xgrammar refuses the grammar"):
        Grammar("root ::= nothing_of_that_name")


@pytest.mark.parametrize("text", ["plain", 'a "b" \\ c', "line\nbreak", "日本語", "😀", "\u2028", "\x7f", "\x01"])
def test_a_literal_matches_its_text(text: str) -> None:
    """A file may have any name: what is offered can be spelled."""
    grammar = Grammar(f"root ::= {ebnf.literal(text)}")
    assert grammar.accepts(text)
    assert not grammar.accepts(text + "x")


def test_every_rule_of_a_field_has_a_strategy() -> None:
    """The tests above draw values for every kind of field there is."""
    used = {m.name for cls in VOCABULARY for f in cls.model_fields.values() for m in f.metadata if isinstance(m, Rule)}
    assert used == set(BY_RULE)


def test_mask_times_follow_the_answer() -> None:
    """There is one time per token, and an answer that the grammar does not match is refused."""
    tokens = [b"a", b"b", b"<stop>"]
    grammar = Grammar('root ::= "ab"', tokens, 2)
    assert len(grammar.mask_seconds([0, 1])) == 2
    with pytest.raises(UsageError, match="does not match token 1: b'b'"):
        grammar.mask_seconds([1])
