"""Goals as people would write them, each with the constraints it states."""

from datetime import date, timedelta
from random import Random

from glm_actions.frozen import Frozen
from glm_tasks.flights.data import MONTHS, SEATS, World
from glm_tasks.flights.names import address, travellers
from glm_tasks.flights.records import Search
from glm_tasks.flights.wanted import Wanted, fitting

_VERBS = ("Book", "Please book", "Find and book", "Get me", "I need", "Reserve", "I want", "Buy")
_NUMBERS = ("zero", "one", "two", "three", "four")
_SOON, _LATER = 40, 150
"""Days ahead."""


class Goal(Frozen):
    """A sentence and what it means."""

    text: str
    wanted: Wanted


def goal_of(seed: int, world: World) -> Goal:
    """The goal of a seed: now and then only a destination, mostly a whole wish."""
    rng = Random(f"goal {seed}")
    make = rng.choices((_bare, _partial, _full), (15, 20, 65))[0]
    return make(rng, world)


def bare_goal(to: str, world: World, text: str) -> Goal:
    """A goal that says no more than where to."""
    return Goal(text=text, wanted=Wanted(to=world.city(to).code))


def _bare(rng: Random, world: World) -> Goal:
    to = rng.choice([city for city in world.cities if city.code != world.home]).name
    texts = (
        f"Book a flight to {to}",
        f"Book me a flight to {to}.",
        f"I want to fly to {to}, any day is fine.",
        f"Get me any flight to {to}",
        f"Please book a plane ticket to {to}.",
    )
    return bare_goal(to, world, rng.choice(texts))


def _partial(rng: Random, world: World) -> Goal:
    search = draw_search(rng, world, "oneway")
    start, end = world.by_code[search.origin].name, world.by_code[search.to].name
    verb, day = rng.choice(_VERBS), _day(rng, search.depart)
    if rng.random() < 0.5:
        wanted = Wanted(to=search.to, origin=search.origin)
        return Goal(
            text=rng.choice((f"{verb} a flight from {start} to {end}", f"Fly from {start} to {end}")), wanted=wanted
        )
    wanted = Wanted(to=search.to, origin=search.origin, depart=search.depart)
    texts = (
        f"{verb} a flight from {start} to {end} on {day}.",
        f"On {day} I have to get from {start} to {end}. Book a flight.",
    )
    return Goal(text=rng.choice(texts), wanted=wanted)


def _full(rng: Random, world: World) -> Goal:
    search = draw_search(rng, world, rng.choice(("oneway", "oneway", "return")))
    wanted = draw_choice(rng, world, search)
    changes: dict[str, object] = {}
    if search.adults == 1 and rng.random() < 0.2:
        changes["seat"] = rng.choice([seat for seat in SEATS if seat not in world.seats_taken])
    if rng.random() < 0.8:
        people = travellers(rng, search.adults)
        changes |= {"people": people, "email": address(rng, people[0]) if rng.random() < 0.75 else None}
    wanted = wanted.model_copy(update=changes)
    return Goal(text=draw_sentence(rng, world, wanted), wanted=wanted)


def draw_search(rng: Random, world: World, trip: str) -> Search:
    """Cities, days and a party at random."""
    origin, to = rng.sample(world.cities, 2)
    depart = world.today + timedelta(days=rng.randint(1, rng.choice((_SOON, _SOON, _LATER))))
    back = depart + timedelta(days=rng.randint(1, 24)) if trip == "return" else None
    adults = rng.choices((1, 2, 3, 4), (60, 25, 10, 5))[0]
    return Search(
        origin=origin.code, to=to.code, trip="return" if back else "oneway", depart=depart, back=back, adults=adults
    )


def draw_choice(rng: Random, world: World, search: Search) -> Wanted:
    """Adds which of the flights it has to be, so that there is one."""
    offers = world.flights(search)
    some = rng.choice(offers)
    kinds: tuple[dict[str, object], ...] = (
        {},
        {"direct": True},
        {"airline": some.airline},
        {"leaves": some.out.departs},
        {"leaves": some.out.departs, "airline": some.airline},
        {"best": "cheapest"},
        {"best": "cheapest"},
        {"best": "fastest"},
        {"best": "earliest"},
        {"best": "cheapest", "direct": True},
        {"best": "cheapest", "airline": some.airline},
        {"best": rng.choice(("fastest", "earliest")), "airline": some.airline},
    )
    stated = search.model_dump(include={"origin", "to", "trip", "depart", "back", "adults"})
    unstated: dict[str, object] = {"trip": None} if search.trip == "oneway" and rng.random() < 0.35 else {}
    wanted = Wanted.model_validate(stated | rng.choice(kinds) | unstated)
    return wanted if fitting(wanted, offers) else wanted.model_copy(update={"direct": False})


