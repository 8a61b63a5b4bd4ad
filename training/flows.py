"""Episodes on the practice site: every state on the way to a booking, with the right move for many goals.

The site's own pages are driven by its own solver. Now and then something wrong is done on purpose, so that mistakes
and the way out of them are seen too. The solver needs nothing but a goal and the page, so each state is asked about
with other goals as well: other cities in the search, another airline in the results, other names in the form.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import NamedTuple

from glm_actions.geometry import Point
from glm_actions.space import ActionSpace
from glm_actions.vocabulary import Action, Key, LeftClick, Scroll, Type
from glm_tasks.flights import FlightsSite, FlightsTask, World
from glm_tasks.flights.goals import Goal, draw_sentence, goal_of
from glm_tasks.flights.solving import next_move
from glm_tasks.flights.solving.plan import Plan
from glm_tasks.flights.wanted import Wanted, differences, spoken
from glm_tasks.task import Verdict
from training.questions import PROTOCOL, Box, Element, Question, question
from training.site import SitePage
from training.variations import Variations, cities_of, trainable
from training.words import Split, Writer, held_out

FIRST_TRAINING_SEED = 1_000_000
"""Worlds and goals below it are never trained on."""
MOST_STEPS = 70
UNCHANGED = "The screen looks exactly as before your last action."
PARTICULAR = re.compile(r"-[0-9A-Z].*")
"""What makes the name of an element of the site particular, as in `city-OSL` and `day-2026-03-01`."""
TARGETS = (
    *("cookies-accept", "letter-no", "oneway", "return", "from", "to", "city", "depart", "back", "day", "next-month"),
    *("previous-month", "people-open", "adults-more", "adults-less", "people-done", "wizard-next", "search", "edit"),
    *("crumb-trip", "crumb-from", "crumb-to", "crumb-depart", "crumb-back", "select", "sort", "sort-price"),
    *("sort-time", "sort-early", "direct-only", "airline", "clear-filters", "change-flight", "first", "last", "email"),
    *("noseat", "seat", "continue", "terms", "book", "change-people", "nav-flights", "trips"),
)
"""What is clicked on the way to a booking."""
_NEVER = {"book", "home", "foot-help", "foot-about", "foot-privacy", "nav-flights", "letter-email"}


class State(NamedTuple):
    """A moment of an episode."""

    png: bytes
    questions: tuple[Question, ...]
    """What to do now, for the episode's goal and for others."""
    elements: tuple[Element, ...]
    """For generic questions about the same picture."""


def sample_goals(rng: Random, count: int) -> list[str]:
    """Goals of training seeds, for the words of the tokenizer."""
    seeds = (rng.randrange(FIRST_TRAINING_SEED, 2 * FIRST_TRAINING_SEED) for _ in range(count))
    return [goal_of(seed, World(seed)).text for seed in seeds]


def evaluation_seeds(count: int, start: int = 0) -> list[int]:
    """The first seeds whose goals name no city that training goals may name: held-out or invented ones only."""
    found: list[int] = []
    for seed in range(start, FIRST_TRAINING_SEED):
        world = World(seed)
        real = {city.name for city in world.cities[:-14]}
        names = cities_of(world, goal_of(seed, world).wanted)
        if all(held_out(name) or name not in real for name in names):
            found.append(seed)
            if len(found) == count:
                break
    return found


