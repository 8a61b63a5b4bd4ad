"""Passengers, checkout, and the end."""

from glm_actions.vocabulary import Done, Fail
from glm_tasks.flights.solving.eyes import Eyes, move
from glm_tasks.flights.solving.plan import Plan
from glm_tasks.flights.solving.results import wrong_flight, wrong_search
from glm_tasks.task import Move, Verdict

_CHECKOUT = ("home", "edit", "change-flight", "change-people", "terms", "back-to-people", "book", "footer")


def passengers_move(eyes: Eyes, plan: Plan) -> Move:
    """The next move where the passengers are entered."""
    order = _order(eyes)
    return (
        wrong_search(eyes, plan, order)
        or wrong_flight(eyes, plan, order)
        or _names(eyes, plan, order)
        or _seat(eyes, plan, order)
        or eyes.press("continue", "continue button", "The passengers are complete, so I go on.", order)
    )


def _count(eyes: Eyes) -> int:
    number = 1
    while eyes.there(f"first-{number + 1}"):
        number += 1
    return number


def _order(eyes: Eyes) -> tuple[str, ...]:
    fields = [f"{field}-{number}" for number in range(1, _count(eyes) + 1) for field in ("first", "last")]
    seats = [f"seat-{row}A" for row in range(1, 9)]
    return ("home", "edit", "change-flight", *fields[:2], "email", *fields[2:], "noseat", *seats, "continue", "footer")


def _names(eyes: Eyes, plan: Plan, order: tuple[str, ...]) -> Move | None:
    for number in range(1, _count(eyes) + 1):
        person, whose = plan.person(number), f" of passenger {number}"
        texts = {
            f"first-{number}": (person.first, f"first name{whose}"),
            f"last-{number}": (person.last, f"last name{whose}"),
        }
        if number == 1:
            texts["email"] = (plan.email, "e-mail address")
        for name, (text, what) in texts.items():
            if not _written(eyes, plan, name, text):
                return eyes.write(name, text, what, order)
    return None


def _written(eyes: Eyes, plan: Plan, name: str, text: str) -> bool:
    held = eyes.text(name).strip()
    free = not (plan.wanted.email if name == "email" else plan.wanted.people)
    if free and held and not eyes.there(f"error-{name}"):
        return "." in held.partition("@")[2] if name == "email" else True
    return held == text


def _seat(eyes: Eyes, plan: Plan, order: tuple[str, ...]) -> Move | None:
    seat = plan.wanted.seat
    if seat is None:
        reason = "No seat is asked for, so I choose none."
        return (
            None
            if eyes.there("noseat", '[aria-checked="true"]')
            else eyes.press("noseat", "no preference", reason, order)
        )
    if eyes.text("seats-picked") == seat:
        return None
    row = order.index(f"seat-{seat[:-1]}A")
    named = (*order[:row], f"seat-{seat}", *order[row + 1 :])
    return eyes.press(f"seat-{seat}", f"seat {seat}", f"Seat {seat} is asked for, so I take it.", named)


def checkout_move(eyes: Eyes, plan: Plan) -> Move:
    """The next move at the checkout."""
    return (
        wrong_search(eyes, plan, _CHECKOUT)
        or wrong_flight(eyes, plan, _CHECKOUT)
        or _wrong_people(eyes, plan)
        or _terms(eyes)
        or eyes.press("book", "book button", "All is right and the terms are accepted, so I book.", _CHECKOUT)
    )


def _wrong_people(eyes: Eyes, plan: Plan) -> Move | None:
    wanted = plan.wanted
    facts = {f"name-{number}": str(person) for number, person in enumerate(wanted.people, 1)}
    facts |= {"sent-to": wanted.email or "", "sits": wanted.seat or ""}
    for name, text in facts.items():
        if text and eyes.text(name) != text:
            reason = f"It says {eyes.text(name)} instead of {text}, so I go back to the passengers."
            return eyes.press("change-people", "change passengers", reason, _CHECKOUT)
    return None


def _terms(eyes: Eyes) -> Move | None:
    if eyes.there("terms", '[aria-checked="true"]'):
        return None
    return eyes.press("terms", "terms checkbox", "The terms have to be accepted, so I tick the box.", _CHECKOUT)


def last_move(eyes: Eyes, verdict: Verdict) -> Move:
    """What to say about the booking that is shown."""
    if verdict.passed:
        number = eyes.text("confirmation")
        return move("The booking is confirmed.", Done(content=f"Booked, confirmation {number}."))
    return move("What was booked is not what was asked for.", Fail(content=verdict.why))
