"""The site, served on loopback from a thread."""

from importlib.resources import files
from types import TracebackType
from typing import Self

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from glm_actions.frozen import Frozen
from glm_actions.loopback import Loopback
from glm_tasks.flights.data import World
from glm_tasks.flights.desk import Desk, Errors
from glm_tasks.flights.page import Shop, Visit, shop, visit
from glm_tasks.flights.records import Booking

_STATIC = str(files("glm_tasks.flights").joinpath("static"))
_VIEWS = (
    "/",
    "/results",
    "/passengers",
    "/checkout",
    "/confirmation",
    "/hotels",
    "/cars",
    "/help",
    "/about",
    "/privacy",
)
_HEADERS = (
    (b"content-security-policy", b"default-src 'self'; frame-ancestors 'none'; form-action 'none'"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
)


class Opening(Frozen):
    """What a page is built from when it is loaded."""

    shop: Shop
    visit: Visit


class Answer(Frozen):
    """What the server says to a form."""

    errors: Errors
    visit: Visit


class FlightsSite:
    """A practice site with one visitor at a time; `load` gives it another world and a new visitor."""

    def __init__(self, world: World | None = None) -> None:
        self._desk = Desk(world or World(0))
        self._loopback = Loopback(self._app())

    @property
    def bookings(self) -> tuple[Booking, ...]:
        """What has been booked since the world was loaded."""
        return self._desk.bookings

    @property
    def world(self) -> World:
        """What the site shows and sells now."""
        return self._desk.world

    def load(self, world: World) -> None:
        """Begin anew, with nothing searched and nothing booked."""
        self._desk = Desk(world)

    def start(self) -> Self:
        """Serve until `close`; does nothing if it is being served."""
        self._loopback.start()
        return self

    def close(self) -> None:
        """Stop serving. May be called twice."""
        self._loopback.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def url(self) -> str:
        """Where the search page is."""
        return f"{self._loopback.url}/"

    def _app(self) -> Starlette:
        pages = [Route(path, self._page) for path in _VIEWS]
        return Starlette(
            routes=[
                *pages,
                Route("/api/page", self._open),
                Route("/api/{form}", self._receive, methods=["POST"]),
                Mount("/static", StaticFiles(directory=_STATIC)),
            ],
            middleware=[Middleware(_Headers)],
        )

    async def _page(self, _: Request) -> Response:
        return FileResponse(f"{_STATIC}/index.html")

    async def _open(self, _: Request) -> Response:
        return _json(Opening(shop=shop(self.world), visit=visit(self._desk)))

    async def _receive(self, request: Request) -> Response:
        desk = self._desk
        try:
            errors = desk.receive(request.path_params["form"], await request.body())
        except KeyError:
            return Response(status_code=404)
        except ValidationError:
            return Response(status_code=400)
        return _json(Answer(errors=errors, visit=visit(desk)))


class _Headers:
    """Adds the headers that keep everything foreign out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_HEADERS]
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _json(record: Frozen) -> Response:
    return Response(record.model_dump_json(), media_type="application/json")
