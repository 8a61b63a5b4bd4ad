"""What a goal asks for, and whether a booking is that."""

from collections.abc import Iterable, Iterator
from datetime import date

from glm_actions.frozen import Frozen
from glm_tasks.flights.data import MONTHS, World
from glm_tasks.flights.records import Best, Booking, Flight, Person, Search, Trip


class Wanted(Frozen):
    """The constraints a goal states. None and empty mean that anything will do."""

    to: str
    """Cities by their codes."""
    origin: str | None = None
    trip: Trip | None = None
    depart: date | None = None
    back: date | None = None
    adults: int | None = None
    airline: str | None = None
    leaves: int | None = None
    """Minutes since midnight at which the way there begins."""
    direct: bool = False
    best: Best | None = None
    people: tuple[Person, ...] = ()
    email: str | None = None
    seat: str | None = None

    @property
    def particular(self) -> bool:
        """Whether it matters which of the offered flights is taken."""
        return bool(self.airline or self.leaves is not None or self.direct or self.best)


def spoken(day: date) -> str:
    """A day as people say it: 12 March."""
    return f"{day.day} {MONTHS[day.month - 1]}"


def fitting(wanted: Wanted, offers: Iterable[Flight]) -> tuple[Flight, ...]:
    """The offers that are what was asked for; several if they are equally good."""
    fit = [
        offer
        for offer in offers
        if wanted.airline in {None, offer.airline}
        and wanted.leaves in {None, offer.out.departs}
        and (offer.direct or not wanted.direct)
    ]
    if wanted.best is None or not fit:
        return tuple(fit)
    least = min(_rank(wanted.best, offer) for offer in fit)
    return tuple(offer for offer in fit if _rank(wanted.best, offer) == least)


def _rank(best: Best, offer: Flight) -> int:
    return {"cheapest": offer.price, "fastest": offer.minutes, "earliest": offer.out.departs}[best]


def described(world: World, search: Search) -> str:
    """A search in a few words: Oslo to Lima on 12 March."""
    return f"{world.by_code[search.origin].name} to {world.by_code[search.to].name} on {spoken(search.depart)}"


def differences(world: World, wanted: Wanted, booking: Booking) -> Iterator[str]:
    """Each way in which a booking is not what was asked for, as `this, the goal says that`."""
    pairs = (*_search_facts(world, wanted, booking.search), *_flight_facts(world, wanted, booking.flight))
    for got, said, fine in (*pairs, *_party_facts(wanted, booking)):
        if not fine:
            yield f"{got}, the goal says {said}"
    if wanted.best and booking.flight not in fitting(wanted, world.flights(booking.search)):
        yield f"flight {booking.flight.out.code}, the goal says the {wanted.best} one"


_Fact = tuple[str, str, bool]


def _search_facts(world: World, wanted: Wanted, search: Search) -> Iterator[_Fact]:
    def name(code: str) -> str:
        return world.by_code[code].name

    yield f"to {name(search.to)}", f"to {name(wanted.to)}", search.to == wanted.to
    if wanted.origin:
        yield f"from {name(search.origin)}", f"from {name(wanted.origin)}", search.origin == wanted.origin
    if wanted.trip:
        yield f"a {_way(search.trip)} trip", f"a {_way(wanted.trip)} trip", search.trip == wanted.trip
    if wanted.depart:
        yield f"leaving on {spoken(search.depart)}", spoken(wanted.depart), search.depart == wanted.depart
    if wanted.back:
        got = spoken(search.back) if search.back else "no day"
        yield f"returning on {got}", spoken(wanted.back), search.back == wanted.back
    if wanted.adults:
        fine = (search.adults, search.children) == (wanted.adults, 0)
        yield f"{search.adults} adults and {search.children} children", f"{wanted.adults} adults", fine


def _way(trip: Trip) -> str:
    return "one-way" if trip == "oneway" else "return"


def _flight_facts(world: World, wanted: Wanted, flight: Flight) -> Iterator[_Fact]:
    if wanted.airline:
        yield f"with {flight.airline}", f"with {wanted.airline}", flight.airline == wanted.airline
    if wanted.leaves is not None:
        got, said = world.clock(flight.out.departs), world.clock(wanted.leaves)
        yield f"leaving at {got}", f"leaving at {said}", flight.out.departs == wanted.leaves
    if wanted.direct:
        yield "a flight with stops", "a direct one", flight.direct


def _party_facts(wanted: Wanted, booking: Booking) -> Iterator[_Fact]:
    party = booking.party
    if wanted.people:
        yield f"for {_listed(party.people)}", f"for {_listed(wanted.people)}", _same(party.people, wanted.people)
    if wanted.email:
        yield f"tickets to {party.email}", f"to {wanted.email}", party.email.lower() == wanted.email.lower()
    if wanted.seat:
        yield f"seat {', '.join(party.seats) or 'not chosen'}", f"seat {wanted.seat}", party.seats == (wanted.seat,)


def _listed(people: tuple[Person, ...]) -> str:
    return " and ".join(map(str, people))


def _same(some: tuple[Person, ...], others: tuple[Person, ...]) -> bool:
    return sorted(str(one).lower() for one in some) == sorted(str(one).lower() for one in others)
