"""Who answers, and is there room enough: for the prompt, for pictures, in the cache?"""

import re
import secrets

from glm_backends.doctor import eye_chart
from glm_backends.doctor.line import Line, Needs
from glm_backends.errors import ModelRefused
from glm_backends.model import Message, Options, Reply
from glm_backends.nonce import Free
from glm_backends.server import Server

PARAGRAPH = "The quick brown fox jumps over the lazy dog, and the dog does not mind at all. " * 30
"""Some 600 tokens."""


def check_server(server: Server, needs: Needs) -> Line:
    """Its kind, its version, its model."""
    del needs
    server.models()
    identity, oldest = server.identity, server.dialect.oldest
    version = tuple(map(int, re.findall(r"\d+", identity.version)[: len(oldest)]))
    why = f"{identity} serves {server.name} at {server.url}."
    if version and version < oldest:
        return Line(verdict="wrong", why=why, remedy=f"Update it to {'.'.join(map(str, oldest))} or newer.")
    return Line(verdict="ok", why=why)


def check_cache(server: Server, needs: Needs) -> Line:
    """A prompt that goes on where another one ended."""
    salted = f"{secrets.token_hex(8)} {PARAGRAPH}"
    _ask(server, needs, salted, max_tokens=1)
    messages, reply = _ask(server, needs, f"{salted} {PARAGRAPH}", max_tokens=1)
    cached, prompt = reply.usage.cached_tokens, reply.usage.prompt_tokens
    remedies = server.dialect.remedies
    if cached:
        line = Line(verdict="ok", why=f"{cached} of {prompt} tokens of a prompt came from the cache.")
    elif not reply.usage.cache_told:
        line = Line(verdict="cannot tell", why="It does not tell what came from the cache.", remedy=remedies.cache_told)
    else:
        line = Line(verdict="wrong", why="No token of a repeated prompt came from the cache.", remedy=remedies.cache)
    return line.after(messages, Free(), reply)


def check_context(server: Server, needs: Needs) -> Line:
    """As it says itself."""
    most, remedy = server.identity.context, server.dialect.remedies.context.format(count=needs.context)
    if most is None:
        return Line(verdict="cannot tell", why="It does not tell how many tokens it reads.", remedy=remedy)
    if most < needs.context:
        return Line(verdict="wrong", why=f"It reads {most} tokens, and a run needs {needs.context}.", remedy=remedy)
    return Line(verdict="ok", why=f"It reads {most} tokens, and a run needs {needs.context}.")


def check_pictures(server: Server, needs: Needs) -> Line:
    """As many pictures as a run shows."""
    pictures = (eye_chart.blank(),) * needs.pictures
    messages = (Message(role="user", parts=(*pictures, "How many pictures are there?")),)
    try:
        reply = server.decide(messages, Free(), Options(max_tokens=16, timeout_s=needs.timeout_s))
    except ModelRefused as error:
        remedy = server.dialect.remedies.pictures.format(count=needs.pictures)
        return Line(verdict="wrong", why=f"It does not take {needs.pictures} pictures: {error}", remedy=remedy)
    return Line(verdict="ok", why=f"It takes {needs.pictures} pictures.").after(messages, Free(), reply)


def _ask(server: Server, needs: Needs, text: str, max_tokens: int) -> tuple[tuple[Message, ...], Reply]:
    messages = (Message(role="user", parts=(text,)),)
    return messages, server.decide(messages, Free(), Options(max_tokens=max_tokens, timeout_s=needs.timeout_s))
