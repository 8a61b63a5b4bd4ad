"""Other goals than a visit's own that could have led to the same page of the practice site, or nearly."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from glm_tasks.flights import World
from glm_tasks.flights.data import SEATS, month_called
from glm_tasks.flights.goals import Goal, draw_choice, draw_search, draw_sentence
from glm_tasks.flights.names import address, travellers
from glm_tasks.flights.records import Person, Search
from glm_tasks.flights.wanted import Wanted
from training.site import SitePage
from training.words import Writer, held_out

_AWAY = (-1, 0, 0, 0, 0, 1, 2)
"""Months between the one that a calendar shows and the one that is asked for."""


def cities_of(world: World, wanted: Wanted) -> tuple[str, ...]:
    """The names of the cities a goal names."""
    return tuple(world.by_code[code].name for code in (wanted.origin, wanted.to) if code)


def trainable(world: World, wanted: Wanted) -> bool:
    """Whether none of the goal's cities is kept for evaluation."""
    return not any(map(held_out, cities_of(world, wanted)))


class Variations:
    """Makes other goals that could have led to the same page, or nearly.

    Args:
        rng: Where chance comes from.
        world: The world of the page.
        page: What is shown now; the other goals agree with most of it.
        wanted: What this episode is about, for what the page does not say.
    """

    def __init__(self, rng: Random, world: World, page: SitePage, wanted: Wanted) -> None:
        self.rng = rng
        self.world = world
        self.page = page
        self.wanted = wanted
        self._of_view: dict[str, tuple[Callable[[], dict[str, object]], ...]] = {
            "search": (dict, self._cities, self._cities, self._days, self._days, self._adults, self._trip),
            "results": (self._offer, self._offer, self._offer, self._offer, self._cities, self._days, self._adults),
            "passengers": (self._seat, dict, dict, dict, dict, self._cities, self._days, self._adults),
            "checkout": (dict, dict, self._cities, self._days, self._adults),
        }

    def goal(self) -> Goal | None:
        """Another goal, that differs in what this view is about; None if there is none for this view."""
        makers = self._of_popup() or self._of_view.get(self.page.view)
        if makers is None:
            return None
        wanted = Wanted.model_validate(self._held() | self._travellers())
        wanted = wanted.model_copy(update=self.rng.choice(makers)())
        if not trainable(self.world, wanted):
            return None
        return Goal(text=draw_sentence(self.rng, self.world, wanted), wanted=wanted)

    def _held(self) -> dict[str, object]:
        """What the page holds by now of a search, completed with what it may become."""
        search = draw_search(self.rng, self.world, self.wanted.trip or "oneway")
        open_facts = search.model_dump(include={"origin", "to", "trip", "depart", "back", "adults"})
        stated = {name: value for name, value in self.wanted.model_dump().items() if name in open_facts and value}
        facts = open_facts | stated | self._shown()
        if facts["trip"] == "oneway":
            return facts | {"back": None}
        return facts if facts["back"] and facts["back"] > facts["depart"] else facts | self._return(facts["depart"])

    def _return(self, depart: date) -> dict[str, object]:
        return {"back": depart + timedelta(days=self.rng.randint(1, 24))}

    def _shown(self) -> dict[str, Any]:
        summary = self.page.attributes("summary")
        names = ("from", "to", "depart", "back")
        values = {name: summary.get(f"data-{name}") or self._value(name) for name in names}
        people = summary.get("data-people") or self._value("people")
        trip = summary.get("data-trip") or self._checked()
        shown = {"origin": values["from"], "to": values["to"], "trip": trip, "adults": people and int(people[0])}
        days = {name: text and date.fromisoformat(text) for name, text in values.items() if name in {"depart", "back"}}
        return {name: value for name, value in (shown | days).items() if value}

    def _value(self, name: str) -> str:
        return self.page.attributes(name).get("data-value") or self.page.attributes(f"crumb-{name}").get(
            "data-value", ""
        )

    def _checked(self) -> str:
        checked = [trip for trip in ("oneway", "return") if self.page.attributes(trip).get("aria-checked") == "true"]
        return checked[0] if checked else self._value("trip")

    def _cities(self) -> dict[str, object]:
        one, other = self.rng.sample([city.code for city in self.world.cities], 2)
        changes: tuple[dict[str, object], ...] = ({"to": other}, {"origin": one}, {"origin": one, "to": other})
        return self.rng.choice(changes)

    def _days(self) -> dict[str, object]:
        held = Search.model_validate(self._held())
        if self.rng.random() < 0.5:
            return self._mistakable(held)
        search = draw_search(self.rng, self.world, held.trip)
        return {"depart": search.depart, "back": search.back}

    def _mistakable(self, held: Search) -> dict[str, object]:
        """Days that look like those on the page: the same day of the next month, or the day before."""
        away = timedelta(days=self.rng.choice((-31, -30, -2, -1, 1, 2, 30, 31)))
        if held.back and self.rng.random() < 0.5:
            return {"back": max(held.back + away, held.depart + timedelta(days=1))}
        depart = max(held.depart + away, self.world.today + timedelta(days=1))
        return {"depart": depart} | (self._return(depart) if held.back and held.back <= depart else {})

    def _of_popup(self) -> tuple[Callable[[], dict[str, object]], ...]:
        """What an open popup is about, so that it is not only asked for what is right nearly everywhere else."""
        if self.calendar:
            return (self._near_day,)
        return (self._adults,) if "people-done" in self.page.names else ()

    @property
    def in_popup(self) -> bool:
        """Whether something is open that other goals want other things of."""
        return bool(self._of_popup())

    @property
    def calendar(self) -> str:
        """Which day the open calendar is for, empty if none is open."""
        return next((name for name in ("depart", "back") if f"calendar-{name}" in self.page.names), "")

    def _near_day(self) -> dict[str, object]:
        """A day of the month that is shown, or of one near it: most other days are reached by turning on."""
        return self._picked(Search.model_validate(self._held()), self.rng.randint(1, 28), self.rng.choice(_AWAY))

    def _picked(self, held: Search, day: int, away: int) -> dict[str, object]:
        """What becomes of a search with this day, so many months from the one shown; nothing if it cannot be picked."""
        shown = month_called(self.page.text('[data-t="month"]') or "")
        months = shown.year * 12 + shown.month - 1 + away
        picked = date(months // 12, months % 12 + 1, day)
        if self.calendar == "back":
            return {"back": picked} if picked > held.depart else {}
        if picked <= self.world.today:
            return {}
        back: dict[str, object] = {"back": picked + (held.back - held.depart)} if held.back else {}
        return {"depart": picked} | back

    def in_other_months(self, away: Sequence[int]) -> Iterator[Goal]:
        """One goal with the same day of several months, worded alike: nothing but the month tells them apart."""
        held = self._held()
        wanted, search = Wanted.model_validate(held), Search.model_validate(held)
        day, wording = self.rng.randint(1, 28), self.rng.random()
        for months in away:
            picked = self._picked(search, day, months)
            if picked and trainable(self.world, wanted):
                other = wanted.model_copy(update=picked)
                yield Goal(text=draw_sentence(Random(wording), self.world, other), wanted=other)

    def _trip(self) -> dict[str, object]:
        return {**self._days(), "trip": "oneway", "back": None} if self.rng.random() < 0.5 else self._round()

    def _round(self) -> dict[str, object]:
        search = draw_search(self.rng, self.world, "return")
        return {"trip": "return", "depart": search.depart, "back": search.back}

    def _adults(self) -> dict[str, object]:
        adults = self.rng.choice((1, 2, 2, 3, 4))
        return {"adults": adults, "people": travellers(self.rng, adults) if self.rng.random() < 0.5 else ()}

    def _offer(self) -> dict[str, object]:
        search = Search.model_validate(self._held())
        return draw_choice(self.rng, self.world, search).model_dump(include={"airline", "leaves", "direct", "best"})

    def _travellers(self) -> dict[str, object]:
        """Names that may or may not stand in the form already, and an address."""
        adults = int(str(self._shown().get("adults", self.wanted.adults or 1)))
        if len(self.wanted.people) == adults and self.rng.random() < 0.3:
            people = self.wanted.people
        else:
            people = tuple(self._renamed(person) for person in travellers(self.rng, min(adults, 6)))
        chance = self.rng.random()
        email = self.wanted.email if chance < 0.3 else address(self.rng, people[0]) if chance < 0.8 else None
        return {"people": people if self.rng.random() < 0.85 else (), "email": email}

    def _renamed(self, person: Person) -> Person:
        if self.rng.random() < 0.6:
            return person
        write = Writer(self.rng, "train")
        return Person(first=write.invented().capitalize(), last=write.invented().capitalize())

    def _seat(self) -> dict[str, object]:
        if self._shown().get("adults", 1) != 1:
            return {}
        return {"seat": self.rng.choice([seat for seat in SEATS if seat not in self.world.seats_taken])}
