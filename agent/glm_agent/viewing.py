"""`glm-agent view`: recorded runs in the web browser."""

import sys
import threading
import webbrowser
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from glm_actions.errors import UsageError
from glm_agent.flags import setting, told
from glm_agent.settings import read

_LARGE = 50_000_000
"""Bytes of a file that one should be told of."""


def run_at(given: Path, runs: Path) -> Path:
    """The folder of a run that is named by its path, or by its name among the runs."""
    return given if given.exists() else runs / given


def save(run: Path, form: str, file: Path, width: int | None) -> None:
    """Write a run in another form, and say where; and what can be done about a file that is large.

    Raises:
        UsageError: if it cannot be written there.
    """
    from glm_trajectory import load
    from glm_trajectory.exports import SIZED, export

    try:
        export(load(run), form, file, width)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror or error}. Name another file.") from error
    click.echo(f"Saved as {file}")
    if form in SIZED and (size := file.stat().st_size) > _LARGE:
        click.echo(f"It has {size / 1e6:.0f} MB. A smaller --width makes it smaller.", err=True)


@click.command()
@click.argument("run", required=False, type=click.Path(path_type=Path))
@setting("runs", type=click.Path(path_type=Path), metavar="FOLDER", help="Where runs are recorded.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, metavar="N", help="Where to listen (default any).")
@click.option("--no-open", is_flag=True, help="Print the address only, and start no web browser.")
@click.option("--static", type=click.Path(path_type=Path), metavar="FILE", help="Save RUN as one HTML file instead.")
@click.option("--width", type=click.IntRange(160, 7680), metavar="N", help="How wide screenshots in that file may be.")
@told
def view(*, run: Path | None, port: int, no_open: bool, static: Path | None, width: int | None, **flags: Any) -> None:
    """Look at recorded runs, or at RUN, in the web browser: glm-agent view."""
    settings, _ = read(flags)
    folder = run_at(run, settings.runs) if run else None
    if static is None:
        _serve(settings.runs, folder, port, no_open=no_open)
    elif folder:
        save(folder, "html", static, width)
    else:
        raise UsageError("Name the run to save, as in: glm-agent view RUN --static run.html")


def _serve(runs: Path, folder: Path | None, port: int, *, no_open: bool) -> None:
    from glm_trajectory.viewer import Viewer

    run = folder.resolve() if folder else None
    with Viewer(run.parent if run else runs, port) as viewer, suppress(KeyboardInterrupt):
        address = viewer.open(run) if run else viewer.url
        click.echo(address)
        click.echo("Whoever has this address can read the runs. Ctrl-C ends it.", err=True)
        if sys.stdout.isatty() and not no_open:
            webbrowser.open(address)
        threading.Event().wait()
