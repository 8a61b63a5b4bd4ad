"""Renders drawn pages, many at a time on one sheet: pictures, and where everything on them is."""

import io
from collections.abc import Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from training import looks
from training.chromium import Tab
from training.pages import Drawing, Viewport
from training.questions import PROTOCOL, Box, Element

COLUMNS = 4
Picture = NDArray[np.uint8]


class Page(NamedTuple):
    """A rendered page."""

    picture: Picture
    """As the model sees it: height, width, 3."""
    elements: tuple[Element, ...]
    loading: bool = False


def render(tab: Tab, drawings: Sequence[Drawing], viewport: Viewport) -> list[Page]:
    """Render pages of one size on one sheet."""
    rows = -(-len(drawings) // COLUMNS)
    tab.resize(viewport.width * COLUMNS, viewport.height * rows)
    tab.show(_sheet(drawings, viewport))
    found = tab.run(f"({_script()})({viewport.width},{viewport.height})")
    sheet = decode(tab.screenshot())
    pages = []
    for index, (drawing, raw) in enumerate(zip(drawings, found, strict=True)):
        left, top = index % COLUMNS * viewport.width, index // COLUMNS * viewport.height
        picture = fitted(sheet[top : top + viewport.height, left : left + viewport.width])
        pages.append(Page(picture, tuple(_element(entry, viewport) for entry in raw), drawing.loading))
    return pages


def decode(png: bytes) -> Picture:
    """The pixels of a PNG."""
    from PIL import Image

    with Image.open(io.BytesIO(png)) as image:
        return np.asarray(image.convert("RGB"))


def fitted(picture: Picture) -> Picture:
    """A picture at the size at which the embedded model is shown it."""
    from PIL import Image

    height, width = picture.shape[:2]
    size = PROTOCOL.fit(width, height)
    if size == (width, height):
        return np.ascontiguousarray(picture)
    return np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BICUBIC))


def _sheet(drawings: Sequence[Drawing], viewport: Viewport) -> str:
    cells = []
    for index, drawing in enumerate(drawings):
        left, top = index % COLUMNS * viewport.width, index // COLUMNS * viewport.height
        place = f"left:{left}px;top:{top}px;width:{viewport.width}px;height:{viewport.height}px;"
        cells.append(f'<div class="cell" style="{place}{escape(drawing.style)}">{drawing.html}</div>')
    head = f"<!doctype html><html><head><meta charset=utf-8><style>{looks.CSS}</style></head>"
    return f"{head}<body>{''.join(cells)}</body></html>"


@cache
def _script() -> str:
    return Path(__file__).with_name("collect.js").read_text(encoding="utf-8").strip().removesuffix(";")


def _element(entry: dict[str, Any], viewport: Viewport) -> Element:
    across, down = 1000 / viewport.width, 1000 / viewport.height
    box = Box(entry["x"] * across, entry["y"] * down, entry["w"] * across, entry["h"] * down)
    return Element(
        entry["kind"], entry["label"], box, entry["row"], entry["value"], bool(entry["focused"]), bool(entry["marked"])
    )
