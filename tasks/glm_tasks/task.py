"""What a task is: a goal in words, a way to begin, a check that reads the world's state, and its own solution."""

from typing import Protocol

from glm_actions.frozen import Frozen
from glm_actions.surface import Page
from glm_actions.vocabulary import Action


class Verdict(Frozen):
    """Whether a task is done, by the state of the world and not by its looks."""

    passed: bool
    why: str
    """What was found, or what is missing, in words for a person."""


class Move(Frozen):
    """What a solver does next, and why."""

    reason: str
    action: Action


class Task(Protocol):
    """Something that can be asked for and checked."""

    @property
    def goal(self) -> str:
        """What is to be done, as a person would say it."""

    def setup(self, surface: Page) -> None:
        """Bring the surface to where the task begins."""

    def check(self) -> Verdict:
        """Judge the state of the world now."""

    def solve(self, surface: Page) -> Move:
        """The next move from whatever is on the screen now; `done` when nothing is left to do."""

    def close(self) -> None:
        """Let go of what `setup` has started. May be called twice."""
