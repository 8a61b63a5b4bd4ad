"""The browser's own pickers, drawn inside the page.

A native list, calendar or palette is a window of the browser that no screenshot of the page contains. `script()` is to
be injected into every frame before the page's own scripts; it opens drawings of its own in their stead.
"""

from functools import cache
from importlib.resources import files

_PARTS = (
    *("natives", "panel", "look"),
    *("list", "select", "datalist"),
    *("days", "calendar", "clock", "temporal", "palette"),
    "main",
)


@cache
def script() -> str:
    """The JavaScript of all widgets, as one function that leaves no name behind."""
    here = files(__name__)
    parts = "\n".join(here.joinpath(f"{part}.js").read_text(encoding="utf-8") for part in _PARTS)
    return f'(() => {{\n"use strict";\n{parts}\n}})();\n'
