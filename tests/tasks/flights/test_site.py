"""The server: what it lets through, what it keeps, and what it refuses."""

from datetime import timedelta
from typing import Any

import pytest

from glm_tasks.flights import FlightsSite, World


def test_a_booking_is_kept_with_all_that_was_chosen(visitor: Any, site: FlightsSite) -> None:
    """The server's record holds the search, the flight and the party, under a new confirmation number."""
    visitor.book(3)
    visitor.book(4, to="TYO")
    first, second = site.bookings
    assert (first.search.to, first.flight.number, str(first.party.people[0])) == ("LIM", 3, "Alex Morgan")
    assert second.search.to == "TYO"
    assert len(first.confirmation) == 6
    assert first.confirmation != second.confirmation


def test_an_empty_search_is_told_what_is_missing(visitor: Any) -> None:
    """Each missing field has its message, in the site's own words."""
    form = visitor.search_form(origin=None, to=None, depart=None, trip="return")
    status, errors = visitor.send("search", form)
    words = visitor.site.world.labels
    assert status == 200
    assert errors == {
        "from": words["need_from"],
        "to": words["need_to"],
        "depart": words["need_depart"],
        "back": words["need_back"],
    }


@pytest.mark.parametrize(("days", "fine"), [(-1, False), (0, True), (330, True), (331, False)])
def test_only_days_of_the_calendar_can_be_booked(visitor: Any, days: int, fine: bool) -> None:
    """From the site's today to its last day; never the real date."""
    day = visitor.site.world.today + timedelta(days=days)
    _, errors = visitor.send("search", visitor.search_form(depart=day.isoformat()))
    assert errors == ({} if fine else {"depart": visitor.site.world.labels["need_depart"]})


def test_a_return_before_the_departure_is_refused(visitor: Any) -> None:
    """One cannot come back before one has left."""
    form = visitor.search_form(trip="return", back=visitor.site.world.today.isoformat())
    assert visitor.send("search", form)[1].keys() == {"back"}


def test_a_trip_to_where_one_is_is_refused(visitor: Any) -> None:
    """Origin and destination differ."""
    assert visitor.send("search", visitor.search_form(to="OSL"))[1].keys() == {"to"}


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"email": "nobody"}, {"email"}),
        ({"email": "a b@example.org"}, {"email"}),
        ({"people": [{"first": "", "last": " "}]}, {"first-1", "last-1"}),
        ({"people": [{"first": "R2D2", "last": "Ok"}]}, {"first-1"}),
        ({"people": []}, {"people"}),
        ({"seats": None}, {"seats"}),
        ({"seats": ["1A", "1B"]}, {"seats"}),
        ({"seats": ["99Z"]}, {"seats"}),
    ],
)
def test_wrong_passenger_data_is_refused(visitor: Any, changes: dict[str, Any], wrong: set[str]) -> None:
    """The message belongs to the field that is wrong, and nothing is kept."""
    visitor.send("search", visitor.search_form())
    visitor.send("flight", {"flight": 1})
    assert visitor.send("party", visitor.party_form(**changes))[1].keys() == wrong
    assert visitor.send("book", {"terms": True})[1].keys() == {"flight"}


def test_a_taken_seat_cannot_be_had(visitor: Any, site: FlightsSite) -> None:
    """A free one can."""
    visitor.send("search", visitor.search_form())
    taken = min(site.world.seats_taken)
    assert visitor.send("party", visitor.party_form(seats=[taken]))[1].keys() == {"seats"}
    free = next(seat for seat in ("1A", "2A", "3B", "4C", "5D", "6E", "7F", "8A") if seat not in site.world.seats_taken)
    visitor.book(party=visitor.party_form(seats=[free]))
    assert site.bookings[0].party.seats == (free,)


def test_nothing_is_booked_without_the_terms(visitor: Any, site: FlightsSite) -> None:
    """The box has to be ticked."""
    assert visitor.send("book", {"terms": False})[1].keys() == {"terms"}
    assert site.bookings == ()


@pytest.mark.parametrize(
    ("form", "body", "status"),
    [
        ("search", b"nonsense", 400),
        ("search", {"to": "LIM"}, 400),
        ("flight", {"flight": "1"}, 400),
        ("book", {"terms": True, "free": True}, 400),
        ("reset", {}, 404),
        ("load", {"seed": 1}, 404),
    ],
)
def test_what_no_page_sends_is_refused(visitor: Any, form: str, body: Any, status: int) -> None:
    """There is no way around the forms, and none to reset or load a world from outside."""
    assert visitor.send(form, body) == (status, {})


def test_pages_may_load_nothing_foreign(visitor: Any) -> None:
    """Every answer carries a policy that allows the site itself only."""
    for path in ("/", "/results", "/static/main.js", "/api/page", "/nowhere"):
        _, headers, _ = visitor.asks("GET", path)
        assert headers["content-security-policy"].startswith("default-src 'self'")
        assert headers["cache-control"] == "no-store"


def test_loading_a_world_forgets_the_last_visit(visitor: Any, site: FlightsSite) -> None:
    """A task begins with nothing booked."""
    visitor.book()
    site.load(World(2))
    assert site.bookings == ()
    assert site.world.seed == 2


def test_a_site_can_be_closed_twice_and_started_again(visitor: Any) -> None:
    """Its life is the caller's."""
    visitor.site = FlightsSite()
    for _ in range(2):
        with visitor.site:
            assert visitor.asks("GET", "/")[0] == 200
        visitor.site.close()
