"""What is searched, offered and booked on the site."""

from datetime import date
from typing import Literal

from glm_actions.frozen import Frozen

Trip = Literal["oneway", "return"]
Best = Literal["cheapest", "fastest", "earliest"]


class City(Frozen):
    """A place one can fly to."""

    name: str
    country: str
    code: str
    lat: int
    lon: int


class Airline(Frozen):
    """A company that flies."""

    name: str
    code: str


class Search(Frozen):
    """What was asked for on the search page; cities by their codes."""

    origin: str
    to: str
    trip: Trip
    depart: date
    back: date | None = None
    adults: int = 1
    children: int = 0

    @property
    def people(self) -> int:
        """How many travel."""
        return self.adults + self.children


class Leg(Frozen):
    """One way of a journey."""

    code: str
    departs: int
    """Minutes since midnight."""
    minutes: int
    """How long it takes."""
    stops: int
    via: tuple[str, ...] = ()


class Flight(Frozen):
    """One offer in the results: a way there, and back if a return was asked for."""

    number: int
    airline: str
    price: int
    """For one person."""
    out: Leg
    back: Leg | None = None

    @property
    def legs(self) -> tuple[Leg, ...]:
        """The ways it has: one or two."""
        return (self.out,) if self.back is None else (self.out, self.back)

    @property
    def minutes(self) -> int:
        """The time spent travelling."""
        return sum(leg.minutes for leg in self.legs)

    @property
    def direct(self) -> bool:
        """Whether no leg has a stop."""
        return not any(leg.stops for leg in self.legs)


class Person(Frozen):
    """Someone who travels."""

    first: str
    last: str

    def __str__(self) -> str:
        return f"{self.first} {self.last}"


class Party(Frozen):
    """Who travels, where the tickets go, and where they sit; no seats means no preference."""

    people: tuple[Person, ...]
    email: str
    seats: tuple[str, ...] = ()


class Booking(Frozen):
    """What the server keeps when somebody has booked."""

    confirmation: str
    search: Search
    flight: Flight
    party: Party