class Episode:
    """One visit to the site.

    Args:
        rng: Where chance comes from.
        page: Where the site is shown.
        site: What serves it.
        seed: The world and the goal.
        others: How many other goals each state is asked about with; twice as many where a calendar is open.
    """

    def __init__(self, rng: Random, page: SitePage, site: FlightsSite, seed: int, others: int = 6) -> None:
        self.rng = rng
        self.page = page
        self.task = FlightsTask(seed, site=site)
        self.write = Writer(rng, "train")
        self.others = others
        self.clumsy = rng.choice((0.0, 0.08, 0.16, 0.3))
        self.answers: list[str] = []
        self.notes: tuple[str, ...] = ()
        self._before = b""
        self._space = ActionSpace.of(page.kinds)

    def states(self) -> Iterator[State]:
        """Every moment up to the end of the visit."""
        self.task.setup(self.page)
        for _ in range(MOST_STEPS):
            png = self._look()
            move = self.task.solve(self.page).action
            if move.final and not self.task.check().passed:
                return
            yield State(png, tuple(self._questions(move)), self.page.elements())
            if move.final:
                return
            self._do(self._mistaken(move) if self.rng.random() < self.clumsy else move)

    def _look(self) -> bytes:
        png = self.page.look()
        self.notes = (UNCHANGED,) if png == self._before else ()
        self._before = png
        return png

    def _do(self, action: Action) -> None:
        """Carry out what a run would: the answer as it is read, not the solver's own action."""
        self.answers.append(PROTOCOL.answer(self._jittered(action)))
        self.page.perform(PROTOCOL.parse(self._space, self.answers[-1]).action)

    def _jittered(self, action: Action) -> Action:
        """The same action as a model would have said it, which does not hit the exact middle."""
        if not isinstance(action, LeftClick):
            return action
        x, y = (min(999, max(0, part + round(self.rng.gauss(0, 4)))) for part in action.start_box.root)
        return LeftClick(start_box=Point((x, y)))

    def _questions(self, move: Action) -> Iterator[Question]:
        wanted = self.task.wanted
        yield self._ask(Goal(text=self.task.goal, wanted=wanted), move, self._history())
        yield self._ask(Goal(text=self._reworded(), wanted=wanted), move, self._history())
        if move.final:
            return
        variations = self._variations()
        for _ in range(self.others * (2 if variations.in_popup else 1)):
            goal = variations.goal()
            other = goal and self._other(goal)
            if goal and other and not self._unseen(move, other):
                yield self._ask(goal, other, self._history())

    def _variations(self) -> Variations:
        return Variations(self.rng, self.task.world, self.page, self.task.wanted)

    def _reworded(self) -> str:
        """The episode's goal in other words, if it says enough to be said in several ways."""
        wanted = self.task.wanted
        if wanted.origin is None or wanted.depart is None or self.rng.random() < 0.3:
            return self.task.goal
        return draw_sentence(self.rng, self.task.world, wanted)

    def _other(self, goal: Goal) -> Action:
        site = self.task.site
        plan = Plan(self.task.world, goal.wanted, site.url)
        return next_move(self.page, plan, _verdict(self.task.world, goal.wanted, site)).action

    def _unseen(self, move: Action, other: Action) -> bool:
        """Whether the other goal's move follows from something that cannot be seen: a wrong input out of sight."""
        return other.final or (isinstance(other, Scroll) and other != move)

    def _history(self) -> tuple[str, ...]:
        """What was answered so far; at times forgotten, so that the picture is not neglected."""
        chance = self.rng.random()
        if chance < 0.12:
            return ()
        return tuple(self.answers[-self.rng.randint(1, 5) :] if chance < 0.25 else self.answers)

    def _ask(self, goal: Goal, action: Action, past: Sequence[str]) -> Question:
        return question(
            self._kind(action),
            goal.text,
            action,
            self._boxes(action),
            past=tuple(past),
            notes=self.notes,
            reason=self._reason(goal.wanted),
        )

    def _reason(self, wanted: Wanted) -> str:
        """In a calendar, the day to pick and the month that is shown; neither is looked up unless it is said."""
        day = {"depart": wanted.depart, "back": wanted.back}.get(self._variations().calendar)
        if day is None or "month" not in self.page.names:
            return ""
        month, _ = (self.page.text('[data-t="month"]') or "").split()
        return f"{spoken(day)} wanted, {month} shown"

    def _kind(self, action: Action) -> str:
        """What such a move is called: the page, the action, and for a click what is clicked."""
        kind = f"flow.{self.page.view or 'elsewhere'}.{action.kind()}"
        target = self.page.named(action.start_box) if isinstance(action, LeftClick) else ""
        generic = PARTICULAR.sub("", target)
        return f"{kind}.{generic}" if generic in TARGETS else kind

    def _boxes(self, action: Action) -> tuple[Box, ...]:
        if isinstance(action, Scroll):
            return (Box(300, 300, 500, 500),)
        if not isinstance(action, LeftClick):
            return ()
        found = self.page.box(action.start_box)
        x, y = action.start_box.root
        return (found or Box(x - 8, y - 8, 16, 16),)

    def _mistaken(self, move: Action) -> Action:
        """Something else than the right move, as a model in training might do."""
        if isinstance(move, Type):
            return Type(content=self._wrong_text(move.content))
        makers: tuple[Callable[[], Action | None], ...] = (self._anywhere, self._anywhere, self._scrolled, self._key)
        return self.rng.choice(makers)() or move

    def _wrong_text(self, text: str) -> str:
        cut = text[: self.rng.randint(1, max(1, len(text) - 1))]
        return self.rng.choice((self.rng.choice(self.task.world.cities).name, self.write.invented(), cut, text + "x"))

    def _anywhere(self) -> Action | None:
        names = [name for name in self.page.names if name not in _NEVER]
        near = [name for name in names if name.startswith(("city-", "day-", "select-", "next-", "previous-", "seat-"))]
        name = self.rng.choice(near if near and self.rng.random() < 0.5 else names) if names else None
        point = self.page.find(f'[data-t="{name}"]') if name else None
        return LeftClick(start_box=point) if point else None

    def _scrolled(self) -> Action:
        return Scroll(start_box=Point((560, 560)), direction=self.rng.choice(("down", "down", "up")))

    def _key(self) -> Action:
        return Key(keys=self.rng.choice(("escape", "tab", "ctrl+a", "backspace")))


def _verdict(world: World, wanted: Wanted, site: FlightsSite) -> Verdict:
    bookings = site.bookings
    passed = len(bookings) == 1 and not any(differences(world, wanted, bookings[0]))
    return Verdict(passed=passed, why="")


def training_seed(rng: Random, split: Split = "train") -> int:
    """A seed whose goal may be trained on, or one for evaluation."""
    while True:
        low, high = (FIRST_TRAINING_SEED, 2**31) if split == "train" else (0, FIRST_TRAINING_SEED)
        seed = rng.randrange(low, high)
        world = World(seed)
        if split == "test" or trainable(world, goal_of(seed, world).wanted):
            return seed
