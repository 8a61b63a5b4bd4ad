"""The task's own solution, in a real browser on the real site."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from glm_actions.geometry import Point
from glm_actions.surfaces.browser import Browser
from glm_actions.vocabulary import Action, Back, Key, LeftClick, Scroll, Type
from glm_tasks.flights import FlightsSite, FlightsTask, World, run_solver
from glm_tasks.flights.goals import Goal
from glm_tasks.flights.records import Person
from glm_tasks.flights.wanted import Wanted, spoken

Settle = Callable[[], object]
SEEDS = range(20)


class Hand:
    """Does on the site what a test says, by the names of its elements."""

    def __init__(self, browser: Browser, settle: Settle) -> None:
        self.browser = browser
        self.settle = settle

    def does(self, action: Action) -> None:
        self.browser.perform(action)
        self.settle()

    def clicks(self, *names: str) -> None:
        for name in names:
            point = self.browser.find(f'[data-t="{name}"]')
            assert point, f"{name} cannot be clicked"
            self.does(LeftClick(start_box=point))

    def types(self, *texts: str) -> None:
        for text in texts:
            self.does(Type(content=text))

    def sees(self, name: str, more: str = "") -> bool:
        return self.browser.text(f'[data-t="{name}"]{more}') is not None


@pytest.fixture
def hand(shared_browser: Browser, settle: Settle) -> Hand:
    return Hand(shared_browser, settle)


def oslo_to_lima(site: FlightsSite, world_seed: int, **changes: object) -> FlightsTask:
    """A task with everything stated, in the world of a seed."""
    day = World(world_seed).today + timedelta(days=40)
    wanted = Wanted(
        to="LIM",
        origin="OSL",
        trip="oneway",
        depart=day,
        adults=2,
        best="cheapest",
        people=(Person(first="Kim", last="Lee"), Person(first="Nora", last="Berg")),
        email="kim@example.org",
    )
    return FlightsTask(world_seed, site=site, goal=Goal(text="", wanted=wanted.model_copy(update=changes)))


def seed_with(layout: str, **look: object) -> int:
    """The first seed whose site looks so, with no newsletter."""
    for seed in range(500):
        world = World(seed)
        known = world.look.model_dump()
        if world.look.layout == layout and not world.newsletter and look.items() <= known.items():
            return seed
    raise AssertionError(look)


def neighbours(task: FlightsTask) -> dict[str, Goal]:
    """Almost the same goals, by what a verdict on this task's solution says about them."""
    world, wanted = task.world, task.wanted
    other = next(city for city in world.cities if city.code not in {wanted.to, wanted.origin})
    changes: dict[str, dict[str, object]] = {f"the goal says to {other.name}": {"to": other.code}}
    day = (wanted.depart or world.today) + timedelta(days=2)
    changes[f"the goal says {spoken(day)}"] = {"depart": day}
    if wanted.origin:
        changes[f"the goal says from {other.name}"] = {"origin": other.code}
    if wanted.back:
        changes[f"the goal says {spoken(wanted.back - timedelta(days=1))}"] = {"back": wanted.back - timedelta(days=1)}
    return {why: Goal(text="", wanted=wanted.model_copy(update=change)) for why, change in changes.items()}


@pytest.mark.parametrize("seed", SEEDS)
def test_only_the_right_booking_passes(seed: int, site: FlightsSite, shared_browser: Browser, settle: Settle) -> None:
    """Doing nothing fails, the solution passes, and to a goal with another city or date the same booking is wrong."""
    task = FlightsTask(seed, site=site)
    task.setup(shared_browser)
    assert task.check().why == "no booking was made"

    solution = run_solver(task, shared_browser, settle=settle)

    assert solution.passed, solution.why
    assert solution.moves[-1].action.kind() == "done"
    assert site.bookings[0].confirmation in str(solution.moves[-1].action)
    for why, goal in neighbours(task).items():
        verdict = FlightsTask(seed, site=site, goal=goal).check()
        assert not verdict.passed
        assert why in verdict.why


def test_an_almost_right_solution_fails(site: FlightsSite, shared_browser: Browser, settle: Settle) -> None:
    """Whoever books a day too late is told so, and does not claim to be done."""
    task = oslo_to_lima(site, seed_with("top"))
    assert task.wanted.depart
    late = oslo_to_lima(site, seed_with("top"), depart=task.wanted.depart + timedelta(days=1))
    late.setup(shared_browser)
    assert run_solver(late, shared_browser, settle=settle).passed

    assert not task.check().passed
    assert f"leaving on {spoken(site.bookings[0].search.depart)}, the goal says" in task.check().why
    assert task.solve(shared_browser).action.kind() == "fail"


@pytest.mark.parametrize("layout", ["top", "column", "sidebar"])
def test_wrong_turns_on_the_search_page_are_taken_back(
    layout: str, site: FlightsSite, shared_browser: Browser, settle: Settle, hand: Hand
) -> None:
    """A wrong city, a calendar open at a month that is too late, and a wrong number of people."""
    task = oslo_to_lima(site, seed_with(layout, stepper="popup"))
    task.setup(shared_browser)
    settle()
    hand.clicks("cookies-accept", "oneway", "to")
    hand.types("Lisbon")
    hand.does(Key(keys="escape"))
    hand.clicks("people-open", "adults-more", "adults-more", "children-more", "people-done", "depart")
    hand.clicks(*["next-month"] * 4)
    solution = run_solver(task, shared_browser, settle=settle)

    assert solution.passed, solution.why
    assert sum("previous month" in move.reason for move in solution.moves) >= 2
    assert any("Lisbon" in move.reason for move in solution.moves)


