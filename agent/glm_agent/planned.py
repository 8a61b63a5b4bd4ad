"""What of a recorded run has to be done again, and what the screen must show for it."""

import hashlib
from collections.abc import Iterator

from glm_actions.frozen import Frozen
from glm_actions.geometry import Point
from glm_actions.risk import irreversible
from glm_actions.vocabulary import Action, Answer, AskUser, Done, Extract, Goto, Key, Scroll, Type, Wait
from glm_trajectory import Run
from glm_trajectory.divergence import Divergence
from glm_trajectory.finding import Finding, find

_SKIPPED = (Wait, AskUser)
"""A replay waits by looking, and the answers of a person are in what was done next."""


class Planned(Frozen):
    """One action to be done again."""

    step: int
    action: Action
    screen: str
    """SHA-256 of what was seen before it."""
    field: Point | None
    """What was clicked before, if this is typed."""

    def look(self, run: Run, seen: bytes, *, sought: bool = False) -> Action | Divergence:
        """The action as it has to be done on the screen that is seen and may be scrolled, or what is against it."""
        if isinstance(self.action, Goto | Scroll):
            return self.action
        expected, moved = run.screen(self.screen), {}
        for name, aim in self._aims():
            finding = find(expected, seen, aim, strict=self._strict, sought=sought)
            if not finding.found:
                return self._divergence(finding, aim, seen)
            moved[name] = finding.point
        return self.action.model_copy(update={name: point for name, point in moved.items() if name})

    def shown(self, run: Run, seen: bytes) -> bool:
        """Whether the whole screen shows what it showed before this."""
        return find(run.screen(self.screen), seen, None, strict=True).found

    def _aims(self) -> list[tuple[str, Point | None]]:
        """What must still be there, by the field of the action that names it."""
        found = [(name, getattr(self.action, name)) for name in ("start_box", "end_box") if hasattr(self.action, name)]
        return found or [("", self.field)]

    @property
    def _strict(self) -> bool:
        """Whether the whole page must show the same: what cannot be taken back, and what was read off the screen."""
        return irreversible(self.action) or isinstance(self.action, Extract | Answer | Done)

    def _divergence(self, finding: Finding, aim: Point | None, seen: bytes) -> Divergence:
        return Divergence(
            step=self.step,
            action=self.action,
            kind=finding.kind,
            expected=self.screen,
            seen=hashlib.sha256(seen).hexdigest(),
            aim=aim,
            differences=finding.differences,
        )


def planned(run: Run) -> Iterator[Planned]:
    """Everything that was done in a run, in order."""
    field: Point | None = None
    for step in run.steps:
        if step.intended is None or step.performed is None or isinstance(step.intended.action, _SKIPPED):
            continue
        action = step.intended.action
        if not isinstance(action, Type | Key):
            field = None if isinstance(action, Scroll) else getattr(action, "start_box", None)
        yield Planned(step=step.number, action=action, screen=step.observed.screen, field=field)
