"""A run step by step: the events of each step beside each other."""

from collections.abc import Iterable

from glm_actions.frozen import Frozen
from glm_actions.vocabulary import Action
from glm_trajectory.events import Decided, Event, Intended, Observed, Performed


class Step(Frozen):
    """What is on record of one step; a step that was cut short lacks its later events."""

    observed: Observed
    decided: Decided | None = None
    intended: Intended | None = None
    performed: Performed | None = None

    @property
    def number(self) -> int:
        """Its number in the run, from 1."""
        return self.observed.step

    @property
    def action(self) -> Action | None:
        """What was done, or else what the model wanted; None if it never said."""
        if self.intended:
            return self.intended.action
        return self.decided.action if self.decided else None

    @property
    def events(self) -> tuple[Event, ...]:
        """The events in their order."""
        return tuple(event for event in (self.observed, self.decided, self.intended, self.performed) if event)


def steps(events: Iterable[Event]) -> tuple[Step, ...]:
    """Group the events of a run; each look at the screen begins a step, and what belongs to none is left out."""
    found: list[dict[str, Event]] = []
    for event in events:
        if isinstance(event, Observed):
            found.append({})
        if found and isinstance(event, Observed | Decided | Intended | Performed):
            found[-1][event.event] = event
    return tuple(Step.model_validate(step) for step in found)