def test_wrong_answers_in_the_wizard_are_taken_back(
    site: FlightsSite, shared_browser: Browser, settle: Settle, hand: Hand
) -> None:
    """An earlier question is opened again when its answer is wrong."""
    task = oslo_to_lima(site, seed_with("wizard", popular=False))
    task.setup(shared_browser)
    settle()
    hand.clicks("cookies-accept", "oneway", "wizard-next", "from")
    hand.does(Key(keys="ctrl+a"))
    hand.types("Lagos")
    hand.clicks("city-LOS", "wizard-next", "to")
    solution = run_solver(task, shared_browser, settle=settle)

    assert solution.passed, solution.why
    assert any("go back to that question" in move.reason for move in solution.moves)


def test_a_wrong_search_and_a_wrong_flight_are_taken_back(
    site: FlightsSite, shared_browser: Browser, settle: Settle, hand: Hand
) -> None:
    """From the passenger page back to the list, and from the list back to the search."""
    task = oslo_to_lima(site, seed_with("top"))
    wrong = oslo_to_lima(site, seed_with("top"), to="LIS", best=None)
    task.setup(shared_browser)
    settle()
    while not hand.sees("view-results"):
        hand.does(wrong.solve(shared_browser).action)
    hand.does(wrong.solve(shared_browser).action)
    assert hand.sees("view-passengers")

    solution = run_solver(task, shared_browser, settle=settle)

    assert solution.passed, solution.why
    assert any("destination of this search is wrong" in move.reason for move in solution.moves)


def test_a_wrong_flight_is_given_back(site: FlightsSite, shared_browser: Browser, settle: Settle, hand: Hand) -> None:
    """The list is opened again, its useless filters are cleared, and the right flight is taken."""
    task = oslo_to_lima(site, seed_with("sidebar", sorting="buttons"))
    task.setup(shared_browser)
    settle()
    while not hand.sees("view-results"):
        hand.does(task.solve(shared_browser).action)
    search = site._desk.search
    assert search
    offers = task.world.flights(search)
    best = min(offers, key=lambda offer: offer.price)
    other = next(offer for offer in offers if offer.airline != best.airline)
    hand.clicks(next(f"airline-{one.code}" for one in task.world.airlines if one.name == other.airline))
    hand.clicks(next(f"select-{offer.number}" for offer in offers if offer.airline == other.airline))
    assert hand.sees("view-passengers")

    solution = run_solver(task, shared_browser, settle=settle)

    assert solution.passed, solution.why
    assert any("not the flight I need" in move.reason for move in solution.moves)
    assert any("clear" in move.reason for move in solution.moves)


def test_the_solver_finds_its_way_from_anywhere(
    site: FlightsSite, shared_browser: Browser, settle: Settle, hand: Hand
) -> None:
    """Another page, a page scrolled down, a step back, and wrong names do not stop it."""
    task = oslo_to_lima(site, seed_with("column"))
    task.setup(shared_browser)
    settle()
    hand.clicks("cookies-reject", "nav-hotels")
    while not hand.sees("view-passengers"):
        hand.does(task.solve(shared_browser).action)
    hand.does(Back())
    hand.does(Scroll(start_box=Point((500, 500)), direction="down", step=20))
    while not hand.sees("view-passengers"):
        hand.does(task.solve(shared_browser).action)
    hand.clicks("first-1")
    hand.types("Nora")
    hand.does(Scroll(start_box=Point((500, 500)), direction="down", step=20))
    while not hand.sees("view-checkout"):
        hand.does(task.solve(shared_browser).action)
    hand.clicks("change-people", "email")
    hand.types("x")
    solution = run_solver(task, shared_browser, settle=settle)

    assert solution.passed, solution.why


def test_the_site_can_be_used_by_keyboard(
    site: FlightsSite, shared_browser: Browser, settle: Settle, hand: Hand
) -> None:
    """Arrows choose a suggestion or a day, enter takes it, escape closes what is open, tab goes on."""
    task = oslo_to_lima(site, seed_with("top", stepper="popup", popular=False))
    task.setup(shared_browser)
    settle()
    hand.clicks("cookies-accept", "oneway", "to")
    hand.types("Lim")
    for key in ("down", "enter"):
        hand.does(Key(keys=key))
    assert hand.sees("to", '[data-value="LIM"]')
    assert not hand.sees("list-to")

    for key in ("tab", "enter"):
        hand.does(Key(keys=key))
    assert hand.sees("calendar-depart")
    hand.does(Key(keys="escape"))
    assert not hand.sees("calendar-depart")

    hand.does(Key(keys="enter"))
    for key in ("tab", "tab", "right", "down", "enter"):
        hand.does(Key(keys=key))
    assert hand.sees("depart", "[data-value]")


def test_a_typed_city_counts_without_being_picked(
    site: FlightsSite, shared_browser: Browser, settle: Settle, hand: Hand
) -> None:
    """Case and accents do not matter."""
    FlightsTask.tokyo(seed_with("top"), site=site).setup(shared_browser)
    settle()
    hand.clicks("cookies-accept", "to")
    hand.types("sao paulo")
    assert hand.sees("to", '[data-value="GRU"]')


def test_a_task_serves_its_own_site(shared_browser: Browser, settle: Settle) -> None:
    """Without a site, a task brings one and takes it away again."""
    with FlightsTask.tokyo(3) as task:
        task.setup(shared_browser)
        assert run_solver(task, shared_browser, settle=settle).passed
    task.close()
