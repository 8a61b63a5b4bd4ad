"""`glm-agent export RUN`: a recorded run in another form."""

from pathlib import Path
from typing import Any

import click

from glm_agent.flags import setting, told
from glm_agent.settings import read
from glm_agent.viewing import run_at, save

FORMS = ("html", "gif", "webm", "atif", "playwright-trace", "sft")


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--to", "form", type=click.Choice(FORMS), default="html", help="The form (default html).")
@click.option("--out", type=click.Path(path_type=Path), metavar="PATH", help="Where to (default: beside you).")
@click.option("--width", type=click.IntRange(160, 7680), metavar="N", help="How wide its pictures are, in pixels.")
@setting("runs", type=click.Path(path_type=Path), metavar="FOLDER", help="Where runs are recorded.")
@told
def export(*, run: Path, form: str, out: Path | None, width: int | None, **flags: Any) -> None:
    """Write RUN as a page, a film, an ATIF trajectory, a Playwright trace, or fine-tuning data."""
    from glm_trajectory.exports import ENDINGS

    settings, _ = read(flags)
    folder = run_at(run, settings.runs).resolve()
    save(folder, form, out or Path(f"{folder.name}{ENDINGS[form]}"), width)
