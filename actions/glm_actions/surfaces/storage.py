"""What a browser keeps for pages, read at every look, so that another browser can go on where this one ended.

Playwright's own `storage_state()` opens every origin that was left behind in a page of its own: 220 ms a look and more.
Here the local storage of an origin is read while it is shown, and remembered.
"""

import json
from typing import Any

from glm_actions.errors import UsageError

_LOCAL_STORAGE = """
() => {
  try {
    return [location.origin, Object.entries(localStorage).map(([name, value]) => ({name, value}))];
  } catch { return ['null', []]; }  // a page may be forbidden to store anything
}
"""


class Storage:
    """Cookies, and the local storage of every origin that was shown, as Playwright's storage state.

    Args:
        text: What to begin with, as `text` gave it.

    Raises:
        UsageError: if that is no storage state.
    """

    def __init__(self, text: str = "") -> None:
        self._cookies: list[Any] = []
        self._origins: dict[str, list[Any]] = {}
        if text:
            self._begin_with(text)

    def _begin_with(self, text: str) -> None:
        try:
            state = json.loads(text)
            self._cookies = state["cookies"]
            self._origins = {one["origin"]: one["localStorage"] for one in state["origins"]}
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError("What the browser should begin with is no storage state.") from error

    @property
    def state(self) -> Any:
        """Everything, as Playwright takes it."""
        origins = [{"origin": origin, "localStorage": kept} for origin, kept in self._origins.items() if kept]
        return {"cookies": self._cookies, "origins": origins}

    @property
    def text(self) -> str:
        """Everything, as JSON; empty if there is nothing."""
        state = self.state
        return json.dumps(state) if any(state.values()) else ""

    async def read(self, context: Any, page: Any) -> None:
        """Look at what is kept now."""
        self._cookies = await context.cookies()
        origin, kept = await page.evaluate(_LOCAL_STORAGE)
        if origin != "null":
            self._origins[origin] = kept
