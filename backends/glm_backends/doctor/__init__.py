"""Examines a model server: what it can do of what an agent needs, and what mends it where it cannot."""

from collections.abc import Callable, Iterator, Mapping

from glm_backends.doctor.answers import check_direct, check_thinking, check_thinking_field
from glm_backends.doctor.line import Line, Needs
from glm_backends.doctor.room import check_cache, check_context, check_pictures, check_server
from glm_backends.doctor.sight import check_coordinates, check_sight
from glm_backends.errors import ModelError, ModelRefused
from glm_backends.server import Server

__all__ = ["CHECKS", "Line", "Needs", "examine"]

CHECKS: Mapping[str, Callable[[Server, Needs], Line]] = {
    "server": check_server,
    "grammar": check_direct,
    "grammar after thinking": check_thinking,
    "thinking": check_thinking_field,
    "sight": check_sight,
    "coordinates": check_coordinates,
    "cache": check_cache,
    "context": check_context,
    "pictures": check_pictures,
}
"""All checks in their order."""
SHOWN = frozenset({"sight", "coordinates"})
"""Checks that show the model a picture, which a server without eyes refuses."""


def examine(server: Server, needs: Needs) -> Iterator[tuple[str, Line]]:
    """Make all checks, and give each one's name and outcome. A server that is gone or broken ends the examination."""
    for name, check in CHECKS.items():
        try:
            yield name, check(server, needs)
        except ModelError as error:
            remedy = server.dialect.remedies.sight if name in SHOWN else ""
            yield name, Line(verdict="wrong", why=str(error), remedy=remedy)
            if not isinstance(error, ModelRefused) or name == "server":
                return
