"""`glm-agent export RUN`: a recorded run in another form."""

from pathlib import Path
from typing import Any

import click

from glm_actions.errors import UsageError
from glm_agent.flags import setting, told
from glm_agent.settings import read
from glm_agent.viewing import run_at

FORMS = ("html", "gif", "webm", "atif", "playwright-trace", "sft")


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--to", "form", type=click.Choice(FORMS), default="html", help="The form (default html).")
@click.option("--out", type=click.Path(path_type=Path), metavar="PATH", help="Where to (default: beside you).")
@setting("runs", type=click.Path(path_type=Path), metavar="FOLDER", help="Where runs are recorded.")
@told
def export(*, run: Path, form: str, out: Path | None, **flags: Any) -> None:
    """Write RUN as a page, a film, an ATIF trajectory, a Playwright trace, or fine-tuning data."""
    from glm_trajectory import load
    from glm_trajectory.exports import ENDINGS
    from glm_trajectory.exports import export as write

    settings, _ = read(flags)
    recorded = load(run_at(run, settings.runs).resolve())
    path = out or Path(f"{recorded.folder.name}{ENDINGS[form]}")
    try:
        write(recorded, form, path)
    except OSError as error:
        why = error.strerror or error
        raise UsageError(f"{path} cannot be read or written: {why}. Name another --out.") from error
    click.echo(f"Saved as {path}")
