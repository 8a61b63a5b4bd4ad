"""Files that pages download: kept under their own names, never waited for, never without end."""

import tempfile
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

MOST_BYTES = 1_000_000_000


class Downloads:
    """Follows Chromium's downloads through its DevTools events.

    Args:
        folder: Where the files go; a temporary folder by default. Made when the first file comes.
        tell: Takes what the model should know.
    """

    def __init__(self, folder: Path | None, tell: Callable[[str], None]) -> None:
        self._folder = folder
        self._tell = tell
        self._names: dict[str, str] = {}
        self._session: Any = None

    @cached_property
    def folder(self) -> Path:
        """Where the files are."""
        folder = self._folder or Path(tempfile.mkdtemp(prefix="glm-agent-downloads-"))
        folder.mkdir(parents=True, exist_ok=True)
        return folder.resolve()

    async def follow(self, session: Any) -> None:
        """Begin, over a DevTools connection to the whole browser."""
        self._session = session
        contexts = await session.send("Target.getBrowserContexts")
        session.on("Browser.downloadWillBegin", self._begins)
        session.on("Browser.downloadProgress", self._goes_on)
        for context in contexts["browserContextIds"]:
            await session.send(
                "Browser.setDownloadBehavior",
                {
                    "behavior": "allowAndName",
                    "browserContextId": context,
                    "downloadPath": str(self.folder),
                    "eventsEnabled": True,
                },
            )

    def _begins(self, event: dict[str, Any]) -> None:
        self._names[event["guid"]] = Path(event["suggestedFilename"]).name or "download"

    async def _goes_on(self, event: dict[str, Any]) -> None:
        guid, state = event["guid"], event["state"]
        if state == "completed" and guid in self._names:
            place = self._free(self._names.pop(guid))
            (self.folder / guid).rename(place)
            self._tell(f"A file was downloaded: {place.name} ({place.stat().st_size} bytes).")
        elif state == "canceled" and guid in self._names:
            self._tell(f"The download of {self._names.pop(guid)} was cancelled.")
        elif event["receivedBytes"] > MOST_BYTES and guid in self._names:
            await self._session.send("Browser.cancelDownload", {"guid": guid})

    def _free(self, name: str) -> Path:
        place, number = self.folder / name, 1
        while place.exists():
            number += 1
            place = self.folder / f"{Path(name).stem} ({number}){Path(name).suffix}"
        return place
