"""The viewer's server: pages and data of recorded runs, for one person on this machine."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import TypeAdapter
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route

from glm_actions.errors import UsageError
from glm_actions.frozen import Frozen
from glm_actions.loopback import Loopback
from glm_trajectory.journal import EVENTS
from glm_trajectory.viewer.compare import compare
from glm_trajectory.viewer.guard import Guard
from glm_trajectory.viewer.page import STATIC, script, style
from glm_trajectory.viewer.rows import Change
from glm_trajectory.viewer.shelf import Listed, Shelf

_LIST = TypeAdapter(tuple[Listed, ...])
_LOOK_S = 0.25
"""How often a run that goes on is looked at."""

Find = Callable[[str, str], Response]


class Viewer:
    """Recorded runs as a page on loopback, from `start` until `close`.

    Args:
        runs: The folder of runs.
        port: Where to listen; 0 is any free port.

    Raises:
        UsageError: if the port cannot be had.
    """

    def __init__(self, runs: Path, port: int = 0) -> None:
        self._shelf = Shelf(runs)
        self._token = secrets.token_urlsafe(24)
        self._loopback = Loopback(self._app(), port)

    @property
    def url(self) -> str:
        """Where the list of runs is; whoever knows it can read all of them."""
        return f"{self._loopback.url}/{self._token}/"

    def open(self, run: Path) -> str:
        """Read a run now, so that its page need not wait for that; gives its address.

        Raises:
            NotARun: if it is none of the folder, or cannot be read.
        """
        self._shelf.run(run.name)
        return self.url_of(run)

    def url_of(self, run: Path, step: int = 1) -> str:
        """Where a step of a run is."""
        return f"{self.url}#/runs/{run.name}/{step}"

    def start(self) -> Self:
        """Serve; returns when requests are answered."""
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

    def _app(self) -> Starlette:
        run = "/api/runs/{name}"
        routes = [
            *(Route(f"/{name}", _given(*file)) for name, file in _own_files().items()),
            Route("/api/runs", self._runs),
            Route("/api/compare/{name}/{other}", self._compare),
            Route(run, self._run),
            Route(f"{run}/follow", self._follow),
            Route(f"{run}/steps/{{index:int}}", self._step),
            Route(f"{run}/poster", self._poster),
            Route(f"{run}/events.jsonl", self._events),
            Route(f"{run}/screen/{{sha256}}", self._file(self._screen)),
            Route(f"{run}/thumb/{{sha256}}", self._file(self._thumb)),
            Route(f"{run}/text/{{sha256}}", self._file(self._text)),
        ]
        return Starlette(
            routes=[Mount(f"/{self._token}", routes=routes)],
            middleware=[Middleware(Guard, token=self._token)],
            exception_handlers={UsageError: _told},
        )

    def _runs(self, _: Request) -> Response:
        return Response(_LIST.dump_json(self._shelf.runs()), media_type="application/json")

    def _run(self, request: Request) -> Response:
        return _json(self._shelf.run(request.path_params["name"]).opened)

    def _compare(self, request: Request) -> Response:
        left, right = (self._shelf.run(request.path_params[name]).steps for name in ("name", "other"))
        return _json(compare(left, right))

    def _step(self, request: Request) -> Response:
        found, index = self._shelf.run(request.path_params["name"]).steps, request.path_params["index"]
        return _json(found[index]) if index < len(found) else Response(status_code=404)

    def _poster(self, request: Request) -> Response:
        name = request.path_params["name"]
        return self._thumb(name, self._shelf.poster(name))

    def _events(self, request: Request) -> Response:
        folder = self._shelf.folder(request.path_params["name"])
        return FileResponse(folder / EVENTS, media_type="application/x-ndjson", filename=f"{folder.name}.jsonl")

    def _file(self, find: Find) -> Callable[[Request], Response]:
        return lambda request: find(request.path_params["name"], request.path_params["sha256"])

    def _screen(self, name: str, sha256: str) -> Response:
        return FileResponse(self._shelf.screen(name, sha256), media_type="image/png")

    def _thumb(self, name: str, sha256: str) -> Response:
        return Response(self._shelf.thumb(name, sha256), media_type="image/jpeg")

    def _text(self, name: str, sha256: str) -> Response:
        return FileResponse(self._shelf.text(name, sha256), media_type="text/plain; charset=utf-8")

    async def _follow(self, request: Request) -> Response:
        name, known = request.path_params["name"], request.query_params.get("known", "0")
        self._shelf.folder(name)
        return StreamingResponse(self._changes(name, int(known)), media_type="text/event-stream")

    async def _changes(self, name: str, known: int) -> AsyncIterator[bytes]:
        """Each time the run has grown: its figures, and its rows from the last one that was known."""
        last = None
        while not (last and last.ended):
            now = (await run_in_threadpool(self._shelf.run, name)).opened
            if now is not last:
                first = max(0, known - 1)
                change = Change(first=first, run=now.model_copy(update={"rows": now.rows[first:]}))
                yield b"data: " + change.model_dump_json().encode() + b"\n\n"
            last, known = now, len(now.rows)
            await asyncio.sleep(_LOOK_S)


def _own_files() -> dict[str, tuple[str, str]]:
    return {
        "": ((STATIC / "index.html").read_text(), "text/html"),
        "app.js": (script(), "text/javascript"),
        "app.css": (style(), "text/css"),
        "icon.svg": ((STATIC / "icon.svg").read_text(), "image/svg+xml"),
    }


def _given(text: str, kind: str) -> Callable[[Request], Awaitable[Response]]:
    async def give(_: Request) -> Response:
        return Response(text, media_type=kind)

    return give


def _json(record: Frozen) -> Response:
    return Response(record.model_dump_json(), media_type="application/json")


def _told(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, status_code=404)
