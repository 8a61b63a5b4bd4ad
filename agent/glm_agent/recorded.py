"""A recorded run as a model: gives the same answers again."""

from pathlib import Path

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
    usage = Usage(**{name: getattr(event, name) for name in Usage.model_fields})
    return Reply(usage=usage, **{name: getattr(event, name) for name in Reply.model_fields if name != "usage"})
