"""Booking a flight, as a task."""

from collections.abc import Callable
from typing import Self

from glm_actions.surface import Page
from glm_actions.vocabulary import Goto
from glm_tasks.flights.data import World
from glm_tasks.flights.goals import Goal, bare_goal, goal_of
from glm_tasks.flights.site import FlightsSite
from glm_tasks.flights.solving import next_move
from glm_tasks.flights.solving.plan import Plan
from glm_tasks.flights.wanted import Wanted, described, differences
from glm_tasks.task import Move, Task, Verdict


class FlightsTask:
    """Book the flight that a seed asks for, on the site that the same seed makes. Implements `glm_tasks.task.Task`.

    Args:
        seed: Decides the world, and the goal in it.
        site: Where to do it; without one, the task serves its own from `setup` until `close`.
        goal: Another goal than the seed's own.
    """

    def __init__(self, seed: int, *, site: FlightsSite | None = None, goal: Goal | None = None) -> None:
        self._goal = goal or goal_of(seed, World(seed))
        self.world = World(seed, home_filled=None if self.wanted.origin else True)
        self._own = site is None
        self.site = site or FlightsSite()

    @classmethod
    def tokyo(cls, seed: int = 0, *, site: FlightsSite | None = None) -> Self:
        """The task to book a flight to Tokyo: any flight, on any day."""
        return cls(seed, site=site, goal=bare_goal("Tokyo", World(seed), "Book a flight to Tokyo"))

    @property
    def goal(self) -> str:
        return self._goal.text

    @property
    def wanted(self) -> Wanted:
        """What the goal states."""
        return self._goal.wanted

    def setup(self, surface: Page) -> None:
        self.site.start()
        self.site.load(self.world)
        surface.perform(Goto(url=self.site.url))

    def check(self) -> Verdict:
        bookings = self.site.bookings
        if not bookings:
            return Verdict(passed=False, why="no booking was made")
        if len(bookings) > 1:
            return Verdict(passed=False, why=f"{len(bookings)} bookings were made, the goal asks for one")
        booking = bookings[0]
        what = f"booked {described(self.world, booking.search)}"
        wrong = "; ".join(differences(self.world, self.wanted, booking))
        if wrong:
            return Verdict(passed=False, why=f"{what}: {wrong}")
        return Verdict(passed=True, why=f"{what}, confirmation {booking.confirmation}")

    def solve(self, surface: Page) -> Move:
        return next_move(surface, Plan(self.world, self.wanted, self.site.url), self.check())

    def close(self) -> None:
        """Stop serving the site, if it is the task's own. May be called twice."""
        if self._own:
            self.site.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Solution(Verdict):
    """How a solver fared: the verdict, and the moves it took."""

    moves: tuple[Move, ...]


def run_solver(task: Task, surface: Page, most: int = 80, settle: Callable[[], object] | None = None) -> Solution:
    """Let a task solve itself from wherever the surface is.

    Args:
        task: What to solve; it has been set up.
        surface: Where.
        most: How many moves it may take.
        settle: Waits until the screen is quiet; by default, the surface is looked at.
    """
    moves: list[Move] = []
    while len(moves) < most and not (moves and moves[-1].action.final):
        (settle or surface.observe)()
        moves.append(task.solve(surface))
        if not moves[-1].action.final:
            surface.perform(moves[-1].action)
    return Solution(**task.check().model_dump(), moves=tuple(moves))
