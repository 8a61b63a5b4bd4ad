"""How the fake server writes its answers: whole or in pieces, with the tokens that they cost."""

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from glm_actions.frozen import Frozen

CHARACTERS = 4
"""Of a text, to a token."""


class FakeAnswer(Frozen):
    """One answer, and what is wrong with it."""

    text: str = ""
    thinking: str = ""
    thinking_field: Literal["", "reasoning", "reasoning_content"] = ""
    """By default the one of the kind of server that is played."""
    finish: str = "stop"
    status: int = 200
    """Another status answers with an error body."""
    fault: Literal["", "web_page", "error_in_stream", "hang_up", "stall"] = ""
    message: str = "told to fail"
    """What an error says."""
    code: int = 400
    """Of an error in the stream."""
    piece: int = 8
    """Characters to a chunk."""


def pieces(answer: FakeAnswer) -> Iterator[dict[str, Any]]:
    """The deltas of a streamed answer."""
    for field, text in ((answer.thinking_field, answer.thinking), ("content", answer.text)):
        for start in range(0, len(text), answer.piece):
            yield {field: text[start : start + answer.piece]}


def whole(answer: FakeAnswer, usage: Mapping[str, Any]) -> dict[str, Any]:
    """The body of an answer that is not streamed."""
    message = {"role": "assistant", "content": answer.text or None, answer.thinking_field: answer.thinking or None}
    choice = {"index": 0, "message": message, "finish_reason": answer.finish}
    return {"id": "fake", "object": "chat.completion", "choices": [choice], "usage": usage}


def chunk(delta: dict[str, Any], finish: str | None = None) -> bytes:
    """One event of a stream."""
    return event({"id": "fake", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})


def event(data: Mapping[str, Any]) -> bytes:
    """A server-sent event."""
    return f"data: {json.dumps(data)}\n\n".encode()


def parts(request: Mapping[str, Any]) -> Iterator[str | bytes]:
    """What a request's messages consist of, in order: texts, and the bytes of pictures."""
    for message in request["messages"]:
        content = message["content"]
        yield message["role"]
        for part in [content] if isinstance(content, str) else content:
            yield _part(part)


def _part(part: str | Mapping[str, Any]) -> str | bytes:
    if isinstance(part, str):
        return part
    if part["type"] == "text":
        return str(part["text"])
    try:
        return base64.b64decode(part["image_url"]["url"].partition("base64,")[2], validate=True)
    except binascii.Error:
        return b""


def usage(prompt: int, answer: FakeAnswer, cached: int | None) -> dict[str, Any]:
    """The tokens of a request; `cached` is None for a server that does not tell."""
    words = len(answer.text.split()) + len(answer.thinking.split())
    counted = {"prompt_tokens": prompt, "completion_tokens": words, "total_tokens": prompt + words}
    return {**counted, "prompt_tokens_details": None if cached is None else {"cached_tokens": cached}}
