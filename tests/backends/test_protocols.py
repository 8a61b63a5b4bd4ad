"""Every protocol: what its grammar allows is read, what it can express is allowed, and which model gets which."""

import json
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glm_actions import ActionSpace, Decision, Point, UsageError
from glm_actions.grammar import Grammar
from glm_actions.keys import CHARACTER_KEYS, MODIFIERS, NAMED_KEYS
from glm_actions.space import Unparseable
from glm_actions.vocabulary import URL, VOCABULARY, Action, LeftClick
from glm_backends import Protocol
from glm_backends.mobile import WORDINGS, MobileProtocol
from glm_backends.native import NativeProtocol
from glm_backends.protocols import BY_MODEL, NAMED, protocol

PROGRAMS = ("Text Editor", "naïve 日本")
FILES = ("photo.png", 'it\'s "my" \\ photo.png', "naïve 日本語 😀.txt")
SPACE = ActionSpace.of((cls.kind() for cls in VOCABULARY), tabs=(1, 2, 13), files=FILES, programs=PROGRAMS)
NATIVE, MOBILE = NativeProtocol(), MobileProtocol()
UNSAID_ON_A_PHONE = {"middle_click", "left_double_click", "hover", "left_drag"}
GRAMMARS = {each.name: Grammar(each.form(SPACE).grammar()) for each in (NATIVE, MOBILE)}

# Texts that the vocabulary takes; the explanation of an answer is one line
_LETTERS = st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("<|'\"\\/)(,=\n\t")
TEXTS = st.text(_LETTERS).filter(lambda text: "<|" not in text)
_SNARES = st.sampled_from(["Memory: ", " Reason: ", "Action: {}", "WAIT()", "type(content='"])
LINES = (TEXTS | st.tuples(TEXTS, _SNARES, TEXTS).map("".join)).map(lambda text: text.replace("\n", " ").strip())
COORDINATES = st.integers(0, 999)
CHORDS = st.tuples(st.lists(st.sampled_from(MODIFIERS), unique=True), st.sampled_from([*NAMED_KEYS, *CHARACTER_KEYS]))
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "start_box": st.tuples(COORDINATES, COORDINATES),
    "end_box": st.tuples(COORDINATES, COORDINATES),
    "element_info": TEXTS,
    "content": TEXTS,
    "direction": st.sampled_from(["up", "down"]),
    "step": st.integers(1, 20),
    "keys": CHORDS.map(lambda chord: "+".join([*sorted(chord[0], key=MODIFIERS.index), chord[1]])),
    "url": st.from_regex(URL, fullmatch=True),
    "tab": st.sampled_from(SPACE.tabs),
    "file": st.sampled_from(FILES),
    "program": st.sampled_from(PROGRAMS),
}


def actions(kinds: set[str], **fixed: Any) -> st.SearchStrategy[Action]:
    """Actions of some kinds; fields in `fixed` have that value."""
    return st.one_of(
        st.fixed_dictionaries(
            {
                name: st.just(fixed[name]) if name in fixed else VALUES[name]
                for name in cls.model_fields
                if name != "action_type"
            }
        ).map(cls.model_validate)
        for cls in VOCABULARY
        if cls.kind() in kinds
    )


def drawn(grammar: str, count: int) -> Iterator[str]:
    """Texts at random among all that the grammar allows. Tokens that end something are many, so that texts end."""
    ends = [b'"', b"'", b")", b"\n", b"\nMemory:\n", b"\nReason: ", b"\nAction: ", b"]", b"}", b"WAIT()", b'"}']
    tokens = [*(bytes([byte]) for byte in range(256)), *ends * 40, "😀".encode(), b"<stop>"]
    compiled, rng = Grammar(grammar, tokens, len(tokens) - 1), random.Random(0)
    for _ in range(count):
        text = compiled.draw(rng)
        assert text is not None, "a draw did not end"
        yield text


@pytest.mark.parametrize("spoken", [NATIVE, MOBILE], ids=lambda spoken: spoken.name)
def test_whatever_the_grammar_allows_is_read(spoken: Protocol) -> None:
    """Every drawn answer is a decision, and every kind of action that the protocol has is reachable."""
    kinds = Counter(spoken.parse(SPACE, text).action.kind() for text in drawn(spoken.form(SPACE).grammar(), 1000))

    assert set(kinds) == SPACE.kinds - (UNSAID_ON_A_PHONE if spoken is MOBILE else set())


