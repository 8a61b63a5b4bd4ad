"""Turns what was seen into what to do: builds the prompt, asks the model, reads its answer."""

from typing import Literal

from glm_actions.frozen import Frozen
from glm_actions.space import ActionSpace, Decision, Unparseable
from glm_actions.surface import Observation
from glm_actions.vocabulary import Action
from glm_agent.history import History
from glm_backends.model import Message, Model, Options, Reply
from glm_backends.protocol import Protocol

Think = Literal["auto", "on", "off"]
TOO_LONG = "Your last answer was too long and was cut off. Answer more briefly."
THINKING_CUT = "Your thinking was cut off before an answer came. Think more briefly, then answer."
ONLY_THOUGHT = "Your thinking ended without an answer. Think more briefly, then answer."


class Thought(Frozen):
    """One answer with all that led to it."""

    messages: tuple[Message, ...]
    grammar: str
    options: Options
    reply: Reply
    decision: Decision | None
    """None if the answer cannot be performed."""
    problem: str = ""
    """Why not, in words for the model."""


class Planner:
    """Asks one model, in one protocol, about one goal.

    Args:
        goal: What the person wants.
        model: Who decides.
        protocol: How it is spoken to.
        kinds: Names of all actions that can ever be performed in this run.
        options: How to decode.
        think: When to let the model think before it answers; `auto` is at first, after a mistake and when stuck.
    """

    def __init__(  # noqa: PLR0913
        self, goal: str, model: Model, protocol: Protocol, kinds: frozenset[str], *, options: Options, think: Think
    ) -> None:
        self._goal = goal
        self._model = model
        self._protocol = protocol
        self._offer = ActionSpace(kinds=kinds)
        self._options = options
        self._think = think
        self._think_next = True
        self._barred: tuple[Action, ...] = ()

    def think_once(self) -> None:
        """Let the model think at the next step, if thinking is `auto`."""
        self._think_next = True

    def bar(self, actions: tuple[Action, ...], history: History) -> None:
        """Take choices that did not help off the offer for the next step, say so, and let the model think."""
        self._barred = actions
        for action in actions:
            history.note(f"{action} does not help here. It is not on offer for one step: try something else.")
            self.think_once()

    def decide(self, history: History, seen: Observation, seconds: float) -> Thought:
        """Ask for the next action.

        Args:
            history: The steps so far; the last one is to be decided.
            seen: What is on the screen.
            seconds: How much time there is at most.

        Raises:
            ModelError: if there is no answer.
        """
        space = self._space(seen).barring(self._barred)
        form = self._protocol.form(space)
        messages = self._protocol.messages(self._goal, self._offer, history.turns())
        options = self._options.model_copy(
            update={"thinking": self._thinks(), "timeout_s": min(seconds, self._options.timeout_s)}
        )
        self._think_next = False
        reply = self._model.decide(messages, form, options)
        decision, problem = self._read(space, reply)
        if problem and reply.text and not self._model.capabilities.grammar:
            messages = (*messages, *_repair(reply, problem))
            reply = _second(reply, self._model.decide(messages, form, options))
            decision, problem = self._read(space, reply)
        return Thought(
            messages=messages,
            grammar=form.grammar(),
            options=options,
            reply=reply,
            decision=decision,
            problem=problem,
        )

    def _space(self, seen: Observation) -> ActionSpace:
        others = [tab.number for tab in seen.tabs if not tab.active]
        named = {"files": seen.files, "programs": seen.programs, "secrets": seen.secrets}
        return ActionSpace.of(self._offer.kinds, tabs=others, **named)

    def _thinks(self) -> bool:
        wanted = self._think == "on" or (self._think == "auto" and self._think_next)
        return wanted and self._model.capabilities.thinking

    def _read(self, space: ActionSpace, reply: Reply) -> tuple[Decision | None, str]:
        cut = reply.finish == "length"
        if reply.thinking and not reply.text:
            return None, THINKING_CUT if cut else ONLY_THOUGHT
        if cut:
            return None, TOO_LONG
        try:
            return self._protocol.parse(space, reply.text), ""
        except Unparseable as error:
            return None, f"Your last answer was no valid action: {error}"


def _repair(reply: Reply, problem: str) -> tuple[Message, ...]:
    """What is said to a model that no grammar holds, before its answer counts as a mistake."""
    said = f"{problem} Answer again with the corrected JSON object and nothing else."
    return (Message(role="assistant", parts=(reply.text,)), Message(role="user", parts=(said,)))


def _second(first: Reply, second: Reply) -> Reply:
    """The second answer, at the price of both."""
    return second.model_copy(update={"usage": first.usage + second.usage, "seconds": first.seconds + second.seconds})
