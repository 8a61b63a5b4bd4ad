"""What the browser is told: the world as far as it is shown, and where the visit stands."""

from glm_actions.frozen import Frozen
from glm_tasks.flights.data import MONTHS, SEATS, World
from glm_tasks.flights.desk import Desk
from glm_tasks.flights.look import Look
from glm_tasks.flights.records import Airline, Booking, City, Flight, Leg, Party, Search


class LegShown(Frozen):
    """One way as it is written in the results."""

    code: str
    departs: str
    arrives: str
    """With `+1` if that is a day later."""
    takes: str
    stops: int
    via: str
    origin: str
    to: str


class FlightShown(Frozen):
    """An offer with its texts, and the numbers by which it is sorted."""

    number: int
    airline: str
    price: int
    minutes: int
    early: int
    direct: bool
    price_text: str
    total_text: str
    legs: tuple[LegShown, ...]


class Promo(Frozen):
    """A card that tempts to somewhere else."""

    code: str
    name: str
    country: str
    price: str


class BookingShown(Frozen):
    """A booking with its texts."""

    confirmation: str
    search: Search
    flight: FlightShown
    party: Party


class Shop(Frozen):
    """What does not change during a visit."""

    brand: str
    today: str
    last_day: str
    months: tuple[str, ...]
    labels: dict[str, str]
    look: Look
    cities: tuple[City, ...]
    airlines: tuple[Airline, ...]
    popular: tuple[str, ...]
    promos: tuple[Promo, ...]
    home: str | None
    return_first: bool
    seats: tuple[str, ...]
    seats_taken: tuple[str, ...]


class Visit(Frozen):
    """Where the visit stands."""

    in_the_way: tuple[str, ...]
    search: Search | None
    offers: tuple[FlightShown, ...]
    flight: FlightShown | None
    party: Party | None
    bookings: tuple[BookingShown, ...]


def shop(world: World) -> Shop:
    """The world as far as a visitor sees it."""
    return Shop(
        brand=world.brand,
        today=world.today.isoformat(),
        last_day=world.last_day.isoformat(),
        months=MONTHS,
        labels=world.labels,
        look=world.look,
        cities=world.cities,
        airlines=world.airlines,
        popular=world.popular,
        promos=tuple(_promo(world, code) for code in world.popular[:4]) if world.look.promos != "none" else (),
        home=world.home if world.home_filled else None,
        return_first=world.return_first,
        seats=SEATS,
        seats_taken=tuple(sorted(world.seats_taken)),
    )


def visit(desk: Desk) -> Visit:
    """The state of a visit."""
    world, search = desk.world, desk.search
    offers = world.flights(search) if search else ()
    return Visit(
        in_the_way=desk.in_the_way,
        search=search,
        offers=tuple(_flight(world, search, offer) for offer in offers) if search else (),
        flight=_flight(world, search, desk.flight) if search and desk.flight else None,
        party=desk.party,
        bookings=tuple(_booking(world, booking) for booking in desk.bookings),
    )


def _promo(world: World, code: str) -> Promo:
    city = world.by_code[code]
    return Promo(code=code, name=city.name, country=city.country, price=world.money(39 + sum(map(ord, code)) % 160))


def _booking(world: World, booking: Booking) -> BookingShown:
    flight = _flight(world, booking.search, booking.flight)
    return BookingShown(confirmation=booking.confirmation, search=booking.search, flight=flight, party=booking.party)


def _flight(world: World, search: Search, flight: Flight) -> FlightShown:
    ways = ((search.origin, search.to), (search.to, search.origin))
    return FlightShown(
        number=flight.number,
        airline=flight.airline,
        price=flight.price,
        minutes=flight.minutes,
        early=flight.out.departs,
        direct=flight.direct,
        price_text=world.money(flight.price),
        total_text=world.money(flight.price * search.people),
        legs=tuple(_leg(world, leg, *way) for leg, way in zip(flight.legs, ways, strict=False)),
    )


def _leg(world: World, leg: Leg, origin: str, to: str) -> LegShown:
    days, arrives = divmod(leg.departs + leg.minutes, 24 * 60)
    return LegShown(
        code=leg.code,
        departs=world.clock(leg.departs),
        arrives=world.clock(arrives) + (f" +{days}" if days else ""),
        takes=f"{leg.minutes // 60} h {leg.minutes % 60:02} min",
        stops=leg.stops,
        via=", ".join(leg.via),
        origin=origin,
        to=to,
    )
