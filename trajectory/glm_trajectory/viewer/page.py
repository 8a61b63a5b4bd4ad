"""The page's own files: its modules as one script and its styles as one sheet, so that it needs few requests."""

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

STATIC = Path(str(files("glm_trajectory.viewer").joinpath("static")))
_STYLES = ("base.css", "runs.css", "run.css", "panel.css", "compare.css")
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./([a-z]+\.js)";\n', re.MULTILINE)


def script() -> str:
    """The modules, each after those it imports. A top-level name that stands in two is an error there."""
    return "\n".join(_IMPORT.sub("", text).replace("\nexport ", "\n") for text in _modules("main.js", set()))


def style() -> str:
    """The style sheets in their order."""
    return "\n".join((STATIC / name).read_text() for name in _STYLES)


def _modules(name: str, seen: set[str]) -> Iterator[str]:
    if name in seen:
        return
    seen.add(name)
    text = (STATIC / name).read_text()
    for imported in _IMPORT.findall(text):
        yield from _modules(imported, seen)
    yield text
