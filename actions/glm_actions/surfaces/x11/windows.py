"""The windows of a display: their titles, places, owners, and which one has the focus."""

from typing import Any

from glm_actions.surfaces.box import Box
from glm_actions.surfaces.x11.connection import connect, works


class Windows:
    """A connection to the display that `DISPLAY` names.

    Raises:
        SurfaceError: if the display cannot be reached, now or later.
    """

    def __init__(self) -> None:
        self.display = connect()
        self._root = self.display.screen().root

    def close(self) -> None:
        """Let go of the display."""
        self.display.close()

    @property
    def reachable(self) -> bool:
        """Whether the display is still there."""
        return works()

    @property
    def managed(self) -> bool:
        """Whether a window manager is at work: one that was leaves its window's name behind, but not the window."""
        named = self._property(self._root, "_NET_SUPPORTING_WM_CHECK")
        if not named:
            return False
        window = self.display.create_resource_object("window", named[0])
        return list(self._property(window, "_NET_SUPPORTING_WM_CHECK")) == list(named)

    @property
    def whole(self) -> Box:
        """The whole display."""
        size = self._root.get_geometry()
        return Box(left=0, top=0, width=size.width, height=size.height)

    @property
    def dots_per_inch(self) -> float | None:
        """What programs are told to scale themselves by; None if they are told nothing."""
        from Xlib import Xatom

        resources = self._root.get_full_property(Xatom.RESOURCE_MANAGER, Xatom.STRING)
        lines = _text(resources.value).splitlines() if resources else []
        told = [line.split(":")[1] for line in lines if line.startswith("Xft.dpi:")]
        return float(told[0]) if told else None

    @property
    def active(self) -> int | None:
        """The window that has the focus."""
        return next(iter(self._property(self._root, "_NET_ACTIVE_WINDOW")), None) or None

    def titled(self, title: str) -> int | None:
        """The window on top among those whose title holds a text, upper and lower case being the same."""
        wanted = title.casefold()
        listed = self._property(self._root, "_NET_CLIENT_LIST_STACKING")
        return next((window for window in reversed(listed) if wanted in self.title(window).casefold()), None)

    def title(self, window: int | None) -> str:
        """A window's title; empty if it has none or is gone."""
        if window is None:
            return ""
        place = self.display.create_resource_object("window", window)
        return _text(self._property(place, "_NET_WM_NAME") or self._property(place, "WM_NAME"))

    def kind(self, window: int | None) -> str:
        """What program a window says it belongs to, in lower case."""
        place = self.display.create_resource_object("window", window or 0)
        return _text(self._property(place, "WM_CLASS")).casefold() if window else ""

    def box(self, window: int) -> Box | None:
        """Where a window is, without its frame; None if it is gone or hidden."""
        from Xlib import X, error

        place = self.display.create_resource_object("window", window)
        try:
            if place.get_attributes().map_state != X.IsViewable:
                return None
            size, origin = place.get_geometry(), self._root.translate_coords(place, 0, 0)
        except error.BadWindow:
            return None
        return Box(left=origin.x, top=origin.y, width=size.width, height=size.height)

    def activate(self, window: int) -> None:
        """Bring a window to the front and give it the focus."""
        from Xlib import X
        from Xlib.protocol import event

        message = event.ClientMessage(
            window=self.display.create_resource_object("window", window),
            client_type=self.display.intern_atom("_NET_ACTIVE_WINDOW"),
            data=(32, [2, X.CurrentTime, 0, 0, 0]),
        )
        self._root.send_event(message, event_mask=X.SubstructureRedirectMask | X.SubstructureNotifyMask)
        self.display.sync()

    def related(self, window: int, other: int | None) -> bool:
        """Whether two windows belong to one program, as far as X knows: to one connection."""
        program: int = ~self.display.display.info.resource_id_mask
        return window & program == (other or 0) & program

    def same_program(self, window: int, x: int, y: int) -> bool:
        """Whether what lies on top at a place belongs to the program of a window, such as its menus and dialogs."""
        place = child = self._root
        while child:
            place = child
            child = place.translate_coords(self._root, x, y).child
        return self.related(window, place.id)

    def _property(self, place: Any, name: str) -> Any:
        from Xlib import X, error

        try:
            found = place.get_full_property(self.display.intern_atom(name), X.AnyPropertyType)
        except error.BadWindow:
            return ()
        return found.value if found else ()


def _text(value: Any) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value or "")
