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
    RunResumed,
    RunStarted,
    SentMessage,
)
from glm_trajectory.journal import Journal, NotWritten
from glm_trajectory.reopen import reopen
from glm_trajectory.steps import Step
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
    "NotWritten",
    "Observed",
    "Part",
    "Performed",
    "Run",
    "RunEnded",
    "RunResumed",
    "RunStarted",
    "SentMessage",
    "Step",
    "Summary",
    "load",
    "reopen",
    "runs",
    "summarize",
]
