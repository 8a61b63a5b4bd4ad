"""Does the model see what it is shown, and does it point in thousandths?"""

import random
import re

from glm_actions.space import ActionSpace, Decision, Unparseable
from glm_actions.vocabulary import LeftClick
from glm_backends.doctor import eye_chart
from glm_backends.doctor.line import Line, Needs
from glm_backends.model import Message, Options, Reply
from glm_backends.nonce import Free
from glm_backends.protocol import JsonProtocol, Turn
from glm_backends.server import Server

READ = (
    f"The picture has {eye_chart.FIELDS} fields side by side, each in one colour with a digit. "
    "Name the colour and the digit of each, from left to right, like this: green 1, red 2, black 3, white 4"
)
POINT = "Click the middle of the red disc."
OVERFLOW = "Its numbers overflow: serve it with --dtype bfloat16, and update the engine."
_SAID = re.compile(rf"\b({'|'.join(eye_chart.COLOURS)})\W+([0-9])\b", re.IGNORECASE)
NEAR = 40
"""Thousandths that a click may be beside the middle of the target."""
_CLICKS = ActionSpace.of([LeftClick.kind()])


def check_sight(server: Server, needs: Needs) -> Line:
    """Colours and digits that cannot be guessed; and whether the picture counts as tokens at all."""
    fields = eye_chart.shuffled()
    picture = eye_chart.chart(fields)
    shown = Message(role="user", parts=(picture, READ))
    reply = server.decide((shown,), Free(), Options(max_tokens=100, timeout_s=needs.timeout_s))
    if "!!!!" in reply.text:
        line = Line(verdict="wrong", why="It answers with nothing but exclamation marks.", remedy=OVERFLOW)
    elif (said := _read(reply.text)) == [str(field) for field in fields]:
        line = Line(verdict="ok", why=f"It reads {len(fields)} colours and digits off a picture.")
    else:
        line = _blind(server, needs, reply, ", ".join(map(str, fields)), ", ".join(said) or repr(reply.text[:40]))
    return line.after((shown,), Free(), reply)


def _read(text: str) -> list[str]:
    return [f"{colour.lower()} {digit}" for colour, digit in _SAID.findall(text)]


def _blind(server: Server, needs: Needs, reply: Reply, shown: str, said: str) -> Line:
    """It did not read the chart; the tokens tell whether the picture has reached it."""
    alone = (Message(role="user", parts=(READ,)),)
    without = server.decide(alone, Free(), Options(max_tokens=1, timeout_s=needs.timeout_s)).usage.prompt_tokens
    grown = reply.usage.prompt_tokens - without
    if without and grown < eye_chart.FIELDS:
        why = "The picture does not reach the model: the prompt has no more tokens with it than without."
    else:
        why = f"It does not read what is shown: {shown}. It says {said}."
    return Line(verdict="wrong", why=why, remedy=server.dialect.remedies.sight)


def check_coordinates(server: Server, needs: Needs) -> Line:
    """A drawn target, asked for in the words that the agent uses."""
    x, y = random.randrange(600, 950), random.randrange(200, 600)
    turn = Turn(picture=eye_chart.target(x, y))
    messages = JsonProtocol().messages(POINT, _CLICKS, (turn,))
    reply = server.decide(messages, _CLICKS, Options(max_tokens=400, timeout_s=needs.timeout_s))
    try:
        line = _aim(_CLICKS.parse(reply.text), x, y)
    except Unparseable as error:
        line = Line(verdict="cannot tell", why=f"It does not answer with a click: {error}")
    return line.after(messages, _CLICKS, reply)


def _aim(decision: Decision, x: int, y: int) -> Line:
    action = decision.action
    if not isinstance(action, LeftClick):
        return Line(verdict="cannot tell", why=f"It does not click: {action}")
    width, height = eye_chart.SCREEN
    said = (action.start_box.x, action.start_box.y)
    scales = {
        "thousandths": (1000 * x / width, 1000 * y / height),
        "pixels": (x, y),
        "hundredths": (100 * x / width, 100 * y / height),
    }
    for scale, place in scales.items():
        if all(abs(one - other) <= NEAR for one, other in zip(said, place, strict=True)):
            return _scale(scale)
    target = scales["thousandths"]
    why = f"It clicks {action.start_box} where the target is at [{target[0]:.0f}, {target[1]:.0f}]."
    return Line(verdict="cannot tell", why=why, remedy="Small or quantised models aim badly: try a larger one.")


def _scale(scale: str) -> Line:
    if scale == "thousandths":
        return Line(verdict="ok", why="It points in thousandths, and hits.")
    remedy = "Serve GLM-4.5V, or use a protocol for this model."
    return Line(verdict="wrong", why=f"It points in {scale}, not in thousandths.", remedy=remedy)
