"""The only place where thousandths become pixels, and back."""

from typing import Annotated, Self

from pydantic import Field, RootModel
from pydantic.config import ConfigDict

from glm_actions.frozen import Frozen

Thousandth = Annotated[int, Field(ge=0, le=999)]


class Point(RootModel[tuple[Thousandth, Thousandth]]):
    """A place on the screenshot as the model gives it: thousandths of it, 0 to 999. In JSON: `[x, y]`."""

    model_config = ConfigDict(frozen=True, strict=True)

    @property
    def x(self) -> int:
        return self.root[0]

    @property
    def y(self) -> int:
        return self.root[1]

    def __str__(self) -> str:
        return f"[{self.x}, {self.y}]"


class Pixel(Frozen):
    """A place in the units a surface is driven in: CSS pixels for a browser, physical pixels for a desktop."""

    x: float
    y: float


class Size(Frozen):
    """A width and a height in pixels."""

    width: Annotated[int, Field(gt=0)]
    height: Annotated[int, Field(gt=0)]


class Frame(Frozen):
    """How one screenshot lies on the screen. Stored with each step, so that a recorded point can be found again."""

    image: Size
    """The screenshot as sent to the model, in image pixels."""
    area: Size
    """What it shows, in the surface's own pixels."""
    origin: Pixel = Pixel(x=0, y=0)
    """Where its upper left corner lies: other than 0, 0 for a monitor or a window of a desktop."""
    scale: float = 1.0
    """Physical pixels per pixel of the surface."""

    @classmethod
    def whole(cls, size: Size) -> Self:
        """The frame of a screenshot that shows its surface pixel by pixel."""
        return cls(image=size, area=size)

    def pixel(self, point: Point) -> Pixel:
        """The middle of the thousandth that was named; 999 is still on the screen."""
        return Pixel(
            x=self.origin.x + (point.x + 0.5) * self.area.width / 1000,
            y=self.origin.y + (point.y + 0.5) * self.area.height / 1000,
        )

    def point(self, pixel: Pixel) -> Point:
        """The thousandth that holds a pixel; a pixel outside is moved to the nearest edge."""
        return Point(
            (
                _thousandth(pixel.x - self.origin.x, self.area.width),
                _thousandth(pixel.y - self.origin.y, self.area.height),
            )
        )


def _thousandth(offset: float, length: int) -> int:
    return min(999, max(0, int(offset * 1000 // length)))
