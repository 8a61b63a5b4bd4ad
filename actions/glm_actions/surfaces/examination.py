"""Examines a desktop: what is there, what is missing, and whether seeing and acting work."""

import io
import random
import shutil
import sys
from collections.abc import Callable, Iterator

from glm_actions.errors import GlmError, Halted
from glm_actions.geometry import Point, Size
from glm_actions.surfaces import platforms, probes
from glm_actions.surfaces.desktop import Desktop
from glm_actions.surfaces.platforms import Finding
from glm_actions.surfaces.x11.virtual import VirtualDisplay
from glm_actions.surfaces.x11.windows import Windows
from glm_actions.surfaces.x11.witness import Witness
from glm_actions.vocabulary import Hover, Wait

SMALL = Size(width=640, height=480)


def examine(virtual: Size | None = None) -> Iterator[Finding]:
    """Make all checks, one after the other.

    Args:
        virtual: Leave the desktop that is there alone, and examine a virtual display of this size only.
    """
    if not virtual:
        session = platforms.findings(probes.machine())
        yield from session
        if not any(found.verdict == "wrong" for found in session):
            yield from _there()
    if sys.platform == "linux":
        yield _clipboard()
        yield from _virtual(virtual or SMALL)


def _there() -> Iterator[Finding]:
    """The desktop as it is; nothing on it is moved."""
    if sys.platform == "linux":
        yield _tried("window manager", _manager)
    yield _tried("picture", _picture)


def _manager() -> Finding:
    windows = Windows()
    managed = windows.managed
    windows.close()
    if managed:
        return Finding(name="window manager", verdict="ok", why="One is at work.")
    why = "None is at work, so windows cannot be found by their titles, and their programs may not get keys."
    return Finding(name="window manager", verdict="wrong", why=why, remedy="Start one: apt-get install openbox")


def _picture() -> Finding:
    with Desktop() as desktop:
        area = desktop.observe().frame.area
    return Finding(name="picture", verdict="ok", why=f"The monitor is seen with {area.width} by {area.height} pixels.")


def _clipboard() -> Finding:
    if shutil.which("xclip"):
        return Finding(name="clipboard", verdict="ok", why="It is put back after a text was pasted.")
    why = "What it holds is lost when a text is pasted that the keyboard's layout cannot type."
    return Finding(name="clipboard", verdict="wrong", why=why, remedy="Run: apt-get install xclip")


def _virtual(size: Size) -> Iterator[Finding]:
    """A display of our own, on which everything may be tried."""
    try:
        display = VirtualDisplay(size)
    except GlmError as error:
        yield Finding(name="virtual display", verdict="wrong", why=str(error))
        return
    with display:
        why = f"Xvfb and openbox start, with {size.width} by {size.height} pixels."
        yield Finding(name="virtual display", verdict="ok", why=why)
        for name, check in {"sight": _sight, "mouse": _mouse, "corner": _corner}.items():
            yield _tried(name, check)


def _sight() -> Finding:
    """A colour that nobody can guess."""
    from PIL import Image

    colour = (random.randrange(256), random.randrange(256), random.randrange(256))
    with Witness() as witness, Desktop() as desktop:
        witness.paint(colour)
        seen = Image.open(io.BytesIO(desktop.observe().png)).convert("RGB").getpixel((9, 9))
    if seen == colour:
        return Finding(name="sight", verdict="ok", why="mss sees the colour that was painted there.")
    return Finding(name="sight", verdict="wrong", why=f"mss sees {seen} where {colour} was painted.")


def _mouse() -> Finding:
    with Witness() as witness, Desktop() as desktop:
        point = Point((random.randrange(100, 900), random.randrange(100, 900)))
        desktop.perform(Hover(start_box=point))
        pixel, pointer = desktop.frame.pixel(point), witness.pointer
    wanted = (int(pixel.x), int(pixel.y))
    if pointer == wanted:
        return Finding(name="mouse", verdict="ok", why="pyautogui moves the pointer to the pixel.")
    return Finding(name="mouse", verdict="wrong", why=f"pyautogui moved the pointer to {pointer}, and not to {wanted}.")


def _corner() -> Finding:
    """A person's way out."""
    with Witness() as witness, Desktop() as desktop:
        witness.push(0, 0)
        try:
            desktop.perform(Wait())
        except Halted:
            return Finding(name="corner", verdict="ok", why="Pushing the mouse into a corner stops a run.")
    return Finding(name="corner", verdict="wrong", why="Pushing the mouse into a corner stops nothing.")


def _tried(name: str, check: Callable[[], Finding]) -> Finding:
    """A check's finding, or what kept it from finding anything."""
    try:
        return check()
    except GlmError as error:
        return Finding(name=name, verdict="wrong", why=str(error))
