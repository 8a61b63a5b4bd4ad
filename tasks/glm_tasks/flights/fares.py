"""The flights there are for a search: the same ones whenever it is asked again."""

from random import Random

from glm_tasks.flights.geography import distance_km
from glm_tasks.flights.records import Airline, City, Flight, Leg, Search

_FEWEST, _MOST = 12, 25
_SLOTS = range(5 * 60, 23 * 60, 5)


def fares(seed: int, search: Search, cities: dict[str, City], airlines: tuple[Airline, ...]) -> tuple[Flight, ...]:
    """All offers for a search; no two share a price, a departure time or a travel time."""
    rng = Random(f"{seed} {search.origin} {search.to} {search.trip} {search.depart} {search.back}")
    km = distance_km(cities[search.origin], cities[search.to])
    hubs = tuple(city.name for code, city in cities.items() if code not in {search.origin, search.to})
    count = rng.randint(_FEWEST, _MOST)
    there = _legs(rng, count, km, hubs)
    back = _legs(rng, count, km, hubs) if search.back else [None] * count
    prices = _prices(rng, count, km * len([one for one in (there, search.back) if one]))
    offers = []
    for number, (out, home, price) in enumerate(zip(there, back, prices, strict=True), 1):
        airline = rng.choice(airlines)
        code = f"{airline.code} {rng.randint(100, 1999)}"
        offers.append(
            Flight(
                number=number,
                airline=airline.name,
                price=price,
                out=out.model_copy(update={"code": code}),
                back=home and home.model_copy(update={"code": f"{airline.code} {rng.randint(100, 1999)}"}),
            )
        )
    return _distinct(offers)


def _legs(rng: Random, count: int, km: int, hubs: tuple[str, ...]) -> list[Leg]:
    return [_leg(rng, departs, km, hubs) for departs in rng.sample(_SLOTS, count)]


def _leg(rng: Random, departs: int, km: int, hubs: tuple[str, ...]) -> Leg:
    stops = rng.choices((0, 1, 2), (4, 4, 1))[0]
    minutes = 45 + int(km / 13.5) + rng.randint(0, 25) + sum(rng.randint(70, 280) for _ in range(stops))
    return Leg(code="", departs=departs, minutes=minutes, stops=stops, via=tuple(rng.sample(hubs, stops)))


def _prices(rng: Random, count: int, km: int) -> list[int]:
    base = 35 + km * 0.05
    return rng.sample(range(int(base * 0.7), int(base * 2.2) + count), count)


def _distinct(offers: list[Flight]) -> tuple[Flight, ...]:
    """Lengthen the way there until the travel times differ, so that one flight is the fastest."""
    taken: set[int] = set()
    result = []
    for offer in offers:
        more = 0
        while offer.minutes + more in taken:
            more += 1
        taken.add(offer.minutes + more)
        out = offer.out.model_copy(update={"minutes": offer.out.minutes + more})
        result.append(offer.model_copy(update={"out": out}))
    return tuple(result)
