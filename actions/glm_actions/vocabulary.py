"""Every action there is, in GLM-4.5V's own words.

An action is one class: its docstring, fields and examples are rendered into the prompt, the JSON schema, the grammar
and the label a person reads. Adding one takes the class here and one method in each surface that can perform it.
"""

import re
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, get_args

from pydantic import AfterValidator, Field

from glm_actions.frozen import Frozen
from glm_actions.geometry import Point
from glm_actions.keys import CHORD, canonical


@dataclass(frozen=True)
class Rule:
    """Names the grammar rule that spells a field (see `glm_actions.ebnf`)."""

    name: str


URL = re.compile(
    r"https?://[A-Za-z0-9.-]+(:([0-9]{1,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}))?(/[!#-;=?-\[\]-~]*)?"
)

_UNSPEAKABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]|<\|")


def speakable(text: str) -> bool:
    """Whether an action may contain a text."""
    return not _UNSPEAKABLE.search(text)


def _speakable(text: str) -> str:
    if found := _UNSPEAKABLE.search(text):
        raise ValueError(f"holds {found.group()!r}, which no action may contain")
    return text


def _matches(pattern: re.Pattern[str], what: str) -> AfterValidator:
    def check(text: str) -> str:
        if not pattern.fullmatch(text):
            raise ValueError(f"{text!r} is not {what}")
        return text

    return AfterValidator(check)


Text = Annotated[str, AfterValidator(_speakable), Rule("text")]
"""Any Unicode, line breaks and tabs, but no other control characters and no `<|`, which opens GLM's control tokens."""
Keys = Annotated[str, AfterValidator(canonical), _matches(CHORD, "a key or a chord such as ctrl+a"), Rule("keys")]
"""One key, after its modifiers in the order ctrl, alt, shift, meta. Other common names of keys are read, too."""
Url = Annotated[str, _matches(URL, "an http or https address"), Rule("url")]
Box = Annotated[Point, Rule("point")]
"""GLM calls it a box; it holds a point."""
Steps = Annotated[int, Field(ge=1, le=20), Rule("steps")]


class _Act(Frozen):
    """What all actions share."""

    action_type: str
    final: ClassVar[bool] = False
    """Ends the run."""

    @classmethod
    def kind(cls) -> str:
        """GLM's name of the action, as in `action_type`."""
        return str(cls.model_fields["action_type"].default)

    @classmethod
    def example(cls) -> "Action":
        """An instance made of the fields' examples."""
        return cls.model_validate(  # type: ignore[return-value]
            {name: field.examples[0] for name, field in cls.model_fields.items() if field.examples}
        )

    def arguments(self) -> dict[str, Any]:
        """The fields in order, without the action's name."""
        return {name: getattr(self, name) for name in type(self).model_fields if name != "action_type"}

    def __str__(self) -> str:
        """The action in GLM's documented call syntax, without texts that are empty."""
        shown = ", ".join(
            f"{name}='{value}'" if isinstance(value, Point) else f"{name}={value!r}"
            for name, value in self.arguments().items()
            if value != ""
        )
        return f"{self.kind()}({shown})"


class _Aimed(_Act):
    start_box: Box = Field(examples=[Point((586, 446))])
    element_info: Text = Field(default="", examples=["Save button"])


class LeftClick(_Aimed):
    """Click once at start_box: press a button, follow a link, focus a text field."""

    action_type: Literal["left_click"] = "left_click"


class RightClick(_Aimed):
    """Click with the right mouse button at start_box."""

    action_type: Literal["right_click"] = "right_click"


class MiddleClick(_Aimed):
    """Click with the middle mouse button at start_box."""

    action_type: Literal["middle_click"] = "middle_click"


class LeftDoubleClick(_Aimed):
    """Click twice in a row at start_box."""

    action_type: Literal["left_double_click"] = "left_double_click"


class Hover(_Aimed):
    """Move the mouse to start_box without pressing anything."""

    action_type: Literal["hover"] = "hover"


class LeftDrag(_Act):
    """Press the left button at start_box, move to end_box, release it."""

    action_type: Literal["left_drag"] = "left_drag"
    start_box: Box = Field(examples=[Point((120, 300))])
    end_box: Box = Field(examples=[Point((640, 300))])
    element_info: Text = Field(default="", examples=["price slider"])


