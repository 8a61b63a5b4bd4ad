"""A run in the Agent Trajectory Interchange Format, version 1.7: what Harbor and its readers take."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from glm_trajectory.events import Decided, RunStarted
from glm_trajectory.exports.pictures import Pictures
from glm_trajectory.steps import Step, steps
from glm_trajectory.store import Run

VERSION = "ATIF-v1.7"
FILE = "trajectory.json"


def atif(run: Run, out: Path) -> None:
    """Write a folder with `trajectory.json` and the screenshots it names."""
    pictures = Pictures(run, out)
    started, taken, summary = run.events[0], steps(run.events), run.summary
    if not isinstance(started, RunStarted):
        raise TypeError("a run begins with run_started")
    goal = {"step_id": 1, "timestamp": _moment(started.at), "source": "user", "message": started.goal}
    if taken:
        goal["message"] = [{"type": "text", "text": started.goal}, _picture(taken[0], pictures)]
    afters = [*taken[1:], None]
    said = [
        _step(number, step, after, pictures) for number, (step, after) in enumerate(zip(taken, afters, strict=False), 2)
    ]
    document = {
        "schema_version": VERSION,
        "session_id": run.folder.name,
        "agent": {"name": "glm-agent", "version": started.agent, "model_name": started.model},
        "steps": [goal, *said],
        "final_metrics": {
            "total_prompt_tokens": summary.prompt_tokens,
            "total_completion_tokens": summary.completion_tokens,
            "total_cached_tokens": summary.cached_tokens,
            "total_steps": 1 + len(said),
        },
        "extra": {"outcome": summary.outcome, "why": summary.why, "answer": summary.answer},
    }
    (out / FILE).write_text(json.dumps(document, indent=2, ensure_ascii=False))


def _step(number: int, step: Step, after: Step | None, pictures: Pictures) -> dict[str, Any]:
    """One answer of the model, with what was seen after it as the observation."""
    told: dict[str, Any] = {"step_id": number, "timestamp": _moment(step.observed.at), "source": "agent", "message": ""}
    if step.decided:
        told |= _said(step.decided)
    call = f"call-{step.observed.step}"
    content = [{"type": "text", "text": note}] if (note := _note(step)) else []
    if after:
        content.append(_picture(after, pictures))
    result: dict[str, Any] = {"content": content}
    if step.action:
        told["tool_calls"] = [_call(call, step)]
        result["source_call_id"] = call
    if content:
        told["observation"] = {"results": [result]}
    return told


def _said(decided: Decided) -> dict[str, Any]:
    metrics = {name: getattr(decided, name) for name in ("prompt_tokens", "cached_tokens", "completion_tokens")}
    said: dict[str, Any] = {"message": decided.reason or decided.text, "metrics": metrics}
    if decided.thinking:
        said["reasoning_content"] = decided.thinking
    return said


def _call(call: str, step: Step) -> dict[str, Any]:
    arguments = step.action.model_dump(mode="json") if step.action else {}
    return {"tool_call_id": call, "function_name": arguments.pop("action_type"), "arguments": arguments}


def _note(step: Step) -> str:
    if step.performed:
        return step.performed.note
    return step.decided.problem if step.decided else ""


def _picture(step: Step, pictures: Pictures) -> dict[str, Any]:
    return {"type": "image", "source": {"media_type": "image/png", "path": pictures.path(step.observed.screen)}}


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()
