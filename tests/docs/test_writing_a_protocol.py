"""The protocol in docs/writing-a-protocol.md is whole: it speaks, obeys its grammar, and acts."""

import random
from pathlib import Path

import pytest

from glm_actions import ActionSpace, Point, Unparseable
from glm_actions.grammar import Grammar
from glm_actions.surfaces.drawn import Button, DrawnScreen
from glm_actions.vocabulary import VOCABULARY, Action, Done, Fail, Key, LeftClick, LeftDoubleClick, Scroll, Type
from glm_agent.build import agent
from glm_agent.settings import read
from glm_backends import Protocol, Scripted
from glm_backends.protocols import protocol

PAGE = Path(__file__).parents[2] / "docs" / "writing-a-protocol.md"
SPACE = ActionSpace.of(cls.kind() for cls in VOCABULARY)


def answer(arguments: str) -> str:
    return f'Thought: So.\n<tool_call>\n{{"name": "computer_use", "arguments": {arguments}}}\n</tool_call>'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The page's Python block as a file."""
    file = tmp_path / "qwen.py"
    file.write_text(PAGE.read_text().split("```python\n")[1].split("```")[0])
    return file


@pytest.fixture
def qwen(file: Path) -> Protocol:
    return protocol(f"{file}:QwenVL", "qwen3-vl")


def test_it_is_one_short_file(file: Path) -> None:
    """Whoever adds a family of models writes about a hundred lines."""
    assert len(file.read_text().splitlines()) <= 120


def test_whatever_its_grammar_allows_is_read(qwen: Protocol) -> None:
    """Drawn answers are decisions, and each call can be drawn."""
    tokens = [*(bytes([byte]) for byte in range(256)), *[b'"', b"}", b"\n<tool_call>\n"] * 40, b"<stop>"]
    grammar, rng = Grammar(qwen.form(SPACE).grammar(), tokens, len(tokens) - 1), random.Random(0)

    kinds = {qwen.parse(SPACE, text).action.kind() for _ in range(300) if (text := grammar.draw(rng))}

    assert len(kinds) == 12


@pytest.mark.parametrize(
    ("arguments", "action"),
    [
        ('{"action": "left_click", "coordinate": [500, 380]}', LeftClick(start_box=Point((500, 380)))),
        ('{"action": "double_click", "coordinate": [0, 999]}', LeftDoubleClick(start_box=Point((0, 999)))),
        ('{"action": "type", "text": "a \\"b\\"\\n"}', Type(content='a "b"\n')),
        ('{"action": "key", "keys": ["ctrl", "shift", "t"]}', Key(keys="ctrl+shift+t")),
        (
            '{"action": "scroll", "coordinate": [5, 5], "pixels": -300}',
            Scroll(start_box=Point((5, 5)), direction="down", step=3),
        ),
        ('{"action": "terminate", "status": "success"}', Done(content="So.")),
        ('{"action": "terminate", "status": "failure"}', Fail(content="So.")),
    ],
)
def test_its_calls_mean_our_actions(qwen: Protocol, arguments: str, action: Action) -> None:
    """Qwen's words are allowed and become the vocabulary's."""
    assert Grammar(qwen.form(SPACE).grammar()).accepts(answer(arguments))
    assert qwen.parse(SPACE, answer(arguments)).action == action


@pytest.mark.parametrize("arguments", ["{}", '"x"', '{"action": "fly"}', '{"action": "left_click", "coordinate": 5}'])
def test_other_calls_are_told(qwen: Protocol, arguments: str) -> None:
    """What is no call is a text for the model."""
    with pytest.raises(Unparseable):
        qwen.parse(SPACE, answer(arguments))


def test_a_run_with_it(file: Path, tmp_path: Path) -> None:
    """The setting takes the file, and the agent acts on what Qwen says."""
    screen = DrawnScreen([Button(label="Save", left=140, top=100)])
    model = Scripted(
        map(
            answer,
            [
                *['{"action": "left_click", "coordinate": [500, 380]}'] * 2,
                '{"action": "terminate", "status": "success"}',
            ],
        )
    )
    settings, _ = read({"protocol": f"{file}:QwenVL", "runs": tmp_path})

    outcome = agent(settings, screen, model).run("Save it")

    assert (outcome.kind, outcome.answer, screen.clicked) == ("finished", "So.", {"Save": 2})
    assert '"action": "mouse_move"' in str(model.asked[0][0].parts[0])
