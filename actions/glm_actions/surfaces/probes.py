"""What this machine tells of itself, for `glm_actions.surfaces.platforms` to judge."""

import ctypes
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

from glm_actions.surfaces.platforms import PER_MONITOR, Machine

_FRAMEWORKS = "/System/Library/Frameworks"
_SWITCH = 0x0100
"""The right to switch to a desktop of Windows, which is asked for to find out whether there is one to switch to."""


def machine() -> Machine:
    """This machine."""
    told = _SYSTEMS.get(sys.platform, dict)()
    return Machine(
        system=sys.platform,
        display=os.environ.get("DISPLAY", ""),
        wayland=bool(os.environ.get("WAYLAND_DISPLAY")) or os.environ.get("XDG_SESSION_TYPE") == "wayland",
        **told,
    )


def asked(library: str, function: str, *arguments: Any, answer: Any = ctypes.c_int) -> Any:
    """What a function of the system answers, as a C type; None if the library or the function is missing."""
    try:
        found = getattr(ctypes.CDLL(library), function)
    except (AttributeError, OSError):
        return None
    found.restype = answer
    return found(*arguments)


def _mac() -> dict[str, Any]:
    graphics = f"{_FRAMEWORKS}/CoreGraphics.framework/CoreGraphics"
    services = f"{_FRAMEWORKS}/ApplicationServices.framework/ApplicationServices"
    return {
        "screen_recording": asked(graphics, "CGPreflightScreenCaptureAccess", answer=ctypes.c_bool),
        "accessibility": asked(services, "AXIsProcessTrusted", answer=ctypes.c_bool),
    }


def _windows() -> dict[str, Any]:
    asked("shcore", "SetProcessDpiAwareness", PER_MONITOR)
    awareness = ctypes.c_int()
    told = asked("shcore", "GetProcessDpiAwareness", None, ctypes.byref(awareness))
    return {
        "unlocked": asked("user32", "OpenInputDesktop", 0, 0, _SWITCH, answer=ctypes.c_bool),
        "administrator": asked("shell32", "IsUserAnAdmin", answer=ctypes.c_bool),
        "dpi_awareness": awareness.value if told == 0 else None,
    }


_SYSTEMS: Mapping[str, Callable[[], dict[str, Any]]] = {"darwin": _mac, "win32": _windows}
