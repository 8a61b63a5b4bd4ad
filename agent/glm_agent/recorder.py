"""Writes what the agent does into its journal, and shows it to whoever watches."""

import time
from collections.abc import Callable
from pathlib import Path

from glm_actions.errors import Halted
from glm_actions.surface import Observation, Result
from glm_actions.vocabulary import Action, Answer, Done, Fail
from glm_agent.limits import Meter
from glm_agent.outcome import Outcome
from glm_agent.own import OwnActions
from glm_agent.past import Past
from glm_agent.planner import Thought
from glm_agent.version import __version__
from glm_backends.model import Message
from glm_trajectory import (
    Decided,
    Ended,
    Event,
    Intended,
    Journal,
    Observed,
    Part,
    Performed,
    Run,
    RunEnded,
    RunResumed,
    RunStarted,
    SentMessage,
)

Watcher = Callable[[Event], None]


def ignore(event: Event) -> None:
    """Watch nothing."""


class Recorder:
    """Each method writes one event before the next thing happens.

    Args:
        meter: What the run has used, for its outcome.
        own: What the run has kept, for its outcome.
        watch: Is told of each event once it is written.
    """

    def __init__(self, meter: Meter, own: OwnActions, watch: Watcher) -> None:
        self._meter = meter
        self._own = own
        self._watch = watch

    def start(self, runs: Path, past: Past, model: str, protocol: str) -> Path:
        """Open a journal among the runs, or the one of the run that goes on; gives its folder."""
        self._journal = past.journal or Journal.create(runs, past.goal)
        self._model, self._protocol, self._step = model, protocol, past.steps
        if past.run is None:
            self._write(self._started(past.goal))
        return self._journal.folder

    def _started(self, goal: str) -> RunStarted:
        limits = self._meter.limits
        return RunStarted(
            at=time.time(),
            goal=goal,
            model=self._model,
            protocol=self._protocol,
            agent=__version__,
            max_steps=limits.steps,
            max_tokens=limits.tokens,
            max_seconds=limits.seconds,
        )

    def resumed(self, run: Run | None, note: str) -> None:
        """Go on with a run, if there is one."""
        if run:
            self._write(
                RunResumed(
                    at=time.time(),
                    model=self._model,
                    protocol=self._protocol,
                    agent=__version__,
                    torn=run.torn,
                    note=note,
                )
            )

    def observed(self, step: int, seen: Observation) -> None:
        self._step = step
        self._write(
            Observed(
                at=time.time(),
                step=step,
                screen=self._journal.screen(seen.png),
                state=self._journal.state(seen.storage),
                **{name: getattr(seen, name) for name in Observed.model_fields if name in Observation.model_fields},
            )
        )

    def decided(self, thought: Thought) -> None:
        reply, decision = thought.reply, thought.decision
        self._write(
            Decided(
                at=time.time(),
                step=self._step,
                action=decision.action if decision else None,
                reason=decision.reason if decision else "",
                memory=decision.memory if decision else "",
                problem=thought.problem,
                think=thought.options.thinking,
                messages=tuple(self._sent(message) for message in thought.messages),
                grammar=self._journal.text(thought.grammar),
                **reply.usage.model_dump(exclude={"cache_told"}),
                **reply.model_dump(exclude={"usage", "thinking_leaked"}),
            )
        )

    def intended(self, action: Action, seen: Observation) -> None:
        point = getattr(action, "start_box", None)
        place = seen.frame.pixel(point) if point else None
        self._write(Intended(at=time.time(), step=self._step, action=action, place=place))

    def performed(self, result: Result) -> None:
        self._write(Performed(at=time.time(), step=self._step, ok=result.ok, note=result.note, seconds=result.seconds))

    def concluded(self, action: Done | Answer | Fail) -> Outcome:
        """End as the model says."""
        kind: Ended = "failed" if isinstance(action, Fail) else "finished"
        return self.end(kind, action.content or f"The model said {action.kind()}.", action.content)

    def broke_off(self, error: BaseException) -> Outcome:
        """End as an exception says, and raise it unless a person has halted the run."""
        stopped = isinstance(error, KeyboardInterrupt | Halted)
        outcome = self.end("stopped" if stopped else "crashed", str(error) or type(error).__name__)
        if isinstance(error, Halted):
            return outcome
        raise error

    def end(self, kind: Ended, why: str, answer: str = "") -> Outcome:
        """Close the journal, unless it is closed already, and say how the run came out."""
        extracts = self._own.extracts
        if not self._journal.closed:
            event = RunEnded(at=time.time(), outcome=kind, why=why, answer=answer, extracts=extracts)
            self._journal.append(event)
            self._journal.close()
            self._watch(event)
        return Outcome(
            kind=kind,
            why=why,
            answer=answer,
            extracts=extracts,
            steps=self._step,
            seconds=self._meter.seconds,
            usage=self._meter.usage,
            folder=self._journal.folder,
        )

    def _sent(self, message: Message) -> SentMessage:
        return SentMessage(
            role=message.role,
            parts=tuple(
                Part(kind="text", sha256=self._journal.text(part))
                if isinstance(part, str)
                else Part(kind="screen", sha256=self._journal.screen(part.png))
                for part in message.parts
            ),
        )

    def _write(self, event: Event) -> None:
        self._journal.append(event)
        self._watch(event)
