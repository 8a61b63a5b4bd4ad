"""People who travel."""

import csv
from importlib.resources import files
from random import Random

from glm_tasks.flights.records import Person

_HOSTS = ("example.org", "example.com", "example.net", "mail.example.org", "post.example.com")

_ROWS = tuple(csv.reader(files("glm_tasks.flights").joinpath("people.csv").read_text("utf-8").splitlines()))
_FIRST, _LAST = zip(*_ROWS, strict=True)
_STARTS = (
    "Bar",
    "Dev",
    "Fal",
    "Gor",
    "Hes",
    "Jan",
    "Kov",
    "Lar",
    "Mir",
    "Ned",
    "Oster",
    "Pra",
    "Quin",
    "Ros",
    "Tav",
    "Vos",
)
_ENDS = ("ack", "berg", "dale", "ell", "enko", "ini", "lund", "man", "ova", "quist", "sen", "ska", "ton", "well")

SOMEBODY = tuple(Person(first=first, last=last) for first, last in _ROWS[:10])
"""Who travels when the goal names nobody: Alex Morgan first."""


def travellers(rng: Random, count: int) -> tuple[Person, ...]:
    """So many people with different names."""
    return tuple(Person(first=first, last=_family(rng)) for first in rng.sample(_FIRST, count))


def _family(rng: Random) -> str:
    """A common name, or one that nobody can know by heart."""
    return rng.choice(_LAST) if rng.random() < 0.6 else rng.choice(_STARTS) + rng.choice(_ENDS)


def address(rng: Random, person: Person) -> str:
    """An e-mail address this person could have."""
    first, last = person.first.lower(), person.last.lower()
    names = (f"{first}.{last}", f"{first[0]}{last}", f"{first}{rng.randint(2, 99)}", f"{first}_{last}")
    return f"{rng.choice(names)}@{rng.choice(_HOSTS)}"


def default_address() -> str:
    """Where tickets go when the goal gives no address."""
    return f"{SOMEBODY[0].first}.{SOMEBODY[0].last}@{_HOSTS[0]}".lower()
