"""What has happened so far, as the model will be told."""

from glm_actions.surface import Observation
from glm_backends.model import Picture
from glm_backends.protocol import Turn

BLOCK = 3
"""How many screenshots leave at once."""


class History:
    """The steps of a run. Linear: a step that was told once is told in the same words ever after.

    Args:
        pictures: The fewest screenshots to show, the current one included.
        block: How many leave at once. Since they leave in blocks and not one a step, the prompt stays the beginning
            of the next one most of the time, and the server's caches hit.
    """

    def __init__(self, pictures: int = 2, block: int = BLOCK) -> None:
        self._pictures = pictures
        self._block = block
        self._turns: list[Turn] = []
        self._notes: list[str] = []

    def note(self, text: str) -> None:
        """Tell the model something before it looks again."""
        if text:
            self._notes.append(text)

    def saw(self, seen: Observation) -> None:
        """Begin a step with what is on the screen."""
        picture = Picture(png=seen.png) if seen.png else None
        last = self._turns[-1] if self._turns else None
        if last and not self._notes and last.picture == picture:
            self.note("The screen looks exactly as before your last action.")
        notes = (*self._notes, *seen.notices, *_tabs(seen))
        self._turns.append(Turn(notes=notes, picture=picture))
        self._notes.clear()

    def answered(self, text: str) -> None:
        """End a step with what the model answered."""
        self._turns[-1] = self._turns[-1].model_copy(update={"answer": text})

    def turns(self) -> tuple[Turn, ...]:
        """All steps, the older ones without their pictures."""
        surplus = max(0, len(self._turns) - self._pictures)
        left = surplus - surplus % self._block
        return tuple(
            turn.model_copy(update={"picture": None}) if number < left else turn
            for number, turn in enumerate(self._turns)
        )


def _tabs(seen: Observation) -> tuple[str, ...]:
    if len(seen.tabs) < 2:
        return ()
    named = ", ".join(f"{tab.number} {tab.title or tab.url!r}{' (shown)' * tab.active}" for tab in seen.tabs)
    return (f"Open tabs: {named}.",)
