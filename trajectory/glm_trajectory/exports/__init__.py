"""A recorded run in the forms that other programs read."""

from collections.abc import Callable, Mapping
from pathlib import Path

from glm_actions.errors import UsageError
from glm_trajectory.exports.atif import atif
from glm_trajectory.exports.film import gif, webm
from glm_trajectory.exports.sft import sft
from glm_trajectory.exports.trace import trace
from glm_trajectory.store import Run


def html(run: Run, out: Path, width: int | None = None) -> None:
    """Write one HTML file: the viewer with the run inside, its screenshots at most so many pixels wide."""
    from glm_trajectory.viewer.single import single_page

    single_page(run, out, width)


EXPORTS: Mapping[str, Callable[..., None]] = {
    "html": html,
    "gif": gif,
    "webm": webm,
    "atif": atif,
    "playwright-trace": trace,
    "sft": sft,
}
"""Writes a run to a path, by the name of the form."""
SIZED = frozenset({"html", "gif", "webm"})
"""Forms that take a width in pixels as well."""
ENDINGS: Mapping[str, str] = {
    "html": ".html",
    "gif": ".gif",
    "webm": ".webm",
    "atif": "-atif",
    "playwright-trace": "-trace.zip",
    "sft": "-sft",
}
"""What its path ends in; without a dot it is a folder, since its pictures are files beside the text."""


def export(run: Run, form: str, out: Path, width: int | None = None) -> None:
    """Write a run in a form. A file is there whole or not at all; a folder may be left unfinished.

    Args:
        run: The run.
        form: One of `EXPORTS`.
        out: The file or folder.
        width: How wide its pictures are, in pixels; None leaves that to the form.

    Raises:
        UsageError: if the run is damaged or unfit for the form, or a program that is needed is missing, or if the form
            takes no width.
        OSError: if it cannot be written.
    """
    if width and form not in SIZED:
        raise UsageError(f"--width is for {', '.join(sorted(SIZED))}: {form} keeps screenshots as they are.")
    part = out.with_name(f".{out.name}.part") if "." in ENDINGS[form] else out
    try:
        EXPORTS[form](run, part, **({"width": width} if width else {}))
        part.replace(out)
    finally:
        if part != out:
            part.unlink(missing_ok=True)


__all__ = ["ENDINGS", "EXPORTS", "SIZED", "atif", "export", "gif", "html", "sft", "trace", "webm"]
