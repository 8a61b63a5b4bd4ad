"""The embedded model's protocol: a short prompt and few fields, since each token costs time on a CPU."""

import io
import json
import math
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pydantic_core

from glm_actions import ebnf
from glm_actions.frozen import Frozen
from glm_actions.space import ActionSpace, Decision, Unparseable
from glm_actions.vocabulary import Action, Scroll
from glm_backends.model import Form, Message, Picture
from glm_backends.protocol import Turn

PATCH = 28
"""One token of a picture is a square of this many pixels."""


class EmbeddedForm(Frozen):
    """A reason, mostly empty, and an action with the fewest fields.

    `{"reason":"","action":{"action_type":"left_click","start_box":[512,300]}}`
    """

    space: ActionSpace

    def grammar(self) -> str:
        """EBNF of one answer."""
        rules = self.space.rules()
        for cls in self.space.classes:
            rules[cls.kind()] = ebnf.fields((name, self.space.spelled(cls, name)) for name in spoken(cls))
        return ebnf.render({**rules, "root": ebnf.fields([("reason", "text"), ("action", "action")])})

    def json_schema(self) -> str:
        """The JSON schema of one answer."""
        whole = json.loads(self.space.json_schema())
        del whole["properties"]["memory"]
        for cls, schema in zip(self.space.classes, whole["properties"]["action"]["anyOf"], strict=True):
            schema["properties"] = {name: schema["properties"][name] for name in spoken(cls)}
            schema["required"] = list(schema["properties"])
        return json.dumps(whole)


class EmbeddedProtocol(Frozen):
    """One user message: the screenshot, then the goal, the last actions and what happened since.

    The picture stands first, so that in training many questions can follow the same one.
    """

    name: str = "embedded"
    history: int = 6
    """How many of the last actions are told."""
    most_pixels: int = 812 * 588
    """A larger screenshot is scaled down to this area."""
    notches: int = 3
    """How far a scroll goes: not past what it brings into sight, as five would be in a window of 448 pixels."""

    def messages(self, goal: str, offer: ActionSpace, turns: tuple[Turn, ...]) -> tuple[Message, ...]:  # noqa: ARG002
        *past, now = turns
        text = self.prompt(goal, tuple(turn.answer for turn in past), now.notes)
        return (Message(role="user", parts=(self.fitted(now.picture), text) if now.picture else (text,)),)

    def prompt(self, goal: str, answers: tuple[str, ...] = (), notes: tuple[str, ...] = ()) -> str:
        """What stands beside the screenshot.

        Args:
            goal: What the person wants.
            answers: All that the model answered so far, oldest first.
            notes: What happened since its last answer.
        """
        told = "; ".join(brief(answer) for answer in answers[-self.history :] if answer)
        lines = [f"Goal: {goal}", *([f"Past: {told}"] if told else []), *(f"Note: {note}" for note in notes)]
        return "\n".join(lines)

    def answer(self, action: Action, reason: str = "") -> str:
        """How the model says this action; fields that have defaults keep them.

        Args:
            action: What to do.
            reason: What has to be compared before it can be decided, such as the goal's day with an open calendar's
                month. Written down, it is looked up.
        """
        said = action.model_dump_json(include=set(spoken(type(action))))
        return f'{{"reason":{json.dumps(reason, ensure_ascii=False)},"action":{said}}}'

    def form(self, space: ActionSpace) -> Form:
        return EmbeddedForm(space=space)

    def parse(self, space: ActionSpace, text: str) -> Decision:
        try:
            said = pydantic_core.from_json(text)
        except ValueError as error:
            raise Unparseable(f"the answer is no JSON: {error}") from error
        action = said.get("action") if isinstance(said, dict) else None
        if isinstance(action, dict) and action.get("action_type") == Scroll.kind():
            said["action"] = {"step": self.notches} | action
        return space.parse(json.dumps(said))

    def fit(self, width: int, height: int) -> tuple[int, int]:
        """The size at which a screenshot is shown: whole patches, no larger than `most_pixels`."""
        patches = max(1, round(width / PATCH)), max(1, round(height / PATCH))
        if math.prod(patches) * PATCH**2 > self.most_pixels:
            scale = math.sqrt(self.most_pixels / (width * height)) / PATCH
            patches = max(1, int(width * scale)), max(1, int(height * scale))
        return patches[0] * PATCH, patches[1] * PATCH

    def fitted(self, picture: Picture) -> Picture:
        """The screenshot as the model sees it. Thousandths mean the same places on both."""
        return _fitted(self, picture)


def spoken(cls: Any) -> tuple[str, ...]:
    """The fields of an action class that the embedded model fills in; the others keep their defaults."""
    return tuple(
        name for name, field in cls.model_fields.items() if name == "action_type" or field.is_required() or cls.final
    )


def brief(answer: str) -> str:
    """A past answer in a few tokens: `left_click 512,300`, `type "Oslo"`, `scroll 500,500 down`."""
    try:
        said = pydantic_core.from_json(answer)
        return " ".join(_words(said.get("action", said)))
    except (ValueError, AttributeError):
        return "?"


def _words(said: dict[str, Any]) -> Iterator[str]:
    for name, value in said.items():
        if isinstance(value, list):
            yield ",".join(map(str, value))
        elif name in {"action_type", "direction", "keys"} or isinstance(value, int):
            yield str(value)
        elif name != "element_info":
            yield json.dumps(value, ensure_ascii=False)


@lru_cache(maxsize=8)
def _fitted(protocol: EmbeddedProtocol, picture: Picture) -> Picture:
    from PIL import Image

    with Image.open(io.BytesIO(picture.png)) as image:
        size = protocol.fit(*image.size)
        if image.size == size:
            return picture
        shown = io.BytesIO()
        image.convert("RGB").resize(size, Image.Resampling.BICUBIC).save(shown, "PNG")
    return Picture(png=shown.getvalue())
