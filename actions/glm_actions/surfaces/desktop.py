"""A desktop as a surface: mss sees the display, pyautogui moves and clicks on it.

The only module that imports either. What X11 itself has to be asked is in `glm_actions.surfaces.x11`, and what takes
its place on other systems in `glm_actions.surfaces.portable`.
"""

import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from pathlib import Path
from typing import Annotated, Any, NamedTuple, Self

from pydantic import Field

from glm_actions.errors import Halted, SurfaceError
from glm_actions.frozen import Frozen
from glm_actions.geometry import Frame, Pixel, Point, Size
from glm_actions.surface import Observation, Result
from glm_actions.surfaces import picture, platforms, probes, programs
from glm_actions.surfaces.areas import Aim, Area, Monitor
from glm_actions.surfaces.box import Box
from glm_actions.surfaces.desktop_hands import Hands
from glm_actions.surfaces.platforms import Machine
from glm_actions.surfaces.portable import NoWindows, PastingKeyboard
from glm_actions.surfaces.x11.keyboard import Keyboard
from glm_actions.surfaces.x11.windows import Windows
from glm_actions.vocabulary import Action, Clicks, Hover, Key, LeftDrag, Open, Scroll, Type, Wait

Seconds = Annotated[float, Field(gt=0)]
_PERFORMED = frozenset(cls.kind() for cls in (*Clicks.__args__, Hover, LeftDrag, Type, Key, Scroll, Wait, Open))


class Patience(Frozen):
    """How long to wait for what, in seconds."""

    still: Seconds = 0.012
    """Between two looks that have to be equal."""
    moving: Seconds = 0.05
    """Between them once they have differed: an animation draws every 17 milliseconds."""
    reaction: Seconds = 0.25
    """For an action to show."""
    motion: Seconds = 1.2
    """For pixels to stop moving."""
    change: Seconds = 5.0
    """For anything to happen when the model waits."""
    rest: Seconds = 1.0
    """How long the mouse must have rested after a person has moved it."""
    person: Seconds = 60.0
    """For a person to finish."""


class _Shot(NamedTuple):
    box: Box
    pixels: bytearray


