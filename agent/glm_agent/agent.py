"""The loop."""

import asyncio
import itertools
from pathlib import Path

from glm_actions import ActionSpace, Halted, Observation, Surface
from glm_actions.vocabulary import Action, Answer, Done, Fail
from glm_agent.approval import Approver, Rejected, allow
from glm_agent.history import History
from glm_agent.limits import Limits, Meter
from glm_agent.outcome import Outcome
from glm_agent.own import Ask, OwnActions
from glm_agent.planner import Planner, Think
from glm_agent.recorder import Recorder, Watcher, ignore
from glm_backends.model import Model, Options
from glm_backends.protocol import JsonProtocol, Protocol
from glm_trajectory import Ended


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
        """Work towards a goal until it is reached or given up, or a limit is.

        Raises:
            RunError: if the model or the screen is gone. The run is recorded up to there.
        """
        self._stopped = False
        self.meter, self.history, self.own = Meter(self.limits), History(self.pictures), OwnActions(self.ask)
        offer = ActionSpace(kinds=self.surface.kinds | self.own.kinds)
        self.planner = Planner(goal, self.model, self.protocol, offer, options=self.options, think=self.think)
        self.record = Recorder(self.meter, self.own, self.watch)
        folder = self.record.start(self.runs, goal, self.model.name, self.protocol.name)
        try:
            self.surface.begin(folder)
            return next(outcome for outcome in map(self.step, itertools.count(1)) if outcome)
        except Halted as error:
            return self.record.end("stopped", str(error))
        except BaseException as error:
            self.record.broken(error)
            raise

    def step(self, number: int) -> Outcome | None:
        """Look, decide and act once; an outcome if the run is over."""
        if self._stopped:
            return self.record.end("stopped", "You stopped it.")
        if spent := self.meter.spent(number - 1):
            return self.record.end("out_of_budget", spent)
        seen = self.surface.observe()
        self.history.saw(seen)
        self.record.observed(number, seen)
        thought = self.planner.decide(self.history, seen, self.meter.seconds_left)
        self.meter.usage += thought.reply.usage
        self.record.decided(thought)
        self.history.answered(thought.reply.text)
        if thought.decision is None:
            return self._mistake(thought.problem)
        try:
            action = self.approve(thought.decision.action, seen)
        except Rejected as error:
            return self._mistake(f"{thought.decision.action} was not approved: {error}")
        return self._circling(action, seen) or self._act(action, seen)

    def _act(self, action: Action, seen: Observation) -> Outcome | None:
        self.record.intended(action, seen)
        result = (self.own if action.kind() in self.own.kinds else self.surface).perform(action)
        self.record.performed(result)
        if isinstance(action, Done | Answer | Fail):
            kind: Ended = "failed" if isinstance(action, Fail) else "finished"
            return self.record.end(kind, action.content or f"The model said {action.kind()}.", action.content)
        if not result.ok:
            return self._mistake(result.note)
        self.history.note(result.note)
        self.meter.success()
        return None

    def _mistake(self, note: str) -> Outcome | None:
        """Tell the model what went wrong and let it think; too often in a row ends the run."""
        self.history.note(note)
        self.planner.think_once()
        over = self.meter.mistake(note)
        return self.record.end("failed", over) if over else None

    def _circling(self, action: Action, seen: Observation) -> Outcome | None:
        """The same choice on the same screen is forbidden for a step at half time, and ends the run at last."""
        if over := self.meter.circling(action, seen):
            return self.record.end("stuck", over)
        if self.meter.half_way_round(action, seen):
            self.history.note(f"{action} does not help here. It is not on offer for one step: try something else.")
            self.planner.mask_once(action.kind())
        return None
