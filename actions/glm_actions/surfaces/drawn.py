"""A screen drawn in memory: no browser, no display; for tests and for trying out an agent."""

import io
from collections.abc import Sequence
from pathlib import Path

from glm_actions.errors import SurfaceError
from glm_actions.frozen import Frozen
from glm_actions.geometry import Frame, Pixel, Size
from glm_actions.surface import Observation, Result
from glm_actions.vocabulary import (
    Action,
    Clicks,
    Hover,
    Key,
    LeftClick,
    LeftDoubleClick,
    LeftDrag,
    MiddleClick,
    RightClick,
    Scroll,
    Type,
    Wait,
)

_PERFORMED = (LeftClick, RightClick, MiddleClick, LeftDoubleClick, Hover, LeftDrag, Type, Key, Scroll, Wait)


class Button(Frozen):
    """A rectangle that changes its colour each time it is clicked, in pixels."""

    label: str
    left: int
    top: int
    width: int = 120
    height: int = 32

    def holds(self, pixel: Pixel) -> bool:
        """Whether a pixel lies on the button."""
        return self.left <= pixel.x < self.left + self.width and self.top <= pixel.y < self.top + self.height


class DrawnScreen:
    """Buttons that can be clicked, and a line of text that can be typed. Implements `glm_actions.surface.Surface`.

    Args:
        buttons: What can be clicked.
        size: The size of the screen in pixels.

    `performed` lists what was done; `clicked` counts the clicks on each button.
    """

    kinds = frozenset(cls.kind() for cls in _PERFORMED)

    def __init__(self, buttons: Sequence[Button] = (), size: Size | None = None) -> None:
        self.performed: list[Action] = []
        self.clicked = {button.label: 0 for button in buttons}
        self.typed = ""
        self._buttons = tuple(buttons)
        self._frame = Frame.whole(size or Size(width=400, height=300))
        self._open = True

    def begin(self, folder: Path) -> None:
        """Nothing is kept."""

    def observe(self) -> Observation:
        self._check_open()
        return Observation(png=self._draw(), frame=self._frame, title="Drawn")

    def perform(self, action: Action) -> Result:
        self._check_open()
        self.performed.append(action)
        point = getattr(action, "start_box", None)
        place = self._frame.pixel(point) if point else None
        if isinstance(action, Type):
            self.typed += action.content
        elif isinstance(action, Clicks) and place:
            for button in self._buttons:
                self.clicked[button.label] += button.holds(place)
        return Result()

    def close(self) -> None:
        self._open = False

    def _check_open(self) -> None:
        if not self._open:
            raise SurfaceError("The screen is closed.")

    def _draw(self) -> bytes:
        from PIL import Image, ImageDraw

        image = Image.new("RGB", (self._frame.image.width, self._frame.image.height), "white")
        draw = ImageDraw.Draw(image)
        for button in self._buttons:
            box = (button.left, button.top, button.left + button.width - 1, button.top + button.height - 1)
            draw.rectangle(box, fill="lightgreen" if self.clicked[button.label] % 2 else "lightgray")
            draw.text((button.left + 8, button.top + 8), button.label, fill="black")
        draw.text((8, self._frame.image.height - 20), self.typed, fill="black")
        png = io.BytesIO()
        image.save(png, "PNG", compress_level=1)
        return png.getvalue()
