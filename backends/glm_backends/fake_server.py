"""A model server that says what it is told to, over real HTTP: for tests, benchmarks, and trying out an agent.

with FakeServer(['{"reason":"...","action":{"action_type":"wait"},"memory":""}']) as server:
Server(server.url)
"""

import asyncio
import json
import random
import time
from collections import deque
from collections.abc import AsyncIterator, Collection, Iterable, Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any, Literal, Self, get_args

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from glm_actions import ebnf
from glm_actions.loopback import Loopback
from glm_actions.space import Decision
from glm_backends.dialect import VLLM, Dialect
from glm_backends.fake_wire import CHARACTERS, FakeAnswer, chunk, event, parts, pieces, usage, whole

__all__ = ["FakeAnswer", "FakeServer", "Fault"]

STALL_S = 60.0
CONTEXT, PICTURES = 65536, 8
REMEMBERED = 3
"""Prompts in the cache."""

Fault = Literal[
    "ignores_grammar",
    "answers_in_thinking",
    "thinks_in_answer",
    "never_thinks",
    "drops_pictures",
    "exclaims",
    "points_in_pixels",
    "truncates",
    "stalls",
    "breaks",
    "hides_cache",
    "no_cache",
    "short_context",
    "one_picture",
]
"""What can be wrong with a server as a whole, as opposed to one answer."""


