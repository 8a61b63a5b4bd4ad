"""Turns the wheel to look for what has moved out of the window."""

from typing import Literal

from glm_actions.risk import irreversible
from glm_actions.vocabulary import Clicks, Hover, Scroll
from glm_trajectory.divergence import Divergence

_Way = Literal["down", "up"]
_NOTCHES = 2
"""So little that most of the page stays in sight and can be recognised."""
_WAYS: tuple[_Way, ...] = ("down", "down", "down", "up", "up", "up", "up", "up", "up")


class Seek:
    """One look down the page and up again for a target that is not to be seen.

    Args:
        missed: What was found where it should be.
    """

    def __init__(self, missed: Divergence) -> None:
        self.missed = missed
        self._ways = list(_WAYS) if _may_be_out(missed) else []
        self._turned: tuple[_Way, bytes] | None = None

    def turn(self, found: Divergence, seen: bytes) -> Scroll | None:
        """The next turn of the wheel; None if there is nothing more to be seen, or more than one such target."""
        if self._turned and seen == self._turned[1]:  # the page ends here
            self._ways = [way for way in self._ways if self._turned[0] != way]
        if found.aim is None or found.kind == "ambiguous" or not self._ways:
            return None
        way = self._ways.pop(0)
        self._turned = way, seen
        return Scroll(start_box=found.aim, direction=way, step=_NOTCHES)


def _may_be_out(missed: Divergence) -> bool:
    """Whether a target may be out of the window, and the page does not have to be as it was as a whole."""
    unseen, on_a_place = missed.kind in {"gone", "different"}, isinstance(missed.action, Clicks | Hover)
    return unseen and on_a_place and not irreversible(missed.action)
