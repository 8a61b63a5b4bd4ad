"""The embedded model's protocol: prompt, answers, pictures."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glm_actions import ActionSpace
from glm_actions.grammar import Grammar
from glm_actions.space import Decision, Unparseable
from glm_actions.vocabulary import VOCABULARY, Done, LeftClick, Point, Scroll, Type
from glm_backends import Turn
from glm_backends.embedded import PATCH, EmbeddedProtocol, brief, spoken

from .tiny_checkpoint import picture

PROTOCOL = EmbeddedProtocol()
SPACE = ActionSpace.of(
    (cls.kind() for cls in VOCABULARY), tabs=(2, 3), files=("photo.png", 'ä".png'), programs=("Text Editor",)
)
FORM = PROTOCOL.form(SPACE)
CLICK = PROTOCOL.answer(LeftClick(start_box=Point((512, 300))))
ANSWERS = Grammar(FORM.grammar())


def test_the_prompt_is_short() -> None:
    """The screenshot comes first, then one line each."""
    turns = (
        Turn(picture=picture(1), answer=CLICK),
        Turn(picture=picture(2), notes=("Old.",), answer=PROTOCOL.answer(Type(content='a "b"'))),
        Turn(picture=picture(3), notes=("Nothing changed.",)),
    )
    (message,) = PROTOCOL.messages("Fly to Oslo", SPACE, turns)
    text = 'Goal: Fly to Oslo\nPast: left_click 512,300; type "a \\"b\\""\nNote: Nothing changed.'
    assert message.parts == (picture(3), text)


def test_at_first_there_is_only_the_goal() -> None:
    (message,) = PROTOCOL.messages("Fly to Oslo", SPACE, (Turn(),))
    assert message.parts == ("Goal: Fly to Oslo",)


def test_only_the_last_answers_are_told() -> None:
    answers = tuple(PROTOCOL.answer(Type(content=str(number))) for number in range(9))
    assert PROTOCOL.prompt("G", answers) == 'Goal: G\nPast: type "3"; type "4"; type "5"; type "6"; type "7"; type "8"'


def test_an_answer_has_the_fewest_fields() -> None:
    assert CLICK == '{"reason":"","action":{"action_type":"left_click","start_box":[512,300]}}'
    scroll = Scroll(start_box=Point((1, 2)), direction="up")
    said = '{"reason":"Below.","action":{"action_type":"scroll","start_box":[1,2],"direction":"up"}}'
    assert PROTOCOL.answer(scroll, "Below.") == said
    assert PROTOCOL.answer(Done()) == '{"reason":"","action":{"action_type":"done","content":""}}'


@pytest.mark.parametrize("cls", VOCABULARY, ids=lambda cls: cls.kind())
def test_every_action_can_be_said(cls: type) -> None:
    """What is said is allowed, read back as meant, and allowed by the schema; all scrolls are of one length."""
    unsaid = {"element_info": "", "step": PROTOCOL.notches}
    meant = cls.example().model_copy(update={name: unsaid[name] for name in unsaid if name in cls.model_fields})
    said = PROTOCOL.answer(meant, 'The "day".')
    assert ANSWERS.accepts(said)
    assert PROTOCOL.parse(SPACE, said) == Decision(reason='The "day".', action=meant)
    whole = json.loads(FORM.json_schema())["properties"]
    assert list(json.loads(said)) == list(whole)
    (schema,) = (
        schema for schema in whole["action"]["anyOf"] if schema["properties"]["action_type"]["const"] == cls.kind()
    )
    spelled = list(json.loads(said)["action"])
    assert spelled == schema["required"] == list(schema["properties"]) == list(spoken(cls))


@given(st.text())
def test_every_text_can_be_typed(text: str) -> None:
    """If the vocabulary takes it."""
    try:
        meant = Type(content=text)
    except ValueError:
        return
    said = PROTOCOL.answer(meant)
    assert ANSWERS.accepts(said)
    assert PROTOCOL.parse(SPACE, said).action == meant
    assert "\n" not in brief(said)


def test_what_the_grammar_draws_can_be_read() -> None:
    """Over a vocabulary of single bytes, with few letters so that texts end."""
    tokens = [bytes([byte]) for byte in b"\"{}[]:,_ \\/.abcdefghijklmnopqrstuvwxyzAET0123456789-=;+'`<|"]
    grammar = Grammar(FORM.grammar(), [*tokens, b"</s>"], stop=len(tokens))
    rng = random.Random(0)
    drawn = [text for _ in range(300) if (text := grammar.draw(rng))]
    kinds = {PROTOCOL.parse(SPACE, text).action.kind() for text in drawn}
    assert len(drawn) > 200
    assert len(kinds) > 15


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "3",
        '{"action_type":"wait"}',
        '{"reason":"","action":{"action_type":"wait"}} {}',
        '{"reason":"","action":{"action_type":"wait","memory":""}}',
        '{"reason":"","action":{"action_type":"left_click","start_box":[512,1000]}}',
        '{"reason":"","action":{"action_type":"left_click","start_box":["5",3]}}',
        '{"reason":"","action":{"action_type":"left_click"}}',
        '{"reason":"","action":{"action_type":"switch_tab","tab":9}}',
        '{"reason":"","action":{"action_type":"wait"},"more":"x"}',
        "[" * 100_000,
    ],
)
def test_what_is_no_action_is_told(text: str) -> None:
    with pytest.raises(Unparseable):
        PROTOCOL.parse(SPACE, text)


def test_masked_actions_cannot_be_said() -> None:
    form = PROTOCOL.form(SPACE.without(["left_click"]))
    assert not Grammar(form.grammar()).accepts(CLICK)
    assert Grammar(form.grammar()).accepts('{"reason":"","action":{"action_type":"wait"}}')


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (CLICK, "left_click 512,300"),
        ('{"action_type":"scroll","start_box":[5,6],"direction":"down"}', "scroll 5,6 down"),
        ('{"action_type":"key","keys":"ctrl+a"}', "key ctrl+a"),
        ('{"reason":"","action":{"action_type":"type","content":"ü"},"memory":""}', 'type "ü"'),
        ('{"action_type":"ty', "?"),
        ("[]", "?"),
        ('{"action":1}', "?"),
    ],
)
def test_brief(answer: str, told: str) -> None:
    assert brief(answer) == told


@given(st.integers(1, 4000), st.integers(1, 4000))
def test_pictures_fit(width: int, height: int) -> None:
    """Whole patches, not too large, and about as wide for their height as before."""
    shown = PROTOCOL.fit(width, height)
    assert shown[0] % PATCH == shown[1] % PATCH == 0
    assert min(shown) >= PATCH
    if min(shown) > PATCH:
        assert shown[0] * shown[1] <= PROTOCOL.most_pixels
        assert abs(shown[0] / width / (shown[1] / height) - 1) < PATCH / min(shown) + PATCH / max(shown)


def test_large_pictures_are_scaled_down_once() -> None:
    large, small = picture(0, (1280, 720)), picture(0, (672, 448))
    assert PROTOCOL.fitted(large) is PROTOCOL.fitted(large)
    assert PROTOCOL.fitted(PROTOCOL.fitted(large)) == PROTOCOL.fitted(large)
    assert PROTOCOL.fitted(small) is small
