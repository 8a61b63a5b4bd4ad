"""Choosing a flight, and checking the one that was chosen."""

from collections.abc import Iterable, Iterator

from glm_actions.vocabulary import Fail, LeftClick
from glm_tasks.flights.solving.eyes import Eyes, move
from glm_tasks.flights.solving.plan import MOST_OFFERS, Plan
from glm_tasks.task import Move

_ORDER = ("home", "edit", "direct-only", "clear-filters", "sort", "sort-best", "sort-price", "sort-time", "sort-early")
_SORTS = {"cheapest": "price", "fastest": "time", "earliest": "early"}
_NUMBERS = range(1, MOST_OFFERS + 1)


def wrong_search(eyes: Eyes, plan: Plan, order: Iterable[str]) -> Move | None:
    """Go back to the search if these are not the flights that were asked for."""
    facts = _facts(plan)
    if eyes.there("summary", "".join(facts.values())):
        return None
    what = next((what for what, fact in facts.items() if not eyes.there("summary", fact)), "search")
    return eyes.press("edit", "change search", f"The {what} of this search is wrong, so I change it.", order)


def _facts(plan: Plan) -> dict[str, str]:
    """What has to stand in the summary of the search, as selectors."""
    wanted = plan.wanted
    facts = {
        "origin": ("from", wanted.origin),
        "destination": ("to", wanted.to),
        "kind of trip": ("trip", plan.trip),
        "departure date": ("depart", wanted.depart),
        "return date": ("back", wanted.back),
        "number of passengers": ("people", f"{wanted.adults}-0" if wanted.adults else None),
    }
    return {what: f'[data-{name}="{value}"]' for what, (name, value) in facts.items() if value}


def results_move(eyes: Eyes, plan: Plan) -> Move:
    """The next move in the list of flights."""
    if not plan.flights():
        return move("No flight on this day is what was asked for.", Fail(content="There is no such flight."))
    return wrong_search(eyes, plan, _ORDER) or _sorted(eyes, plan) or _filtered(eyes, plan) or _select(eyes, plan)


def _sorted(eyes: Eyes, plan: Plan) -> Move | None:
    best = plan.wanted.best
    is_menu, open_menu = eyes.there("sort"), eyes.there("sort", " ~ .panel")
    if best is None or eyes.there("sorting", f'[data-value="{_SORTS[best]}"]'):
        close = "The order is right, so I close its menu."
        return eyes.press("sort", "sort menu", close, _order(eyes)) if open_menu else None
    if is_menu and not open_menu:
        return eyes.press(
            "sort", "sort menu", f"I need the {best} flight, so I open the order of the list.", _order(eyes)
        )
    return eyes.press(f"sort-{_SORTS[best]}", f"{best} first", f"I want the {best} flight to come first.", _order(eyes))


def _filtered(eyes: Eyes, plan: Plan) -> Move | None:
    if not eyes.any_of(*(f"card-{number}" for number in plan.flights())):
        reason = "The filters hide the flight I need, so I clear them."
        return eyes.press("clear-filters", "clear filters", reason, _order(eyes))
    wanted = plan.wanted
    if wanted.direct and not eyes.there("direct-only", '[aria-checked="true"]'):
        return eyes.press("direct-only", "direct only", "It has to be a direct flight, so I filter.", _order(eyes))
    for airline in plan.world.airlines:
        name = f"airline-{airline.code}"
        if airline.name == wanted.airline and not eyes.there(name, '[aria-checked="true"]'):
            reason = f"It has to be {airline.name}, so I filter by that airline."
            return eyes.press(name, airline.name, reason, _order(eyes, name))
    return None


def _order(eyes: Eyes, *more: str) -> Iterator[str]:
    """What stands on the page from top to bottom, looked up only when it has to be scrolled."""
    yield from (*_ORDER[:3], *more, *_ORDER[3:])
    yield from (f"select-{number}" for number in _NUMBERS if eyes.there(f"card-{number}"))
    yield "footer"


def _select(eyes: Eyes, plan: Plan) -> Move:
    seen = [point for number in plan.flights() if (point := eyes.spot(f"select-{number}"))]
    if not seen:
        return eyes.scroll(_below(eyes, plan.flights()), "flight I need")
    point = min(seen, key=lambda point: point.y)
    reason = (
        "This flight is what I need, so I select it." if plan.wanted.particular else "Any flight will do; I take this."
    )
    return move(reason, LeftClick(start_box=point, element_info="select button"))


def _below(eyes: Eyes, numbers: Iterable[int]) -> bool:
    shown = next((number for number in _NUMBERS if eyes.spot(f"select-{number}")), None)
    if shown is None:
        return eyes.spot("footer") is None
    return any(eyes.follows(f"card-{shown}", f"card-{number}") for number in numbers)


def wrong_flight(eyes: Eyes, plan: Plan, order: Iterable[str]) -> Move | None:
    """Go back to the list if the chosen flight is not the one."""
    if not plan.wanted.particular:
        return None
    if any(eyes.there("chosen", f'[data-flight="{number}"]') for number in plan.flights()):
        return None
    reason = "This is not the flight I need, so I go back to the list."
    return eyes.press("change-flight", "change flight", reason, order)
