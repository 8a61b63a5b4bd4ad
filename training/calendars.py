"""Open calendars of the practice site, where the month that is shown has to be compared with the goal's."""

from collections.abc import Iterator

from glm_actions.vocabulary import Action, LeftClick
from training.flows import MOST_STEPS, Episode, State
from training.questions import Question

_LEAVES = (4, 14)
"""How many pages of a calendar are looked at, at least and at most."""
_DAYS = 4
"""How many days each look at it is asked for, each in three months."""


class Calendars(Episode):
    """A visit of which only open calendars count, leafed through and asked for the same days of many months.

    Whether the month that is shown is the goal's has to be looked up in every one of these questions. In other visits
    the day's number and how often the page was turned are nearly always enough.
    """

    def states(self) -> Iterator[State]:
        """Every look at an open calendar."""
        self.task.setup(self.page)
        leaves = self.rng.randint(*_LEAVES)
        for _ in range(MOST_STEPS):
            png = self._look()
            move = self.task.solve(self.page).action
            if self._variations().calendar:
                yield State(png, tuple(self._months()), self.page.elements())
                leaves -= 1
                move = (leaves > 0 and self._leaf()) or move
            if move.final:
                return
            self._do(move)

    def _leaf(self) -> Action | None:
        way = self.rng.choice(("next-month", "next-month", "next-month", "previous-month"))
        point = self.page.find(f'[data-t="{way}"]:not(:disabled)')
        return LeftClick(start_box=point) if point else None

    def _months(self) -> Iterator[Question]:
        for _ in range(_DAYS):
            away = (0, self.rng.choice((-1, 1)), self.rng.choice((-3, -2, 2, 3, 4, 5)))
            past = self._history() if self.rng.random() < 0.5 else ()
            for goal in self._variations().in_other_months(away):
                yield self._ask(goal, self._other(goal), past)
