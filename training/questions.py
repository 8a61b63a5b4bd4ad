"""Asks questions about a rendered page, and answers them: what a goal looks like, and the one right action."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from random import Random
from typing import NamedTuple

from glm_actions.geometry import Point
from glm_actions.vocabulary import (
    Action,
    Answer,
    Back,
    Done,
    Fail,
    Hover,
    Key,
    LeftClick,
    LeftDoubleClick,
    LeftDrag,
    RightClick,
    Scroll,
    Type,
    Wait,
)
from glm_backends.embedded import EmbeddedProtocol
from training.widgets import ICONS
from training.words import Split, Writer

PROTOCOL = EmbeddedProtocol()
ABSENT = "Not on this screen."
"""What the model says when the thing it is asked for is not there."""


class Box(NamedTuple):
    """A rectangle in thousandths of the page."""

    left: float
    top: float
    width: float
    height: float

    @property
    def middle(self) -> Point:
        """The thousandth in its middle."""
        return Point((_clamped(self.left + self.width / 2), _clamped(self.top + self.height / 2)))

    def holds(self, x: int, y: int) -> bool:
        """Whether a click on this thousandth lands inside."""
        inside = self.left <= x + 0.5 <= self.left + self.width
        return inside and self.top <= y + 0.5 <= self.top + self.height


class Element(NamedTuple):
    """Something on a page that can be asked for."""

    kind: str
    label: str
    box: Box
    row: str = ""
    value: str = ""
    focused: bool = False
    marked: bool = False
    """All of its value is selected, so that typing replaces it."""


class Question(NamedTuple):
    """A goal in a situation, and the right answer."""

    kind: str
    """What it tests, such as `find.button`."""
    prompt: str
    answer: str
    boxes: tuple[Box, ...] = ()
    """Where each point of the answer may lie."""
    weight: float = 1.0
    """How likely it is to be put into a row."""


_CLICK = {
    "button": ("Click the button {}", "Press the {} button", "Click {}", "Press {}", "Push the button {}", "{}"),
    "link": ("Open the link {}", "Click the link {}", "Follow {}", "Click {}", "Go to {}"),
    "field": ("Click the field {}", "Focus the {} field", "Click the input {}", "Put the cursor into {}"),
    "checkbox": ("Click the checkbox {}", "Tick {}", "Click {}", "Toggle the checkbox {}"),
    "radio": ("Select the option {}", "Click the radio {}", "Click {}", "Choose {}"),
    "toggle": ("Switch the toggle {}", "Click {}", "Flip the switch {}"),
    "tab": ("Open the tab {}", "Click {}", "Switch to the tab {}"),
    "menuitem": ("Choose {} in the menu", "Click the menu item {}", "Click {}", "Select {}"),
    "icon": ("Click the {} icon", "Press the icon {}"),
    "select": ("Open the dropdown {}", "Click the select {}", "Open the list {}"),
    "text": ("Find the text {}", "Point at {}", "Find {}", "Where is {}?", "Click on the text {}"),
    "day": ("Click day {}", "Choose the day {}", "Pick {} in the calendar"),
}
_ROW = ("Click {} in the row of {}", "Press {} for {}", "{0} {1}", "In the row {1}, click {0}", "Choose {} next to {}")
_TYPE = ("Type {} into the field {}", "Enter {} in {}", "Fill {1} with {0}", "Put {} into {}", "Set {1} to {0}")
_TYPE_HERE = ("Type {}", "Enter {}", "Write {}", "Type {} here", "Type the text {}")
_OTHER_CLICKS: tuple[tuple[type[RightClick] | type[LeftDoubleClick] | type[Hover], tuple[str, ...]], ...] = (
    (LeftDoubleClick, ("Double-click {}", "Double click on {}")),
    (RightClick, ("Right-click {}", "Open the context menu of {}")),
    (Hover, ("Hover over {}", "Move the mouse over {}", "Point the mouse at {}")),
)
_DRAG = ("Drag {} onto {}", "Drag {} to {}", "Move {} to {} by dragging")
_READ_AT = ("What does it say at {},{}?", "Read the text at {},{}")
_READ_FIELD = ("What is in the field {}?", "Read the value of {}", "What does {} contain?")
_SCROLLS: dict[str, tuple[str, ...]] = {
    "down": ("Scroll down", "Scroll down the page", "Show what is below", "See more", "Go further down"),
    "up": ("Scroll up", "Scroll up the page", "Show what is above", "Go back to the top of the page"),
}
_BACKS = ("Go back", "Go back to the previous page", "Return to the page before", "Leave this page by going back")
_KEY_GOALS = ("Press {}", "Hit the key {}", "Press the key {}", "Use the shortcut {}")
_KEYS = (
    *("enter", "tab", "escape", "space", "backspace", "delete", "up", "down", "left", "right", "home", "end"),
    *("pageup", "pagedown", "ctrl+a", "ctrl+c", "ctrl+v", "ctrl+z", "ctrl+s", "ctrl+f", "alt+left", "shift+tab", "f5"),
)
_SECRETS = ("password", "pin", "token", "login", "card", "mail")
_NAMELESS = ("icon", "day")


def templates() -> Iterator[str]:
    """Every wording of a goal, for the tokenizer."""
    tables: list[Iterable[str]] = [*_CLICK.values(), *_SCROLLS.values(), *(goals for _, goals in _OTHER_CLICKS)]
    for goals in (*tables, _ROW, _TYPE, _TYPE_HERE, _DRAG, _READ_AT, _READ_FIELD, _BACKS, _KEY_GOALS):
        yield from goals
    yield from (ABSENT, *_KEYS, *_SECRETS)


def question(  # noqa: PLR0913
    kind: str,
    goal: str,
    action: Action,
    boxes: tuple[Box, ...] = (),
    *,
    past: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
    reason: str = "",
    weight: float = 1.0,
) -> Question:
    """A question in the exact words of the embedded model's protocol."""
    return Question(kind, PROTOCOL.prompt(goal, past, notes), PROTOCOL.answer(action, reason), boxes, weight)


