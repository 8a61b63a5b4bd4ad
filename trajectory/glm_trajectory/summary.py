"""A run in a few figures; can always be made again from its events."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Literal

from glm_actions.frozen import Frozen
from glm_trajectory.events import Decided, Ended, Event, Observed, RunEnded, RunResumed, RunStarted


class Summary(Frozen):
    """What `run.json` holds."""

    goal: str
    model: str
    started: float
    """Seconds since 1970, UTC."""
    outcome: Ended | Literal["unfinished"]
    """`unfinished` while the run goes on, and for ever if its process was killed."""
    why: str
    answer: str
    steps: int
    seconds: float
    """Without the time before it was resumed."""
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int


def summarize(events: Iterable[Event]) -> Summary:
    """Count what happened in a run so far.

    Raises:
        ValueError: if the first event is not `run_started`.
    """
    events = tuple(events)
    if not events or not isinstance(events[0], RunStarted):
        raise ValueError("a run begins with run_started")
    started, last = events[0], events[-1]
    ended = last if isinstance(last, RunEnded) else None
    paused = sum(after.at - before.at for before, after in pairwise(events) if isinstance(after, RunResumed))
    decided = [event for event in events if isinstance(event, Decided)]
    return Summary(
        goal=started.goal,
        model=started.model,
        started=started.at,
        outcome=ended.outcome if ended else "unfinished",
        why=ended.why if ended else "",
        answer=ended.answer if ended else "",
        steps=sum(isinstance(event, Observed) for event in events),
        seconds=last.at - started.at - paused,
        prompt_tokens=sum(event.prompt_tokens for event in decided),
        cached_tokens=sum(event.cached_tokens for event in decided),
        completion_tokens=sum(event.completion_tokens for event in decided),
    )
