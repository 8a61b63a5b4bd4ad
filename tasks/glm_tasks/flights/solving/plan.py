"""What the solver is going to enter, where the goal leaves it open as well."""

from datetime import date

from glm_tasks.flights.data import World
from glm_tasks.flights.names import SOMEBODY, default_address
from glm_tasks.flights.records import City, Flight, Person, Search, Trip
from glm_tasks.flights.wanted import Wanted, fitting

MOST_OFFERS = 25


class Plan:
    """One goal in one world, with a choice for everything the goal does not say."""

    def __init__(self, world: World, wanted: Wanted, url: str) -> None:
        self.world = world
        self.wanted = wanted
        self.url = url

    @property
    def trip(self) -> Trip:
        """A single flight, unless a return is asked for."""
        return self.wanted.trip or "oneway"

    @property
    def to(self) -> City:
        """The destination."""
        return self.world.by_code[self.wanted.to]

    @property
    def origin(self) -> City:
        """Where to start: at home, if the goal does not say."""
        return self.world.by_code[self.wanted.origin or self.world.home]

    def person(self, number: int) -> Person:
        """Who travels as the first, second, ... passenger."""
        people = self.wanted.people or SOMEBODY
        return people[number - 1] if number <= len(people) else SOMEBODY[number - 1]

    @property
    def email(self) -> str:
        """Where the tickets go."""
        return self.wanted.email or default_address()

    @property
    def day(self) -> dict[str, date | None]:
        """The days to pick by their fields; None if any will do."""
        return {"depart": self.wanted.depart, "back": self.wanted.back}

    def flights(self) -> tuple[int, ...]:
        """The numbers of the flights that would do."""
        if not self.wanted.particular:
            return tuple(range(1, MOST_OFFERS + 1))
        return tuple(offer.number for offer in fitting(self.wanted, self._offers()))

    def _offers(self) -> tuple[Flight, ...]:
        wanted = self.wanted
        if wanted.depart is None:
            return ()
        return self.world.flights(
            Search(origin=self.origin.code, to=wanted.to, trip=self.trip, depart=wanted.depart, back=wanted.back)
        )
