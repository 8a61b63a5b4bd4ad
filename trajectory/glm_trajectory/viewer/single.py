"""A run as one HTML file that opens from the disk, without a server and without reaching for anything else."""

import base64
import hashlib
import io
import re
from collections.abc import Iterator
from html import escape

from PIL import Image

from glm_actions.frozen import Frozen
from glm_trajectory.events import Decided, Observed, Part
from glm_trajectory.steps import Step, steps
from glm_trajectory.store import Run
from glm_trajectory.viewer.app import STATIC
from glm_trajectory.viewer.rows import Opened, opened

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./([a-z]+\.js)";\n', re.MULTILINE)
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
    script, style = bundle("main.js"), "\n".join(_styles())
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
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
<style>{style}</style>
</head>
<body>
<header id="top"></header>
<main id="main" tabindex="-1"></main>
<noscript>This page needs JavaScript.</noscript>
<script type="application/json" id="recording">{held}</script>
<script type="module">{script}</script>
</body>
</html>
"""


def bundle(entry: str) -> str:
    """The modules as one script: each after those it imports. A top-level name that stands in two is an error there."""
    return "\n".join(_IMPORT.sub("", text).replace("\nexport ", "\n") for text in _modules(entry, set()))


def _modules(name: str, seen: set[str]) -> Iterator[str]:
    if name in seen:
        return
    seen.add(name)
    text = (STATIC / name).read_text()
    for imported in _IMPORT.findall(text):
        yield from _modules(imported, seen)
    yield text


def _styles() -> Iterator[str]:
    index = (STATIC / "index.html").read_text()
    return ((STATIC / name).read_text() for name in re.findall(r'href="static/([a-z]+\.css)"', index))


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
    except OSError:
        return "(missing from the recording)"


def _screen(run: Run, part: Part) -> str:
    """Empty if it is missing: the page says so."""
    try:
        png = run.screen(part.sha256)
    except OSError:
        return ""
    out = io.BytesIO()
    with Image.open(io.BytesIO(png)) as image:
        image.convert("RGB").save(out, "WEBP", quality=_QUALITY, method=2)
    return f"data:image/webp;base64,{base64.b64encode(out.getvalue()).decode()}"
