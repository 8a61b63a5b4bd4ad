"""A model server that says what it is told to, over real HTTP: for tests, benchmarks, and trying out an agent.

with FakeServer(['{"reason":"...","action":{"action_type":"wait"},"memory":""}']) as server:
Server(server.url)
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any, Literal, Self

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from glm_actions.frozen import Frozen
from glm_actions.loopback import Loopback
from glm_actions.space import Decision

STALL_S = 60.0


class FakeAnswer(Frozen):
    """One answer, and what is wrong with it."""

    text: str = ""
    thinking: str = ""
    thinking_field: Literal["reasoning", "reasoning_content"] = "reasoning"
    finish: str = "stop"
    status: int = 200
    """Another status answers with an error body."""
    fault: Literal["", "web_page", "error_in_stream", "hang_up", "stall"] = ""
    message: str = "told to fail"
    """What an error says."""
    piece: int = 8
    """Characters to a chunk."""


class FakeServer:
    """Serves one model on loopback, from a thread.

    Args:
        answers: What to answer, one a request; a text, a decision, or an answer with a fault. The last one is repeated.
        model: What the model is called; other names get 404.
    """

    def __init__(self, answers: Iterable[str | Decision | FakeAnswer], model: str = "glm-4.5v") -> None:
        self.model = model
        self.requests: list[dict[str, Any]] = []
        """The bodies of the requests, in order."""
        self.arrived: list[float] = []
        """When each request had arrived, by `time.perf_counter`."""
        self.answered: list[float] = []
        """When each answer was complete."""
        self._answers: Iterator[str | Decision | FakeAnswer] = iter(answers)
        self._last = FakeAnswer()
        routes = [Route("/v1/models", self._list), Route("/v1/chat/completions", self._complete, methods=["POST"])]
        self._loopback = Loopback(Starlette(routes=routes))

    @property
    def url(self) -> str:
        """The address to give to `Server`."""
        return f"{self._loopback.url}/v1"

    def __enter__(self) -> Self:
        self._loopback.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._loopback.close()

    def _next(self) -> FakeAnswer:
        answer = next(self._answers, self._last)
        if isinstance(answer, Decision):
            answer = answer.model_dump_json()
        self._last = FakeAnswer(text=answer) if isinstance(answer, str) else answer
        return self._last

    async def _list(self, _request: Request) -> Response:
        return JSONResponse({"object": "list", "data": [{"id": self.model, "object": "model"}]})

    async def _complete(self, request: Request) -> Response:
        content = await request.body()
        self.arrived.append(time.perf_counter())
        body = json.loads(content)
        self.requests.append(body)
        if body["model"] != self.model:
            return _error(404, f"The model `{body['model']}` does not exist.")
        answer = self._next()
        if answer.status != 200:
            return _error(answer.status, answer.message)
        if answer.fault == "web_page":
            return HTMLResponse("<h1>It works!</h1>")
        return StreamingResponse(self._stream(answer), media_type="text/event-stream")

    async def _stream(self, answer: FakeAnswer) -> AsyncIterator[bytes]:
        if answer.fault == "error_in_stream":
            yield _event({"error": {"message": answer.message, "type": "BadRequestError", "code": 400}})
            yield b"data: [DONE]\n\n"
            return
        for piece in _pieces(answer.thinking, answer.piece):
            yield _chunk({answer.thinking_field: piece})
        for piece in _pieces(answer.text, answer.piece):
            yield _chunk({"content": piece})
            if answer.fault == "hang_up":
                return
            if answer.fault == "stall":
                await asyncio.sleep(STALL_S)
        yield _chunk({"content": None}, answer.finish)
        self.answered.append(time.perf_counter())
        yield _event({"id": "fake", "choices": [], "usage": _usage(answer)})
        yield b"data: [DONE]\n\n"


def _pieces(text: str, size: int) -> Iterator[str]:
    return (text[start : start + size] for start in range(0, len(text), size))


def _chunk(delta: dict[str, Any], finish: str | None = None) -> bytes:
    return _event({"id": "fake", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})


def _event(data: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(data)}\n\n".encode()


def _usage(answer: FakeAnswer) -> dict[str, Any]:
    tokens = len(answer.text.split()) + len(answer.thinking.split())
    return {
        "prompt_tokens": 1000,
        "completion_tokens": tokens,
        "total_tokens": 1000 + tokens,
        "prompt_tokens_details": {"cached_tokens": 800},
    }


def _error(status: int, message: str) -> JSONResponse:
    return JSONResponse({"error": {"message": message, "type": "Error", "code": status}}, status_code=status)
