"""The practice site as training sees it: driven over the thin client, with what its solver asks for read in one go."""

import re
from pathlib import Path
from typing import Any

from glm_actions.geometry import Frame, Pixel, Point, Size
from glm_actions.surface import Observation, Result
from glm_actions.surfaces import page_scripts, widgets
from glm_actions.vocabulary import Action, Back, Goto, Key, LeftClick, Scroll, Type
from training.chromium import Tab
from training.pages import Viewport
from training.questions import Box, Element

NOTCH_PX = 100
_COUNT_REQUESTS = """
window.waiting = 0;
const plain = window.fetch;
window.fetch = (...given) => { waiting++; return plain(...given).finally(() => { setTimeout(() => waiting--, 0); }); };
"""
_SETTLED = """new Promise(done => {
  let last = -1, started = performance.now();
  const look = () => {
    const still = document.querySelector("[data-t]") && !window.waiting && last === scrollY;
    last = scrollY;
    still || performance.now() - started > 4000 ? done(true) : requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})"""
_LOOK = Path(__file__).with_name("site.js").read_text(encoding="utf-8").split("\n", 1)[1]
_SIMPLE = re.compile(
    r'\[data-t="(?P<name>[^"]+)"\]'
    r'(?:\[(?P<attribute>[a-z-]+)(?:="(?P<value>[^"]*)")?\]|(?P<state>:disabled|:focus))?'
)
_KEYS: dict[str, tuple[str, int]] = {
    "enter": ("Enter", 13),
    "tab": ("Tab", 9),
    "escape": ("Escape", 27),
    "backspace": ("Backspace", 8),
    "delete": ("Delete", 46),
}