# The native form
def quoted(text: str, quote: str) -> str:
    spelled = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace(quote, "\\" + quote)
    return quote + spelled + quote


def call(action: Action, quote: str = "'") -> str:
    """The action in the documented syntax."""
    if action.kind() in {"wait", "done", "fail"}:
        return f"{action.kind().upper()}()"
    told = []
    for name, value in action.model_dump(mode="json").items():
        if isinstance(value, list):
            told.append(f"{name}='[{value[0]}, {value[1]}]'")
        elif name != "action_type":
            told.append(f"{name}={value if isinstance(value, int) else quoted(value, quote)}")
    return f"{action.kind()}({', '.join(told)})"


@settings(derandomize=True, max_examples=500, deadline=None)
@given(LINES, actions({cls.kind() for cls in VOCABULARY}), st.sampled_from(["'", '"']), st.booleans())
def test_every_action_can_be_said_in_the_native_form(line: str, action: Action, quote: str, boxed: bool) -> None:
    """What the vocabulary can express is allowed, in either kind of quotes, and read back unchanged."""
    if action.kind() in {"key", "goto", "upload", "open"} or "direction" in type(action).model_fields:
        quote = '"' if getattr(action, "keys", "").endswith("'") else "'"
    said = call(action, quote)
    answer = f"{line}\n" + (f"<|begin_of_box|>{said}<|end_of_box|>" if boxed else said) + '\nMemory:\n[{"a": "b"}]'
    meant = action.model_copy(update={"content": line}) if action.kind() in {"done", "fail"} else action

    assert GRAMMARS["native"].accepts(answer)
    assert NATIVE.parse(SPACE, answer) == Decision(reason=line, action=meant, memory='[{"a": "b"}]')


@pytest.mark.parametrize(
    ("said", "content"),
    [
        ("type(content='It's fine')", "It's fine"),
        ("type(content='the dogs'')", "the dogs'"),
        ("type(content='f(x) and (y)')", "f(x) and (y)"),
        ("type(content='it\\'s (\\'ok\\')')", "it's ('ok')"),
        ("type(content=\"f('x') then\")", "f('x') then"),
        ("type(content='a\\nb\\\\n')", "a\nb\\n"),
        ("type(content='left_click(start_box=')", "left_click(start_box="),
        ("type(content='</think>')", "</think>"),
        ("type(content='Memory: a')", "Memory: a"),
    ],
)
def test_quotes_and_brackets_in_a_text(said: str, content: str) -> None:
    """A text ends where the call ends, not at the first apostrophe or bracket."""
    answer = f"Now.\n{said}\nMemory:\n[]"

    assert GRAMMARS["native"].accepts(answer)
    assert NATIVE.parse(SPACE, answer).action.arguments() == {"content": content}


@pytest.mark.parametrize(
    "answer",
    [
        "I click it: left_click(start_box='[586,446]', element_info='OK')\nMemory:\n[]",
        "I click it <|begin_of_box|>left_click(start_box='[586, 446]', element_info='OK')<|end_of_box|>\nMemory:\n[]",
        "<think>type(content='x')?</think>Click:\nleft_click(start_box='[586,446]', element_info='OK')\nMemory:\n[]",
        "Thoughts.</think>\nleft_click(start_box=[586, 446], element_info='OK')",
        "left_click(start_box='[586, 446]', element_info=\"OK\") is what I do.",
    ],
)
def test_answers_of_a_server_without_a_grammar(answer: str) -> None:
    """What the model was trained to write is understood as well, with or without boxes, thoughts and memory."""
    assert NATIVE.parse(SPACE, answer).action == LeftClick(start_box=Point((586, 446)), element_info="OK")


# The mobile form
def mobile_wordings(action: Action) -> list[str]:
    """All ways to say an action."""
    return [wording.rule for wording in WORDINGS if wording.kind == action.kind()]


@settings(derandomize=True, max_examples=300, deadline=None)
@given(LINES, LINES, actions({wording.kind for wording in WORDINGS}, step=5, element_info=""), st.data())
def test_every_action_can_be_said_in_the_mobile_form(memory: str, reason: str, action: Action, data: Any) -> None:
    """What the protocol has a wording for is allowed and read back unchanged; boxes mean their middle."""
    rule = data.draw(st.sampled_from([rule for rule in mobile_wordings(action) if fits(rule, action)]))
    spelled = rule
    for blank, value in blanks(action).items():
        spelled = spelled.replace(blank, json.dumps(value, ensure_ascii=False))
    answer = f"Memory: {memory}\nReason: {reason}\nAction: {spelled}"
    meant = action.model_copy(update={"content": reason}) if action.kind() in {"done", "fail"} else action

    assert GRAMMARS["mobile"].accepts(answer)
    assert MOBILE.parse(SPACE, answer) == Decision(reason=reason, action=meant, memory=memory)


