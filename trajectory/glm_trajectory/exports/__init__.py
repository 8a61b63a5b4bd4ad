"""A recorded run in the forms that other programs read."""

from collections.abc import Callable, Mapping
from pathlib import Path

from glm_trajectory.exports.atif import atif
from glm_trajectory.exports.film import gif, webm
from glm_trajectory.exports.sft import sft
from glm_trajectory.store import Run


def html(run: Run, out: Path) -> None:
    """Write one HTML file: the viewer with the run inside."""
    from glm_trajectory.viewer.single import single_page

    out.write_text(single_page(run))


EXPORTS: Mapping[str, Callable[[Run, Path], None]] = {"html": html, "gif": gif, "webm": webm, "atif": atif, "sft": sft}
"""Writes a run to a path, by the name of the form."""
FOLDERS = frozenset({"atif", "sft"})
"""Forms that are a folder, since their pictures are files beside the text."""

__all__ = ["EXPORTS", "FOLDERS", "atif", "gif", "html", "sft", "webm"]
