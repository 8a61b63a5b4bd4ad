"""A rectangle of a screenshot."""

from typing import Self

from glm_actions.frozen import Frozen
from glm_actions.geometry import Frame, Size


class Box(Frozen):
    """A rectangle in pixels of the image."""

    left: int
    top: int
    width: int
    height: int

    @property
    def rows(self) -> slice:
        """Its rows of an array."""
        return slice(self.top, self.top + self.height)

    @property
    def columns(self) -> slice:
        """Its columns of an array."""
        return slice(self.left, self.left + self.width)

    @property
    def empty(self) -> bool:
        """Whether it has no pixels."""
        return not self.width * self.height

    @property
    def frame(self) -> Frame:
        """How points lie in it, if it is a whole image."""
        return Frame.whole(Size(width=self.width, height=self.height))

    def around(self, x: int, y: int, across: int, down: int) -> Self:
        """The part of this box that lies within so many pixels of a place."""
        left, right = max(self.left, x - across), min(self.left + self.width, x + across)
        top, bottom = max(self.top, y - down), min(self.top + self.height, y + down)
        return self.model_copy(update={"left": left, "top": top, "width": right - left, "height": bottom - top})

    def within(self, other: Self, x: int, y: int) -> Self:
        """The part of this box that lies within another one once it has been moved; may be of no size."""
        left, top = max(self.left, other.left - x), max(self.top, other.top - y)
        right = min(self.left + self.width, other.left + other.width - x)
        bottom = min(self.top + self.height, other.top + other.height - y)
        size = {"width": max(0, right - left), "height": max(0, bottom - top)}
        return self.model_copy(update={"left": left, "top": top, **size})
