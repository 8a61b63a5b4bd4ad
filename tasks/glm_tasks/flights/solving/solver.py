"""The next move towards a goal: it depends on nothing but the goal and what is on the screen now."""

from collections.abc import Callable

from glm_actions.surface import Page
from glm_actions.vocabulary import Goto
from glm_tasks.flights.solving.eyes import Eyes, move
from glm_tasks.flights.solving.forms import checkout_move, last_move, passengers_move
from glm_tasks.flights.solving.plan import Plan
from glm_tasks.flights.solving.results import results_move
from glm_tasks.flights.solving.search import search_move
from glm_tasks.task import Move, Verdict

_View = Callable[[Eyes, Plan], Move]
_VIEWS: dict[str, _View] = {
    "search": search_move,
    "results": results_move,
    "passengers": passengers_move,
    "checkout": checkout_move,
    "elsewhere": lambda eyes, _: eyes.press("nav-flights", "flights", "There are no flights here.", ("nav-flights",)),
}
_IN_THE_WAY = {"cookies": "cookies-accept", "newsletter": "letter-no"}


def next_move(page: Page, plan: Plan, verdict: Verdict) -> Move:
    """What to do now; `verdict` is the task's own judgement, needed once something is booked."""
    eyes = Eyes(page)
    for what, answer in _IN_THE_WAY.items() if eyes.any_of(*_IN_THE_WAY) else ():
        if eyes.there(what):
            return eyes.press(answer, "answer", f"The {what} dialog is in the way, so I answer it.", ())
    if eyes.there("view-confirmation"):
        return last_move(eyes, verdict)
    for name, view in _VIEWS.items():
        if eyes.there(f"view-{name}"):
            return view(eyes, plan)
    return move("This is not the travel site, so I open it.", Goto(url=plan.url))
