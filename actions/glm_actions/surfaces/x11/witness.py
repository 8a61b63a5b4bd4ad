"""What X11 itself says of pixels and the pointer, for the doctor to compare with what mss and pyautogui say."""

from typing import Self

from glm_actions.surfaces.x11.connection import connect


class Witness:
    """A connection of its own to the display that `DISPLAY` names.

    Raises:
        SurfaceError: if the display cannot be reached.
    """

    def __init__(self) -> None:
        self._display = connect()
        self._root = self._display.screen().root

    def paint(self, colour: tuple[int, int, int]) -> None:
        """Give the bare background a colour: red, green, blue, 0 to 255 each."""
        self._root.change_attributes(background_pixel=int.from_bytes(bytes(colour)))
        self._root.clear_area()
        self._display.sync()

    @property
    def pointer(self) -> tuple[int, int]:
        """Where the pointer is, in pixels of the display."""
        found = self._root.query_pointer()
        return found.root_x, found.root_y

    def push(self, x: int, y: int) -> None:
        """Put the pointer somewhere, as a person would."""
        self._root.warp_pointer(x, y)
        self._display.sync()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._display.close()
