"""Pictures inside a prompt: shrunk to fewer tokens, and put between texts."""

import io
from collections.abc import Iterable
from functools import lru_cache

from glm_backends.model import Picture


@lru_cache(maxsize=8)
def scaled(picture: Picture, factor: float) -> Picture:
    """The picture at a part of its width and height; the same bytes for the same picture, so that caches hit."""
    from PIL import Image

    with Image.open(io.BytesIO(picture.png)) as image:
        size = (max(1, int(image.width * factor)), max(1, int(image.height * factor)))
        small = io.BytesIO()
        image.convert("RGB").resize(size, Image.Resampling.BICUBIC).save(small, "PNG")
    return Picture(png=small.getvalue())


def merged(parts: Iterable[str | Picture]) -> tuple[str | Picture, ...]:
    """The same parts with neighbouring texts joined."""
    joined: list[str | Picture] = []
    for part in parts:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        else:
            joined.append(part)
    return tuple(joined)
