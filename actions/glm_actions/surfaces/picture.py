"""The picture that the model is shown: made of pixels as a display gives them, and measured."""

import io
import struct

from glm_actions.geometry import Size


def png(pixels: bytes | bytearray, size: Size, shown: Size) -> bytes:
    """Encode blue, green, red and a filler a pixel as PNG, reduced to the size in which it is shown."""
    from PIL import Image

    image = Image.frombuffer("RGB", (size.width, size.height), pixels, "raw", "BGRX", 0, 1)
    if shown != size:
        image = image.resize((shown.width, shown.height), Image.Resampling.BOX)
    encoded = io.BytesIO()
    image.save(encoded, "PNG", compress_level=1)
    return encoded.getvalue()


def size_of(png: bytes) -> Size:
    """The size of a PNG, in pixels, read off its head."""
    width, height = struct.unpack(">II", png[16:24])
    return Size(width=width, height=height)
