"""How bookings are judged, and what is said about them."""

from datetime import timedelta
from typing import Any

import pytest

from glm_tasks.flights import FlightsSite, FlightsTask, World
from glm_tasks.flights.goals import Goal
from glm_tasks.flights.records import Person
from glm_tasks.flights.wanted import Wanted, fitting, spoken

DAY = World(1).today + timedelta(days=10)
NAMED = Wanted(
    to="LIM", origin="OSL", trip="oneway", depart=DAY, adults=1, people=(Person(first="Alex", last="Morgan"),)
)


def task(site: FlightsSite, **changes: object) -> FlightsTask:
    return FlightsTask(1, site=site, goal=Goal(text="", wanted=NAMED.model_copy(update=changes)))


def test_nothing_done_is_not_enough(visitor: Any) -> None:
    """No booking, no success."""
    verdict = task(visitor.site).check()
    assert not verdict.passed
    assert verdict.why == "no booking was made"


def test_what_was_asked_for_passes(visitor: Any) -> None:
    """The verdict names the booking."""
    visitor.book()
    verdict = task(visitor.site).check()
    assert verdict.passed
    assert verdict.why.startswith(f"booked Oslo to Lima on {spoken(DAY)}, confirmation ")


def test_two_bookings_are_one_too_many(visitor: Any) -> None:
    """Nobody wants to pay twice."""
    visitor.book()
    visitor.book()
    assert task(visitor.site).check().why == "2 bookings were made, the goal asks for one"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"to": "TYO"}, "to Lima, the goal says to Tokyo"),
        ({"origin": "BGO"}, "from Oslo, the goal says from Bergen"),
        ({"trip": "return"}, "a one-way trip, the goal says a return trip"),
        (
            {"depart": DAY + timedelta(days=1)},
            f"leaving on {spoken(DAY)}, the goal says {spoken(DAY + timedelta(days=1))}",
        ),
        ({"back": DAY}, f"returning on no day, the goal says {spoken(DAY)}"),
        ({"adults": 2}, "1 adults and 0 children, the goal says 2 adults"),
        ({"people": (Person(first="Kim", last="Lee"),)}, "for Alex Morgan, the goal says for Kim Lee"),
        ({"email": "kim@example.org"}, "tickets to alex.morgan@example.org, the goal says to kim@example.org"),
        ({"seat": "3A"}, "seat not chosen, the goal says seat 3A"),
        ({"airline": "Nobody Air"}, "the goal says with Nobody Air"),
        ({"leaves": 1}, f"the goal says leaving at {World(1).clock(1)}"),
    ],
)
def test_what_is_wrong_is_said(visitor: Any, changes: dict[str, object], why: str) -> None:
    """Each constraint that is not met is named, with what was booked instead."""
    visitor.book()
    verdict = task(visitor.site, **changes).check()
    assert not verdict.passed
    assert verdict.why.startswith(f"booked Oslo to Lima on {spoken(DAY)}: ")
    assert why in verdict.why


@pytest.mark.parametrize("best", ["cheapest", "fastest", "earliest"])
def test_only_the_best_flight_is_the_best(visitor: Any, best: str) -> None:
    """The cheapest flight passes as the cheapest, any other does not."""
    one = task(visitor.site, best=best)
    search = visitor.search_form()
    visitor.send("search", search)
    offers = one.world.flights(visitor.site._desk.search)
    (right,) = fitting(one.wanted, offers)
    wrong = next(offer for offer in offers if offer != right)
    visitor.book(right.number)
    assert one.check().passed
    visitor.site.load(one.world)
    visitor.book(wrong.number)
    assert one.check().why.endswith(f"flight {wrong.out.code}, the goal says the {best} one")


def test_a_flight_with_stops_is_not_direct(visitor: Any) -> None:
    """Direct means no stop on any leg."""
    visitor.send("search", visitor.search_form())
    offers = visitor.site.world.flights(visitor.site._desk.search)
    stopping = next(offer for offer in offers if not offer.direct)
    visitor.book(stopping.number)
    assert "a flight with stops, the goal says a direct one" in task(visitor.site, direct=True).check().why


def test_what_the_goal_leaves_open_may_be_anything(visitor: Any) -> None:
    """A bare goal is content with any flight to the right place."""
    visitor.book(5)
    bare = Goal(text="Book a flight to Lima", wanted=Wanted(to="LIM"))
    assert FlightsTask(1, site=visitor.site, goal=bare).check().passed


def test_names_may_be_written_in_any_case(visitor: Any) -> None:
    """People write alex MORGAN."""
    visitor.book(party=visitor.party_form(people=[{"first": " alex", "last": "MORGAN "}]))
    assert task(visitor.site).check().passed
