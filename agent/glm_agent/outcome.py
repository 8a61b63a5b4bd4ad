"""How a run came out."""

from pathlib import Path

from glm_actions.frozen import Frozen
from glm_backends.model import Usage
from glm_trajectory.events import Ended


class Outcome(Frozen):
    """The result of a run."""

    kind: Ended
    why: str
    """In words for a person."""
    answer: str = ""
    """What the model answered or reported at the end."""
    extracts: tuple[str, ...] = ()
    """What it kept from the screen on the way."""
    steps: int = 0
    seconds: float = 0.0
    usage: Usage = Usage()
    folder: Path | None = None
    """Where the run is recorded."""

    @property
    def ok(self) -> bool:
        """Whether the model says that the goal is reached."""
        return self.kind == "finished"