class Type(_Act):
    """Type content where the focus is; click a field first. Nothing is cleared. A line break presses enter."""

    action_type: Literal["type"] = "type"
    content: Text = Field(examples=["Oslo"])


class Key(_Act):
    """Press one key or chord, such as enter or ctrl+a."""

    action_type: Literal["key"] = "key"
    keys: Keys = Field(examples=["ctrl+a"])


class Scroll(_Act):
    """Turn the mouse wheel by step notches while pointing at start_box; down shows what lies below."""

    action_type: Literal["scroll"] = "scroll"
    start_box: Box = Field(examples=[Point((500, 500))])
    direction: Literal["down", "up", "left", "right"] = Field(examples=["down"])
    step: Steps = Field(default=5, examples=[5])
    element_info: Text = Field(default="", examples=["list of results"])


class Wait(_Act):
    """Do nothing until the screen changes, for five seconds at most."""

    action_type: Literal["wait"] = "wait"


class Goto(_Act):
    """Open an address in this tab."""

    action_type: Literal["goto"] = "goto"
    url: Url = Field(examples=["https://example.org/help"])


class Back(_Act):
    """Go back to the previous page of this tab."""

    action_type: Literal["back"] = "back"


class SwitchTab(_Act):
    """Bring another tab to the front, by its number."""

    action_type: Literal["switch_tab"] = "switch_tab"
    tab: Annotated[int, Field(ge=1), Rule("tab")] = Field(examples=[2])


class Upload(_Act):
    """Give one of the offered files to the upload field or button at start_box."""

    action_type: Literal["upload"] = "upload"
    start_box: Box = Field(examples=[Point((310, 640))])
    file: Annotated[str, Rule("file")] = Field(examples=["photo.png"])


class Open(_Act):
    """Start one of the installed programs, by its name in the menu."""

    action_type: Literal["open"] = "open"
    program: Annotated[str, Rule("program")] = Field(examples=["Text Editor"])


class Extract(_Act):
    """Keep content, read off the screen, for the result of the run, and go on."""

    action_type: Literal["extract"] = "extract"
    content: Text = Field(examples=["Order 1043: 12.50 EUR"])


class AskUser(_Act):
    """Ask the person who started the run, only for what you cannot know or decide."""

    action_type: Literal["ask_user"] = "ask_user"
    content: Text = Field(examples=["Window seat or aisle seat?"])


class Answer(_Act):
    """End the run with the answer to the question that was asked."""

    action_type: Literal["answer"] = "answer"
    content: Text = Field(examples=["The cheapest flight costs 312 EUR."])
    final: ClassVar[bool] = True


class Done(_Act):
    """End the run: the goal is reached, and the screen shows it."""

    action_type: Literal["done"] = "done"
    content: Text = Field(default="", examples=["Booked, confirmation K7Q2ZD."])
    final: ClassVar[bool] = True


class Fail(_Act):
    """End the run: the goal cannot be reached. Say why."""

    action_type: Literal["fail"] = "fail"
    content: Text = Field(default="", examples=["There is no flight on that day."])
    final: ClassVar[bool] = True


Clicks = LeftClick | RightClick | MiddleClick | LeftDoubleClick
Aimed = Clicks | Hover | LeftDrag
"""What is done to the thing at its place; a scroll only needs a place."""
Pointing = Aimed | Scroll
Action = Annotated[
    Clicks
    | Hover
    | LeftDrag
    | Type
    | Key
    | Scroll
    | Wait
    | Goto
    | Back
    | SwitchTab
    | Upload
    | Open
    | Extract
    | AskUser
    | Answer
    | Done
    | Fail,
    Field(discriminator="action_type"),
]

VOCABULARY: tuple[type[_Act], ...] = get_args(get_args(Action)[0])
"""Every action class, in the order in which the prompt and the grammar list them."""
AGENT_KINDS = frozenset(cls.kind() for cls in (Extract, AskUser, Answer, Done, Fail))
"""What the agent itself performs; everything else is a surface's."""
