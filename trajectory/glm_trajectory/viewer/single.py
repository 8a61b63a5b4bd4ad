"""A run as one HTML file that opens from the disk, without a server and without reaching for anything else."""

import base64
import gzip
import hashlib
import io
import json
from collections.abc import Iterator
from html import escape
from pathlib import Path

from PIL import Image

from glm_actions.frozen import Frozen
from glm_trajectory.events import Decided, Observed, Part
from glm_trajectory.steps import Step
from glm_trajectory.store import NotARun, Run
from glm_trajectory.viewer.page import script, style
from glm_trajectory.viewer.rows import Opened, opened

_QUALITY = 82


class Recording(Frozen):
    """What the page knows of a run before it looks at anything."""

    run: Opened
    steps: tuple[Step, ...]


def single_page(run: Run, out: Path, width: int | None = None) -> None:
    """Write the viewer with one run inside, a screenshot at a time.

    Args:
        run: The run.
        out: The file.
        width: How wide a screenshot may be, in pixels; None leaves them as they are.
    """
    with out.open("w", encoding="utf-8") as file:
        file.writelines(_pieces(run, width))


def _pieces(run: Run, width: int | None) -> Iterator[str]:
    program, look = script(), style()
    policy = (
        f"default-src 'none'; script-src '{_hash(program)}'; style-src '{_hash(look)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    yield f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(run.summary.goal)}</title>
<style>{look}</style>
</head>
<body>
<header id="top"></header>
<main id="main" tabindex="-1"></main>
<noscript>This page needs JavaScript.</noscript>
"""
    yield _held("recording", Recording(run=opened(run, run.steps), steps=run.steps).model_dump_json())
    for part in dict.fromkeys(part for event in run.events for part in _parts(event)):
        content = _text(run, part.sha256) if part.kind == "text" else _screen(run, part.sha256, width)
        yield _held(part.sha256, json.dumps(content))
    yield f"""<script type="module">{program}</script>
</body>
</html>
"""


def _held(name: str, content: str) -> str:
    """JSON that the page reads when it wants it; nothing in it can end the element."""
    safe = content.replace("<", "\\u003c")
    return f'<script type="application/json" id="{name}">{safe}</script>\n'


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _parts(event: object) -> Iterator[Part]:
    if isinstance(event, Observed):
        yield Part(kind="screen", sha256=event.screen)
    if isinstance(event, Decided):
        yield Part(kind="text", sha256=event.grammar)
        for message in event.messages:
            yield from message.parts


def _text(run: Run, sha256: str) -> str:
    """Compressed, since each step sends the story so far once more."""
    try:
        text = run.text(sha256)
    except NotARun:
        text = "(missing from the recording)"
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def _screen(run: Run, sha256: str, width: int | None) -> str:
    """A `data:` address of WebP, which takes a third of the PNG; empty if it is missing: the page says so."""
    try:
        png = run.screen(sha256)
    except NotARun:
        return ""
    out = io.BytesIO()
    with Image.open(io.BytesIO(png)) as image:
        screen = image.convert("RGB")
    screen.thumbnail((width or screen.width, screen.height), Image.Resampling.LANCZOS)
    screen.save(out, "WEBP", quality=_QUALITY, method=2)
    return f"data:image/webp;base64,{base64.b64encode(out.getvalue()).decode()}"
