"""What happened: the events of a run, the journal they are written to, and how they are read back."""

from glm_trajectory.events import (
    FORMAT,
    Decided,
    Ended,
    Event,
    Intended,
    Observed,
    Part,
    Performed,
    RunEnded,
    RunStarted,
    SentMessage,
)
from glm_trajectory.journal import Journal
from glm_trajectory.store import NewerFormat, NotARun, Run, load, runs
from glm_trajectory.summary import Summary, summarize

__all__ = [
    "FORMAT",
    "Decided",
    "Ended",
    "Event",
    "Intended",
    "Journal",
    "NewerFormat",
    "NotARun",
    "Observed",
    "Part",
    "Performed",
    "Run",
    "RunEnded",
    "RunStarted",
    "SentMessage",
    "Summary",
    "load",
    "runs",
    "summarize",
]
