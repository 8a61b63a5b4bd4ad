"""Rectangles on a display."""

from typing import Self

from glm_actions.frozen import Frozen
from glm_actions.geometry import Size


class Box(Frozen):
    """A rectangle on a display, in physical pixels."""

    left: int
    top: int
    width: int
    height: int

    @property
    def size(self) -> Size:
        """How large it is."""
        return Size(width=self.width, height=self.height)

    def clipped(self, other: "Box") -> Self | None:
        """The part that lies inside of another one; None if there is none."""
        left, top = max(self.left, other.left), max(self.top, other.top)
        right = min(self.left + self.width, other.left + other.width)
        bottom = min(self.top + self.height, other.top + other.height)
        if right <= left or bottom <= top:
            return None
        return type(self)(left=left, top=top, width=right - left, height=bottom - top)
