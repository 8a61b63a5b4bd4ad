"""The loop."""

import asyncio
import itertools
from pathlib import Path

from glm_actions.surface import Observation, Surface
from glm_actions.vocabulary import Action, Answer, Done, Fail
from glm_agent.approval import Approver, LookFirst, Rejected, allow
from glm_agent.history import History
from glm_agent.limits import Limits, Meter
from glm_agent.outcome import Outcome
from glm_agent.own import Ask, OwnActions
from glm_agent.past import Past
from glm_agent.planner import Planner, Think
from glm_agent.recorder import Recorder, Watcher, ignore
from glm_backends.model import Model, Options
from glm_backends.protocol import JsonProtocol, Protocol


class Agent:
    """Look, decide, act. Each moment is recorded before the next one begins. docs/library.md explains the arguments."""

    def __init__(  # noqa: PLR0913
        self,
        surface: Surface,
        model: Model,
        *,
        protocol: Protocol | None = None,
        limits: Limits | None = None,
        options: Options | None = None,
        think: Think = "auto",
        pictures: int = 2,
        approve: Approver = allow,
        ask: Ask | None = None,
        watch: Watcher = ignore,
        runs: Path = Path("runs"),
    ) -> None:
        self.surface, self.model, self.protocol = surface, model, protocol or JsonProtocol()
        self.limits, self.options, self.think, self.pictures = limits or Limits(), options or Options(), think, pictures
        self.approve, self.ask, self.watch, self.runs, self._stopped = approve, ask, watch, runs, False

    def stop(self) -> None:
        """End the run after the step that is under way. Callable from any thread and from a signal handler."""
        self._stopped = True

    async def arun(self, goal: str) -> Outcome:
        """The same as `run`, in a thread."""
        return await asyncio.to_thread(self.run, goal)

    def run(self, goal: str) -> Outcome:
        """Work towards a goal until it is reached or given up, or a limit is; `RunError` if model or screen is gone."""
        return self._go(Past(goal))

    def resume(self, folder: Path) -> Outcome:
        """Go on with a run that was cut off, on a surface brought back to where it was.

        `UsageError` if it is none, or is in a protocol that this one does not read; `RunError` as in `run`.
        """
        return self._go(Past.of(folder, self.protocol))

    def _go(self, past: Past) -> Outcome:
        self._stopped, self.history = False, History(self.pictures)
        self.meter, self.own = Meter(self.limits, past.usage, past.seconds), OwnActions(self.ask, past.extracts)
        kinds = self.surface.kinds | self.own.kinds
        self.planner = Planner(past.goal, self.model, self.protocol, kinds, options=self.options, think=self.think)
        self.record = Recorder(self.meter, self.own, self.watch)
        self._careful = LookFirst(past.doubtful, self.approve)
        folder = self.record.start(self.runs, past, self.model.name, self.protocol.name)
        try:
            self.surface.begin(folder)
            self.record.resumed(past.run, past.tell(self.history, self.surface))
            return next(outcome for outcome in map(self.step, itertools.count(past.steps + 1)) if outcome)
        except BaseException as error:  # noqa: BLE001 - raised again, unless a person has halted the run
            return self.record.broke_off(error)

    def step(self, number: int) -> Outcome | None:
        """Look, decide and act once; an outcome if the run is over."""
        if self._stopped:
            return self.record.end("stopped", "You stopped it.")
        if spent := self.meter.spent(number - 1):
            return self.record.end("out_of_budget", spent)
        seen = self.surface.observe()
        self.planner.bar(self.meter.barred(seen), self.history)
        self.history.saw(seen)
        self.record.observed(number, seen)
        thought = self.planner.decide(self.history, seen, self.meter.seconds_left)
        self.meter.usage += thought.reply.usage
        self.record.decided(thought)
        self.history.answered(thought.reply.text)
        if thought.decision is None:
            return self._mistake(thought.problem)
        try:
            action = self._careful(thought.decision.action, seen)
        except Rejected as error:
            return self._mistake(f"{thought.decision.action} was not approved: {error}")
        return self._circling(action, seen) or self._act(action, seen)

    def _act(self, action: Action, seen: Observation) -> Outcome | None:
        self.record.intended(action, seen)
        result = (self.own if action.kind() in self.own.kinds else self.surface).perform(action)
        self.record.performed(result)
        if isinstance(action, Done | Answer | Fail):
            return self.record.concluded(action)
        if not result.ok:
            return self._mistake(result.note)
        self.history.note(result.note)
        self.meter.success()
        return None

    def _mistake(self, note: str) -> Outcome | None:
        """Tell the model what went wrong and let it think; too often in a row ends the run."""
        self.history.note(note)
        self.planner.think_once()
        return self.record.end("failed", over) if (over := self.meter.mistake(note)) else None

    def _circling(self, action: Action, seen: Observation) -> Outcome | None:
        over = self.meter.circling(action, seen)
        return self.record.end("stuck", over) if over else None
