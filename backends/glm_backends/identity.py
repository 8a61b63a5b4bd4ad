"""Recognises a model server by what it answers, never by its address."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from glm_actions.frozen import Frozen
from glm_backends.dialect import DIALECTS, HOSTED, OTHER, Dialect

Look = Callable[[str], Any]
"""Gets a path under the server's root: an object of JSON, a text, or None if there is nothing."""


class Identity(Frozen):
    """What a server says about itself."""

    dialect: Dialect
    version: str = ""
    """Empty if it does not say."""
    context: int | None = None
    """The most tokens of a prompt and its answer, if it says so."""
    started: str = ""
    """Another text after each start of the server; empty if it does not tell its starts apart."""

    def __str__(self) -> str:
        return f"{self.dialect.title} {self.version}".strip()


def identify(listed: Mapping[str, Any], look: Look, dialect: Dialect | None = None) -> Identity:
    """What kind of server this is.

    Args:
        listed: The model that is used, as the server's list of models has it; empty if there is no such list.
        look: Asks the server.
        dialect: What it is taken for, whatever it says.
    """
    dialect = dialect or _by_owner(listed) or _by_version(look) or _by_model(listed)
    told = look(dialect.version_path) if dialect.version_path else None
    version = told.get(dialect.version_field, "") if isinstance(told, Mapping) else ""
    return Identity(
        dialect=dialect, version=str(version), context=_context(listed, dialect), started=_started(look, dialect)
    )


def _by_owner(listed: Mapping[str, Any]) -> Dialect | None:
    return next((one for one in DIALECTS.values() if one.owner and one.owner == listed.get("owned_by")), None)


def _by_version(look: Look) -> Dialect | None:
    """A proxy may have rewritten the list; the engines' own pages often still come through."""
    for one in DIALECTS.values():
        told = look(one.version_path) if one.version_path else None
        if isinstance(told, Mapping) and one.version_field in told:
            return one
    return None


def _by_model(listed: Mapping[str, Any]) -> Dialect:
    return HOSTED if str(listed.get("id", "")).lower().startswith("glm-") else OTHER


def _context(listed: Mapping[str, Any], dialect: Dialect) -> int | None:
    found: Any = listed
    for field in dialect.context_fields:
        found = found.get(field) if isinstance(found, Mapping) else None
    return found if isinstance(found, int) else None


def _started(look: Look, dialect: Dialect) -> str:
    told = look(dialect.start_path) if dialect.start_path else None
    return " ".join(filter(None, (_field(told, name) for name in dialect.start_fields)))


def _field(told: object, name: str) -> str:
    """A field of an object, or of a text with a name and a value on each line."""
    if isinstance(told, Mapping):
        return str(told.get(name, ""))
    found = re.search(rf"^{re.escape(name)} (\S+)$", str(told or ""), re.MULTILINE)
    return found[1] if found else ""
