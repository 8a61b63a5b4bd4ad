"""What a run has behind it when it begins: nothing, or all that was recorded before it was cut off."""

from pathlib import Path
from typing import Self

from glm_actions.errors import UsageError
from glm_actions.risk import irreversible
from glm_actions.surface import Surface
from glm_actions.vocabulary import Action, Extract
from glm_agent.history import History
from glm_agent.retold import retell, what_is_known
from glm_backends.model import Usage
from glm_backends.protocol import Protocol
from glm_backends.protocols import reads
from glm_trajectory import Journal, Run, RunEnded, RunResumed, RunStarted, Step, Summary, reopen

_OVER = frozenset({"finished", "failed"})


class Past:
    """The part of a run that is over.

    Args:
        goal: What the person wants.
        run: What was recorded, if the run goes on.
        journal: Where it is recorded further.
    """

    def __init__(self, goal: str, run: Run | None = None, journal: Journal | None = None) -> None:
        self.goal = goal
        self.run = run
        self.journal = journal

    @classmethod
    def of(cls, folder: Path, spoken: Protocol) -> Self:
        """The past of a run that was cut off, to be told in a protocol.

        Raises:
            UsageError: if it is no run, has come to its end, cannot be written, or is in a protocol of another form.
        """
        run, journal = reopen(folder)
        if problem := _over(run) or _foreign(run, spoken):
            journal.close()
            raise UsageError(problem)
        return cls(run.summary.goal, run, journal)

    def tell(self, history: History, surface: Surface) -> str:
        """Let a history be as it was, and tell what is known now that the surface was brought back; gives that part."""
        if self.run is None:
            return ""
        for step in self._steps:
            retell(self.run, step, history)
        seen = surface.observe()
        note = what_is_known(self.run, seen)
        for text in (note, *seen.notices):
            history.note(text)
        return note

    @property
    def steps(self) -> int:
        """How many steps were taken."""
        return self._steps[-1].number if self._steps else 0

    @property
    def seconds(self) -> float:
        """How long they took."""
        return self.run.summary.seconds if self.run else 0.0

    @property
    def usage(self) -> Usage:
        """The tokens they took."""
        if self.run is None:
            return Usage()
        names = Usage.model_fields.keys() & Summary.model_fields
        return Usage(**self.run.summary.model_dump(include=names))

    @property
    def extracts(self) -> tuple[str, ...]:
        """What was kept from the screen."""
        actions = (step.intended.action for step in self._steps if step.intended and step.performed)
        return tuple(action.content for action in actions if isinstance(action, Extract))

    @property
    def doubtful(self) -> tuple[Action, ...]:
        """What cannot be taken back, was intended, and may have been performed or not."""
        actions = (step.intended.action for step in self._steps if step.intended and not step.performed)
        return tuple(action for action in actions if irreversible(action))

    @property
    def _steps(self) -> tuple[Step, ...]:
        return self.run.steps if self.run else ()


def _over(run: Run) -> str:
    last = run.events[-1]
    if isinstance(last, RunEnded) and last.outcome in _OVER:
        return f"{run.folder} has {last.outcome}, so there is nothing to resume. Start a new run."
    return ""


def _foreign(run: Run, spoken: Protocol) -> str:
    """Whether the model would be told answers that have not the form of those it is to give."""
    began = next(event.protocol for event in reversed(run.events) if isinstance(event, RunStarted | RunResumed))
    answers = [step.decided.text for step in run.steps if step.decided and step.decided.action]
    if began == spoken.name or not answers or any(reads(spoken, answer) for answer in answers):
        return ""
    return f"{run.folder} is in the protocol {began}, which {spoken.name} does not read. Use --protocol {began}."