class Desktop:
    """A monitor, a region or a window of a desktop. Implements `glm_actions.surface.Page`.

    Args:
        aim: Where to look, and the limit of every click; by default the primary monitor.
        scale: Physical pixels per pixel of a screenshot; by default what programs are told to scale themselves by.
        session_keys: Allow chords that log out, lock the screen or end the display.
        patience: How long to wait for what.
        machine: What is known of the machine; by default it is asked.

    Raises:
        UsageError: if there is no display that can be driven, or no such place on it.
    """

    def __init__(
        self,
        aim: Aim | None = None,
        *,
        scale: float | None = None,
        session_keys: bool = False,
        patience: Patience | None = None,
        machine: Machine | None = None,
    ) -> None:
        machine = machine or probes.machine()
        platforms.check(machine)
        self._open = False
        self._closed = "The desktop is closed. Open a new one."
        self._patience = patience or Patience()
        x11 = machine.system == "linux"
        self._windows = Windows() if x11 else NoWindows()
        self._mss = _mss()
        self._mouse = _pyautogui()
        self._keyboard = Keyboard(self._windows) if x11 else PastingKeyboard(self._mouse, machine.system)
        self._open = True
        self._commands = programs.installed() if x11 and isinstance(aim, Monitor | None) else {}
        self._hands = Hands(
            mouse=self._mouse,
            keyboard=self._keyboard,
            place=self._place,
            changes=self._changes,
            commands=self._commands,
            session_keys=session_keys,
        )
        try:
            monitors = [_box(monitor) for monitor in self._mss.monitors]
            primary = Monitor(number=self._mss.monitors.index(self._mss.primary_monitor))
            if not x11:
                platforms.check_pixels(monitors[primary.number].size, Size(**self._mouse.size()._asdict()))
            self._area = Area(aim or primary, monitors, self._windows)
            self._scale = scale or max(1.0, (self._windows.dots_per_inch or 96) / 96)
            self._area.focus()
            self._seen = self._grab()
        except BaseException:
            self.close()
            raise
        self._png = b""
        self._acted_at = 0.0
        self._left_at = self._mouse.position()
        self._notices = _told(self._commands)

    @property
    def kinds(self) -> frozenset[str]:
        return _PERFORMED if self._commands else _PERFORMED - {Open.kind()}

    @property
    def frame(self) -> Frame:
        return self._framed(self._area.box)

    def begin(self, folder: Path) -> None:
        """Nothing is kept."""

    def observe(self) -> Observation:
        with self._display():
            self._area.focus()
            seen = self._settled()
            self._left_at = self._mouse.position()
        return seen

    def perform(self, action: Action) -> Result:
        started = time.monotonic()
        with self._display():
            refused = self._refused(action)
            result = Result(ok=False, note=refused) if refused else self._hands.perform(action)
            self._acted_at = time.monotonic()
            self._left_at = self._mouse.position()
        return result.model_copy(update={"seconds": self._acted_at - started})

    def find(self, selector: str) -> Point | None:
        window = self._windows.titled(selector)
        box = self._windows.box(window) if window else None
        return self.frame.point(Pixel(x=box.left + box.width / 2, y=box.top + box.height / 2)) if box else None

    def text(self, selector: str) -> str | None:
        window = self._windows.titled(selector)
        return self._windows.title(window) if window else None

    def close(self) -> None:
        if self._open:
            self._open = False
            own: Any = getattr(self._mouse.platformModule, "_display", None)
            for part in (self._keyboard, self._windows, self._mss, own):
                with suppress(Exception):  # without a display there is nothing to say goodbye to
                    part.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _display(self) -> Iterator[None]:
        """Translate what the libraries raise; without a display none is asked again, for some would hang."""
        if not self._open:
            raise SurfaceError(self._closed)
        try:
            yield
        except self._mouse.FailSafeException as error:
            raise Halted("You pushed the mouse into a corner of the screen.") from error
        except Exception as error:  # what mss and python-xlib raise without a display is anything
            if self._windows.reachable:
                raise
            self.close()
            self._closed = "The display is gone. Start the run again."
            raise SurfaceError("The display is gone. Start the run again.") from error

    # Looking

    def _settled(self) -> Observation:
        """Look until the last action shows and two looks in a row are equal, or until patience runs out."""
        started = time.monotonic()
        shot, apart = self._reacted(), self._patience.still
        while True:
            looked = time.monotonic()
            encoded = self._encoded(shot)  # pixels move on meanwhile
            time.sleep(max(0.0, looked + apart - time.monotonic()))
            again = self._grab()
            now = time.monotonic()
            still = again == shot
            if still or now - started > self._patience.motion:
                return self._observation(
                    shot, encoded, settled=still, settle_s=looked - started, capture_s=now - looked
                )
            shot, apart = again, self._patience.moving

    def _reacted(self) -> _Shot:
        """The display once the last action shows, or once it should."""
        while True:
            shot = self._grab()
            if shot != self._seen or time.monotonic() - self._acted_at > self._patience.reaction:
                return shot
            time.sleep(0.002)

    def _observation(
        self, shot: _Shot, encoded: bytes, *, settled: bool, settle_s: float, capture_s: float
    ) -> Observation:
        self._seen, self._png = shot, encoded
        notices, self._notices = self._notices, ()
        return Observation(
            png=encoded,
            frame=self._framed(shot.box),
            title=self._windows.title(self._windows.active),
            programs=tuple(self._commands),
            notices=notices,
            settled=settled,
            settle_s=settle_s,
            capture_s=capture_s,
        )

    def _grab(self) -> _Shot:
        box = self._area.box
        return _Shot(box, self._mss.grab(box.model_dump()).raw)

    def _encoded(self, shot: _Shot) -> bytes:
        if self._png and shot == self._seen:
            return self._png
        return picture.png(shot.pixels, shot.box.size, self._framed(shot.box).image)

    def _framed(self, box: Box) -> Frame:
        image = Size(width=max(1, round(box.width / self._scale)), height=max(1, round(box.height / self._scale)))
        return Frame(image=image, area=box.size, origin=Pixel(x=box.left, y=box.top))

    def _changes(self) -> bool:
        until = time.monotonic() + self._patience.change
        while time.monotonic() < until:
            self._mouse.failSafeCheck()
            if self._grab() != self._seen:
                return True
            time.sleep(0.1)
        return False

    # Acting

    def _place(self, point: Point) -> tuple[int, int]:
        """Where a point of the last screenshot is, but never a corner that stops pyautogui."""
        pixel = self._framed(self._seen.box).pixel(point)
        x, y = int(pixel.x), int(pixel.y)
        if (x, y) in self._mouse.FAILSAFE_POINTS:
            x += 1 if x == 0 else -1
        return x, y

    def _refused(self, action: Action) -> str:
        """Why an action must not be performed now, in words for the model."""
        self._mouse.failSafeCheck()
        if isinstance(action, Wait):
            return ""
        if self._mouse.position() != self._left_at:
            self._rested()
            return "A person moved the mouse, so nothing was done. Look at the screen again."
        if self._area.box != self._seen.box:
            return "The window was moved or resized, so nothing was done. Look at the screen again."
        if isinstance(action, Type | Key) and not self._area.focused:
            return "Another program's window has the focus, so nothing was done. Look at the screen again."
        points = [value for value in action.arguments().values() if isinstance(value, Point)]
        if any(self._area.excludes(*self._place(point)) for point in points):
            return "Another program's window lies over that place, so nothing was done."
        return ""

    def _rested(self) -> None:
        """Wait until the mouse has rested, or until patience runs out."""
        last, since = self._mouse.position(), time.monotonic()
        until = since + self._patience.person
        while time.monotonic() < min(until, since + self._patience.rest):
            time.sleep(0.05)
            self._mouse.failSafeCheck()
            if self._mouse.position() != last:
                last, since = self._mouse.position(), time.monotonic()


def _told(commands: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    return (f"Programs that can be opened: {', '.join(commands)}.",) if commands else ()


def _box(monitor: Any) -> Box:
    return Box(**{name: monitor[name] for name in Box.model_fields})


def _mss() -> Any:
    import mss
    from mss.exception import ScreenShotError

    try:
        return mss.MSS()
    except ScreenShotError as error:
        raise SurfaceError(f"The display cannot be seen: {error}") from error


def _pyautogui() -> Any:
    """A pyautogui of our own: it speaks to the display that is there when it is imported, and to no other."""
    # It wants these two for what is not used here, and neither works without packages of the distribution.
    unwanted = ("mouseinfo", "pyscreeze")
    others = {
        name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] in ("pyautogui", *unwanted)
    }
    sys.modules.update(dict.fromkeys(unwanted))  # type: ignore[arg-type]
    try:
        with warnings.catch_warnings(), redirect_stdout(None):
            warnings.simplefilter("ignore")
            import pyautogui
    finally:
        for name in [name for name in sys.modules if name.split(".")[0] in ("pyautogui", *unwanted)]:
            del sys.modules[name]
        sys.modules.update(others)
    pyautogui.FAILSAFE = True
    pyautogui.PAUSE = pyautogui.MINIMUM_DURATION = pyautogui.MINIMUM_SLEEP = 0
    return pyautogui
