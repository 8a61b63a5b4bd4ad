"""Reads events of every format there has been: what is older is upgraded, one version at a time."""

import json
from collections.abc import Callable
from typing import Any

from pydantic import TypeAdapter

from glm_trajectory.events import FORMAT, Event

Line = dict[str, Any]
_EVENT: TypeAdapter[Event] = TypeAdapter(Event)


def _from_1(line: Line) -> Line:
    """Format 2 keeps cookies and storage with what was observed."""
    return line | {"state": None} if line.get("event") == "observed" else line


_UPGRADES: tuple[Callable[[Line], Line], ...] = (_from_1,)
"""From version 1 on, each to the next one."""


def read(line: bytes, version: int) -> Event:
    """Read one event that was written in a version.

    Raises:
        ValueError: if it is none, or TypeError.
    """
    if version == FORMAT:
        return _EVENT.validate_json(line)
    upgraded = json.loads(line)
    if not isinstance(upgraded, dict):
        raise TypeError("it is no object")
    for upgrade in _UPGRADES[version - 1 :]:
        upgraded = upgrade(upgraded)
    return _EVENT.validate_json(json.dumps(upgraded))
