"""A run as one HTML file that opens from the disk, without a server and without reaching for anything else."""

import base64
import hashlib
import io
from collections.abc import Iterator
from html import escape

from PIL import Image

from glm_actions.frozen import Frozen
from glm_trajectory.events import Decided, Observed, Part
from glm_trajectory.steps import Step, steps
from glm_trajectory.store import NotARun, Run
from glm_trajectory.viewer.page import script, style
from glm_trajectory.viewer.rows import Opened, opened

_QUALITY = 82


class Recording(Frozen):
    """What the page shows, as the file holds it."""

    run: Opened
    steps: tuple[Step, ...]
    texts: dict[str, str]
    screens: dict[str, str]
    """As `data:` addresses of WebP, which takes a third of the PNG."""


def single_page(run: Run) -> str:
    """The viewer with one run inside."""
    program, look = script(), style()
    policy = (
        f"default-src 'none'; script-src '{_hash(program)}'; style-src '{_hash(look)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    held = _recording(run).model_dump_json().replace("<", "\\u003c")
    return f"""<!doctype html>
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
<script type="application/json" id="recording">{held}</script>
<script type="module">{program}</script>
</body>
</html>
"""


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _recording(run: Run) -> Recording:
    parts = {part for event in run.events for part in _parts(event)}
    taken = steps(run.events)
    return Recording(
        run=opened(run, taken),
        steps=taken,
        texts={part.sha256: _text(run, part.sha256) for part in parts if part.kind == "text"},
        screens={part.sha256: picture for part in parts if part.kind == "screen" and (picture := _screen(run, part))},
    )


def _parts(event: object) -> Iterator[Part]:
    if isinstance(event, Observed):
        yield Part(kind="screen", sha256=event.screen)
    if isinstance(event, Decided):
        yield Part(kind="text", sha256=event.grammar)
        for message in event.messages:
            yield from message.parts


def _text(run: Run, sha256: str) -> str:
    try:
        return run.text(sha256)
    except NotARun:
        return "(missing from the recording)"


def _screen(run: Run, part: Part) -> str:
    """Empty if it is missing: the page says so."""
    try:
        png = run.screen(part.sha256)
    except NotARun:
        return ""
    out = io.BytesIO()
    with Image.open(io.BytesIO(png)) as image:
        image.convert("RGB").save(out, "WEBP", quality=_QUALITY, method=2)
    return f"data:image/webp;base64,{base64.b64encode(out.getvalue()).decode()}"