def draw_sentence(rng: Random, world: World, wanted: Wanted) -> str:
    """What is wanted, as one of many people would say it."""
    flight = _flight(rng, world, wanted)
    days = _days(rng, wanted)
    who = _who(rng, wanted)
    verb = rng.choice(_VERBS)
    start, end = _name(world, wanted.origin), _name(world, wanted.to)
    way = f"from {start} to {end}"
    order = verb if verb.startswith("I ") else verb.lower()
    shapes = (
        f"{verb} {flight} {way} {days}{who}.",
        f"{verb} {flight} {way}{who}, {days}.",
        f"I am travelling {way} {days}. {verb} {flight}{who}.",
        f"{start} to {end}, {days}: {order} {flight}{who}.",
    )
    first = rng.choice(shapes)
    return " ".join((first, *_details(rng, wanted, first)))


def _flight(rng: Random, world: World, wanted: Wanted) -> str:
    ways = {"oneway": ("one-way ", "single "), "return": ("return ", "round-trip "), None: ("",)}
    way = rng.choice(ways[wanted.trip])
    direct = rng.choice(("direct ", "non-stop ")) if wanted.direct else ""
    noun = f"{direct}{way}flight"
    if wanted.airline:
        noun += rng.choice((f" with {wanted.airline}", f" on {wanted.airline}", f" operated by {wanted.airline}"))
    if wanted.leaves is not None:
        noun += rng.choice((" that leaves at ", " departing at ", " leaving at ")) + world.clock(wanted.leaves)
    article = f"the {wanted.best}" if wanted.best else "the" if wanted.leaves is not None else "a"
    return f"{article} {noun}"


def _days(rng: Random, wanted: Wanted) -> str:
    if wanted.depart is None:
        return "on any day"
    depart = _day(rng, wanted.depart)
    if wanted.back is None:
        return f"on {depart}"
    back = _day(rng, wanted.back)
    return rng.choice(
        (f"on {depart}, returning on {back}", f"on {depart} and back on {back}", f"on {depart}, coming back {back}")
    )


def _day(rng: Random, day: date) -> str:
    month = MONTHS[day.month - 1]
    return rng.choice(
        (f"{day.day} {month}", f"{day.day} {month}", f"{month} {day.day}", f"{day.day} {month} {day.year}")
    )


def _who(rng: Random, wanted: Wanted) -> str:
    if wanted.people and rng.random() < 0.5:
        return f" for {_listed(wanted)}"
    adults = wanted.adults or 1
    if adults == 1:
        return "" if wanted.people else rng.choice((" for one adult", " for one person", " for 1 adult"))
    return f" for {rng.choice((_NUMBERS[adults], str(adults)))} {rng.choice(('adults', 'people', 'adults'))}"


def _details(rng: Random, wanted: Wanted, said: str) -> list[str]:
    """Further sentences: who travels, the address, the seat."""
    more = []
    if wanted.people and _listed(wanted) not in said:
        start = rng.choice((("Passenger: ", "Passengers: "), ("Traveller: ", "Travellers: "), ("I am ", "We are ")))
        more.append(f"{start[len(wanted.people) > 1]}{_listed(wanted)}.")
    if wanted.seat:
        more.append(
            rng.choice(
                (f"Take seat {wanted.seat}.", f"Seat {wanted.seat}, please.", f"I would like seat {wanted.seat}.")
            )
        )
    if wanted.email:
        more.append(
            rng.choice(("E-mail: ", "Send the tickets to ", "Contact: ", "The e-mail address is ")) + wanted.email
        )
    return more


def _listed(wanted: Wanted) -> str:
    *others, last = map(str, wanted.people)
    return f"{', '.join(others)} and {last}" if others else last


def _name(world: World, code: str | None) -> str:
    return world.by_code[code].name if code else "anywhere"
