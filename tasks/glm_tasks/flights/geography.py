"""The cities of the world, real and invented, and how far apart they lie."""

import csv
from functools import cache
from importlib.resources import files
from math import asin, cos, radians, sin, sqrt
from random import Random

from glm_tasks.flights.records import City

_STARTS = (
    *("Vel", "Kas", "Mor", "Tar", "Bel", "Lun", "Quel", "Dor", "Sil", "Ash", "Fen", "Gral"),
    *("Hol", "Ist", "Jor", "Kel", "Ner", "Or", "Pel", "Rav", "Sor", "Ulm", "Wes", "Zar"),
)
_MIDDLES = ("a", "e", "i", "o", "an", "en", "or", "ar", "il", "um", "ea", "ia", "")
_ENDS = (
    *("mar", "dria", "ford", "burg", "stad", "holm", "via", "ness"),
    *("polis", "mouth", "wick", "tana", "lund", "ros", "vik", "bay"),
)
_BEFORE = ("", "", "", "Port ", "San ", "New ", "Lake ", "Saint ")
_LANDS = ("Velland", "Isles of Morn", "Tarnia", "Quelia", "Northmark", "Sorrel Coast")
_EARTH_KM = 6371


@cache
def real_cities() -> tuple[City, ...]:
    """Every real city of the list, by name."""
    text = files("glm_tasks.flights").joinpath("cities.csv").read_text("utf-8")
    return tuple(
        City(name=name, country=country, code=code, lat=int(lat), lon=int(lon))
        for name, country, code, lat, lon in csv.reader(text.splitlines())
    )


def invented_cities(rng: Random, count: int) -> tuple[City, ...]:
    """Cities nobody has heard of, none of them named or coded like a real one."""
    names = {city.name for city in real_cities()}
    codes = {city.code for city in real_cities()}
    made: list[City] = []
    while len(made) < count:
        name, code = _name(rng), "".join(rng.choices("ABCDEFGHJKLMNPQRSTUVWXYZ", k=3))
        if name in names or code in codes:
            continue
        names.add(name)
        codes.add(code)
        made.append(
            City(name=name, country=rng.choice(_LANDS), code=code, lat=rng.randint(-45, 65), lon=rng.randint(-170, 170))
        )
    return tuple(made)


def _name(rng: Random) -> str:
    return rng.choice(_BEFORE) + rng.choice(_STARTS) + rng.choice(_MIDDLES) + rng.choice(_ENDS)


def distance_km(one: City, other: City) -> int:
    """The way over the globe, at least 150 km."""
    lat1, lat2 = radians(one.lat), radians(other.lat)
    half_lon = radians(other.lon - one.lon) / 2
    chord = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin(half_lon) ** 2
    return max(150, round(2 * _EARTH_KM * asin(sqrt(chord))))
