"""A browser as a surface: Chromium through Playwright, seen and driven by pixels alone.

Playwright's asynchronous side runs on a thread of its own, because its synchronous one cannot be interrupted: a click
on a button whose script never ends would never return. So every look and every action has a time limit, dialogs are
answered while the model thinks, and a browser may be used from any thread. See docs/adr/0006-browser-thread.md.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple, Self, TypeVar

from pydantic import Field

from glm_actions.errors import SurfaceError, UsageError
from glm_actions.frozen import Frozen
from glm_actions.geometry import Frame, Pixel, Point, Size
from glm_actions.secrets import Secret
from glm_actions.surface import Observation, Result
from glm_actions.surfaces import chromium, page_scripts, picture, widgets
from glm_actions.surfaces.aim import AimedHands
from glm_actions.surfaces.downloads import Downloads
from glm_actions.surfaces.hosts import Hosts
from glm_actions.surfaces.storage import Storage
from glm_actions.surfaces.tabs import MOST_TABS, OpenTab, Tabs
from glm_actions.surfaces.typing_secrets import SecretTyping
from glm_actions.surfaces.worker import Worker
from glm_actions.vocabulary import AGENT_KINDS, VOCABULARY, Action, Open, Type, Wait, speakable

T = TypeVar("T")
Seconds = Annotated[float, Field(gt=0)]
SECONDS_A_CHARACTER = 0.05


class Patience(Frozen):
    """How long to wait for what, in seconds."""

    loading: Seconds = 8.0
    """For a new page."""
    request: Seconds = 2.0
    """For what a page fetches in the background."""
    motion: Seconds = 1.2
    """For pixels to stop moving once everything is loaded."""
    action: Seconds = 10.0
    """For an action; after that the page hangs."""
    look: Seconds = 20.0
    """For a screenshot; after that the page hangs."""
    change: Seconds = 5.0
    """For anything to happen when the model waits."""


class _Shot(NamedTuple):
    png: bytes
    quiet: bool
    calm: bool
    seconds: float


class Browser:
    """One Chromium window with its tabs. Implements `glm_actions.surface.Page`.

    Args:
        url: What to open first; several addresses get a tab each, and the last one is shown.
        viewport: The size of the page in CSS pixels.
        headed: Show the window.
        scale: Physical pixels per CSS pixel.
        downloads: Where downloaded files go; by default to the run that has begun.
        files: Files that may be uploaded.
        storage: Cookies and storage to begin with, as an observation of another browser holds them.
        secrets: What may be typed by its name where it belongs, and is not shown.
        hosts: Whose pages may be opened, with those of hosts below them; all by default.
        patience: How long to wait for what.

    Raises:
        UsageError: if there is no Chromium, or it does not start.
    """

    kinds = frozenset(cls.kind() for cls in VOCABULARY) - AGENT_KINDS - {Open.kind()}

    def __init__(  # noqa: PLR0913
        self,
        url: str | Sequence[str] = "about:blank",
        *,
        viewport: Size | None = None,
        headed: bool = False,
        scale: float = 1.0,
        downloads: Path | None = None,
        files: Sequence[Path] = (),
        storage: str = "",
        secrets: Sequence[Secret] = (),
        hosts: Sequence[str] = (),
        patience: Patience | None = None,
    ) -> None:
        self.viewport = viewport or Size(width=1280, height=720)
        self.files = _offered(files)
        self.notices: list[str] = []
        self.tabs = Tabs(self.notices.append)
        self.secrets = SecretTyping(secrets)
        self._hosts = Hosts(hosts, self.notices.append)
        self._patience = patience or Patience()
        self._headed = headed
        self._scale = scale
        self._downloads = Downloads(self.notices.append)
        self._downloads.folder = self._kept = downloads
        self._hands = AimedHands(self)
        self._storage = Storage(storage)
        self._error: type[Exception] = OSError
        self._playwright: Any = None
        self._chromium: Any = None
        self._worker: Worker | None = Worker("browser")
        try:
            self._run(self._start((url,) if isinstance(url, str) else url))
        except BaseException:
            self.close()
            raise

    def begin(self, folder: Path) -> None:
        self._downloads.folder = self._kept or folder / "downloads"

    def observe(self) -> Observation:
        return self._run(self._look())

    def perform(self, action: Action) -> Result:
        return self._run(self._act(action))

    def find(self, selector: str) -> Point | None:
        place = self._run(self._evaluate(page_scripts.FIND, selector))
        return self.frame.point(Pixel(x=place[0], y=place[1])) if place else None

    def text(self, selector: str) -> str | None:
        text: str | None = self._run(self._evaluate(page_scripts.TEXT, selector))
        return text

    def evaluate(self, script: str, argument: Any = None) -> Any:
        """Run a JavaScript function in the page and give its result: for tests and tools, never for the agent."""
        return self._run(self._evaluate(script, argument))

    @property
    def frame(self) -> Frame:
        """How a screenshot lies on the page."""
        return Frame(image=self.viewport, area=self.viewport, scale=self._scale)

    def close(self) -> None:
        if self._worker is None:
            return
        try:
            self._run(self._stop())
        finally:
            self._worker.close()
            self._worker = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        if self._worker is None:
            work.close()
            raise SurfaceError("The browser is closed. Open a new one.")
        try:
            return self._worker.run(work)
        except TimeoutError as error:
            raise SurfaceError("The page does not answer, and cannot be replaced. Start the run again.") from error
        except self._error as error:
            raise self._gone(error) from error

    async def _start(self, urls: Sequence[str]) -> None:
        import playwright.async_api as playwright

        self._error = playwright.Error
        self._playwright = await playwright.async_playwright().start()
        program = chromium.executable(Path(self._playwright.chromium.executable_path))
        try:
            self._chromium = await self._playwright.chromium.launch(
                executable_path=program, headless=not self._headed, args=chromium.flags(), handle_sigint=False
            )
        except playwright.Error as error:
            raise UsageError(f"Chromium does not start: {error.message}") from error
        self._context = await self._chromium.new_context(
            viewport=self.viewport.model_dump(),
            device_scale_factor=self._scale,
            storage_state=self._storage.state,
        )
        await self._context.add_init_script(widgets.script())
        self._context.on("page", self.tabs.opened)
        session = await self._chromium.new_browser_cdp_session()
        await self._downloads.follow(session)
        await self._hosts.guard(session)
        for url in urls:
            await self._context.new_page()
            if url != "about:blank" and (note := await self.open(url)):
                self.notices.append(note)

    async def _stop(self) -> None:
        if self._chromium is not None:
            with contextlib.suppress(TimeoutError, self._error):
                await asyncio.wait_for(self._chromium.close(), self._patience.action)
        if self._playwright is not None:
            await self._playwright.stop()
        self._downloads.close()

    # Looking

    async def _look(self) -> Observation:
        await self._mend()
        try:
            return await asyncio.wait_for(self._settled(), self._patience.look)
        except TimeoutError:
            await self._free()
            return await asyncio.wait_for(self._settled(), self._patience.look)

    async def _mend(self) -> None:
        """Make sure that there is a page that can be looked at."""
        if not self._chromium.is_connected():
            raise self._gone("it was closed or crashed")
        if not len(self.tabs):
            await self._context.new_page()
            self.notices.append("The last tab was closed; this is a new one.")
        if self.tabs.shown.crashed:
            await self._replace(self.tabs.shown, "The page crashed and was opened again.")

    def _gone(self, why: object) -> SurfaceError:
        return SurfaceError(f"The browser is gone ({_first_line(why)}). Start the run again.")

    async def _settled(self) -> Observation:
        """Look until two frames in a row are equal and nothing is loading, or until patience runs out."""
        started = time.monotonic()
        loading = self.tabs.shown.busy(self._patience.request)
        before, shot = await asyncio.gather(self.capture(), self._next_frame())
        certain = shot.calm and self.tabs.shown.stirred < started
        while True:
            now = time.monotonic()
            loading = loading or self.tabs.shown.busy(self._patience.request)
            still = shot.png == before and certain and shot.quiet and not loading
            patience = self._patience.loading if loading else self._patience.motion
            waited = now - started - shot.seconds  # a busy machine may take a second for a screenshot
            if still or waited > patience:
                return self._observation(shot, settled=still, settle_s=waited)
            await asyncio.sleep(0.03)
            before, certain, loading = shot.png, True, self.tabs.shown.busy(self._patience.request)
            shot = await self._next_frame()

    async def _next_frame(self) -> _Shot:
        """The frame after the one that is shown now.

        To wait for it here takes half as long as to wait for the screenshot before it, which is still being encoded.
        But on a busy machine both may show the same frame of a movement, so that alone does not make certain.
        """
        reading = self._unless_replaced(self._storage.read(self._context, self.tabs.shown.page))
        (_, calm_before), _ = await asyncio.gather(self._quiet(), reading)
        await self._unless_replaced(self.secrets.cover(self.tabs.shown.page))
        started = time.monotonic()
        png, (quiet, calm) = await asyncio.gather(self.capture(), self._quiet())
        return _Shot(png, quiet, calm_before and calm, time.monotonic() - started)

    def _observation(self, shot: _Shot, *, settled: bool, settle_s: float) -> Observation:
        self._hands.looked(shot.png, shot.seconds)
        tab = self.tabs.shown
        if news := self.secrets.offer(tab.page):
            self.notices.append(news)
        seen = Observation(
            png=shot.png,
            frame=self.frame.model_copy(update={"image": picture.size_of(shot.png)}),
            title=tab.title,
            url=tab.page.url,
            tabs=self.tabs.described(),
            files=tuple(self.files),
            notices=self._told(),
            storage=self._storage.text,
            settled=settled,
            settle_s=settle_s,
            capture_s=shot.seconds,
        )
        return self.secrets.hide(seen)

    def _told(self) -> tuple[str, ...]:
        if self.tabs.refused:
            self.notices.append(f"{self.tabs.refused} new windows were closed: no more than {MOST_TABS} may be open.")
            self.tabs.refused = 0
        told = tuple(self.notices)
        self.notices.clear()
        return told

    async def capture(self) -> bytes:
        """A screenshot of the page as it is now, as PNG."""
        return await self._once_replaced(OpenTab.screenshot)

    async def _quiet(self) -> tuple[bool, bool]:
        """Whether the page is loaded and no animation that ends is running, and whether no script moved anything."""
        tab = self.tabs.shown
        try:
            quiet, calm, tab.title = await tab.page.evaluate(page_scripts.QUIET)
        except self._error:  # the page is being replaced by the next one
            return False, False
        return bool(quiet), bool(calm)

    async def _once_replaced(self, ask: Callable[[OpenTab], Awaitable[T]]) -> T:
        """Ask a page until it answers: for a moment, one that is being replaced by the next one does not."""
        until = time.monotonic() + self._patience.request
        while True:
            try:
                return await ask(self.tabs.shown)
            except self._error:
                if time.monotonic() > until:
                    raise
                await asyncio.sleep(0.05)

    async def _unless_replaced(self, work: Coroutine[Any, Any, None]) -> None:
        """Ask something of a page that may be being replaced by the next one."""
        with contextlib.suppress(self._error):
            await work

    async def _evaluate(self, script: str, argument: Any = None) -> Any:
        return await asyncio.wait_for(self.tabs.shown.page.evaluate(script, argument), self._patience.action)

    # Acting

    async def _act(self, action: Action) -> Result:
        started = time.monotonic()
        try:
            note = await asyncio.wait_for(self._hands.act(action), self._patience_for(action))
        except TimeoutError:
            await self._free()
            note = f"{action.kind()} did not come to an end."
        except self._error as error:
            note = _first_line(error)
        return Result(ok=not note, note=note, seconds=time.monotonic() - started)

    def _patience_for(self, action: Action) -> float:
        typing = len(action.content) * SECONDS_A_CHARACTER if isinstance(action, Type) else 0
        waiting = self._patience.change if isinstance(action, Wait) else 0
        return self._patience.action + typing + waiting

    @property
    def change_s(self) -> float:
        """How long `wait` waits at most."""
        return self._patience.change

    def place(self, point: Point) -> tuple[float, float]:
        """Where a point of the screenshot is on the page, in CSS pixels."""
        pixel = self.frame.pixel(point)
        return pixel.x, pixel.y

    async def open(self, url: str) -> str:
        """Open an address in the tab that is shown; give a note if that failed."""
        try:
            await self.tabs.shown.page.goto(url, wait_until="commit", timeout=self._patience.loading * 1000)
        except self._error as error:
            return f"{url} could not be opened: {_first_line(error)}"
        return ""

    async def back(self) -> str:
        """Go back in the tab that is shown; give a note if there is nothing to go back to."""
        if await self._once_replaced(OpenTab.is_first):
            return "There is no page to go back to."
        await self.tabs.shown.page.go_back(wait_until="commit", timeout=self._patience.loading * 1000)
        return ""

    async def _free(self) -> None:
        """Stop the script that keeps a page from answering; if that does not help, open the page anew."""
        tab = self.tabs.shown
        try:
            session = await asyncio.wait_for(tab.session(), 1)
            await asyncio.wait_for(session.send("Runtime.terminateExecution"), 1)
            await asyncio.wait_for(tab.page.evaluate("1"), 2)
        except (TimeoutError, self._error):
            await self._replace(tab, "The page did not answer any more and was opened again.")
        else:
            self.notices.append("A script of the page ran without end and was stopped.")

    async def _replace(self, tab: OpenTab, note: str) -> None:
        url = tab.page.url
        self.tabs.drop(tab)
        self.notices.append(note)
        await self._context.new_page()
        if failure := await self.open(url):
            self.notices.append(failure)


def _offered(files: Sequence[Path]) -> dict[str, Path]:
    """Files by the names under which they are offered to the model."""
    offered: dict[str, Path] = {}
    for file in files:
        if not file.is_file():
            raise UsageError(f"There is no file {file} to upload.")
        if not speakable(file.name):
            raise UsageError(f"The name of {file} holds characters that no action may contain. Rename it.")
        if file.name in offered:
            raise UsageError(f"{file} and {offered[file.name]} have the same name. Rename one of them.")
        offered[file.name] = file
    return offered


def _first_line(error: object) -> str:
    return str(error).splitlines()[0]
