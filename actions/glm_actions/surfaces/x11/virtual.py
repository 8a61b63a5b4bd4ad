"""A display of our own: an X server without a screen, and a window manager, for as long as this process lives."""

import os
import secrets
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self

from glm_actions.errors import SurfaceError, UsageError
from glm_actions.geometry import Size
from glm_actions.surfaces.x11 import connection
from glm_actions.surfaces.x11.windows import Windows

# The pipe to `read` closes when this process ends, also by kill -9; then the server ends, and every program with it.
_GUARD = 'folder=$1; shift; "$@" 2>"$folder/log" & exec >&-; read -r _; kill $! 2>/dev/null; wait; rm -rf "$folder"'
_SECONDS = 15.0
_MOST = 32767
_SESSION = {
    "DBUS_SESSION_BUS_ADDRESS": "disabled:",
    "XDG_SESSION_TYPE": "x11",
    **dict.fromkeys(("WAYLAND_DISPLAY", "GDK_BACKEND", "QT_QPA_PLATFORM")),
}
"""What would send programs to the person's own screen: a running copy of them on its bus, or Wayland."""


class VirtualDisplay:
    """An Xvfb with openbox, which every program that this process starts from now on will use.

    It ends with `close`, or with this process, however that ends.

    Args:
        size: Of its one screen, in pixels.

    Raises:
        UsageError: if there can be no such display, or if Xvfb or openbox is missing or does not start.
    """

    def __init__(self, size: Size) -> None:
        if max(size.width, size.height) > _MOST:
            raise UsageError(f"A display has at most {_MOST} pixels in each direction. Ask for a smaller one.")
        missing = [program for program in ("Xvfb", "openbox") if not shutil.which(program)]
        if missing:
            raise UsageError(f"{' and '.join(missing)} cannot be found. Run: apt-get install xvfb openbox")
        self._folder = Path(tempfile.mkdtemp(prefix="glm-agent-display-"))
        self._before = {name: os.environ.get(name) for name in ("DISPLAY", "XAUTHORITY", *_SESSION)}
        self._guard: subprocess.Popen[str] | None = self._start(size)
        try:
            self._manage()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the display and every program on it. May be called twice."""
        if self._guard is None:
            return
        self._guard.communicate()
        self._guard = None
        self._manager.wait()
        for name, value in self._before.items():
            _set(name, value)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _start(self, size: Size) -> subprocess.Popen[str]:
        cookies, cookie = self._folder / "authority", secrets.token_bytes(16)
        cookies.write_bytes(connection.entry("any", cookie))
        screen = ("-screen", "0", f"{size.width}x{size.height}x24")
        server = ("Xvfb", "-displayfd", "1", *screen, "-nolisten", "tcp", "-noreset", "-auth", str(cookies))
        guard = subprocess.Popen(
            ["/bin/sh", "-c", _GUARD, "glm-agent-display", str(self._folder), *server],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            text=True,
        )
        number = guard.stdout.readline().strip() if guard.stdout else ""
        if not number:
            log = (self._folder / "log").read_text().strip() or "it says nothing"
            guard.communicate()
            raise UsageError(f"Xvfb does not start: {log.splitlines()[-1]}")
        cookies.write_bytes(connection.entry(number, cookie))
        for name, value in {"DISPLAY": f":{number}", "XAUTHORITY": str(cookies), **_SESSION}.items():
            _set(name, value)
        return guard

    def _manage(self) -> None:
        """Start the window manager, and wait until it manages."""
        self._manager = subprocess.Popen(
            ["openbox", "--sm-disable", "--config-file", str(Path(__file__).with_name("openbox.xml"))],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + _SECONDS
        windows = Windows()
        try:
            while not windows.managed:
                if time.monotonic() > until or self._manager.poll() is not None:
                    raise SurfaceError("openbox does not manage the virtual display. Try `openbox --debug` on it.")
                time.sleep(0.01)
        finally:
            windows.close()


def _set(name: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value
