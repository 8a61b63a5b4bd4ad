"""A recorded run as a model: gives the same answers again."""

from pathlib import Path
from typing import Any

from glm_backends.model import Reply, Usage
from glm_backends.scripted import Scripted
from glm_trajectory import Decided, load


def recorded(folder: Path) -> Scripted:
    """A model that answers as it was answered in a run, step by step; it looks at nothing.

    Raises:
        UsageError: if the folder holds no run that can be read.
    """
    run = load(folder)
    decided = [event for event in run.events if isinstance(event, Decided)]
    return Scripted(map(_reply, decided), name=f"recording of {run.summary.model}")


def _reply(event: Decided) -> Reply:
    return Reply(usage=Usage(**_of(event, Usage)), **_of(event, Reply))


def _of(event: Decided, cls: type[Reply | Usage]) -> dict[str, Any]:
    """The fields of a record that were recorded."""
    return {name: getattr(event, name) for name in cls.model_fields if name in Decided.model_fields}
