"""A run as the page is told of it: one row a step, small enough that thousands are sent at once."""

from typing import Literal

from glm_actions.frozen import Frozen
from glm_trajectory.events import RunEnded, RunStarted
from glm_trajectory.marks import Mark, marks, place, words
from glm_trajectory.steps import Step
from glm_trajectory.store import Run
from glm_trajectory.summary import Summary

State = Literal["ok", "failed", "invalid", "refused", "unknown"]
"""Performed; performed in vain; no valid answer; valid but not approved; begun, and nobody knows how it ended."""

Phase = Literal["settle", "capture", "first_token", "decode", "perform"]


class Span(Frozen):
    """A part of a step's time."""

    name: Phase
    start: float
    """Seconds since the step began."""
    seconds: float


class Row(Frozen):
    """One step."""

    number: int
    state: State
    words: str
    """The action for people; empty if there is none."""
    call: str
    """The action in GLM's call syntax; empty if there is none."""
    reason: str
    note: str
    """What went wrong, or what the model is told."""
    title: str
    screen: str
    width: int
    height: int
    marks: tuple[Mark, ...]
    start: float
    """Seconds since the run began."""
    seconds: float
    spans: tuple[Span, ...]
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int


class Opened(Frozen):
    """A whole run."""

    name: str
    summary: Summary
    started: RunStarted
    ended: RunEnded | None
    torn: bool
    rows: tuple[Row, ...]


class Change(Frozen):
    """What is new in a run that goes on."""

    first: int
    """Where its rows belong; those from there on are replaced."""
    run: Opened


def opened(run: Run, taken: tuple[Step, ...], known: tuple[Row, ...] = ()) -> Opened:
    """Draw up the rows of a run.

    Args:
        run: The run.
        taken: Its steps.
        known: Its rows when it was shorter; the last of them may have been drawn up in the middle of a step.
    """
    started, last = run.events[0], run.events[-1]
    if not isinstance(started, RunStarted):
        raise TypeError("a run begins with run_started")
    rows = list(known[:-1])
    began, focus = started.at, None
    for index, step in enumerate(taken):
        if index >= len(rows):
            rows.append(_row(step, marks(step, focus), began, started.at))
        began, focus = step.events[-1].at, place(step) or focus
    ended = last if isinstance(last, RunEnded) else None
    return Opened(
        name=run.folder.name, summary=run.summary, started=started, ended=ended, torn=run.torn, rows=tuple(rows)
    )


def _row(step: Step, drawn: tuple[Mark, ...], began: float, run_began: float) -> Row:
    seen, said, did = step.observed, step.decided, step.performed
    return Row(
        number=seen.step,
        state=_state(step),
        words=words(step.action) if step.action else "",
        call=str(step.action) if step.action else "",
        reason=said.reason if said else "",
        note=(said.problem if said else "") or (did.note if did else ""),
        title=seen.title,
        screen=seen.screen,
        width=seen.frame.image.width,
        height=seen.frame.image.height,
        marks=drawn,
        start=began - run_began,
        seconds=step.events[-1].at - began,
        spans=_spans(step, began),
        prompt_tokens=said.prompt_tokens if said else 0,
        cached_tokens=said.cached_tokens if said else 0,
        completion_tokens=said.completion_tokens if said else 0,
    )


def _state(step: Step) -> State:
    if step.performed:
        return "ok" if step.performed.ok else "failed"
    if step.intended:
        return "unknown"
    if step.decided and step.decided.action:
        return "refused"
    return "invalid" if step.decided else "unknown"


def _spans(step: Step, began: float) -> tuple[Span, ...]:
    """Where the time went; what is between the spans is the recording and the loop itself."""
    seen, said, did = step.observed, step.decided, step.performed
    looked = seen.at - seen.capture_s

    def span(name: Phase, start: float, seconds: float) -> Span:
        return Span(name=name, start=max(0.0, start - began), seconds=seconds)

    found = [span("settle", looked - seen.settle_s, seen.settle_s), span("capture", looked, seen.capture_s)]
    if said:
        asked = said.at - said.seconds
        answering = asked + said.first_token_s
        found.append(span("first_token", asked, said.first_token_s))
        found.append(span("decode", answering, max(0.0, said.at - answering)))
    if did:
        found.append(span("perform", did.at - did.seconds, did.seconds))
    return tuple(found)
