"""What a replay has done lately, to do again what the page has undone by itself."""

from glm_actions.risk import irreversible
from glm_actions.vocabulary import Clicks, Hover, Key, Scroll, Type
from glm_agent.planned import Planned
from glm_trajectory import Run
from glm_trajectory.alike import unchanged
from glm_trajectory.finding import find

_LOOKED_BACK = 8
"""Steps; a calendar may have been opened and turned some months before it was closed."""


class Trail:
    """The steps that were done, each with the screen on which it was done."""

    def __init__(self) -> None:
        self._done: list[tuple[Planned, bytes]] = []
        self._repeated: set[int] = set()

    def add(self, step: Planned, seen: bytes) -> None:
        """Take in what is done on a screen."""
        self._done.append((step, seen))

    def drop(self) -> None:
        """Leave out the last step: it was not done after all."""
        del self._done[-1:]

    def pending(self, run: Run, awaited: Planned, seen: bytes) -> bool:
        """Whether nothing of the last step is to be seen, although the recording showed it."""
        if not self._done or seen == run.screen(awaited.screen):
            return False
        step, before = self._done[-1]
        return unchanged(before, seen) and not unchanged(run.screen(step.screen), run.screen(awaited.screen))

    def undone(self, run: Run, awaited: Planned, seen: bytes) -> list[Planned]:
        """The last steps of which nothing is to be seen, although the recording showed it; each only once.

        Args:
            run: The recording.
            awaited: What cannot be done now.
            seen: The screen of now.
        """
        for at in reversed(range(max(0, len(self._done) - _LOOKED_BACK), len(self._done))):
            step, before = self._done[at]
            if step.step in self._repeated or not _repeatable(step):
                break
            back = find(before, seen, None, strict=True).found or step.shown(run, seen)
            if back and not awaited.shown(run, run.screen(step.screen)):
                steps = [step for step, _ in self._done[at:]]
                self._repeated |= {step.step for step in steps}
                del self._done[at:]
                return steps
        return []


def _repeatable(step: Planned) -> bool:
    return isinstance(step.action, Clicks | Hover | Key | Scroll | Type) and not irreversible(step.action)
