"""What the fake server sees: it reads the doctor's charts off their pixels, and finds the target."""

import io

from PIL import Image, ImageChops, UnidentifiedImageError

from glm_actions.geometry import Frame, Pixel, Point, Size
from glm_actions.space import Decision
from glm_actions.vocabulary import LeftClick
from glm_backends.doctor.eye_chart import COLOURS, RADIUS, SCREEN, SIDE, Field, panel


def say(png: bytes, *, in_pixels: bool = False) -> str | None:
    """What a model with good eyes says to this picture; None if it is none of the doctor's."""
    try:
        image = Image.open(io.BytesIO(png)).convert("RGB")
    except UnidentifiedImageError:
        return None
    if image.size == SCREEN:
        return _click(image, in_pixels=in_pixels)
    if image.height == SIDE:
        panels = [image.crop((left, 0, left + SIDE, SIDE)) for left in range(0, image.width, SIDE)]
        return ", ".join(str(_field(one)) for one in panels)
    return None


def tokens(png: bytes) -> int:
    """How many tokens the picture costs GLM-4.5V: one for 28 by 28 pixels."""
    try:
        with Image.open(io.BytesIO(png)) as image:
            return max(1, round(image.width / 28) * round(image.height / 28))
    except UnidentifiedImageError:
        return 1


def _field(image: Image.Image) -> Field | None:
    known = (Field(colour=colour, digit=digit) for colour in COLOURS for digit in range(10))
    return next((field for field in known if not ImageChops.difference(image, panel(field)).getbbox()), None)


def _click(image: Image.Image, *, in_pixels: bool) -> str | None:
    box = ImageChops.difference(image, Image.new("RGB", SCREEN, "white")).getbbox()
    if not box or box[2] - box[0] > 3 * RADIUS:
        return None
    middle = Pixel(x=(box[0] + box[2]) / 2, y=(box[1] + box[3]) / 2)
    whole = Frame.whole(Size(width=SCREEN[0], height=SCREEN[1]))
    point = Point((round(middle.x), round(middle.y))) if in_pixels else whole.point(middle)
    action = LeftClick(start_box=point, element_info="the red disc")
    return Decision(reason="It is red.", action=action, memory="").model_dump_json()