class SitePage:
    """One page of the practice site. Implements `glm_actions.surface.Page` as far as its solver needs.

    Args:
        tab: Where it is shown.
        viewport: How large.
    """

    kinds = frozenset({"left_click", "type", "key", "scroll", "goto", "back"})

    def __init__(self, tab: Tab, viewport: Viewport) -> None:
        self._tab = tab
        self.viewport = viewport
        size = Size(width=viewport.width, height=viewport.height)
        self.frame = Frame.whole(size)
        self._seen: dict[str, list[dict[str, Any]]] = {}
        self._texts: list[dict[str, Any]] = []
        self._asked: dict[tuple[str, str], Any] = {}
        tab.resize(*viewport)
        for script in (_COUNT_REQUESTS, widgets.script()):
            tab.call("Page.addScriptToEvaluateOnNewDocument", source=script)

    def look(self) -> bytes:
        """Wait until the page is quiet, read it, and take a screenshot."""
        self._tab.run(_SETTLED)
        found = self._tab.run(f"({_LOOK})({page_scripts.CLICKABLE}, {page_scripts.SAID})")
        self._asked.clear()
        self._seen.clear()
        for element in found["named"]:
            self._seen.setdefault(element["name"], []).append(element)
        self._texts = found["texts"]
        return self._tab.screenshot()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the elements that could be clicked now."""
        return tuple(name for name, found in self._seen.items() if any(one["at"] for one in found))

    @property
    def view(self) -> str:
        """Which of the site's views is shown."""
        return next((name[5:] for name in self._seen if name.startswith("view-")), "")

    def attributes(self, name: str) -> dict[str, str]:
        """The attributes of a named element; none if there is none."""
        found = self._seen.get(name)
        return found[0]["attributes"] if found else {}

    def elements(self) -> tuple[Element, ...]:
        """The texts and buttons on the page, as generic questions ask for them."""
        across, down = 1000 / self.viewport.width, 1000 / self.viewport.height
        return tuple(
            Element(
                one["kind"], one["label"], Box(one["x"] * across, one["y"] * down, one["w"] * across, one["h"] * down)
            )
            for one in self._texts
        )

    def box(self, point: Point) -> Box | None:
        """The smallest named element at a point that can be clicked."""
        found = self._clickable(point)
        if found is None:
            return None
        box = found["box"]
        across, down = 1000 / self.viewport.width, 1000 / self.viewport.height
        return Box(box["x"] * across, box["y"] * down, box["width"] * across, box["height"] * down)

    def named(self, point: Point) -> str:
        """The name of that element, empty if there is none."""
        found = self._clickable(point)
        return str(found["name"]) if found else ""

    def _clickable(self, point: Point) -> dict[str, Any] | None:
        pixel = self.frame.pixel(point)
        fitting = [
            one
            for found in self._seen.values()
            for one in found
            if one["at"] and one["tag"] in {"button", "a", "input", "li"} and _holds(one["box"], pixel)
        ]
        return min(fitting, key=lambda one: one["box"]["width"] * one["box"]["height"], default=None)

    def find(self, selector: str) -> Point | None:
        simple = self._simple(selector)
        known = None if simple is None else next((one["at"] for one in simple if one["at"]), None)
        place = self._ask(page_scripts.FIND, selector) if simple is None else known
        return self.frame.point(Pixel(x=place[0], y=place[1])) if place else None

    def text(self, selector: str) -> str | None:
        simple = self._simple(selector)
        if simple is None:
            return self._ask(page_scripts.TEXT, selector)  # type: ignore[no-any-return]
        return simple[0]["text"] if simple else None

    def _simple(self, selector: str) -> list[dict[str, Any]] | None:
        """The elements a plain selector matches, from the last look; None if the page has to be asked."""
        alternatives = selector.split(", ")
        matches = [match for one in alternatives if (match := _SIMPLE.fullmatch(one))]
        if len(matches) == len(alternatives):
            return [one for match in matches for one in self._seen.get(match["name"], ()) if _fits(one, match)]
        first = _SIMPLE.match(selector)
        return [] if len(alternatives) == 1 and first and first["name"] not in self._seen else None

    def _ask(self, script: str, selector: str) -> Any:
        key = (script, selector)
        if key not in self._asked:
            self._asked[key] = self._tab.run(f"({script})({selector!r})")
        return self._asked[key]

    def begin(self, folder: Path) -> None:
        """Nothing is kept for a run."""

    def observe(self) -> Observation:
        return Observation(png=self.look(), frame=self.frame)

    def perform(self, action: Action) -> Result:
        if isinstance(action, LeftClick):
            self._click(action.start_box)
        elif isinstance(action, Scroll):
            self._wheel(action)
        elif isinstance(action, Type):
            self._tab.call("Input.insertText", text=action.content)
        elif isinstance(action, Key):
            self._press(action.keys)
        elif isinstance(action, Goto):
            self._tab.call("Page.navigate", url=action.url)
        elif isinstance(action, Back):
            self._tab.run("history.back()")
        return Result()

    def close(self) -> None:
        """Nothing to let go of: the tab belongs to its browser."""

    def _mouse(self, kind: str, point: Point, **more: Any) -> None:
        pixel = self.frame.pixel(point)
        self._tab.call("Input.dispatchMouseEvent", type=kind, x=pixel.x, y=pixel.y, **more)

    def _click(self, point: Point) -> None:
        self._mouse("mouseMoved", point)
        self._mouse("mousePressed", point, button="left", clickCount=1)
        self._mouse("mouseReleased", point, button="left", clickCount=1)

    def _wheel(self, action: Scroll) -> None:
        turn = NOTCH_PX * action.step * (1 if action.direction == "down" else -1)
        self._mouse("mouseMoved", action.start_box)
        self._mouse("mouseWheel", action.start_box, deltaX=0, deltaY=turn)

    def _press(self, keys: str) -> None:
        if keys == "ctrl+a":
            key: dict[str, Any] = {"key": "a", "code": "KeyA", "windowsVirtualKeyCode": 65, "modifiers": 2}
            key["commands"] = ["selectAll"]
        else:
            name, code = _KEYS[keys]
            key = {"key": name, "code": name, "windowsVirtualKeyCode": code}
        self._tab.call("Input.dispatchKeyEvent", type="keyDown", **key)
        self._tab.call("Input.dispatchKeyEvent", type="keyUp", **{**key, "commands": []})


def _fits(element: dict[str, Any], match: re.Match[str]) -> bool:
    if state := match["state"]:
        return bool(element["disabled"] if state == ":disabled" else element["focused"])
    if attribute := match["attribute"]:
        held = element["attributes"].get(attribute)
        return held is not None and match["value"] in {None, held}
    return True


def _holds(box: dict[str, float], pixel: Pixel) -> bool:
    return box["left"] <= pixel.x <= box["right"] and box["top"] <= pixel.y <= box["bottom"]
