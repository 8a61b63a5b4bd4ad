"""Filling in the search page, whatever state it is in."""

from datetime import date

from glm_actions.vocabulary import Key, LeftClick
from glm_tasks.flights.data import MONTHS, month_called
from glm_tasks.flights.records import City
from glm_tasks.flights.solving.eyes import Eyes, move
from glm_tasks.flights.solving.plan import Plan
from glm_tasks.flights.wanted import spoken
from glm_tasks.task import Move

_ORDER = (
    *("home", "crumb-trip", "crumb-from", "crumb-to", "crumb-depart", "crumb-back", "oneway", "return", "from", "to"),
    *("depart", "back", "people-open", "adults-less", "adults-more", "children-less", "children-more"),
    *("wizard-back", "wizard-next", "search", "footer"),
)
_PLACES = {"from": "origin", "to": "destination"}
_DAYS = {"depart": "departure date", "back": "return date"}


def search_move(eyes: Eyes, plan: Plan) -> Move:
    """The next move on the search page."""
    if eyes.there("trips"):
        return eyes.press("trips", "my trips", "The flight is booked already, so I open my trips.", ("trips", *_ORDER))
    return _in_popup(eyes, plan) or _earlier(eyes, plan) or _in_form(eyes, plan) or _onward(eyes)


def _onward(eyes: Eyes) -> Move:
    if eyes.there("wizard-next"):
        return eyes.press("wizard-next", "next button", "This is answered, so I go on.", _ORDER)
    return eyes.press("search", "search button", "Everything is filled in, so I search.", _ORDER)


def _in_popup(eyes: Eyes, plan: Plan) -> Move | None:
    if not eyes.any_of("list-from", "list-to", "calendar-depart", "calendar-back", "people-done"):
        return None
    for name in _PLACES:
        if eyes.there(f"list-{name}"):
            return _from_list(eyes, plan, name)
    for name in _DAYS:
        if eyes.there(f"calendar-{name}"):
            return _from_calendar(eyes, plan, name)
    if eyes.there("people-done"):
        reason = "The passengers are right, so I close this."
        return _count(eyes, plan) or eyes.press("people-done", "done button", reason, (*_ORDER[:17], "people-done"))
    return None


def _from_list(eyes: Eyes, plan: Plan, name: str) -> Move:
    city = _city(eyes, plan, name)
    if city is None:
        return move("This field is right, so I close its list.", Key(keys="escape"))
    if eyes.there(f"city-{city.code}"):
        reason = f"{city.name} is in the list, so I pick it."
        return eyes.press(f"city-{city.code}", city.name, reason, (*_ORDER, f"city-{city.code}"))
    return eyes.write(name, city.name, _PLACES[name], _ORDER)


def _city(eyes: Eyes, plan: Plan, name: str) -> City | None:
    """What to enter into a field for a city; None if anything will do and something is there."""
    if name == "to":
        return plan.to
    if plan.wanted.origin is None and eyes.there("from", "[data-value]"):
        return None
    return plan.origin


def _from_calendar(eyes: Eyes, plan: Plan, name: str) -> Move:
    day = plan.day[name]
    if _right(eyes, plan, name):
        return move("The date is right, so I close the calendar.", Key(keys="escape"))
    if day is None:
        return _any_day(eyes)
    if eyes.there(f"day-{day}", ":disabled"):
        return move(f"{spoken(day)} cannot be picked yet, so I close the calendar.", Key(keys="escape"))
    if eyes.there(f"day-{day}"):
        order = ("previous-month", "month", "next-month", f"day-{day}", "footer")
        return eyes.press(f"day-{day}", str(day.day), f"{spoken(day)} is on this page, so I pick it.", order)
    return _turn(eyes, day)


def _any_day(eyes: Eyes) -> Move:
    point = eyes.first_day()
    if point is None:
        return eyes.scroll(down=True, what="first day")
    return move("Any day will do, so I pick the first one.", LeftClick(start_box=point, element_info="first day"))


def _turn(eyes: Eyes, day: date) -> Move:
    shown = month_called(eyes.text("month"))
    way, sign = ("next-month", "next") if shown < day.replace(day=1) else ("previous-month", "previous")
    if eyes.there(way, ":disabled"):
        return move(f"{spoken(day)} cannot be reached yet, so I close the calendar.", Key(keys="escape"))
    reason = f"It shows {MONTHS[shown.month - 1]}, but I need {MONTHS[day.month - 1]}, so I turn to the {sign} month."
    return eyes.press(way, f"{sign} month", reason, ("home", way, "search", "footer"))


def _right(eyes: Eyes, plan: Plan, name: str, prefix: str = "") -> bool:
    value = _values(plan)[name]
    if name == "trip" and not prefix:
        return eyes.there(plan.trip, '[aria-checked="true"]')
    return eyes.there(prefix + name, "[data-value]" if value is None else f'[data-value="{value}"]')


def _values(plan: Plan) -> dict[str, str | None]:
    """What the fields have to hold; None if anything will do."""
    wanted = plan.wanted
    return {
        "trip": plan.trip,
        "from": wanted.origin,
        "to": wanted.to,
        "depart": _iso(wanted.depart),
        "back": _iso(wanted.back),
        "people": f"{wanted.adults}-0" if wanted.adults else None,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _earlier(eyes: Eyes, plan: Plan) -> Move | None:
    """Go back to an earlier question of the wizard if its answer is wrong."""
    if not eyes.there("wizard-back"):
        return None
    for name in _values(plan):
        crumb = f"crumb-{name}"
        if not _right(eyes, plan, name, "crumb-") and eyes.there(crumb):
            reason = f"{eyes.text(crumb)} is not right, so I go back to that question."
            return eyes.press(crumb, "earlier answer", reason, _ORDER)
    return None


def _in_form(eyes: Eyes, plan: Plan) -> Move | None:
    for name in _values(plan):
        if not _right(eyes, plan, name) and eyes.there("oneway" if name == "trip" else name):
            return _mend(eyes, plan, name)
    return None


def _mend(eyes: Eyes, plan: Plan, name: str) -> Move | None:
    if name == "trip":
        kind = "one-way" if plan.trip == "oneway" else "return"
        return eyes.press(plan.trip, f"{kind} choice", f"It has to be a {kind} trip, so I choose that.", _ORDER)
    if name in _PLACES:
        city = plan.to if name == "to" else plan.origin
        return eyes.write(name, city.name, _PLACES[name], _ORDER)
    if name in _DAYS:
        held = "not right" if eyes.there(name, "[data-value]") else "not chosen yet"
        return eyes.press(name, _DAYS[name], f"The {_DAYS[name]} is {held}, so I open its calendar.", _ORDER)
    reason = "The number of passengers is not right, so I open that field."
    return _count(eyes, plan) or eyes.press("people-open", "passengers", reason, _ORDER)


def _count(eyes: Eyes, plan: Plan) -> Move | None:
    """Press a plus or a minus, if they are shown and a number is wrong."""
    if plan.wanted.adults is None or not eyes.there("adults"):
        return None
    for who, wanted in (("adults", plan.wanted.adults), ("children", 0)):
        held = int(eyes.text(who))
        if held != wanted:
            sign = "more" if held < wanted else "less"
            reason = (
                f"It says {held} {who}, but it has to be {wanted}, so I press {'plus' if sign == 'more' else 'minus'}."
            )
            return eyes.press(f"{who}-{sign}", f"{sign} {who}", reason, _ORDER)
    return None
