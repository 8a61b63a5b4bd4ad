"""A run as fine-tuning data: one example for each step that did what it says, from a run that was finished."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from glm_actions.errors import UsageError
from glm_trajectory.events import Decided, SentMessage
from glm_trajectory.exports.pictures import Pictures
from glm_trajectory.steps import Step, steps
from glm_trajectory.store import Run

SWIFT, AXOLOTL = "swift.jsonl", "axolotl.jsonl"
_PLACEHOLDER = "<image>"


def sft(run: Run, out: Path) -> None:
    """Write a folder with `swift.jsonl`, `axolotl.jsonl` and the screenshots they name.

    Raises:
        UsageError: if the run was not finished.
    """
    if run.summary.outcome != "finished":
        raise UsageError(f"{run.folder} is {run.summary.outcome}, so it is no example to learn from. Name another run.")
    pictures = Pictures(run, out)
    learned = [step.decided for step in steps(run.events) if step.decided and _worked(step)]
    _write(out / SWIFT, filter(None, (_swift(run, decided, pictures) for decided in learned)))
    _write(out / AXOLOTL, (_axolotl(run, decided, pictures) for decided in learned))


def _worked(step: Step) -> bool:
    """The model's own action was performed with success."""
    done = bool(step.performed and step.performed.ok)
    return done and bool(step.decided and step.intended and step.decided.action == step.intended.action)


def _swift(run: Run, decided: Decided, pictures: Pictures) -> dict[str, Any] | None:
    """Texts with placeholders, pictures beside them; None if a text holds the placeholder itself."""
    messages = []
    for message in decided.messages:
        texts = [run.text(part.sha256) if part.kind == "text" else _PLACEHOLDER for part in message.parts]
        if any(part.kind == "text" and _PLACEHOLDER in text for part, text in zip(message.parts, texts, strict=True)):
            return None
        messages.append({"role": message.role, "content": "".join(texts)})
    images = [
        pictures.path(part.sha256) for message in decided.messages for part in message.parts if part.kind == "screen"
    ]
    return {"messages": [*messages, {"role": "assistant", "content": decided.text}], "images": images}


def _axolotl(run: Run, decided: Decided, pictures: Pictures) -> dict[str, Any]:
    """Texts and pictures as parts of the messages."""
    answer = {"role": "assistant", "content": [{"type": "text", "text": decided.text}]}
    return {"messages": [*(_parts(run, message, pictures) for message in decided.messages), answer]}


def _parts(run: Run, message: SentMessage, pictures: Pictures) -> dict[str, Any]:
    content = [
        {"type": "text", "text": run.text(part.sha256)}
        if part.kind == "text"
        else {"type": "image", "path": pictures.path(part.sha256)}
        for part in message.parts
    ]
    return {"role": message.role, "content": content}


def _write(path: Path, examples: Iterator[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(example, ensure_ascii=False) + "\n" for example in examples))
