"""A run as a trace.zip that Playwright's own viewer opens: each step as an action between two screenshots."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZipFile

from glm_actions.errors import UsageError
from glm_trajectory.events import RunStarted
from glm_trajectory.marks import place, words
from glm_trajectory.steps import Step
from glm_trajectory.store import Run

VERSION = 8
"""Of Playwright's trace format. Viewers upgrade what is older than they are."""
_PAGE, _FRAME = "page@1", "frame@1"

Line = dict[str, Any]


class Clock(NamedTuple):
    """Playwright's times: milliseconds, since 1970 and since the run began."""

    began: float

    def wall(self, at: float) -> float:
        """Since 1970."""
        return at * 1000

    def run(self, at: float) -> float:
        """Since the run began, where the first moment is 1."""
        return 1 + (at - self.began) * 1000


def trace(run: Run, out: Path) -> None:
    """Write a trace.zip.

    Raises:
        UsageError: if there is no step in the run.
    """
    started = run.events[0]
    if not isinstance(started, RunStarted):
        raise TypeError("a run begins with run_started")
    if not run.steps:
        raise UsageError(f"{run.folder} holds no screenshot yet, so there is nothing to trace.")
    clock = Clock(started.at)
    first_seen = {step.observed.screen: step for step in reversed(run.steps)}
    with ZipFile(out, "w") as file:
        file.writestr("trace.trace", _lines([_context(run, started, clock), *_events(run, clock)]))
        file.writestr("trace.network", _lines(_resource(step, clock) for step in reversed(first_seen.values())))
        for screen in first_seen:
            file.writestr(f"resources/{screen}.png", run.screen(screen))


def _lines(events: Iterable[Line]) -> str:
    return "".join(json.dumps(event) + "\n" for event in events)


def _context(run: Run, started: RunStarted, clock: Clock) -> Line:
    return {
        "type": "context-options",
        "version": VERSION,
        "origin": "library",
        "browserName": f"glm-agent {started.agent}, {started.model}",
        "platform": "",
        "wallTime": clock.wall(started.at),
        "monotonicTime": clock.run(started.at),
        "title": started.goal,
        "options": {"viewport": _size(run.steps[0])},
        "sdkLanguage": "python",
    }


def _events(run: Run, clock: Clock) -> Iterator[Line]:
    for step, after in zip_longest(run.steps, run.steps[1:]):
        yield _film(step, clock)
        yield from _action(step, after, clock)


def _film(step: Step, clock: Clock) -> Line:
    """A picture of the strip on top."""
    return {
        "type": "screencast-frame",
        "pageId": _PAGE,
        "sha1": f"{step.observed.screen}.png",
        **_size(step),
        "timestamp": clock.run(step.observed.at),
    }


def _action(step: Step, after: Step | None, clock: Clock) -> Iterator[Line]:
    call, seen, ends = f"call@{step.observed.step}", step.observed, step.events[-1].at
    names = {phase: f"{phase}@{call}" for phase in ("before", "input", "after")}
    yield {
        "type": "before",
        "callId": call,
        "stepId": call,
        "startTime": clock.run(seen.at),
        "title": words(step.action) if step.action else "No valid answer",
        "class": "Agent",
        "method": step.action.kind() if step.action else "answer",
        "params": _parameters(step),
        "pageId": _PAGE,
        "beforeSnapshot": names["before"],
    }
    yield _snapshot(names["before"], call, step, clock.run(seen.at))
    yield from _log(step, call, clock)
    yield {"type": "input", "callId": call, "inputSnapshot": names["input"], **_point(step)}
    yield _snapshot(names["input"], call, step, clock.run(ends))
    yield {
        "type": "after",
        "callId": call,
        "endTime": clock.run(ends),
        "afterSnapshot": names["after"],
        **_outcome(step),
    }
    if after:
        yield _snapshot(names["after"], call, after, clock.run(after.observed.at))


def _parameters(step: Step) -> Line:
    said = step.decided
    told = {"reason": said.reason, "memory": said.memory, "answer": said.text} if said else {}
    arguments = step.action.model_dump(mode="json") if step.action else {}
    return arguments | {name: text for name, text in told.items() if text}


def _log(step: Step, call: str, clock: Clock) -> Iterator[Line]:
    texts = [(step.observed.at, notice) for notice in step.observed.notices]
    if step.decided:
        texts += [(step.decided.at, text) for text in (step.decided.thinking, step.decided.reason) if text]
    for at, text in texts:
        yield {"type": "log", "callId": call, "time": clock.run(at), "message": text}


def _point(step: Step) -> Line:
    at = place(step)
    return {"point": {"x": at.x, "y": at.y}} if at else {}


def _outcome(step: Step) -> Line:
    """What came of it; an error where it was not done."""
    did, said = step.performed, step.decided
    if did and did.ok:
        return {"result": {"note": did.note}} if did.note else {}
    why = did.note if did else (said.problem if said else "")
    return {"error": {"name": "Error", "message": why or "It is not known whether this was done."}}


def _snapshot(name: str, call: str, step: Step, timestamp: float) -> Line:
    """A page that shows a screenshot and nothing else."""
    size = _size(step)
    picture = {"src": _address(step), "style": f"display:block;width:{size['width']}px;height:{size['height']}px"}
    return {
        "type": "frame-snapshot",
        "snapshot": {
            "snapshotName": name,
            "callId": call,
            "pageId": _PAGE,
            "frameId": _FRAME,
            "frameUrl": step.observed.url or "about:blank",
            "timestamp": timestamp,
            "collectionTime": 0,
            "doctype": "html",
            "html": ["HTML", {}, ["HEAD", {}], ["BODY", {"style": "margin:0"}, ["IMG", picture]]],
            "resourceOverrides": [],
            "viewport": size,
            "isMainFrame": True,
        },
    }


def _resource(step: Step, clock: Clock) -> Line:
    """Where a screenshot is found, as if it had been loaded from the network just before it was first seen."""
    request = {"method": "GET", "url": _address(step), "queryString": []}
    response = {
        "status": 200,
        "statusText": "OK",
        "content": {"size": -1, "mimeType": "image/png", "_sha1": f"{step.observed.screen}.png"},
        "redirectURL": "",
    }
    both = {"httpVersion": "HTTP/1.1", "cookies": [], "headers": [], "headersSize": -1, "bodySize": -1}
    return {
        "type": "resource-snapshot",
        "snapshot": {
            "pageref": _PAGE,
            "_frameref": _FRAME,
            "_monotonicTime": clock.run(step.observed.at) - 1,
            "startedDateTime": datetime.fromtimestamp(step.observed.at, UTC).isoformat(),
            "time": 0,
            "request": request | both,
            "response": response | both,
            "cache": {},
            "timings": {"send": 0, "wait": 0, "receive": 0},
        },
    }


def _address(step: Step) -> str:
    return f"https://screens.invalid/{step.observed.screen}.png"


def _size(step: Step) -> dict[str, int]:
    image = step.observed.frame.image
    return {"width": image.width, "height": image.height}
