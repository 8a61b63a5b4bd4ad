"""The world behind one seed: everything the site shows and sells."""

from datetime import date, timedelta
from random import Random
from typing import Final

from glm_tasks.flights.fares import fares
from glm_tasks.flights.geography import invented_cities, real_cities
from glm_tasks.flights.look import look
from glm_tasks.flights.records import Airline, City, Flight, Search
from glm_tasks.flights.wording import labels

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
HORIZON: Final = timedelta(days=330)
"""How far ahead one can book."""
SEATS = tuple(f"{row}{column}" for row in range(1, 9) for column in "ABCDEF")
"""The seats of every plane."""
_INVENTED = 14
_AIRLINES = (
    *("Northwind", "Aurora Air", "Blue Heron", "Cirrus", "Dune Crane", "Eastlight", "Fjordline", "Global Wing"),
    *("Halcyon", "Iberis", "Juniper Air", "Kestrel", "Lumen", "Meridian", "Nova Jet", "Osprey", "Pacifica"),
    *("Quetzal", "Red Kite", "Solstice", "Tramontane", "Umbra Air", "Vela", "Westerly", "Zephyr", "Polar Tern"),
)
_BRANDS = (
    *("Skyfare", "Wayfound", "Flyaway", "Tripwise", "Airhop", "Farelane", "Jetset & Co", "Hopscotch"),
    *("Cloudline", "Voyago", "Departly", "Gate 12", "Wingspan", "Longhaul", "Aerotrip", "Plane Simple"),
)
_CURRENCIES = ("€{}", "${}", "£{}", "{} €", "{} kr", "CHF {}", "US${}")


class World:
    """Everything that a seed decides. The same seed is the same world, always."""

    def __init__(self, seed: int, *, home_filled: bool | None = None) -> None:
        rng = Random(seed)
        self.seed = seed
        self.today = date(2025, 1, 1) + timedelta(days=rng.randrange(3 * 365))
        self.cities = (*real_cities(), *invented_cities(rng, _INVENTED))
        self.by_code = {city.code: city for city in self.cities}
        self.airlines = _airlines(rng)
        self.brand = rng.choice(_BRANDS)
        self.currency = rng.choice(_CURRENCIES)
        self.labels = labels(rng)
        self.look = look(rng)
        self.home = rng.choice(real_cities()).code
        filled = rng.random() < 0.5
        self.home_filled = filled if home_filled is None else home_filled
        """Whether the origin is filled in already, with the visitor's home."""
        self.return_first = rng.random() < 0.5
        """Whether a return trip is what the search page offers at first."""
        self.newsletter = rng.random() < 0.3
        self.seats_taken = frozenset(rng.sample(SEATS, rng.randint(8, 26)))
        self.popular = tuple(city.code for city in rng.sample(self.cities, 8))

    def __repr__(self) -> str:
        return f"World({self.seed})"

    @property
    def last_day(self) -> date:
        """The last day one can book."""
        return self.today + HORIZON

    def city(self, name: str) -> City:
        """The city of that name."""
        return next(city for city in self.cities if city.name == name)

    def flights(self, search: Search) -> tuple[Flight, ...]:
        """What can be booked, in the site's own order."""
        return fares(self.seed, search, self.by_code, self.airlines)

    def clock(self, minutes: int) -> str:
        """A time of day as the site writes it."""
        hour, minute = divmod(minutes % (24 * 60), 60)
        if self.look.hours == 24:
            return f"{hour:02}:{minute:02}"
        return f"{(hour + 11) % 12 + 1}:{minute:02} {'am' if hour < 12 else 'pm'}"

    def money(self, amount: int) -> str:
        """A price as the site writes it."""
        return self.currency.format(f"{amount:,}")


def _airlines(rng: Random) -> tuple[Airline, ...]:
    names = rng.sample(_AIRLINES, rng.randint(5, 8))
    codes = rng.sample("ABCDEFGHJKLMNPQRSTUVWXYZ", len(names))
    return tuple(Airline(name=name, code=f"{name[0]}{code}") for name, code in zip(names, codes, strict=True))


def month_called(title: str) -> date:
    """The first day of the month that a calendar is headed by, such as `May 2026`."""
    name, year = title.split()
    return date(int(year), MONTHS.index(name) + 1, 1)
