"""Pasting a text as if it had been copied, and putting back what was in the clipboard."""

import select
import shutil
import subprocess
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from glm_actions.surfaces.x11.connection import connect

_WAIT_S = 3.0
"""For a program to ask for the text, and for xclip to take the clipboard over."""
_LINGER_S = 0.05
"""For it to ask again, in another format."""
_KEPT = ("UTF8_STRING", "text/uri-list", "image/png", "STRING")
"""The formats in which the clipboard is kept, best first."""


class _Content(NamedTuple):
    format: str
    data: bytes


class Clipboard:
    """The clipboard and the primary selection of the display that `DISPLAY` names."""

    def __init__(self) -> None:
        self._display = connect()
        self._display.set_error_handler(lambda *_: None)  # whoever has asked may be gone
        self._window = self._display.screen().root.create_window(0, 0, 1, 1, 0, 0)
        self._clipboard = self._display.intern_atom("CLIPBOARD")
        self._targets = self._display.intern_atom("TARGETS")
        names = ("UTF8_STRING", "text/plain;charset=utf-8", "TEXT", "STRING")
        self._texts = [self._display.intern_atom(name) for name in names]

    def close(self) -> None:
        """Let go of the display."""
        self._display.close()

    def paste(self, text: str, press: Callable[[], object], *, primary: bool = False) -> tuple[bool, str]:
        """Offer a text, press the keys that paste, wait until it is taken, and restore what was there before.

        Args:
            text: What to paste.
            press: Presses the keys that paste in the program that has the focus.
            primary: Offer it as the selected text, too, which is what terminals paste.

        Returns:
            Whether the text was taken, and a note for the model.
        """
        from Xlib import Xatom

        before, busy = self._read()
        self._own(self._window, self._clipboard, *([Xatom.PRIMARY] if primary else []))
        press()
        taken = self._serve(text.encode())
        lost = self._restore(before, busy=busy)
        return taken, f"Typed through the clipboard{lost}." if taken else "Nothing took the text. Click a text field."

    def _owns(self, selection: Any) -> bool:
        return bool(self._display.get_selection_owner(selection) == self._window)

    def _own(self, owner: Any, *selections: Any) -> None:
        from Xlib import X
        from Xlib.protocol.request import SetSelectionOwner

        for selection in selections:
            SetSelectionOwner(display=self._display.display, window=owner, selection=selection, time=X.CurrentTime)
        self._display.sync()

    def _serve(self, text: bytes) -> bool:
        """Answer whoever asks for the selection; True once somebody has got the text."""
        taken = False
        until = time.monotonic() + _WAIT_S
        while (left := until - time.monotonic()) > 0:
            if not self._display.pending_events():
                select.select([self._display], [], [], left)
            if self._answer_all(text):
                taken, until = True, time.monotonic() + _LINGER_S
        return taken

    def _answer_all(self, text: bytes | None) -> bool:
        """Answer those who have asked so far; True if one of them asked for the text, and there is one."""
        answered = [self._answer(self._display.next_event(), text) for _ in range(self._display.pending_events())]
        return any(answered)

    def _answer(self, request: Any, text: bytes | None) -> bool:
        """Answer one event; True if it asked for the text. Without a text the answer is that there is none."""
        from Xlib import X, Xatom
        from Xlib.protocol import event

        if request.type != X.SelectionRequest:
            return False
        place = request.property or request.target
        if text is None:
            place = X.NONE
        elif request.target == self._targets:
            request.requestor.change_property(place, Xatom.ATOM, 32, [self._targets, *self._texts])
        elif request.target in self._texts:
            request.requestor.change_property(place, request.target, 8, text)
        else:
            place = X.NONE
        told = {"requestor": request.requestor, "selection": request.selection, "target": request.target}
        request.requestor.send_event(event.SelectionNotify(time=request.time, property=place, **told))
        self._display.sync()
        return text is not None and request.target in self._texts

    def _read(self) -> tuple[_Content | None, bool]:
        """What is in the clipboard, as far as it can be kept, and whether there is anything."""
        if not self._display.get_selection_owner(self._clipboard):
            return None, False
        offered = _xclip("-o", "-t", "TARGETS").decode(errors="replace").split()
        formats = [name for name in _KEPT if name in offered]
        return (_Content(formats[0], _xclip("-o", "-t", formats[0])) if formats else None), True

    def _restore(self, before: _Content | None, *, busy: bool) -> str:
        """Put back what was there; gives words for what could not be."""
        from Xlib import X, Xatom

        restored = before is not None and self._handed_over(before)
        self._own(X.NONE, *filter(self._owns, (self._clipboard, Xatom.PRIMARY)))
        self._answer_all(None)  # whoever asked meanwhile would wait for ever
        if not busy:
            return ""
        if restored:
            return ", which holds again what it held"
        return ", and what it held is lost: xclip, which keeps it, is missing or cannot"

    def _handed_over(self, content: _Content) -> bool:
        """Let xclip own the clipboard, which it does only some time after it has gone into the background."""
        _xclip("-i", "-t", content.format, data=content.data)
        until = time.monotonic() + _WAIT_S
        while self._owns(self._clipboard):
            if time.monotonic() > until:
                return False
            time.sleep(0.002)
        return True


def _xclip(*flags: str, data: bytes | None = None) -> bytes:
    """Run xclip, which stays behind as the owner of what it is given; empty if it is missing or fails."""
    if not (program := shutil.which("xclip")):
        return b""
    command = [program, "-selection", "clipboard", *flags]
    if data is not None:
        subprocess.run(command, input=data, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        return b""
    try:
        return subprocess.run(command, capture_output=True, timeout=5, check=False).stdout
    except subprocess.TimeoutExpired:
        return b""
