"""What a replay found instead of what was recorded, as a record and as a page to look at."""

import base64
from html import escape
from pathlib import Path

from glm_actions.frozen import Frozen
from glm_actions.geometry import Point
from glm_actions.vocabulary import Action
from glm_trajectory.box import Box
from glm_trajectory.finding import Kind
from glm_trajectory.journal import NotWritten
from glm_trajectory.sight import Sight

_WHY: dict[Kind, str] = {
    "same": "The target is where it was.",
    "moved": "The target has moved.",
    "gone": "The target is gone, or looks different.",
    "different": "What belongs to the target has changed.",
    "ambiguous": "There are more targets like this than there were.",
    "elsewhere": "This is another page.",
}


class Divergence(Frozen):
    """The step at which a replay could not go on. Pixels are those of the recorded screenshot."""

    step: int
    action: Action
    kind: Kind
    expected: str
    """SHA-256 of the recorded screenshot."""
    seen: str
    """SHA-256 of the screenshot of now."""
    aim: Point | None
    """What the action was aimed at; None if at nothing in particular."""
    differences: tuple[Box, ...]

    @property
    def why(self) -> str:
        """What is wrong, in words for a person."""
        return _WHY[self.kind]


def write_report(folder: Path, divergence: Divergence, expected: bytes, seen: bytes) -> Path:
    """Write `divergence.json` and `divergence.html` into a run; gives the page.

    Args:
        folder: The run of the replay.
        divergence: What was found.
        expected: The recorded screenshot, as PNG.
        seen: The screenshot of now, as PNG.

    Raises:
        NotWritten: if the disk is full or the folder cannot be written.
    """
    page = folder / "divergence.html"
    texts = {folder / "divergence.json": divergence.model_dump_json(indent=2), page: _page(divergence, expected, seen)}
    try:
        for path, text in texts.items():
            path.write_text(text)
            path.chmod(0o600)
    except OSError as error:
        raise NotWritten(f"{folder} has no room for a report: {error.strerror}. {divergence.why}") from error
    return page


def _page(divergence: Divergence, expected: bytes, seen: bytes) -> str:
    before, now, marks = _image(expected), _image(seen), _marks(divergence, expected)
    shown = (("Expected", before + marks), ("Seen", now + marks), ("Difference", before + now))
    figures = "".join(
        f'<figure class="{name.lower()}"><figcaption>{name}</figcaption><div>{inside}</div></figure>'
        for name, inside in shown
    )
    return _HTML.format(
        step=divergence.step, why=escape(divergence.why), action=escape(str(divergence.action)), figures=figures
    )


def _image(png: bytes) -> str:
    return f'<img alt="" src="data:image/png;base64,{base64.b64encode(png).decode()}">'


def _marks(divergence: Divergence, expected: bytes) -> str:
    boxes = "".join(
        f'<rect x="{box.left}" y="{box.top}" width="{box.width}" height="{box.height}"/>'
        for box in divergence.differences
    )
    place = Sight.read(expected).box.frame.pixel(divergence.aim) if divergence.aim else None
    ring = f'<circle cx="{place.x:.0f}" cy="{place.y:.0f}" r="16"/>' if place else ""
    return f"<svg>{boxes}{ring}</svg>"


_HTML = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Step {step}: {why}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<style>
:root {{ color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }}
body {{ margin: 24px auto; padding: 0 16px; max-width: 1312px; }}
code {{ overflow-wrap: anywhere; }}
figure {{ margin: 24px 0; }}
figcaption {{ font-weight: 600; margin-bottom: 6px; }}
figure > div {{ position: relative; display: inline-block; overflow-x: auto; max-width: 100%; }}
img {{ display: block; max-width: none; }}
svg {{ position: absolute; inset: 0; width: 100%; height: 100%; fill: none; stroke-width: 3; overflow: visible; }}
rect {{ stroke: #d97706; }}
circle {{ stroke: #dc2626; }}
.difference > div {{ isolation: isolate; }}
.difference img + img {{ position: absolute; inset: 0; mix-blend-mode: difference; }}
</style></head>
<body><h1>Step {step}: {why}</h1>
<p><code>{action}</code></p>
<p>The ring is where the recorded action was aimed, the boxes are what kept it from being done.</p>
{figures}
</body></html>
"""
