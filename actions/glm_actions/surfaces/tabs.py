"""The open pages of a browser: which one is shown, what each is loading, and what pages do by themselves."""

import asyncio
import base64
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from glm_actions.errors import SurfaceError
from glm_actions.surface import Tab

MOST_TABS = 8
FILE_WANTED = "The page asks for a file. Use upload at the same place, or go on without."
_NEVER_ENDING = frozenset({"eventsource", "media", "ping", "websocket"})


@dataclass(eq=False)
class OpenTab:
    """One page with what is known of it without asking it; a page that hangs cannot answer."""

    number: int
    page: Any
    title: str = ""
    crashed: bool = False
    loading: dict[Any, float] = field(default_factory=dict)
    """Requests under way, and when they began."""
    stirred: float = 0.0
    """When a request last began or ended: what it brings may show a moment later."""
    chooser: Any = None
    """The file chooser that the page has opened last."""
    _session: Any = None

    def watch(self) -> None:
        """Follow what the page loads."""
        self.page.on("request", self._began)
        self.page.on("requestfinished", self._ended)
        self.page.on("requestfailed", self._ended)
        self.page.on("framenavigated", self._navigated)
        self.page.on("crash", self._crashed)

    async def session(self) -> Any:
        """A connection to the page's DevTools."""
        if self._session is None:
            self._session = await self.page.context.new_cdp_session(self.page)
        return self._session

    async def screenshot(self) -> bytes:
        """The page as it is now, as PNG."""
        session = await self.session()
        shot = await session.send("Page.captureScreenshot", {"format": "png", "optimizeForSpeed": True})
        return base64.b64decode(shot["data"])

    async def is_first(self) -> bool:
        """Whether nothing was shown here before this page."""
        session = await self.session()
        history = await session.send("Page.getNavigationHistory")
        return bool(history["currentIndex"] == 0)

    def busy(self, patience_s: float) -> bool:
        """Whether a new page is under way, or a request that began less than this many seconds ago."""
        now = time.monotonic()
        return any(
            request.is_navigation_request() or now - began < patience_s for request, began in self.loading.items()
        )

    def _began(self, request: Any) -> None:
        if request.resource_type not in _NEVER_ENDING:
            self.loading[request] = self.stirred = time.monotonic()

    def _ended(self, request: Any) -> None:
        if self.loading.pop(request, None):
            self.stirred = time.monotonic()

    def _navigated(self, frame: Any) -> None:
        if frame == self.page.main_frame:
            self.loading = {request: began for request, began in self.loading.items() if request.frame == frame}

    def _crashed(self, _page: Any) -> None:
        self.crashed = True


class Tabs:
    """All tabs of a browser.

    Args:
        tell: Takes what the model should know and no screenshot shows.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        self.refused = 0
        """How many windows were closed because there were too many."""
        self._tell = tell
        self._open: list[OpenTab] = []
        self._shown: OpenTab | None = None
        self._count = 0
        self._declined: set[tuple[Any, str, str]] = set()
        self._chores: set[asyncio.Task[None]] = set()

    @property
    def shown(self) -> OpenTab:
        """The tab in front."""
        if self._shown is None:
            raise SurfaceError("The browser has no page any more. Start the run again.")
        return self._shown

    def __len__(self) -> int:
        return len(self._open)

    def described(self) -> tuple[Tab, ...]:
        """The tabs as an observation lists them."""
        return tuple(
            Tab(number=tab.number, title=tab.title, url=tab.page.url, active=tab is self._shown) for tab in self._open
        )

    def opened(self, page: Any) -> None:
        """Take in a page that has just opened, and show it; beyond the limit, close it."""
        if len(self._open) >= MOST_TABS:
            self.refused += 1
            self._later(page.close())
            return
        self._count += 1
        tab = OpenTab(number=self._count, page=page)
        tab.watch()
        page.on("dialog", self._answer)
        page.on("close", lambda _: self._closed(tab))
        page.on("filechooser", lambda chooser: self._chooser_opened(tab, chooser))
        self._open.append(tab)
        if self._shown is not None:
            self._tell(f"A new tab opened and is shown now: tab {tab.number}.")
        self._shown = tab

    async def show(self, number: int) -> bool:
        """Bring a tab to the front; False if there is none of that number."""
        for tab in self._open:
            if tab.number == number:
                self._shown = tab
                await tab.page.bring_to_front()
                return True
        return False

    def drop(self, tab: OpenTab) -> None:
        """Forget a tab that can no longer be used, and close it without waiting."""
        self._open.remove(tab)
        self._shown = None
        self._later(tab.page.close())

    def _closed(self, tab: OpenTab) -> None:
        if tab not in self._open:
            return
        self._open.remove(tab)
        if tab is self._shown:
            self._shown = self._open[-1] if self._open else None
            self._tell(
                f"Tab {tab.number} was closed." + (f" Tab {self._shown.number} is shown." if self._shown else "")
            )

    def _chooser_opened(self, tab: OpenTab, chooser: Any) -> None:
        tab.chooser = chooser
        self._tell(FILE_WANTED)

    async def _answer(self, dialog: Any) -> None:
        """Answer a JavaScript dialog: it blocks its page, and no screenshot shows it.

        A question is answered with Cancel at first, so that nothing irreversible happens unseen.
        """
        message, asked = dialog.message, (dialog.page, dialog.page.url, dialog.message)
        if dialog.type == "beforeunload":
            await dialog.accept()
        elif dialog.type == "alert":
            self._tell(f"The page said: {message!r}.")
            await dialog.accept()
        elif asked in self._declined:
            self._declined.discard(asked)
            self._tell(f"The page asked again: {message!r}. It was answered with OK.")
            await dialog.accept(dialog.default_value)
        else:
            self._declined.add(asked)
            self._tell(f"The page asked: {message!r}. It was answered with Cancel; for OK, repeat the action.")
            await dialog.dismiss()

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        """Let something finish by itself; a page that is gone already may refuse."""
        chore = asyncio.ensure_future(work)
        self._chores.add(chore)
        chore.add_done_callback(self._finished)

    def _finished(self, chore: asyncio.Task[None]) -> None:
        self._chores.discard(chore)
        if not chore.cancelled():
            chore.exception()  # looked at, so that asyncio does not complain
