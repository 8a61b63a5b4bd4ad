"""Visits to the practice site that training is drawn from get to their end."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from random import Random

import pytest

from glm_actions.geometry import Point
from glm_actions.vocabulary import Scroll
from glm_tasks.flights import FlightsSite, FlightsTask
from glm_tasks.flights.data import MONTHS
from training import flows
from training.calendars import Calendars
from training.chromium import Chromium
from training.pages import Viewport
from training.site import SitePage


@pytest.fixture(scope="module")
def site() -> Iterator[FlightsSite]:
    with FlightsSite() as site:
        yield site


@pytest.fixture(scope="module")
def page() -> Iterator[SitePage]:
    with Chromium() as browser:
        yield SitePage(browser.tab(100, 100), Viewport(672, 448))


@pytest.mark.parametrize("seed", [1_000_001, 1_000_002, 1_000_003])
def test_a_visit_without_mistakes_ends_with_a_booking(page: SitePage, site: FlightsSite, seed: int) -> None:
    """Through every view and every kind of popup, up to the right last word, without going in circles."""
    episode = flows.Episode(Random(0), page, site, seed, others=0)
    episode.clumsy = 0.0
    states = list(episode.states())
    kinds = [state.questions[0].kind for state in states]
    views = list(dict.fromkeys(kind.split(".")[1] for kind in kinds))
    assert views == ["search", "results", "passengers", "checkout", "confirmation"]
    assert kinds[-1] == "flow.confirmation.done"
    assert {"flow.search.left_click.city", "flow.search.left_click.day"} <= set(kinds)
    assert len(kinds) < 45


def test_what_lies_above_is_scrolled_to_beside_a_sidebar_too(page: SitePage, site: FlightsSite) -> None:
    """The sidebar stays where it is, so that the site's name in it does not say that the page is at its top."""
    task = FlightsTask(1_000_008, site=site)
    task.setup(page)
    page.look()
    page.perform(task.solve(page).action)
    for _ in range(4):
        page.look()
        page.perform(Scroll(start_box=Point((560, 560)), direction="down"))
    page.look()
    move = task.solve(page).action
    assert isinstance(move, Scroll)
    assert move.direction == "up"


def test_an_open_calendar_is_asked_about_with_days_near_its_page(page: SitePage, site: FlightsSite) -> None:
    """With days of all the year, turning to the next month would nearly always be right, and be learned as that."""
    asked: list[str] = []
    for state in flows.Episode(Random(1), page, site, 1_000_001, others=12).states():
        if any(name.startswith("calendar-") for name in page.names):
            asked += [question.kind.rsplit(".", 1)[1] for question in state.questions[2:]]
    assert len(asked) > 10
    assert 0.3 < asked.count("day") / len(asked) < 0.9
    assert "next-month" in asked


def test_what_has_to_be_compared_in_a_calendar_is_written_down(page: SitePage, site: FlightsSite) -> None:
    """The goal's day and the month that is shown, before the move, and only there: the move follows from the two."""
    moves: dict[tuple[bool, bool], set[str]] = defaultdict(set)
    for state in flows.Episode(Random(3), page, site, 1_000_001, others=12).states():
        shown, is_open = page.text('[data-t="month"]'), any(name.startswith("calendar-") for name in page.names)
        for question in state.questions:
            reason = json.loads(question.answer)["reason"]
            assert not reason or is_open
            if reason:
                day, month = re.fullmatch(r"(\d+ [A-Z][a-z]+) wanted, ([A-Z][a-z]+) shown", reason).groups()
                assert shown.startswith(month)
                assert any(text in question.prompt for text in (day, " ".join(reversed(day.split()))))
                moves[is_open, month in day].add(question.kind.rsplit(".", 1)[1])
    assert moves[True, True] == {"day"}
    assert "next-month" in moves[True, False]
    assert "day" not in moves[True, False]


def test_nothing_but_the_month_tells_what_to_do_in_a_calendar(page: SitePage, site: FlightsSite) -> None:
    """The same words with another month want another move, so the month that is shown has to be looked up."""
    moves: dict[tuple[int, str], set[str]] = defaultdict(set)
    for number, state in enumerate(Calendars(Random(2), page, site, 1_000_011).states()):
        for question in state.questions:
            alike = re.sub("|".join(MONTHS), "*", question.prompt)
            moves[number, alike].add(question.kind.rsplit(".", 1)[1])
    assert len({number for number, _ in moves}) >= 2
    assert sum(len(found) > 1 for found in moves.values()) >= len(moves) / 2
