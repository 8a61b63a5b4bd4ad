"""Files that pages download: kept under their own names, never waited for, never without end."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

MOST_BYTES = 1_000_000_000


class Downloads:
    """Follows Chromium's downloads through its DevTools events.

    Args:
        tell: Takes what the model should know.

    `folder` is where finished files go; while it is None they are thrown away with the browser.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        self.folder: Path | None = None
        self._tell = tell
        self._names: dict[str, str] = {}
        self._session: Any = None
        self._unfinished = tempfile.TemporaryDirectory(prefix="glm-agent-downloads-", ignore_cleanup_errors=True)

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
                    "downloadPath": self._unfinished.name,
                    "eventsEnabled": True,
                },
            )

    def close(self) -> None:
        """Throw away what is not finished."""
        self._unfinished.cleanup()

    def _begins(self, event: dict[str, Any]) -> None:
        self._names[event["guid"]] = Path(event["suggestedFilename"]).name or "download"

    async def _goes_on(self, event: dict[str, Any]) -> None:
        guid, state = event["guid"], event["state"]
        if guid not in self._names:
            return
        if state == "completed":
            self._keep(Path(self._unfinished.name) / guid, self._names.pop(guid))
        elif state == "canceled":
            self._tell(f"The download of {self._names.pop(guid)} was cancelled.")
        elif event["receivedBytes"] > MOST_BYTES:
            await self._session.send("Browser.cancelDownload", {"guid": guid})

    def _keep(self, file: Path, name: str) -> None:
        size = file.stat().st_size
        if self.folder:
            self.folder.mkdir(parents=True, exist_ok=True)
            place = _free(self.folder / name)
            shutil.move(file, place)
            name = place.name
        self._tell(f"A file was downloaded: {name} ({size} bytes).")


def _free(wanted: Path) -> Path:
    place, number = wanted, 1
    while place.exists():
        number += 1
        place = wanted.with_name(f"{wanted.stem} ({number}){wanted.suffix}")
    return place