class Asker:
    """Asks about one page.

    Args:
        rng: Where chance comes from.
        split: Which words may be asked for.
        elements: What is on the page.
        loading: Whether the page is still loading, so that all there is to do is wait.
    """

    def __init__(self, rng: Random, split: Split, elements: Iterable[Element], *, loading: bool = False) -> None:
        self.rng = rng
        self.write = Writer(rng, split)
        self.loading = loading
        self.all = tuple(elements)
        self.targets = tuple(element for element in self.all if element.kind not in {"label", "value"})
        self._same = Counter((element.kind, element.label.lower()) for element in self.targets)
        self._alike = Counter(element.label.lower() for element in self.targets)

    def ask(self) -> list[Question]:
        """Everything worth asking about this page, in no order."""
        if self.loading:
            return [self._wait() for _ in range(4)] + list(self._copies(4))
        asked = [*self._finds(), *self._rows(), *self._fields(), *self._reads()]
        asked += [*self._absent(4), *self._others(2), *self._drags(1), *self._copies(3), *self._bare(), *self._dones(1)]
        return asked

    def _unique(self, element: Element) -> bool:
        return element.kind in _CLICK and self._same[element.kind, element.label.lower()] == 1

    def _only(self) -> list[Element]:
        return [element for element in self.targets if self._unique(element)]

    def _quoted(self, text: str, *, always: bool = False) -> str:
        style = self.rng.random()
        if style < 0.45 and "'" not in text:
            return f"'{text}'"
        return f'"{text}"' if style < 0.75 or always else text

    def _named(self, element: Element, wordings: tuple[str, ...]) -> str:
        if self._alike[element.label.lower()] > 1:
            wordings = wordings[:1]
        label = element.label if element.kind in _NAMELESS else self._quoted(element.label)
        return self.rng.choice(wordings).format(label)

    def _finds(self) -> Iterator[Question]:
        for element in self._only():
            goal, box = self._named(element, _CLICK[element.kind]), element.box
            yield question(f"find.{element.kind}", goal, LeftClick(start_box=box.middle), (box,), weight=1.5)

    def _rows(self) -> Iterator[Question]:
        buttons = [element for element in self.targets if element.kind == "rowbutton"]
        for element in buttons:
            if sum(other.label == element.label and other.row == element.row for other in buttons) == 1:
                goal = self.rng.choice(_ROW).format(self._quoted(element.label), self._quoted(element.row))
                yield question("row", goal, LeftClick(start_box=element.box.middle), (element.box,), weight=1.5)

    def _fields(self) -> Iterator[Question]:
        for element in self._only():
            if element.kind == "field":
                yield self._fill(element)
                if element.value:
                    goal = self.rng.choice(_READ_FIELD).format(self._quoted(element.label))
                    yield question("read.field", goal, Answer(content=element.value), weight=1.5)

    def _fill(self, field: Element) -> Question:
        """One step of filling in a field: click it, mark what is in it, type, or be done."""
        wanted = field.value if field.value and self.rng.random() < 0.3 else self.write.any_string()
        goal = self.rng.choice(_TYPE).format(self._quoted(wanted, always=True), self._quoted(field.label, always=True))
        if field.value == wanted:
            return question("fill.done", goal, Done(content=""), past=self._past(field), weight=1.5)
        if not field.focused:
            return question("fill.click", goal, LeftClick(start_box=field.box.middle), (field.box,))
        past = self._past(field)
        if field.value and not field.marked:
            return question("fill.mark", goal, Key(keys="ctrl+a"), past=past, weight=1.5)
        return question("fill.type", goal, Type(content=wanted), past=past, weight=2)

    def _past(self, element: Element) -> tuple[str, ...]:
        if self.rng.random() < 0.2:
            return ()
        before = [self._filler() for _ in range(self.rng.choice((0, 0, 0, 1, 2, 4)))]
        return (*before, PROTOCOL.answer(LeftClick(start_box=self._near(element.box))))

    def _filler(self) -> str:
        point = Point((self.rng.randrange(1000), self.rng.randrange(1000)))
        made: tuple[Callable[[], Action], ...] = (
            lambda: LeftClick(start_box=point),
            lambda: Type(content=self.write.value()),
            lambda: Scroll(start_box=point, direction="down"),
            lambda: Key(keys=self.rng.choice(_KEYS)),
        )
        return PROTOCOL.answer(self.rng.choice(made)())

    def _near(self, box: Box) -> Point:
        across, down = self.rng.uniform(0.25, 0.75), self.rng.uniform(0.25, 0.75)
        return Point((_clamped(box.left + box.width * across), _clamped(box.top + box.height * down)))

    def _reads(self) -> Iterator[Question]:
        for element in self.all:
            if element.kind not in {"icon", "field", "select"}:
                goal = self.rng.choice(_READ_AT).format(*self._near(element.box).root)
                yield question(f"read.{element.kind}", goal, Answer(content=element.label), weight=0.75)

    def _absent(self, count: int) -> Iterator[Question]:
        for _ in range(count):
            kind = self.rng.choice(tuple(_CLICK))
            label = self._missing(kind)
            if label is not None:
                shown = label if kind in _NAMELESS else self._quoted(label)
                goal = self.rng.choice(_CLICK[kind][:3]).format(shown)
                if self.rng.random() < 0.25:
                    goal = self.rng.choice(_TYPE).format(self._quoted(self.write.value(), always=True), shown)
                yield question("absent", goal, Fail(content=ABSENT), weight=2)

    def _missing(self, kind: str) -> str | None:
        if kind == "day":
            return None
        label = self.rng.choice(tuple(ICONS)) if kind == "icon" else self.write.label()
        if kind != "icon" and self.targets and self.rng.random() < 0.3:
            label = self._twisted(self.rng.choice(self.targets).label)
        return None if label.lower() in self._alike else label

    def _twisted(self, label: str) -> str:
        words = label.split(" ")
        words[self.rng.randrange(len(words))] = self.write.word()
        return " ".join(words)

    def _others(self, count: int) -> Iterator[Question]:
        for element in self._sample(count):
            make, wordings = self.rng.choice(_OTHER_CLICKS)
            goal = self._named(element, wordings)
            yield question(f"other.{make.kind()}", goal, make(start_box=element.box.middle), (element.box,))

    def _drags(self, count: int) -> Iterator[Question]:
        for _ in range(count):
            pair = self._sample(2)
            if len(pair) == 2:
                start, end = pair
                goal = self.rng.choice(_DRAG).format(self._quoted(start.label), self._quoted(end.label))
                action = LeftDrag(start_box=start.box.middle, end_box=end.box.middle)
                yield question("drag", goal, action, (start.box, end.box))

    def _sample(self, count: int) -> list[Element]:
        named = [
            element for element in self._only() if self._alike[element.label.lower()] == 1 and element.kind != "day"
        ]
        return self.rng.sample(named, min(count, len(named)))

    def _copies(self, count: int) -> Iterator[Question]:
        for _ in range(count):
            secret = f"<secret:{self.rng.choice(_SECRETS)}>"
            wanted = secret if self.rng.random() < 0.08 else self.write.any_string()
            goal = self.rng.choice(_TYPE_HERE).format(self._quoted(wanted, always=True))
            yield question("copy", goal, Type(content=wanted), weight=1.5)

    def _bare(self) -> Iterator[Question]:
        """What needs no look at the page."""
        key = self.rng.choice(_KEYS)
        yield question("key", self.rng.choice(_KEY_GOALS).format(key), Key(keys=key))
        direction = self.rng.choice(tuple(_SCROLLS))
        action = Scroll.model_validate({"start_box": (500, 500), "direction": direction})
        yield question("scroll", self.rng.choice(_SCROLLS[direction]), action, (Box(300, 300, 400, 400),), weight=0.5)
        yield question("back", self.rng.choice(_BACKS), Back(), weight=0.4)

    def _dones(self, count: int) -> Iterator[Question]:
        """A goal of one click that has just been carried out."""
        for element in self._sample(count):
            goal = self._named(element, _CLICK[element.kind])
            past = (PROTOCOL.answer(LeftClick(start_box=self._near(element.box))),)
            yield question("done", goal, Done(content=""), past=past, weight=0.7)

    def _wait(self) -> Question:
        kind = self.rng.choice(("button", "link", "text", "field"))
        goal = self.rng.choice(_CLICK[kind][:2]).format(self._quoted(self.write.label()))
        return question("wait", goal, Wait(), weight=2)


def _clamped(thousandth: float) -> int:
    return min(999, max(0, int(thousandth)))
