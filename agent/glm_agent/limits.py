"""When to stop: budgets, mistakes in a row, and going round in circles."""

import time
from collections import Counter, defaultdict
from typing import Annotated

from pydantic import Field

from glm_actions.frozen import Frozen
from glm_actions.surface import Observation
from glm_actions.vocabulary import Action
from glm_backends.model import Usage

Positive = Annotated[int, Field(gt=0)]


class Limits(Frozen):
    """How much a run may take."""

    steps: Positive = 50
    tokens: Positive = 1_000_000
    """Prompt and completion tokens of all answers together."""
    seconds: Annotated[float, Field(gt=0)] = 1800.0
    mistakes: Positive = 5
    """Answers in a row that cannot be performed, or fail."""
    repeats: Positive = 6
    """Times the same action may be chosen on the same screen."""


class Meter:
    """Measures one run against its limits. A text that comes back says why the run must end.

    Args:
        limits: How much the run may take.
        usage: The tokens it has taken already.
        seconds: The time it has taken already.
    """

    def __init__(self, limits: Limits, usage: Usage | None = None, seconds: float = 0.0) -> None:
        self.usage = usage or Usage()
        self.limits = limits
        self._started = time.monotonic() - seconds
        self._mistakes = 0
        self._chosen: Counter[tuple[str, str]] = Counter()
        self._barred: defaultdict[str, list[Action]] = defaultdict(list)

    @property
    def seconds(self) -> float:
        """How long the run has taken."""
        return time.monotonic() - self._started

    @property
    def seconds_left(self) -> float:
        """How long it may still take; never quite nothing, so that it can serve as a time limit."""
        return max(0.001, self.limits.seconds - self.seconds)

    def spent(self, steps: int) -> str:
        """Which budget is used up after so many steps."""
        tokens = self.usage.prompt_tokens + self.usage.completion_tokens
        if steps >= self.limits.steps:
            return f"{steps} steps were taken. Raise --max-steps to allow more."
        if tokens >= self.limits.tokens:
            return f"{tokens} tokens were used, {self.limits.tokens} are allowed. Raise --max-tokens to allow more."
        if self.seconds >= self.limits.seconds:
            return f"{self.limits.seconds:.0f} seconds have passed. Raise --max-seconds to allow more."
        return ""

    def mistake(self, note: str) -> str:
        """Count an answer that could not be performed, or failed."""
        self._mistakes += 1
        many = self._mistakes >= self.limits.mistakes
        return f"{self._mistakes} mistakes in a row. The last one: {note}" if many else ""

    def success(self) -> None:
        """Mistakes are counted in a row; this one was none."""
        self._mistakes = 0

    def circling(self, action: Action, seen: Observation) -> str:
        """Count the same choice on the same screen. From half of the limit on it is barred there for once."""
        key = (seen.sha256, str(action))
        self._chosen[key] += 1
        if self._chosen[key] >= self.limits.repeats / 2:
            self._barred[seen.sha256].append(action)
        over = self._chosen[key] >= self.limits.repeats
        return f"{action} was chosen {self._chosen[key]} times on the same screen." if over else ""

    def barred(self, seen: Observation) -> tuple[Action, ...]:
        """What may not be chosen on this screen for once. Asked again, it may."""
        return tuple(self._barred.pop(seen.sha256, ()))
