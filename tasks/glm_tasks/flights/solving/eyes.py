"""What the solver sees, and the simplest things it does about it."""

from collections.abc import Iterable

from glm_actions.geometry import Point
from glm_actions.surface import Page
from glm_actions.vocabulary import Action, Key, LeftClick, Scroll, Type
from glm_tasks.task import Move

_MIDDLE = Point((560, 560))
_NOTCHES = 3


def move(reason: str, action: Action) -> Move:
    """A move with its reason."""
    return Move(reason=reason, action=action)


def select(name: str, more: str = "") -> str:
    """The CSS selector of an element by the name the site gives it."""
    return f'[data-t="{name}"]{more}'


class Eyes:
    """Looks at a page through the names of its elements."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def spot(self, name: str, more: str = "") -> Point | None:
        """Where an element can be clicked, if it can."""
        return self._page.find(select(name, more))

    def there(self, name: str, more: str = "") -> bool:
        """Whether an element exists, seen or not."""
        return self._page.text(select(name, more)) is not None

    def any_of(self, *names: str) -> bool:
        """Whether one of some elements exists."""
        return self._page.text(", ".join(map(select, names))) is not None

    def text(self, name: str) -> str:
        """The value or text of an element, empty if there is none."""
        return self._page.text(select(name)) or ""

    def follows(self, one: str, other: str) -> bool:
        """Whether the other element comes after the one among its siblings."""
        return self._page.text(f"{select(one)} ~ {select(other)}") is not None

    def first_day(self) -> Point | None:
        """The first day of the open calendar that can be picked."""
        return self._page.find('[data-t^="day-"]:not(:disabled)')

    def press(self, name: str, what: str, reason: str, order: Iterable[str], more: str = "") -> Move:
        """Click an element, or scroll to where it is; `order` names what stands on the page from top to bottom."""
        point = self.spot(name, more)
        if point is not None:
            return move(reason, LeftClick(start_box=point, element_info=what))
        return self.scroll(self._below(name, tuple(order)), what)

    def scroll(self, down: bool, what: str) -> Move:
        """Turn the wheel towards something that is out of sight."""
        where = "below" if down else "above"
        reason = f"I cannot see the {what}; it must be {where}."
        return move(reason, Scroll(start_box=_MIDDLE, direction="down" if down else "up", step=_NOTCHES))

    def _below(self, name: str, order: tuple[str, ...]) -> bool:
        at = order.index(name) if name in order else len(order)
        after = (other for other in order[at + 1 :] if self.spot(other))
        before = (other for other in order[:at] if self.spot(other) and not self._stays(other))
        return next(before, None) is not None or next(after, None) is None

    def _stays(self, name: str) -> bool:
        """Whether an element is in sight wherever the page is scrolled to, and so says nothing about that."""
        return name == "home" and self._page.text(f".sidebar {select(name)}") is not None

    def write(self, name: str, text: str, what: str, order: Iterable[str]) -> Move:
        """Bring a text field to hold a text: click it, mark what is wrong in it, type."""
        held = self.text(name)
        if not self.there(name, ":focus"):
            why = f"The {what} says {held}, which is not right" if held else f"The {what} is still empty"
            return self.press(name, what, f"{why}, so I click it.", order)
        if not held:
            return move(f"The {what} is ready, so I type {text}.", Type(content=text))
        if self.there(name, "[data-all]"):
            return move(f"{held} is marked, so typing {text} replaces it.", Type(content=text))
        return move(f"The {what} says {held}, so I mark it all to type over it.", Key(keys="ctrl+a"))
