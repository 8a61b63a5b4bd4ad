"""Which model decides when none is named: a server on one of the usual ports, or else the embedded model."""

import http.client
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from glm_actions.errors import UsageError
from glm_agent.settings import Settings
from glm_backends.checkpoint import SHIPPED, Checkpoint

PORTS: Mapping[int, str] = {8000: "vLLM", 30000: "SGLang", 8080: "llama.cpp"}
"""Where model servers listen unless they are told otherwise."""
VIEWPORT = "672x448"
"""The size of the pages that the embedded model was trained on."""
_ANSWER_S = 1.0
_EMBEDDED = (
    "The embedded model decides: 23 million parameters, trained on drawn pages and the practice site, and on nothing "
    "else. For real sites serve GLM-4.5V (`glm-agent serve`) and name it with --model-url URL."
)

Tell = Callable[[str], object]


def listening() -> str | None:
    """The address of a model server on this machine, if one answers on a usual port."""
    return next((f"http://127.0.0.1:{port}/v1" for port in PORTS if _answers(port)), None)


def chosen(settings: Settings, tell: Tell = str, *, embedded: bool = False) -> Settings:
    """The settings with the model that decides.

    Args:
        settings: As given.
        tell: Is told in a line if it is the embedded model.
        embedded: Take the embedded model even if a server is set or found.

    Raises:
        UsageError: if there is none.
    """
    if not embedded and not settings.checkpoint and (url := settings.model_url or listening()):
        return settings.model_copy(update={"model_url": url})
    folder = settings.checkpoint or _shipped(looked="" if embedded else _looked())
    if not Checkpoint(folder).packed:
        return settings.model_copy(update={"checkpoint": folder})
    tell(_EMBEDDED)
    if settings.url:
        tell(f"It has never seen a site like {settings.url}: do not expect it to find its way there.")
    own_size = {} if "viewport" in settings.model_fields_set else {"viewport": VIEWPORT}
    return settings.model_copy(update={"checkpoint": folder, **own_size})


def _looked() -> str:
    ports = ", ".join(f"{port} {name}" for port, name in PORTS.items())
    return f"no server answers on the usual ports ({ports}), and "


def _shipped(looked: str) -> Path:
    if not SHIPPED.is_dir():
        raise UsageError(
            f"There is no model: {looked}this package has no embedded one. Name a server with --model-url, or a "
            "checkpoint with --checkpoint, or look around without a model: glm-agent practice flights --solve"
        )
    return SHIPPED


@contextmanager
def practice_site(settings: Settings, tell: Tell) -> Iterator[Settings]:
    """The settings; an embedded model without an address gets the practice site, and what it booked is told."""
    if settings.url or settings.desktop or not (settings.checkpoint and Checkpoint(settings.checkpoint).packed):
        yield settings
        return
    from glm_tasks.flights import FlightsSite, World

    with FlightsSite() as site:
        site.start()
        site.load(World(0, home_filled=True))
        yield settings.model_copy(update={"url": site.url})
        booked = ", ".join(booking.confirmation for booking in site.bookings)
    tell(f"Booked on the practice site, says the site: {booked or 'nothing'}")


def _answers(port: int) -> bool:
    made = http.client.HTTPConnection("127.0.0.1", port, timeout=_ANSWER_S)
    with closing(made) as connection, suppress(OSError, http.client.HTTPException, ValueError):
        connection.request("GET", "/v1/models")
        answer = connection.getresponse()
        return answer.status == http.HTTPStatus.UNAUTHORIZED or "data" in json.load(answer)
    return False