def fits(rule: str, action: Action) -> bool:
    """Whether a rule says this very action: some say one key, or the middle of the screen."""
    if "keyboard_enter" in rule:
        return getattr(action, "keys", "") == "enter"
    return "swipe" not in rule or "box_2d" in rule


def blanks(action: Action) -> dict[str, Any]:
    fields = action.model_dump(mode="json")
    x, y = fields.get("start_box", [0, 0])
    opposite = {"up": "down", "down": "up", "left": "right", "right": "left"}
    return {
        "[[xmin,ymin,xmax,ymax]]": [[max(0, x - 5), y, min(999, x + 5), y] if 5 <= x <= 994 else [x, y, x, y]],
        '"<text>"': fields.get("content"),
        '"<keys>"': fields.get("keys"),
        '"<url>"': fields.get("url"),
        '"<file>"': fields.get("file"),
        '"<program>"': fields.get("program"),
        "<tab>": fields.get("tab"),
        '"<up|down|left|right>"': opposite.get(fields.get("direction", "")),
    }


@pytest.mark.parametrize("name", ["native", "mobile"])
@pytest.mark.parametrize(
    "answer",
    [
        *(
            "",
            "I do not know.",
            "Memory: \nReason: \nAction: ",
            "Action: {}",
            "Action: [1]",
            "Action: " + "[" * 100_000,
        ),
        *("\nleft_click(start_box='[1000, 4]')\nMemory:\n[]", "\nswitch_tab(tab=9)\nMemory:\n[]", "\ntype(content=x)"),
        'Memory: a\nReason: b\nAction: {"action_type": "click", "box_2d": [[1,2,3,1001]]}',
    ],
)
def test_what_is_no_action_is_told(name: str, answer: str) -> None:
    """Whatever a server without a grammar sends is an action or a text for the model, never a crash."""
    with pytest.raises(Unparseable):
        protocol(name, "").parse(SPACE, answer)


@pytest.mark.parametrize("name", ["native", "mobile"])
def test_only_what_is_on_offer_can_be_said(name: str) -> None:
    """A masked action is neither allowed nor described; without tabs and files nothing is left over of them."""
    spoken = protocol(name, "")
    space = ActionSpace.of(["left_click", "wait"])
    grammar = Grammar(spoken.form(space).grammar())
    said = {"native": "\nback()\nMemory:\n[]", "mobile": 'Memory: \nReason: \nAction: {"action_type": "navigate_back"}'}

    assert not grammar.accepts(said[name])
    assert "back" not in spoken.form(space).grammar()


# Which protocol
@pytest.mark.parametrize("name", NAMED)
def test_named_protocols(name: str) -> None:
    """Each name in the table is a protocol that calls itself so."""
    assert protocol(name, "any model").name == name


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("glm-4.5v", "json"),
        ("zai-org/GLM-4.6V-Flash", "json"),
        ("zai-org/GLM-4.1V-9B-Thinking", "json"),
        ("glm-agent-embedded-v1", "embedded"),
        ("some-other-model", "json"),
    ],
)
def test_the_models_name_decides(model: str, name: str) -> None:
    """Without a setting, the model's name decides, and models that nobody knows get JSON."""
    assert protocol("auto", model).name == name
    assert {spoken for _, spoken in BY_MODEL} <= set(NAMED)


@pytest.mark.parametrize(
    "name", ["klingon", "glm_backends.nowhere:Nothing", "glm_backends.protocol:Nothing", "no.py:P"]
)
def test_unknown_protocols(name: str) -> None:
    """What is no protocol is a usage error that lists the known ones."""
    with pytest.raises(UsageError, match=r"There is no protocol .*json, native, mobile, embedded"):
        protocol(name, "")


def test_a_protocol_in_a_file_of_ones_own(tmp_path: Path) -> None:
    """A class in any Python file is a protocol, without being installed."""
    file = tmp_path / "mine.py"
    file.write_text("from glm_backends import JsonProtocol\nclass Mine(JsonProtocol):\n    name: str = 'mine'\n")

    assert protocol(f"{file}:Mine", "").name == "mine"
