"""Keeps a browser on the hosts it may open: links, redirects, new windows, frames, scripts and `goto` alike.

Chromium asks before it requests a document, for the whole browser at once. What is not allowed is given up before
anything is sent, and the page stays as it is.
"""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit


class Hosts:
    """The hosts of one browser.

    Args:
        allowed: Their names; what lies below them is allowed, too. Without any, everything is.
        tell: Takes what the model should know.
    """

    def __init__(self, allowed: Iterable[str], tell: Callable[[str], None]) -> None:
        self._allowed = tuple(host.lower().strip(".") for host in allowed)
        self._tell = tell
        self._session: Any = None

    def allow(self, url: str) -> bool:
        """Whether an address may be opened."""
        try:
            host = urlsplit(url).hostname or ""
        except ValueError:
            return False
        return not self._allowed or any(host == one or host.endswith(f".{one}") for one in self._allowed)

    async def guard(self, session: Any) -> None:
        """Begin, over a DevTools connection to the whole browser."""
        if self._allowed:
            self._session = session
            session.on("Fetch.requestPaused", self._paused)
            await session.send("Fetch.enable", {"patterns": [{"urlPattern": "*", "resourceType": "Document"}]})

    async def _paused(self, event: dict[str, Any]) -> None:
        url, request = event["request"]["url"], event["requestId"]
        if self.allow(url):
            await self._session.send("Fetch.continueRequest", {"requestId": request})
        else:
            self._tell(f"{url} was not opened: only pages of {', '.join(self._allowed)} may be.")
            await self._session.send("Fetch.failRequest", {"requestId": request, "errorReason": "Aborted"})
