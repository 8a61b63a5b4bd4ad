"""Bookings on the practice site through the project's own loop, and what goes wrong in them.

Each choice of the model is laid beside the move that the site's own solver would make, so that the evaluation can say
which move is the first to differ. In a guided visit the solver's move is carried out whatever the model chose, so that
every state on the way is asked about.
"""

import time
from pathlib import Path
from typing import NamedTuple

from glm_actions.geometry import Point, Size
from glm_actions.space import Unparseable
from glm_actions.surfaces.browser import Browser
from glm_actions.vocabulary import Action, Key, Type
from glm_agent.agent import Agent
from glm_agent.limits import Limits
from glm_backends.model import Capabilities, Form, Message, Model, Options, Reply
from glm_tasks.flights import FlightsTask
from training.flows import PARTICULAR
from training.questions import PROTOCOL

_WORD = 'const word = spot => spot?.closest("[data-t]")?.dataset.t ?? "nothing";'
_TOUCHED = "document.elementFromPoint(x / 1000 * innerWidth, y / 1000 * innerHeight)"
_AT = f"([x, y]) => {{ {_WORD} return word({_TOUCHED}); }}"
_FOCUSED = f"() => {{ {_WORD} return word(document.activeElement); }}"
_VIEW = '() => document.querySelector("[data-t^=view-]")?.dataset.t.slice(5) ?? "elsewhere"'


class Choice(NamedTuple):
    """What the model chose in one state, and what the solver would have."""

    view: str
    wanted: str
    """Such as `left_click city` or `type from`."""
    chosen: str
    right: bool
    seconds: float


class Visit(NamedTuple):
    """How one visit went."""

    seed: int
    passed: bool
    why: str
    choices: tuple[Choice, ...]

    @property
    def first_other(self) -> Choice | None:
        """The first choice that is not the solver's."""
        return next((choice for choice in self.choices if not choice.right), None)


class Compared:
    """A model whose choices are laid beside the solver's.

    Args:
        model: What decides.
        task: Knows the right move.
        browser: Where the task is shown.
        guided: Answer with the solver's move.
    """

    def __init__(self, model: Model, task: FlightsTask, browser: Browser, *, guided: bool = False) -> None:
        self._model, self._task, self._browser, self._guided = model, task, browser, guided
        self.name = model.name
        self.capabilities: Capabilities = model.capabilities
        self.choices: list[Choice] = []

    def decide(self, messages: tuple[Message, ...], form: Form, options: Options) -> Reply:
        """Decide, and note what the solver would have done."""
        wanted, view = self._task.solve(self._browser).action, self._browser.evaluate(_VIEW)
        started = time.monotonic()
        reply = self._model.decide(messages, form, options)
        seconds = time.monotonic() - started
        exact = [self._exact(wanted), self._read(form, reply)]
        told = [PARTICULAR.sub("", text) for text in exact]
        self.choices.append(Choice(view, *told, exact[0] == exact[1], seconds))
        return reply.model_copy(update={"text": PROTOCOL.answer(wanted)}) if self._guided else reply

    def _read(self, form: Form, reply: Reply) -> str:
        try:
            return self._exact(PROTOCOL.parse(form.space, reply.text).action)  # type: ignore[attr-defined]
        except Unparseable:
            return "no action"

    def _exact(self, action: Action) -> str:
        """An action by what it touches; two that do the same are the same."""
        kind = action.kind()
        if isinstance(action, (Type, Key)):
            said = action.content if isinstance(action, Type) else action.keys
            shown = "" if isinstance(action, Type) else f" {said}"
            return f"{kind}{shown} {self._browser.evaluate(_FOCUSED)}" + f"-0{said}" * isinstance(action, Type)
        point = getattr(action, "start_box", None)
        if kind == "scroll" or not isinstance(point, Point):
            return f"{kind} {getattr(action, 'direction', '')}".strip()
        return f"{kind} {self._browser.evaluate(_AT, list(point.root))}"


def visit(  # noqa: PLR0913
    model: Model, seed: int, viewport: Size, runs: Path, *, steps: int, guided: bool = False
) -> Visit:
    """Let the model book what a seed asks for, or be led through it."""
    with FlightsTask(seed) as task, Browser(viewport=viewport) as browser:
        task.setup(browser)
        compared = Compared(model, task, browser, guided=guided)
        agent = Agent(browser, compared, protocol=PROTOCOL, limits=Limits(steps=steps), runs=runs)
        outcome = agent.run(task.goal)
        verdict = task.check()
    why = f"{outcome.kind}: {outcome.why.splitlines()[0]}; {verdict.why}"
    return Visit(seed, verdict.passed and outcome.ok, why, tuple(compared.choices))
