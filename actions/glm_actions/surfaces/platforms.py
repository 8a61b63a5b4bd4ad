"""What has to be there before a desktop can be seen and driven, checked from facts alone."""

import os
import sys

from glm_actions.errors import UsageError
from glm_actions.frozen import Frozen


class Facts(Frozen):
    """What is known of the machine."""

    system: str
    """As `sys.platform` names it."""
    display: str = ""
    """The X11 display."""
    wayland: bool = False
    """Whether the session is Wayland's."""


def facts() -> Facts:
    """The facts of this machine."""
    return Facts(
        system=sys.platform,
        display=os.environ.get("DISPLAY", ""),
        wayland=bool(os.environ.get("WAYLAND_DISPLAY")) or os.environ.get("XDG_SESSION_TYPE") == "wayland",
    )


def check(known: Facts) -> None:
    """Refuse a machine whose desktop cannot be driven.

    Raises:
        UsageError: saying what to grant, install or set.
    """
    if known.system != "linux":
        raise UsageError(
            f"The desktop surface drives X11 displays, and this is {known.system}. "
            "Run glm-agent in a Linux machine or container, with --virtual 1280x800."
        )
    if known.wayland:
        raise UsageError(
            "This is a Wayland session, which lets no program see or drive the others without asking at each start. "
            'Log in with "Xorg" or "X11" chosen at the login screen, or use --virtual 1280x800.'
        )
    if not known.display:
        raise UsageError("There is no display: DISPLAY is not set. Use --virtual 1280x800, or set DISPLAY.")
