"""Connecting to the display that `DISPLAY` names, and the cookies that allow it."""

import os
import socket
import struct
import tempfile
import warnings
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from glm_actions.errors import SurfaceError

LOCAL = 256
"""The family of addresses that are a host's name."""
COOKIE = b"MIT-MAGIC-COOKIE-1"


def entry(number: str, cookie: bytes) -> bytes:
    """The line of an authority file that opens one display of this machine."""
    fields = (socket.gethostname().encode(), number.encode(), COOKIE, cookie)
    return struct.pack(">H", LOCAL) + b"".join(struct.pack(">H", len(field)) + field for field in fields)


def connect() -> Any:
    """A new Xlib connection to the display.

    Raises:
        SurfaceError: if it cannot be reached.
    """
    ensure()
    with warnings.catch_warnings(), redirect_stdout(None):  # python-xlib prints its warnings
        warnings.simplefilter("ignore", ResourceWarning)  # and leaves files and sockets to the collector
        import Xlib.display

        try:
            return Xlib.display.Display()
        except Exception as error:  # noqa: BLE001
            why = str(error)
    raise SurfaceError(f"The display {os.environ.get('DISPLAY')} cannot be reached: {why}")


def works() -> bool:
    """Whether the display can be reached now."""
    try:
        connect().close()
    except SurfaceError:
        return False
    return True


def ensure() -> None:
    """Have an authority file, even one that opens nothing: python-xlib refuses to work without."""
    named = os.environ.get("XAUTHORITY") or str(Path.home() / ".Xauthority")
    if not Path(named).exists():
        handle, name = tempfile.mkstemp(prefix="glm-agent-authority-")
        with os.fdopen(handle, "wb") as file:
            file.write(entry("none", bytes(16)))
        os.environ["XAUTHORITY"] = name