class FakeServer:
    """Serves one model on loopback, from a thread. Where a grammar allows one text only, it says that.

    Args:
        answers: What to answer, one a request; a text, a decision, or an answer with a fault. The last one is
            repeated. Without answers it reads the pictures of the doctor and else draws from the grammar at random,
            which needs xgrammar.
        model: What the model is called; other names get 404.
        engine: The kind of server that it plays.
        faults: What is wrong with it.
        api_key: The key it wants, if any.
        version: The version that it tells.
        seed: For drawing.
    """

    def __init__(  # noqa: PLR0913
        self,
        answers: Iterable[str | Decision | FakeAnswer] | None = None,
        model: str = "glm-4.5v",
        *,
        engine: Dialect = VLLM,
        faults: Collection[Fault] = (),
        api_key: str | None = None,
        version: str = "1.0",
        seed: int = 0,
    ) -> None:
        if unknown := set(faults) - set(get_args(Fault)):
            raise ValueError(f"no such fault: {', '.join(sorted(unknown))}")
        self.model = model
        self.requests: list[dict[str, Any]] = []
        """The bodies of the requests, in order."""
        self.said: list[FakeAnswer] = []
        """The answers, in order; `save` writes them down."""
        self.arrived: list[float] = []
        """When each request had arrived, by `time.perf_counter`."""
        self.answered: list[float] = []
        """When each answer was complete."""
        self._engine = engine
        self._faults = frozenset(faults)
        self._key, self._version = api_key, version
        self._random = random.Random(seed)
        self._started = time.time_ns()
        self._answers: Iterator[str | Decision | FakeAnswer] | None = None if answers is None else iter(answers)
        self._last = FakeAnswer()
        self._cached: deque[list[object]] = deque(maxlen=REMEMBERED)
        routes = [
            Route("/v1/models", self._list),
            Route("/v1/chat/completions", self._complete, methods=["POST"]),
            Route("/{path:path}", self._tell),
        ]
        self._loopback = Loopback(Starlette(routes=routes))

    @classmethod
    def replaying(cls, cassette: Path, **settings: Any) -> Self:
        """Plays what another one has said, whatever it is asked."""
        answers = [FakeAnswer.model_validate_json(line) for line in cassette.read_text().splitlines()]
        return cls(answers, faults=["ignores_grammar"], **settings)

    def save(self, cassette: Path) -> None:
        """Write down what was said so far, one JSON object a line."""
        cassette.write_text("".join(answer.model_dump_json() + "\n" for answer in self.said))

    @property
    def url(self) -> str:
        """The address to give to `Server`."""
        return f"{self._loopback.url}/v1"

    def __enter__(self) -> Self:
        self._loopback.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._loopback.close()

    async def _list(self, _request: Request) -> Response:
        context: Any = 1000 if "short_context" in self._faults else CONTEXT
        for field in reversed(self._engine.context_fields):
            context = {field: context}
        listed = {"id": self.model, "object": "model", "owned_by": self._engine.owner, **context}
        return JSONResponse({"object": "list", "data": [listed]})

    async def _tell(self, request: Request) -> Response:
        """What the engine tells about itself."""
        told: dict[str, str] = {}
        if request.url.path == self._engine.version_path:
            told[self._engine.version_field] = self._version
        if request.url.path == self._engine.start_path:
            told |= dict.fromkeys(self._engine.start_fields, str(self._started))
        if not told:
            return _error(404, "Not Found")
        if request.url.path == "/metrics":
            return PlainTextResponse("".join(f"{name} {value}\n" for name, value in told.items()))
        return JSONResponse(told)

    async def _complete(self, request: Request) -> Response:
        content = await request.body()
        self.arrived.append(time.perf_counter())
        body = json.loads(content)
        self.requests.append(body)
        answer = self._refusal(request, body) or self._faulty(self._answer(body), body)
        self.said.append(answer)
        if answer.status != 200:
            return _error(answer.status, answer.message)
        if answer.fault == "web_page":
            return HTMLResponse("<h1>It works!</h1>")
        answer = answer.model_copy(update={"thinking_field": answer.thinking_field or self._engine.thinking_fields[0]})
        used = self._usage(body, answer)
        if not body.get("stream"):
            return JSONResponse(whole(answer, used))
        return StreamingResponse(self._stream(answer, used), media_type="text/event-stream")

    def _refusal(self, request: Request, body: dict[str, Any]) -> FakeAnswer | None:
        if self._key and request.headers.get("authorization") != f"Bearer {self._key}":
            return FakeAnswer(status=401, message="Unauthorized")
        if body["model"] != self.model:
            return FakeAnswer(status=404, message=f"The model `{body['model']}` does not exist.")
        most = 1 if "one_picture" in self._faults else PICTURES
        if len(self._pictures(body)) > most:
            return FakeAnswer(status=400, message=f"At most {most} image(s) may be provided in one prompt.")
        return None

    def _answer(self, body: dict[str, Any]) -> FakeAnswer:
        grammar = "" if "ignores_grammar" in self._faults else self._engine.grammar_of(body)
        thinking = "Let me see." if self._thinks(body) else ""
        if (text := ebnf.only_text(grammar)) is not None:
            return FakeAnswer(text=text, thinking=thinking)
        if self._answers is None:
            return FakeAnswer(text=self._seen(body) or self._drawn(grammar), thinking=thinking)
        return self._next(self._answers)

    def _next(self, answers: Iterator[str | Decision | FakeAnswer]) -> FakeAnswer:
        answer = next(answers, self._last)
        if isinstance(answer, Decision):
            answer = answer.model_dump_json()
        self._last = FakeAnswer(text=answer) if isinstance(answer, str) else answer
        return self._last

    def _thinks(self, body: dict[str, Any]) -> bool:
        switched = body.get(self._engine.thinking_switch, {})
        return bool(switched.get("enable_thinking") or switched.get("type") == "enabled")

    def _seen(self, body: dict[str, Any]) -> str | None:
        from glm_backends import fake_eyes

        pictures = self._pictures(body)
        if not pictures or "drops_pictures" in self._faults:
            return None
        if "exclaims" in self._faults:
            return "!" * 40
        return fake_eyes.say(pictures[-1], in_pixels="points_in_pixels" in self._faults)

    def _drawn(self, grammar: str) -> str:
        if not grammar:
            return "I am a fake."
        from glm_actions.grammar import Grammar

        drawn = Grammar(grammar, [bytes([code]) for code in range(256)], stop=0).draw(self._random)
        return drawn or ""

    def _faulty(self, answer: FakeAnswer, body: dict[str, Any]) -> FakeAnswer:
        """The answer as this server's faults leave it."""
        changes: dict[str, Any] = {}
        if "never_thinks" in self._faults and self._engine.grammar_of(body):
            changes = {"thinking": ""}
        elif self._faults & {"thinks_in_answer", "never_thinks"} and answer.thinking:
            changes = {"thinking": "", "text": f"<think>{answer.thinking}</think>{answer.text}"}
        if "answers_in_thinking" in self._faults:
            changes = {"thinking": answer.thinking + answer.text, "text": ""}
        if "truncates" in self._faults:
            changes = {"text": answer.text[: len(answer.text) // 2], "finish": "length"}
        if "stalls" in self._faults:
            changes = {"fault": "stall"}
        if "breaks" in self._faults:
            changes = {"status": 500}
        return answer.model_copy(update=changes)

    def _pictures(self, body: dict[str, Any]) -> list[bytes]:
        return [part for part in parts(body) if isinstance(part, bytes)]

    def _usage(self, body: dict[str, Any], answer: FakeAnswer) -> dict[str, Any]:
        tape = self._tape(body)
        cached = max((_common(tape, other) for other in self._cached), default=0)
        self._cached.append(tape)
        if "no_cache" in self._faults:
            cached = 0
        return usage(len(tape), answer, None if "hides_cache" in self._faults else cached)

    def _tape(self, body: dict[str, Any]) -> list[object]:
        """The tokens of a prompt."""
        from glm_backends import fake_eyes

        tape: list[object] = []
        for part in parts(body):
            if isinstance(part, str):
                tape += [part[start : start + CHARACTERS] for start in range(0, len(part), CHARACTERS)]
            elif "drops_pictures" not in self._faults:
                tape += [hash(part)] * fake_eyes.tokens(part)
        return tape

    async def _stream(self, answer: FakeAnswer, used: dict[str, Any]) -> AsyncIterator[bytes]:
        if answer.fault == "error_in_stream":
            yield event({"error": {"message": answer.message, "type": "Error", "code": answer.code}})
            yield b"data: [DONE]\n\n"
            return
        for piece in pieces(answer):
            yield chunk(piece)
            if answer.fault == "hang_up":
                return
            if answer.fault == "stall":
                await asyncio.sleep(STALL_S)
        yield chunk({"content": None}, answer.finish)
        self.answered.append(time.perf_counter())
        yield event({"id": "fake", "choices": [], "usage": used})
        yield b"data: [DONE]\n\n"


def _common(one: list[object], other: list[object]) -> int:
    """How many tokens two prompts have in common at their beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _error(status: int, message: str) -> JSONResponse:
    return JSONResponse({"error": {"message": message, "type": "Error", "code": status}}, status_code=status)
