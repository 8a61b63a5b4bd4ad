"""A panel as a person sees it, and what the tests of all panels do to a page."""

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Error, Locator, Page
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_fixed

SITE = "http://site.test"


def visit(page: Page, name: str) -> None:
    page.goto(f"{SITE}/{name}.html")


class Panel:
    """The open panel as a person sees it: what is written where. The page itself cannot look in; DevTools can."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.devtools = page.context.new_cdp_session(page)

    def nodes(self) -> list[dict[str, Any]]:
        document = self.devtools.send("DOM.getDocument", {"depth": -1, "pierce": True})["root"]
        roots = [root for node in walk(document) for root in node.get("shadowRoots", [])]
        closed = [root for root in roots if root["shadowRootType"] == "closed"]
        ours = [root for root in closed if "panel" in classes(root["children"][0])]
        return [node for root in ours for node in walk(root)]

    def texts(self, name: str) -> list[str]:
        """What the elements of a class say."""
        return [text_of(node) for node in self.nodes() if name in classes(node)]

    @retry(retry=retry_if_exception_type(Error), wait=wait_fixed(0.05), stop=stop_after_attempt(5), reraise=True)
    def box(self, text: str, name: str = "") -> tuple[float, float, float, float]:
        """Left, top, right, bottom of the first element with this text or label; sought again if just redrawn."""
        said = [node for node in self.nodes() if text in {text_of(node), attribute(node, "aria-label")}]
        found = [node for node in said if (name or "role") in names(node)]
        quad = self.devtools.send("DOM.getBoxModel", {"nodeId": found[0]["nodeId"]})["model"]["border"]
        return quad[0], quad[1], quad[4], quad[5]

    def click(self, text: str, name: str = "") -> None:
        left, top, right, bottom = self.box(text, name)
        self.page.mouse.click((left + right) / 2, (top + bottom) / 2)

    @property
    def is_open(self) -> bool:
        return bool(self.nodes())


def walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    inner = [node["contentDocument"]] if "contentDocument" in node else []
    for child in [*node.get("children", []), *node.get("shadowRoots", []), *inner]:
        yield from walk(child)


def text_of(node: dict[str, Any]) -> str:
    return "".join(str(part.get("nodeValue", "")) for part in walk(node))


def attribute(node: dict[str, Any], name: str) -> str:
    flat = node.get("attributes", [])
    return str(dict(zip(flat[::2], flat[1::2], strict=True)).get(name, ""))


def classes(node: dict[str, Any]) -> list[str]:
    return attribute(node, "class").split()


def names(node: dict[str, Any]) -> list[str]:
    return [*classes(node), *node.get("attributes", [])[::2]]


def press(page: Page, field: Locator | str, *, at_end: bool = False) -> None:
    """Click as the agent does: by coordinates, in the middle or on the little picture at the end."""
    box = (page.locator(field) if isinstance(field, str) else field).bounding_box()
    assert box is not None
    x = box["x"] + (box["width"] - 12 if at_end else 20)
    page.mouse.click(x, box["y"] + box["height"] / 2)


def value(page: Page, field: str) -> str:
    return page.locator(field).input_value()


def log(page: Page, *kinds: str) -> list[str]:
    """The events since the last look."""
    events: list[str] = page.evaluate("log.splice(0)")
    return [event for event in events if not kinds or event.split()[0] in kinds]


def no_native_picker(page: Page) -> bool:
    return bool(page.evaluate("document.querySelectorAll(':open').length === 0"))
