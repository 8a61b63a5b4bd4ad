"""Which protocol a model is spoken to in: by the setting, or by the model's name."""

import importlib
import importlib.util
import re
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

from glm_actions.errors import UsageError
from glm_actions.space import ActionSpace, Unparseable
from glm_actions.vocabulary import VOCABULARY
from glm_backends.protocol import Protocol

AUTO = "auto"
NAMED: Mapping[str, str] = {
    "json": "glm_backends.protocol:JsonProtocol",
    "native": "glm_backends.native:NativeProtocol",
    "mobile": "glm_backends.mobile:MobileProtocol",
    "embedded": "glm_backends.embedded:EmbeddedProtocol",
}
"""The protocols that have a name, and where each is."""
BY_MODEL: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"glm-?agent.*(embedded|nano)", re.IGNORECASE), "embedded"),
    (re.compile(r"glm-?(4\.[156]|5)v", re.IGNORECASE), "json"),
)
"""What a model's name has in it, and the protocol for it; the first one that fits. All others get `json`."""


def protocol(name: str, model: str) -> Protocol:
    """The protocol of this name.

    Args:
        name: `auto`, a name in `NAMED`, or a class of your own: `package.module:Class` or `path/to/file.py:Class`.
        model: What the server calls the model; decides if the name is `auto`.

    Raises:
        UsageError: if there is no such protocol.
    """
    if name == AUTO:
        name = next((found for pattern, found in BY_MODEL if pattern.search(model)), "json")
    place, _, cls = NAMED.get(name, name).partition(":")
    try:
        made: Protocol = getattr(_module(place), cls)()
    except (AttributeError, ImportError, OSError, TypeError) as error:
        known = ", ".join(NAMED)
        raise UsageError(
            f"There is no protocol {name!r} ({error}). The protocols are {known}; "
            "one of your own is named package.module:Class or file.py:Class."
        ) from error
    return made


def reads(spoken: Protocol, answer: str) -> bool:
    """Whether a protocol reads an answer that was given in another one, perhaps."""
    try:
        spoken.parse(ActionSpace.of(cls.kind() for cls in VOCABULARY), answer)
    except Unparseable:
        return False
    return True


def _module(place: str) -> ModuleType:
    if not place.endswith(".py"):
        return importlib.import_module(place)
    spec = importlib.util.spec_from_file_location(Path(place).stem, place)
    if spec is None or spec.loader is None:
        raise ImportError(f"{place} is no Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
