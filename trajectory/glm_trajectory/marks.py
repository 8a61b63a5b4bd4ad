"""What is drawn on a screenshot to show an action, for every picture of a run: viewer, GIF, film."""

from typing import Annotated, Literal

from pydantic import Field

from glm_actions.frozen import Frozen
from glm_actions.geometry import Frame, Pixel, Point
from glm_actions.vocabulary import Action, LeftDrag, Pointing, Scroll, Upload
from glm_trajectory.steps import Step

_TOWARDS = {"down": (0, 1), "up": (0, -1), "left": (-1, 0), "right": (1, 0)}


class Ring(Frozen):
    """Around the place where the pointer acted."""

    shape: Literal["ring"] = "ring"
    how: str
    """The action's name."""
    x: float
    y: float


class Arrow(Frozen):
    """From where to where something was dragged, or which way the wheel was turned."""

    shape: Literal["arrow"] = "arrow"
    x: float
    y: float
    to_x: float
    to_y: float


class Caption(Frozen):
    """A text that was typed, a key, an address, an answer."""

    shape: Literal["caption"] = "caption"
    how: str
    text: str
    x: float | None
    """None if it belongs to no place on the screen."""
    y: float | None


Mark = Annotated[Ring | Arrow | Caption, Field(discriminator="shape")]


def words(action: Action) -> str:
    """An action as a person would say it: `Left click destination`."""
    said = [_said(name, value) for name, value in action.arguments().items() if not isinstance(value, Point)]
    return " ".join(filter(None, (action.kind().replace("_", " ").capitalize(), *said)))


def marks(step: Step, focus: Pixel | None) -> tuple[Mark, ...]:
    """What to draw on the screenshot before an action, in pixels of the image.

    Args:
        step: The step.
        focus: Where the pointer acted last, in pixels of the image; that is where a text appears.
    """
    action = step.action
    if action is None:
        return ()
    if isinstance(action, Pointing | Upload):
        return _pointing(action, step.observed.frame)
    text = " ".join(str(value) for value in action.arguments().values())
    at = focus if action.kind() == "type" else None
    return (Caption(how=action.kind(), text=text, x=at.x if at else None, y=at.y if at else None),)


def place(step: Step) -> Pixel | None:
    """Where the pointer acted, in pixels of the image; None if it did not."""
    point = getattr(step.action, "end_box", None) or getattr(step.action, "start_box", None)
    return _on_image(point, step.observed.frame) if point else None


def _pointing(action: Pointing | Upload, frame: Frame) -> tuple[Mark, ...]:
    at = _on_image(action.start_box, frame)
    ring = Ring(how=action.kind(), x=at.x, y=at.y)
    if isinstance(action, LeftDrag):
        to = _on_image(action.end_box, frame)
        return ring, Arrow(x=at.x, y=at.y, to_x=to.x, to_y=to.y)
    if isinstance(action, Scroll):
        right, down = _TOWARDS[action.direction]
        length = min(frame.image.width, frame.image.height) * (0.08 + 0.01 * action.step)
        return ring, Arrow(x=at.x, y=at.y, to_x=at.x + right * length, to_y=at.y + down * length)
    return (ring,)


def _on_image(point: Point, frame: Frame) -> Pixel:
    return Frame.whole(frame.image).pixel(point)


def _said(name: str, value: object) -> str:
    return f"“{value}”" if name == "content" and value else str(value)
