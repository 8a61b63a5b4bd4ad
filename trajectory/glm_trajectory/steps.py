"""The steps of a run, each with what there is of it."""

from collections.abc import Iterable

from glm_actions.frozen import Frozen
from glm_trajectory.events import Decided, Event, Intended, Observed, Performed


class Step(Frozen):
    """One step; the later events are None if it did not come to them."""

    observed: Observed
    decided: Decided | None = None
    intended: Intended | None = None
    performed: Performed | None = None

    @property
    def number(self) -> int:
        """Its number in the run, from 1."""
        return self.observed.step


def steps(events: Iterable[Event]) -> tuple[Step, ...]:
    """Put the events of a run together into steps."""
    found: list[Step] = []
    for event in events:
        match event:
            case Observed():
                found.append(Step(observed=event))
            case Decided() | Intended() | Performed():
                found[-1] = found[-1].model_copy(update={event.event: event})
    return tuple(found)
