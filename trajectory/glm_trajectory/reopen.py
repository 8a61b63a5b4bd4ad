"""Opens a run again, to go on with it."""

import os
from pathlib import Path

from glm_actions.errors import UsageError
from glm_trajectory.events import FORMAT
from glm_trajectory.journal import EVENTS, Journal, locked
from glm_trajectory.store import Run, load


def reopen(folder: Path) -> tuple[Run, Journal]:
    """Read a run, and open its journal where it ends. A last line that was cut off is dropped.

    Raises:
        UsageError: if it is no run, cannot be written, has an older format, or another process is writing it.
    """
    load(folder)  # says what is wrong with it, before anything is touched
    try:
        file = locked(folder)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror}. Make it writable, or copy it.") from error
    try:
        return _opened(folder, file)
    except BaseException:
        os.close(file)
        raise


def _opened(folder: Path, file: int) -> tuple[Run, Journal]:
    run = load(folder)
    if run.version < FORMAT:
        raise UsageError(f"{folder} was recorded in format {run.version}. It can be read and replayed, not resumed.")
    if run.torn:
        os.ftruncate(file, (folder / EVENTS).read_bytes().rfind(b"\n") + 1)
    return run, Journal(folder, file, run.events)
