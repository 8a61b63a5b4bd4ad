"""Pictures that show whether a model sees: coloured fields with digits, and a target to point at."""

import io
import random
from collections.abc import Mapping

from PIL import Image, ImageDraw, ImageFont

from glm_actions.frozen import Frozen
from glm_backends.model import Picture

COLOURS: Mapping[str, str] = {
    "red": "#d00000",
    "green": "#00a000",
    "blue": "#0000e0",
    "yellow": "#ffe000",
    "black": "#000000",
    "white": "#ffffff",
}
FIELDS, SIDE = 4, 168
SCREEN = (1280, 720)
RADIUS = 24


class Field(Frozen):
    """One field of the chart."""

    colour: str
    digit: int

    def __str__(self) -> str:
        return f"{self.colour} {self.digit}"


def shuffled() -> tuple[Field, ...]:
    """Fields of different colours with random digits: 3.6 million of them."""
    return tuple(
        Field(colour=colour, digit=random.randrange(10)) for colour in random.sample(sorted(COLOURS), k=FIELDS)
    )


def chart(fields: tuple[Field, ...]) -> Picture:
    """The fields from left to right, each with its digit."""
    image = Image.new("RGB", (SIDE * len(fields), SIDE))
    for number, field in enumerate(fields):
        image.paste(panel(field), (SIDE * number, 0))
    return _picture(image)


def panel(field: Field) -> Image.Image:
    """One field: a square of `SIDE` pixels."""
    image = Image.new("RGB", (SIDE, SIDE), COLOURS[field.colour])
    ink = "black" if field.colour in {"yellow", "white"} else "white"
    font = ImageFont.load_default(size=0.7 * SIDE)
    ImageDraw.Draw(image).text((SIDE / 2, SIDE / 2), str(field.digit), fill=ink, font=font, anchor="mm")
    return image


def target(x: int, y: int) -> Picture:
    """A white screen with one red disc, whose centre is at this pixel."""
    image = Image.new("RGB", SCREEN, "white")
    ImageDraw.Draw(image).ellipse((x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS), fill=COLOURS["red"])
    return _picture(image)


def blank(side: int = 56) -> Picture:
    """A small white picture."""
    return _picture(Image.new("RGB", (side, side), "white"))


def _picture(image: Image.Image) -> Picture:
    encoded = io.BytesIO()
    image.save(encoded, "PNG")
    return Picture(png=encoded.getvalue())
