"""Programs that are installed, as a desktop's menu lists them."""

import configparser
import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from glm_actions.vocabulary import speakable

_SHARED = "/usr/local/share:/usr/share"


def installed() -> dict[str, tuple[str, ...]]:
    """The command of each program by the name in its desktop entry, sorted; hidden and terminal ones left out."""
    found: dict[str, tuple[str, ...]] = {}
    for folder in _folders():
        for file in sorted(folder.glob("*.desktop")):
            for name, command in _program(file):
                found.setdefault(name, command)
    return dict(sorted(found.items()))


def start(command: tuple[str, ...]) -> None:
    """Start a program in a session of its own, with nothing to read and nowhere to write; it outlives this one."""
    nowhere = subprocess.DEVNULL
    subprocess.run(("setsid", "--fork", *command), stdin=nowhere, stdout=nowhere, stderr=nowhere, check=True)


def _folders() -> Iterator[Path]:
    own = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    for folder in (own, *(os.environ.get("XDG_DATA_DIRS") or _SHARED).split(":")):
        yield Path(folder) / "applications"


def _program(file: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read(file, encoding="utf-8")
        entry = dict(parser["Desktop Entry"])
        command = tuple(part for part in shlex.split(entry.get("exec", "")) if not part.startswith("%"))
    except (configparser.Error, KeyError, ValueError, OSError):
        return
    name = entry.get("name", "")
    if name and speakable(name) and command and shutil.which(command[0]) and _in_the_menu(entry):
        yield name, command


def _in_the_menu(entry: Mapping[str, str]) -> bool:
    hidden = any(entry.get(field) == "true" for field in ("nodisplay", "hidden", "terminal"))
    return entry.get("type") == "Application" and not hidden
