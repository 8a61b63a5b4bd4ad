"""From pixels as a display gives them to the picture that the model is shown."""

import io

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
