"""A Chromium driven over a pipe: no server, no sockets, nothing but the standard library.

Rendering for training takes hundreds of screenshots a second from a dozen browsers; a thin client keeps them busy.
"""

import base64
import fcntl
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars"),
    *("--font-render-hinting=none", "--disable-lcd-text", "--force-color-profile=srgb", "--mute-audio"),
    *("--disable-extensions", "--no-zygote", "--remote-debugging-pipe"),
    *("--disable-smooth-scrolling", "--disable-frame-rate-limit"),
)
_CHUNK = 1 << 20


class ChromiumFailed(RuntimeError):
    """The browser refused a command, or is gone."""


def find() -> str:
    """The path of a Chromium on this machine."""
    for name in ("chromium-headless-shell", "chromium", "google-chrome"):
        if path := os.environ.get("GLM_AGENT_BROWSER") or shutil.which(name):
            return path
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    if own.exists():
        return str(own)
    raise ChromiumFailed("no Chromium on PATH, and Playwright has none; set GLM_AGENT_BROWSER")


class Chromium:
    """One browser process.

    Args:
        command: How to start it; by default the Chromium found on this machine.
    """

    def __init__(self, command: Sequence[str] = ()) -> None:
        down, up = os.pipe(), os.pipe()
        self._profile = tempfile.mkdtemp(prefix="chromium-")
        whole = [*(command or (find(),)), *_FLAGS, f"--user-data-dir={self._profile}", "about:blank"]
        self._process = _started(whole, down[0], up[1])
        os.close(down[0])
        os.close(up[1])
        self._in, self._out = up[0], down[1]
        self._buffer = bytearray()
        self._number = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        os.close(self._in)
        os.close(self._out)
        shutil.rmtree(self._profile, ignore_errors=True)

    def tab(self, width: int, height: int) -> "Tab":
        """Open a page of this size, in a context of its own."""
        context = self.call("Target.createBrowserContext")["browserContextId"]
        made = self.call("Target.createTarget", url="about:blank", browserContextId=context)
        joined = self.call("Target.attachToTarget", targetId=made["targetId"], flatten=True)
        return Tab(self, joined["sessionId"], width, height)

    def call(self, method: str, session: str = "", **params: Any) -> Any:
        """Send a command and wait for its answer; events in between are passed over."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        self._send(json.dumps(message).encode() + b"\0")
        while (answer := self._receive()).get("id") != self._number:
            pass
        if "error" in answer:
            raise ChromiumFailed(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def _send(self, data: bytes) -> None:
        while data:
            data = data[os.write(self._out, data) :]

    def _receive(self) -> dict[str, Any]:
        while (end := self._buffer.find(b"\0")) < 0:
            chunk = os.read(self._in, _CHUNK)
            if not chunk:
                raise ChromiumFailed("the browser is gone")
            self._buffer += chunk
        message: dict[str, Any] = json.loads(self._buffer[:end])
        del self._buffer[: end + 1]
        return message


def _started(command: Sequence[str], down: int, up: int) -> "subprocess.Popen[bytes]":
    """Start a browser that reads commands from its file 3 and writes answers to its file 4."""
    # Moved out of the way first, so that the shell does not overwrite one while it puts the other into its place.
    low, high = (fcntl.fcntl(file, fcntl.F_DUPFD, 100) for file in (down, up))
    shell = ["bash", "-c", f'exec "$@" 3<&{low} 4>&{high}', "bash", *command]
    quiet = subprocess.DEVNULL
    try:
        return subprocess.Popen(shell, pass_fds=(low, high), stdin=quiet, stdout=quiet, stderr=quiet)  # noqa: S603
    finally:
        os.close(low)
        os.close(high)


class Tab:
    """One page of a browser."""

    def __init__(self, browser: Chromium, session: str, width: int, height: int) -> None:
        self._browser = browser
        self._session = session
        self.call("Page.enable")
        self._frame = self.call("Page.getFrameTree")["frameTree"]["frame"]["id"]
        self.call("Emulation.setFocusEmulationEnabled", enabled=True)
        self.resize(width, height)

    def call(self, method: str, **params: Any) -> Any:
        """Send a command about this page."""
        return self._browser.call(method, self._session, **params)

    def resize(self, width: int, height: int) -> None:
        """Change the size of the page."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def show(self, html: str) -> None:
        """Show a document."""
        self.call("Page.setDocumentContent", frameId=self._frame, html=html)

    def run(self, script: str) -> Any:
        """Evaluate an expression; promises are waited for."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise ChromiumFailed(json.dumps(answer["exceptionDetails"])[:500])
        return answer["result"].get("value")

    def screenshot(self) -> bytes:
        """What the page looks like, as PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot", format="png", optimizeForSpeed=True)["data"])


def local_fonts(root: Path) -> tuple[str, ...]:
    """The command that starts the Chromium of a packed folder (a small root of its own, with its fonts)."""
    return ("chroot", str(root), "/usr/lib/chromium/chromium-headless-shell")
