"""The events of a run, in the order in which they come: one line of `events.jsonl` each.

A step is observed, decided, intended, performed. *Intended* is on disk before the screen is touched, so after a crash
an intended action without a performed one may or may not have happened. A run that was cut off may be resumed.
"""

from typing import Annotated, Literal

from pydantic import Field

from glm_actions.frozen import Frozen
from glm_actions.geometry import Frame, Pixel
from glm_actions.surface import Tab
from glm_actions.vocabulary import Action

FORMAT = 2
"""The version of the format; stands in the first line of every journal."""

Ended = Literal["finished", "failed", "out_of_budget", "stuck", "stopped", "crashed"]


class _Moment(Frozen):
    at: float
    """Seconds since 1970, UTC."""


class RunStarted(_Moment):
    """Always the first event."""

    event: Literal["run_started"] = "run_started"
    format: int = FORMAT
    goal: str
    model: str
    protocol: str
    agent: str
    """The version of glm-agent."""
    max_steps: int
    max_tokens: int
    max_seconds: float


class Observed(_Moment):
    """The agent looked at the screen."""

    event: Literal["observed"] = "observed"
    step: int
    screen: str
    """SHA-256 of the screenshot, which is `screens/<sha256>.png`."""
    frame: Frame
    title: str
    url: str
    tabs: tuple[Tab, ...]
    notices: tuple[str, ...]
    """What no screenshot shows."""
    settled: bool
    settle_s: float
    capture_s: float
    state: str | None
    """SHA-256 of what the surface can be brought back with, which is `states/<sha256>.json`; None if there is none."""


class Part(Frozen):
    """A piece of a message: a text in `texts/<sha256>.txt` or a picture in `screens/<sha256>.png`."""

    kind: Literal["text", "screen"]
    sha256: str


class SentMessage(Frozen):
    """A message exactly as it was sent to the model."""

    role: Literal["system", "user", "assistant"]
    parts: tuple[Part, ...]


class Decided(_Moment):
    """The model answered."""

    event: Literal["decided"] = "decided"
    step: int
    action: Action | None
    """None if the answer was not an action that can be performed."""
    reason: str
    memory: str
    problem: str
    """Why the answer was no good; empty if it was."""
    text: str
    """The answer as it came."""
    thinking: str
    think: bool
    """Whether the model was told to think."""
    finish: Literal["stop", "length"]
    messages: tuple[SentMessage, ...]
    grammar: str
    """SHA-256 of the grammar in force, which is `texts/<sha256>.txt`."""
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    first_token_s: float
    seconds: float


class Intended(_Moment):
    """The action is about to be performed."""

    event: Literal["intended"] = "intended"
    step: int
    action: Action
    place: Pixel | None
    """Where the pointer will act, in the surface's pixels."""


class Performed(_Moment):
    """The action was performed, or tried."""

    event: Literal["performed"] = "performed"
    step: int
    ok: bool
    note: str
    """What the model is told of it."""
    seconds: float


class RunResumed(_Moment):
    """A run that was cut off goes on; its next step follows."""

    event: Literal["run_resumed"] = "run_resumed"
    model: str
    protocol: str
    agent: str
    """The version of glm-agent that goes on."""
    torn: bool
    """The last line had been cut off in the middle, and was dropped."""
    note: str
    """What the model is told: what was done, what may have been done, and how the screen looks now."""


class RunEnded(_Moment):
    """The last event, unless the process was killed, or the run was resumed."""

    event: Literal["run_ended"] = "run_ended"
    outcome: Ended
    why: str
    answer: str
    """What the model answered or reported at the end."""
    extracts: tuple[str, ...]
    """What it kept from the screen on the way."""


Event = Annotated[
    RunStarted | Observed | Decided | Intended | Performed | RunResumed | RunEnded,
    Field(discriminator="event"),
]
