"""Mouse and keyboard: one method for each action that a browser can perform."""

import asyncio
import time
from functools import singledispatchmethod
from pathlib import Path
from typing import Any, Protocol

from glm_actions.errors import UsageError
from glm_actions.geometry import Point
from glm_actions.secrets import pieces
from glm_actions.surface import UNCHANGED
from glm_actions.surfaces import page_scripts
from glm_actions.surfaces.keyboard import chord
from glm_actions.surfaces.tabs import FILE_WANTED, Tabs
from glm_actions.surfaces.typing_secrets import SecretTyping
from glm_actions.vocabulary import (
    Action,
    Back,
    Goto,
    Hover,
    Key,
    LeftClick,
    LeftDoubleClick,
    LeftDrag,
    MiddleClick,
    RightClick,
    Scroll,
    SwitchTab,
    Type,
    Upload,
    Wait,
)

NOTCH_PX = 100
DRAG_STEPS = 12


class Window(Protocol):
    """What hands need of the browser they belong to."""

    tabs: Tabs
    files: dict[str, Path]
    notices: list[str]
    secrets: SecretTyping

    @property
    def change_s(self) -> float:
        """How long `wait` waits at most."""

    def place(self, point: Point) -> tuple[float, float]:
        """A point in CSS pixels."""

    async def capture(self) -> bytes:
        """A screenshot now."""

    async def open(self, url: str) -> str:
        """Open an address; give a note if that failed."""

    async def back(self) -> str:
        """Go back; give a note if that failed."""


class Hands:
    """Performs actions in the tab that is shown. Each gives a note for the model if it did not do what it says."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._seen = b""  # what was last looked at, until something is done

    @property
    def _page(self) -> Any:
        return self._window.tabs.shown.page

    @singledispatchmethod
    async def perform(self, action: Action) -> str:
        """Perform one action."""
        raise UsageError(f"A browser cannot perform {action.action_type}.")

    @perform.register
    async def _(self, action: LeftClick) -> str:
        await self._page.mouse.click(*self._window.place(action.start_box))
        return ""

    @perform.register
    async def _(self, action: RightClick) -> str:
        await self._page.mouse.click(*self._window.place(action.start_box), button="right")
        return ""

    @perform.register
    async def _(self, action: MiddleClick) -> str:
        await self._page.mouse.click(*self._window.place(action.start_box), button="middle")
        return ""

    @perform.register
    async def _(self, action: LeftDoubleClick) -> str:
        await self._page.mouse.dblclick(*self._window.place(action.start_box))
        return ""

    @perform.register
    async def _(self, action: Hover) -> str:
        await self._page.mouse.move(*self._window.place(action.start_box))
        return ""

    @perform.register
    async def _(self, action: LeftDrag) -> str:
        mouse = self._page.mouse
        await mouse.move(*self._window.place(action.start_box))
        await mouse.down()
        await mouse.move(*self._window.place(action.end_box), steps=DRAG_STEPS)
        await mouse.up()
        return ""

    @perform.register
    async def _(self, action: Type) -> str:
        if not await self._page.evaluate(page_scripts.HAS_FOCUS):
            return "Nothing on the page has the focus, so nothing was typed. Click a text field first."
        for number, piece in enumerate(pieces(action.content)):
            note = await self._window.secrets.type(self._page, piece) if number % 2 else await self._type(piece)
            if note:
                return note
        return ""

    async def _type(self, text: str) -> str:
        keyboard = self._page.keyboard
        for line_number, line in enumerate(text.split("\n")):
            if line_number:
                await keyboard.press("Enter")
            for cell_number, cell in enumerate(line.split("\t")):
                if cell_number:
                    await keyboard.press("Tab")
                await keyboard.type(cell)
        return ""

    @perform.register
    async def _(self, action: Key) -> str:
        if action.keys == "alt+left":
            return await self._window.back()
        if action.keys in {"f5", "ctrl+r"}:
            await self._page.reload(wait_until="commit")
        else:
            await self._page.keyboard.press(chord(action.keys))
        return ""

    @perform.register
    async def _(self, action: Scroll) -> str:
        await self._page.mouse.move(*self._window.place(action.start_box))
        turn = NOTCH_PX * action.step * (1 if action.direction in {"down", "right"} else -1)
        await self._page.mouse.wheel(*((0, turn) if action.direction in {"down", "up"} else (turn, 0)))
        return ""

    @perform.register
    async def _(self, _action: Wait) -> str:
        before = self._seen or await self._window.capture()
        until = time.monotonic() + self._window.change_s
        while time.monotonic() < until:
            await asyncio.sleep(0.2)
            if await self._window.capture() != before:
                return ""
        return f"{UNCHANGED} in {self._window.change_s:.0f} seconds."

    @perform.register
    async def _(self, action: Goto) -> str:
        return await self._window.open(action.url)

    @perform.register
    async def _(self, _action: Back) -> str:
        return await self._window.back()

    @perform.register
    async def _(self, action: SwitchTab) -> str:
        return "" if await self._window.tabs.show(action.tab) else f"Tab {action.tab} is no longer open."

    @perform.register
    async def _(self, action: Upload) -> str:
        tab = self._window.tabs.shown
        tab.chooser = None
        await tab.page.mouse.click(*self._window.place(action.start_box))
        for _ in range(20):
            if tab.chooser:
                self._window.notices[:] = [notice for notice in self._window.notices if notice != FILE_WANTED]
                await tab.chooser.set_files(self._window.files[action.file])
                return ""
            await asyncio.sleep(0.05)
        return "Nothing at that place asks for a file."
