"""The native protocol in whole runs: what the model is shown, and mistakes of other loops that it does not repeat.

The numbers are those of ten defects in a published loop for GLM-4.5V; each became a test here.
"""

import io
import re
from pathlib import Path

import pytest
from PIL import Image

from glm_actions import ActionSpace, Pixel, Point
from glm_actions.geometry import Frame, Size
from glm_actions.surfaces.drawn import Button, DrawnScreen
from glm_actions.vocabulary import VOCABULARY, Done, Fail, Hover, Key, MiddleClick, Scroll, Type
from glm_agent import Agent, Outcome
from glm_backends import Message, Picture, Scripted, Turn
from glm_backends.fake_server import FakeServer
from glm_backends.native import PAST_PICTURES, NativeProtocol
from glm_backends.server import Server

NATIVE = NativeProtocol()
SPACE = ActionSpace.of((cls.kind() for cls in VOCABULARY), tabs=(1, 2), files=("photo.png",), programs=("Text Editor",))
WHERE = "left_click(start_box='[500, 380]', element_info='Save button')"
SCRIPT = (
    f'I click Save.\n{WHERE}\nMemory:\n[{{"name": "Zoë"}}]',
    'The name is asked for.\ntype(content=\'It\'s Zoë (23)\')\nMemory:\n[{"step": "2"}]',
    'I look at its menu.\nright_click(start_box=\'[500, 380]\')\nMemory:\n[{"step": "3"}]',
    "More below.\nscroll(start_box='[500, 500]', direction='up', step=3)\nMemory:\n[{\"step\": \"4\"}]",
    'I select all.\nkey(keys=\'ctrl+a\')\nMemory:\n[{"step": "5"}]',
    "The name is saved.\nDONE()\nMemory:\n[]",
)


def picture(number: int) -> Picture:
    png = io.BytesIO()
    Image.new("RGB", (1280, 720), (number, 0, 0)).save(png, "PNG")
    return Picture(png=png.getvalue())


def action(said: str) -> object:
    return NATIVE.parse(SPACE, f"So.\n{said}\nMemory:\n[]").action


def text(message: Message) -> str:
    return "".join(part if isinstance(part, str) else "<picture>" for part in message.parts)


@pytest.fixture
def run(tmp_path: Path) -> tuple[Outcome, list[str], list[Message]]:
    """A run of six steps; its outcome, its prompts as text, and as messages."""
    model, screen = Scripted(SCRIPT), DrawnScreen([Button(label="Save", left=140, top=100)])
    outcome = Agent(screen, model, protocol=NATIVE, pictures=3, runs=tmp_path).run("Save Zoë")
    assert screen.typed == "It's Zoë (23)"
    messages = [message for (message,) in model.asked]
    return outcome, list(map(text, messages)), messages


def test_the_layout_is_the_documented_one() -> None:
    """Head, history with its pictures in place, memory, format, notes, and last the current screenshot."""
    turns = (Turn(answer=SCRIPT[0]), Turn(picture=picture(2), answer=SCRIPT[1]), Turn(picture=picture(3)))
    (message,) = NATIVE.messages("Save Zoë", SPACE, turns)
    headings = re.findall(r"^(?:# .*|Memory:|History:|step \d+:|Current Screenshot:)", text(message), re.MULTILINE)

    assert message.role == "user"
    assert headings == [
        *("# Task:", "# Task Platform", "# Action Space", "# Historical Actions and Current Memory", "History:"),
        *("step 1:", "step 2:", "Memory:", "# Output Format", "Memory:", "# Some Additional Notes"),
        "Current Screenshot:",
    ]
    assert f"step 1: Screenshot:(Omitted in context.) Thought: I click Save.\nAction: {WHERE}\nstep 2:" in text(message)
    assert "step 2: Screenshot:<picture> Thought: The name is asked for.\nAction: type(" in text(message)
    assert message.parts[-1] == picture(3)


def test_1_history_is_in_thousandths(run: tuple[Outcome, list[str], list[Message]]) -> None:
    """What the model pointed at is told in its own coordinates, never in pixels."""
    assert f"Action: {WHERE}" in run[1][1]


def test_2_the_newest_memory_is_told(run: tuple[Outcome, list[str], list[Message]]) -> None:
    """What the model wants to remember comes back to it, once and without what it let go."""
    assert [re.findall(r"^Memory:\n(.*)$", prompt, re.MULTILINE)[0] for prompt in run[1][:3]] == [
        "[]",
        '[{"name": "Zoë"}]',
        '[{"step": "2"}]',
    ]


