"""What goals say, and what they mean."""

from datetime import timedelta

import pytest

from glm_tasks.flights import FlightsTask, World
from glm_tasks.flights.goals import goal_of
from glm_tasks.flights.records import Search
from glm_tasks.flights.wanted import fitting

GOALS = [(World(seed), goal_of(seed, World(seed))) for seed in range(150)]


def test_a_goal_says_all_that_it_means() -> None:
    """Every constraint can be read in the sentence."""
    for world, goal in GOALS:
        wanted, text = goal.wanted, goal.text
        said = [world.by_code[wanted.to].name, wanted.airline, wanted.best, wanted.email, wanted.seat]
        said += [f"{person.first} {person.last}" for person in wanted.people]
        said += [world.by_code[wanted.origin].name if wanted.origin else None]
        said += [world.clock(wanted.leaves) if wanted.leaves is not None else None]
        for part in filter(None, said):
            assert part in text
        for day in filter(None, (wanted.depart, wanted.back)):
            assert f"{day:%B} {day.day}" in text or f"{day.day} {day:%B}" in text
        if wanted.direct:
            assert "direct" in text or "non-stop" in text


def test_goals_come_in_many_kinds() -> None:
    """From a bare destination to names, seats and returns."""
    wanted = [goal.wanted for _, goal in GOALS]
    assert len({goal.text for _, goal in GOALS}) >= 140
    for kind in (
        [one for one in wanted if one.origin is None],
        [one for one in wanted if one.back],
        [one for one in wanted if one.best],
        [one for one in wanted if one.airline],
        [one for one in wanted if one.leaves is not None],
        [one for one in wanted if one.direct],
        [one for one in wanted if len(one.people) > 1],
        [one for one in wanted if one.email],
        [one for one in wanted if one.seat],
    ):
        assert len(kind) >= 5


def test_every_goal_can_be_reached() -> None:
    """There is a flight that fits, on a day that can be picked."""
    for world, goal in GOALS:
        wanted = goal.wanted
        if wanted.depart is None or wanted.origin is None:
            assert not wanted.particular
            continue
        assert world.today < wanted.depart <= (wanted.back or wanted.depart) < world.today + timedelta(days=330)
        trip = wanted.trip or "oneway"
        search = Search(origin=wanted.origin, to=wanted.to, trip=trip, depart=wanted.depart, back=wanted.back)
        assert fitting(wanted, world.flights(search))


@pytest.mark.parametrize("seed", range(3))
def test_tokyo_asks_for_no_more_than_tokyo(seed: int) -> None:
    """The demo's goal leaves open everything but the destination, and the origin is filled in."""
    task = FlightsTask.tokyo(seed)
    assert task.goal == "Book a flight to Tokyo"
    assert task.wanted.model_dump(exclude_defaults=True) == {"to": "TYO"}
    assert task.world.home_filled
