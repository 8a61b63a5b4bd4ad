"""What a seed decides."""

from datetime import timedelta

import pytest

from glm_tasks.flights import World
from glm_tasks.flights.fares import fares
from glm_tasks.flights.geography import distance_km, real_cities
from glm_tasks.flights.look import LAYOUTS
from glm_tasks.flights.page import shop
from glm_tasks.flights.records import Search

WORLDS = [World(seed) for seed in range(40)]


def some_search(world: World, **changes: object) -> Search:
    depart = world.today + timedelta(days=9)
    search = Search(origin="OSL", to="LIM", trip="return", depart=depart, back=depart + timedelta(days=5))
    return search.model_copy(update=changes)


def test_the_same_seed_is_the_same_world() -> None:
    """Nothing of what a visitor sees depends on anything but the seed."""
    assert shop(World(7)) == shop(World(7))
    assert shop(World(7)) != shop(World(8))


def test_worlds_look_different() -> None:
    """Forty seeds show every layout, both themes, and at least three fonts."""
    assert {world.look.layout for world in WORLDS} == set(LAYOUTS)
    assert len(LAYOUTS) >= 4
    assert {world.look.dark for world in WORLDS} == {True, False}
    assert len({world.look.font for world in WORLDS}) >= 3


def test_worlds_speak_differently() -> None:
    """Buttons and fields are worded in at least four ways."""
    for key in ("search", "select", "to", "book", "depart", "accept"):
        assert len({world.labels[key] for world in WORLDS}) >= 3, key
    assert len({tuple(sorted(world.labels.items())) for world in WORLDS}) >= 30


def test_every_world_has_real_and_invented_cities() -> None:
    """No two cities of a world share a name or a code."""
    assert len(real_cities()) >= 120
    for world in WORLDS:
        invented = set(world.cities) - set(real_cities())
        assert len(invented) >= 10
        assert (
            len({city.name for city in world.cities}) == len({city.code for city in world.cities}) == len(world.cities)
        )
        assert world.city("Tokyo").code == "TYO"


@pytest.mark.parametrize("seed", range(5))
def test_flights_are_the_same_when_asked_again(seed: int) -> None:
    """A search can be repeated; how many travel changes nothing."""
    world = World(seed)
    assert world.flights(some_search(world)) == World(seed).flights(some_search(world, adults=3))


@pytest.mark.parametrize("seed", range(20))
def test_a_flight_can_be_told_from_all_others(seed: int) -> None:
    """There is one cheapest, one fastest and one earliest flight, in a list that is long enough to scroll."""
    world = World(seed)
    offers = fares(seed, some_search(world), world.by_code, world.airlines)
    assert 12 <= len(offers) <= 25
    for numbers in (
        [offer.price for offer in offers],
        [offer.minutes for offer in offers],
        [offer.out.departs for offer in offers],
        [offer.number for offer in offers],
    ):
        assert len(set(numbers)) == len(offers)


def test_a_single_trip_has_no_way_back() -> None:
    """Only a return search gives flights with a second leg."""
    world = World(0)
    assert all(offer.back for offer in world.flights(some_search(world)))
    assert not any(offer.back for offer in world.flights(some_search(world, trip="oneway", back=None)))


def test_distances_are_those_of_the_globe() -> None:
    """Flight times follow from where cities are."""
    world = World(0)
    assert 400 < distance_km(world.city("Oslo"), world.city("Copenhagen")) < 600
    assert 17000 < distance_km(world.city("Madrid"), world.city("Wellington")) < 20100


def test_clock_and_money_are_written_the_way_of_the_site() -> None:
    """Times come in 12 or 24 hours."""
    written = {world.look.hours: (world.clock(5), world.clock(12 * 60), world.clock(13 * 60 + 5)) for world in WORLDS}
    assert written == {12: ("12:05 am", "12:00 pm", "1:05 pm"), 24: ("00:05", "12:00", "13:05")}
    assert all("1,234" in world.money(1234) for world in WORLDS)
