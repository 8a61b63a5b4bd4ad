"""A visitor who fills in the site's forms without a browser."""

import json
from contextlib import closing
from datetime import timedelta
from email.message import Message
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest

from glm_tasks.flights import FlightsSite, World
from glm_tasks.flights.records import Search


class Visitor:
    """Sends forms to the site over HTTP, as its pages do."""

    def __init__(self, site: FlightsSite) -> None:
        self.site = site

    def asks(self, method: str, path: str, body: bytes | None = None) -> tuple[int, Message, bytes]:
        """Status, headers and body of an answer."""
        address = urlsplit(self.site.url)
        with closing(HTTPConnection(address.hostname or "", address.port, timeout=5)) as connection:
            connection.request(method, path, body)
            response = connection.getresponse()
            return response.status, response.headers, response.read()

    def send(self, form: str, body: Any) -> tuple[int, dict[str, Any]]:
        """The status, and the errors the server found."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        status, _, answer = self.asks("POST", f"/api/{form}", data)
        return status, json.loads(answer)["errors"] if status == 200 else {}

    def search_form(self, **changes: Any) -> dict[str, Any]:
        """A search that is right but for the changes."""
        day = self.site.world.today + timedelta(days=10)
        form = Search(origin="OSL", to="LIM", trip="oneway", depart=day).model_dump(mode="json")
        return form | changes

    def party_form(self, **changes: Any) -> dict[str, Any]:
        """Passenger data that is right but for the changes."""
        people = [{"first": "Alex", "last": "Morgan"}]
        return {"people": people, "email": "alex.morgan@example.org", "seats": []} | changes

    def book(self, flight: int = 1, *, party: dict[str, Any] | None = None, **search: Any) -> None:
        """Go all the way."""
        for form, body in (
            ("search", self.search_form(**search)),
            ("flight", {"flight": flight}),
            ("party", party or self.party_form()),
            ("book", {"terms": True}),
        ):
            assert self.send(form, body) == (200, {}), form


@pytest.fixture
def visitor(site: FlightsSite) -> Visitor:
    """A visitor of a fresh world."""
    site.load(World(1))
    return Visitor(site)
