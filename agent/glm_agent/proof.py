"""Before the first step: prove that the server holds answers to the grammar. Once for each start of the server."""

import hashlib
import json
import logging
import os
from contextlib import suppress
from pathlib import Path

from glm_backends.errors import ModelFailed
from glm_backends.nonce import prove
from glm_backends.server import Server

log = logging.getLogger(__name__)
REMEMBERED = 50
"""Starts of servers in the cache."""


def require(server: Server, timeout_s: float) -> None:
    """Return if the server's grammar bites, or if it has none; what was proven for this start of it is believed.

    Raises:
        ModelError: if the grammar does not bite, saying what mends it.
    """
    if not server.dialect.has_grammar:
        return
    start = _start(server)
    if start in _proven():
        return
    proof = prove(server, thinking=False, timeout_s=timeout_s)
    if proof.finding != "bites":
        remedy = server.dialect.remedies.grammar if proof.finding == "ignored" else server.dialect.remedies.thinking
        raise ModelFailed(
            f"{server.identity} at {server.url} cannot be relied on. {proof.why} {remedy} "
            "`glm-agent doctor` looks closer."
        )
    if start:
        _remember(start)


def _start(server: Server) -> str:
    """What names this start of this server; empty if the server does not tell its starts apart."""
    identity = server.identity
    told = f"{server.url} {server.name} {identity} {identity.started}"
    return hashlib.sha256(told.encode()).hexdigest() if identity.started else ""


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "glm-agent" / "proven.json"


def _proven() -> list[str]:
    with suppress(OSError, ValueError):
        starts = json.loads(_cache().read_text())
        return [start for start in starts if isinstance(start, str)] if isinstance(starts, list) else []
    return []


def _remember(start: str) -> None:
    cache = _cache()
    fresh = cache.with_suffix(f".{os.getpid()}")
    try:
        cache.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(json.dumps([*_proven(), start][-REMEMBERED:]))
        fresh.replace(cache)
    except OSError as error:
        log.info("the proof is not remembered: %s", error)
