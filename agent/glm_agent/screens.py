"""The screen of a run, from settings: a browser, the desktop, or a display of the run's own."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from glm_actions.errors import UsageError
from glm_actions.secrets import Secret
from glm_actions.surface import Page
from glm_agent.settings import Settings

if TYPE_CHECKING:
    from glm_actions.surfaces.areas import Aim


@contextmanager
def screen(settings: Settings, files: Sequence[Path] = (), secrets: Sequence[Secret] = ()) -> Iterator[Page]:
    """The screen as set; what was started for it ends with the context.

    Args:
        settings: Say which.
        files: Files that may be uploaded, in a browser.
        secrets: What may be typed by its name, in a browser.

    Raises:
        UsageError: if what is set does not go together, or is not there.
    """
    check(settings, files, secrets)
    with desktop(settings) if settings.desktop else browser(settings, files, secrets) as surface:
        yield surface


@contextmanager
def browser(settings: Settings, files: Sequence[Path] = (), secrets: Sequence[Secret] = ()) -> Iterator[Page]:
    """A browser as set, in which some files may be uploaded and some secrets typed."""
    from glm_actions.surfaces.browser import Browser

    url = settings.url or "about:blank"
    with Browser(
        url, viewport=settings.size, headed=settings.headed, files=files, secrets=secrets, hosts=settings.hosts
    ) as surface:
        yield surface


@contextmanager
def desktop(settings: Settings) -> Iterator[Page]:
    """The desktop as set, or a display of its own."""
    from glm_actions.surfaces.desktop import Desktop
    from glm_actions.surfaces.x11.virtual import VirtualDisplay

    own = VirtualDisplay(settings.virtual_size) if settings.virtual_size else nullcontext()
    with own, Desktop(_aim(settings), scale=settings.scale, session_keys=settings.session_keys) as surface:
        yield surface


def _aim(settings: Settings) -> "Aim | None":
    from glm_actions.surfaces.areas import Monitor, Window
    from glm_actions.surfaces.box import Box

    if settings.region:
        left, top, width, height = map(int, settings.region.split(","))
        return Box(left=left, top=top, width=width, height=height)
    if settings.window:
        return Window(title=settings.window)
    return None if settings.monitor is None else Monitor(number=settings.monitor)


def check(settings: Settings, files: Sequence[Path] = (), secrets: Sequence[Secret] = ()) -> None:
    """Raise `UsageError` if what is set does not go together."""
    parts = [name for name in ("monitor", "region", "window") if getattr(settings, name) is not None]
    if len(parts) > 1:
        raise UsageError(f"--{parts[0]} and --{parts[1]} do not go together. Leave out one of them.")
    if not settings.desktop and (parts or settings.virtual):
        raise UsageError(f"--{(*parts, 'virtual')[0]} is for the desktop. Add --desktop.")
    if settings.desktop and (files or settings.url or settings.hosts):
        raise UsageError("--url, --file and --allow-hosts are for a browser. Leave them out, or leave out --desktop.")
    if settings.desktop and secrets:
        raise UsageError(
            "Secrets belong to an origin, so they are for a browser. Leave them out, or leave out --desktop."
        )
