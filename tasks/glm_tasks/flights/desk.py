"""The server's side of one visit: what was searched, chosen and booked, and what is wrong with an input."""

import re
from collections.abc import Callable
from datetime import date
from random import Random
from typing import Annotated, Any

from pydantic import Field

from glm_actions.frozen import Frozen
from glm_tasks.flights.data import SEATS, World
from glm_tasks.flights.records import Booking, Flight, Party, Person, Search, Trip

Errors = dict[str, str]
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_NAME = re.compile(r"[^\W\d_][^\d_@<>]*")
_CONFIRMATION = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class SearchForm(Frozen):
    """The search page as it was sent; nothing in it need be filled in."""

    origin: str | None
    to: str | None
    trip: Trip
    depart: date | None
    back: date | None
    adults: Annotated[int, Field(ge=1, le=6)]
    children: Annotated[int, Field(ge=0, le=4)]


class ChoiceForm(Frozen):
    """The flight that was selected."""

    flight: int


class PartyForm(Frozen):
    """The passenger page as it was sent; `seats` is None if nothing was said about them."""

    people: tuple[Person, ...]
    email: str
    seats: tuple[str, ...] | None


class BookForm(Frozen):
    """The checkout page as it was sent."""

    terms: bool


class DismissForm(Frozen):
    """What was clicked away."""

    what: str


class Desk:
    """Serves one visitor. Only what its forms let through is ever kept."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.search: Search | None = None
        self.flight: Flight | None = None
        self.party: Party | None = None
        self.bookings: tuple[Booking, ...] = ()
        self.in_the_way: tuple[str, ...] = ("cookies", "newsletter") if world.newsletter else ("cookies",)
        """What still lies over the page."""
        self._numbers = Random(f"confirmations of {world.seed}")

    def receive(self, form: str, body: bytes) -> Errors:
        """Take in a form; says for each field what is wrong with it.

        Raises:
            KeyError: if there is no such form.
            ValidationError: if no page of this site could have sent the body.
        """
        forms: dict[str, tuple[type[Frozen], Callable[[Any], Errors]]] = {
            "search": (SearchForm, self._search),
            "flight": (ChoiceForm, self._choose),
            "party": (PartyForm, self._party),
            "book": (BookForm, self._book),
            "dismiss": (DismissForm, self._dismiss),
        }
        shape, take = forms[form]
        return take(shape.model_validate_json(body))

    def _say(self, wrong: dict[str, str | None]) -> Errors:
        return {field: self.world.labels[label] for field, label in wrong.items() if label}

    def _search(self, form: SearchForm) -> Errors:
        cities, returns = self.world.by_code, form.trip == "return"
        wrong = {
            "from": None if form.origin in cities else "need_from",
            "to": None if form.to in cities else "need_to",
            "depart": None if self._bookable(form.depart, self.world.today) else "need_depart",
            "back": "need_back" if returns and not self._bookable(form.back, form.depart or self.world.today) else None,
        }
        if form.to in cities and form.to == form.origin:
            wrong["to"] = "same_city"
        if errors := self._say(wrong):
            return errors
        self.search = Search.model_validate(form.model_dump() | ({} if returns else {"back": None}))
        self.flight = self.party = None
        return {}

    def _bookable(self, day: date | None, earliest: date) -> bool:
        return day is not None and earliest <= day <= self.world.last_day

    def _choose(self, form: ChoiceForm) -> Errors:
        offers = self.world.flights(self.search) if self.search else ()
        self.flight = next((offer for offer in offers if offer.number == form.flight), None)
        return {} if self.flight else {"flight": self.world.labels["nothing"]}

    def _party(self, form: PartyForm) -> Errors:
        if self.search is None or len(form.people) != self.search.people:
            return {"people": self.world.labels["need_name"]}
        wrong: dict[str, str | None] = {}
        for number, person in enumerate(form.people, 1):
            wrong[f"first-{number}"] = _name_problem(person.first)
            wrong[f"last-{number}"] = _name_problem(person.last)
        wrong["email"] = None if _EMAIL.fullmatch(form.email.strip()) else "bad_email"
        wrong["seats"] = None if self._seats_fine(form.seats) else "need_seat"
        if errors := self._say(wrong):
            return errors
        people = tuple(Person(first=one.first.strip(), last=one.last.strip()) for one in form.people)
        self.party = Party(people=people, email=form.email.strip(), seats=form.seats or ())
        return {}

    def _seats_fine(self, seats: tuple[str, ...] | None) -> bool:
        free = set(SEATS) - self.world.seats_taken
        wanted = self.search.people if self.search else 0
        return (
            seats is not None and len(set(seats)) in {0, wanted} and len(set(seats)) == len(seats) and free >= {*seats}
        )

    def _book(self, form: BookForm) -> Errors:
        if not form.terms:
            return self._say({"terms": "need_terms"})
        if not (self.search and self.flight and self.party):
            return self._say({"flight": "nothing"})
        number = "".join(self._numbers.choices(_CONFIRMATION, k=6))
        made = Booking(confirmation=number, search=self.search, flight=self.flight, party=self.party)
        self.bookings = (*self.bookings, made)
        self.search = self.flight = self.party = None
        return {}

    def _dismiss(self, form: DismissForm) -> Errors:
        self.in_the_way = tuple(what for what in self.in_the_way if what != form.what)
        return {}


def _name_problem(text: str) -> str | None:
    if not text.strip():
        return "need_name"
    return None if _NAME.fullmatch(text.strip()) else "bad_name"
