"""All that a seed decides: who is in the book, what the program looks like, and what is to be done."""

import random
from typing import Literal

from glm_actions.frozen import Frozen

Kind = Literal["add", "change", "delete", "save"]
FIRST = ("Anna", "Zoë", "José", "Łukasz", "Mei", "Priya", "Omar", "Søren", "Yuki", "Chloé", "Dmitri", "Aoife")
LAST = ("Berg", "Núñez", "Kowalski", "Müller", "Tanaka", "O'Brien", "Haddad", "Lindqvist", "Rossi", "Novák")
CITIES = ("Oslo", "Málaga", "Kraków", "Zürich", "Kyoto", "Cork")
FIELDS = ("name", "phone", "email", "city")


class Contact(Frozen):
    """One entry of the book."""

    name: str
    phone: str
    email: str
    city: str

    def __str__(self) -> str:
        return f"{self.name}, phone {self.phone}, e-mail {self.email}, city {self.city}"


class Look(Frozen):
    """What the program looks like."""

    left: int
    top: int
    theme: Literal["clam", "alt", "default"]
    font: int
    order: tuple[str, ...]
    """The buttons below the list, from left to right."""


class World(Frozen):
    """The book at the beginning, and what it must hold at the end."""

    goal: str
    kind: Kind
    look: Look
    before: dict[str, Contact]
    after: dict[str, Contact]
    number: str | None
    """The contact that the goal is about, by its number in the book."""
    file: str | None
    """The file that must hold the contacts of one city at the end."""
    city: str


def world(seed: int) -> World:
    """The world of a seed; kinds of goals take turns."""
    rng = random.Random(f"contacts {seed}")
    kind: Kind = ("add", "change", "delete", "save")[seed % 4]
    before = {str(number): contact for number, contact in enumerate(_people(rng, 14), start=1)}
    number = rng.choice(sorted(before)) if kind in {"change", "delete"} else None
    after, goal = _goal(rng, kind, before, number)
    city = rng.choice(sorted({contact.city for contact in before.values()}))
    file = f"{city.casefold()}-{rng.randint(10, 99)}.csv" if kind == "save" else None
    if file:
        goal = f"Save the contacts whose city is {city}, and no others, as {file}."
    return World(goal=goal, kind=kind, look=_look(rng), before=before, after=after, number=number, file=file, city=city)


def _people(rng: random.Random, count: int) -> list[Contact]:
    """Different people; two of them have one name and live in different cities."""
    names = [f"{first} {last}" for first in FIRST for last in LAST]
    people = [_person(rng, name, rng.choice(CITIES)) for name in rng.sample(names, count - 1)]
    twin = rng.choice(people)
    return [*people, _person(rng, twin.name, rng.choice([city for city in CITIES if city != twin.city]))]


def _person(rng: random.Random, name: str, city: str) -> Contact:
    plain = name.split()[1].encode("ascii", "ignore").decode().replace("'", "").casefold() or "contact"
    return Contact(name=name, phone=_phone(rng), email=f"{plain}{rng.randint(10, 99)}@example.org", city=city)


def _phone(rng: random.Random) -> str:
    return f"+{rng.randint(30, 49)} {rng.randint(100, 999)} {rng.randint(1000, 9999)}"


def _goal(
    rng: random.Random, kind: Kind, before: dict[str, Contact], number: str | None
) -> tuple[dict[str, Contact], str]:
    """What the book must hold at the end, and the goal in words."""
    if kind == "add":
        new = _person(rng, f"{rng.choice(FIRST)} {rng.choice(LAST)}-Vega", rng.choice(CITIES))
        return {**before, str(len(before) + 1): new}, f"Add a contact: {new}."
    if number is None:
        return before, ""
    old = before[number]
    if kind == "delete":
        left = {other: contact for other, contact in before.items() if other != number}
        return left, f"Delete the contact {old.name} in {old.city}."
    field = rng.choice(("phone", "email", "city"))
    moved = [city for city in CITIES if city != old.city]
    value = {"phone": _phone(rng), "email": f"new{rng.randint(10, 99)}@example.org", "city": rng.choice(moved)}[field]
    label = {"phone": "phone number", "email": "e-mail address", "city": "city"}[field]
    goal = f"Change the {label} of {old.name} in {old.city} to {value}."
    return {**before, number: old.model_copy(update={field: value})}, goal


def _look(rng: random.Random) -> Look:
    buttons = ["new", "edit", "delete", "export"]
    rng.shuffle(buttons)
    return Look(
        left=rng.randint(20, 160),
        top=rng.randint(30, 120),
        theme=rng.choice(("clam", "alt", "default")),
        font=rng.randint(9, 12),
        order=tuple(buttons),
    )