def test_3_past_screenshots_are_at_half_size() -> None:
    """The prompt says so, and it is so; the current one is in full, and at most four are shown."""
    turns = tuple(Turn(picture=picture(number), answer=SCRIPT[0]) for number in range(6))
    (message,) = NATIVE.messages("Save it", SPACE, (*turns, Turn(picture=picture(9))))
    shown = [Image.open(io.BytesIO(part.png)) for part in message.parts if isinstance(part, Picture)]

    assert [image.size for image in shown] == [(640, 360)] * PAST_PICTURES + [(1280, 720)]
    assert [image.getpixel((0, 0))[0] for image in shown] == [2, 3, 4, 5, 9]  # type: ignore[index]


def test_4_the_current_screenshot_is_sent_once(run: tuple[Outcome, list[str], list[Message]]) -> None:
    """A request has the pictures of the steps before, and one of the screen as it is."""
    sent = [sum(isinstance(part, Picture) for part in message.parts) for message in run[2]]

    assert sent == [1, 2, 3, 4, 5, 3]
    assert all(message.parts[-1] not in message.parts[:-1] for message in run[2])


def test_5_every_documented_call_does_something() -> None:
    """Also those that others forget."""
    assert action("hover(start_box='[1, 2]', element_info='')") == Hover(start_box=Point((1, 2)))
    assert action("middle_click(start_box='[1,2]')") == MiddleClick(start_box=Point((1, 2)))
    assert action("DONE()") == Done(content="So.")
    assert action("FAIL()") == Fail(content="So.")


def test_6_steps_of_the_wheel_are_kept() -> None:
    """A scroll turns the wheel as far as the model said, and by five if it said nothing."""
    assert action("scroll(start_box='[1,2]', direction='down', step=17)") == Scroll(
        start_box=Point((1, 2)), direction="down", step=17
    )
    assert action("scroll(start_box='[1,2]', direction='down')") == Scroll(start_box=Point((1, 2)), direction="down")


def test_7_apostrophes_and_brackets_do_not_end_a_text() -> None:
    """All that is typed is typed."""
    assert action("type(content='It's (5) o'clock')") == Type(content="It's (5) o'clock")


def test_8_and_9_history_repeats_what_was_done(run: tuple[Outcome, list[str], list[Message]]) -> None:
    """Right clicks, keys and directions are told as they were."""
    last = run[1][-1]

    assert "Action: right_click(start_box='[500, 380]')\n" in last
    assert "Action: scroll(start_box='[500, 500]', direction='up', step=3)\n" in last
    assert "Action: key(keys='ctrl+a')\n" in last
    assert action("key(keys='ctrl+a')") == Key(keys="ctrl+a")


def test_10_sampling_is_sent_and_boxes_may_be_missing(tmp_path: Path) -> None:
    """Nothing is left to the server's defaults, and an answer with the box's tokens means the same as one without."""
    boxed = SCRIPT[-1].replace("DONE()", "<|begin_of_box|>DONE()<|end_of_box|>")
    with FakeServer([boxed]) as fake, Server(fake.url) as model:
        outcome = Agent(DrawnScreen([]), model, protocol=NATIVE, runs=tmp_path).run("Save it")

    assert (outcome.kind, outcome.answer) == ("finished", "The name is saved.")
    assert {"temperature", "top_p", "top_k", "repetition_penalty", "max_tokens"} <= set(fake.requests[0])


def test_11_nobodys_passwords_are_in_the_prompt() -> None:
    """The published prompt holds a password of its authors' machine."""
    (message,) = NATIVE.messages("Save it", SPACE, (Turn(),))

    assert "password" not in text(message)


def test_12_the_last_thousandth_is_on_the_screen() -> None:
    """999 is a place that can be clicked."""
    assert Frame.whole(Size(width=1280, height=720)).pixel(Point((999, 999))) == Pixel(x=1279.36, y=719.64)


def test_what_happened_is_told(run: tuple[Outcome, list[str], list[Message]]) -> None:
    """Notes stand where they happened, and the outcome says what the model said with DONE."""
    (message,) = NATIVE.messages(
        "G", SPACE, (Turn(answer=SCRIPT[0]), Turn(notes=("One.",), answer="?"), Turn(notes=("Two.",)))
    )

    assert f"Action: {WHERE}\nNote: One.\nstep 2:" in text(message)
    assert "Thought: ?\nAction: \nNote: Two.\nMemory:\n[" in text(message)
    assert (run[0].kind, run[0].answer) == ("finished", "The name is saved.")
