"""The browser surface, on real pages in a real Chromium."""

import asyncio
import contextlib
import http.server
import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from glm_actions import Pixel, Point, Result, Size, SurfaceError, UsageError
from glm_actions.surfaces.browser import Browser, Patience
from glm_actions.vocabulary import (
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

HASTY = Patience(motion=0.5, action=2, look=4, change=1)


@pytest.fixture(scope="module")
def shared() -> Iterator[Browser]:
    """One browser for tests that begin by going somewhere."""
    with Browser() as browser:
        yield browser


@pytest.fixture
def events(shared: Browser, pages: str) -> Browser:
    shared.perform(Goto(url=f"{pages}/events.html"))
    shared.observe()
    return shared


@pytest.fixture
def trouble(pages: str, tmp_path: Path) -> Iterator[Browser]:
    with Browser(f"{pages}/trouble.html", downloads=tmp_path) as browser:
        browser.observe()
        yield browser


@pytest.fixture
def hasty(pages: str) -> Iterator[Browser]:
    """The same page with little patience."""
    with Browser(f"{pages}/trouble.html", patience=HASTY) as browser:
        browser.observe()
        yield browser


def at(browser: Browser, x: float, y: float) -> Point:
    """The point of a pixel."""
    return browser.frame.point(Pixel(x=x, y=y))


def press(browser: Browser, label: str) -> Result:
    """Click the button of the trouble page that has a label."""
    point = at(browser, *browser.evaluate(CENTRE, label))
    return browser.perform(LeftClick(start_box=point))


CENTRE = """label => {
  const box = [...document.querySelectorAll('button, input')]
    .find(element => (element.id || element.textContent) === label).getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2];
}"""


def seen(browser: Browser) -> list[str]:
    found: list[str] = browser.evaluate("() => seen.splice(0)")
    return found


TARGETS = [(row, column) for row in range(9) for column in range(9)]


@pytest.mark.parametrize(
    ("scale", "prepare"),
    [
        (1, "() => {}"),
        (1.5, "() => {}"),
        (2, "() => {}"),
        (1, "() => document.documentElement.style.zoom = 1.25"),
        (2, "() => document.documentElement.style.zoom = 0.8"),
    ],
    ids=["1x", "1.5x", "2x", "zoomed in", "zoomed out"],
)
def test_calibration(pages: str, scale: float, prepare: str) -> None:
    """Every one of 9 by 9 targets is hit where the screenshot shows it, at every scale and zoom."""
    with Browser(f"{pages}/calibration.html", scale=scale) as browser:
        browser.evaluate(prepare)
        frame = browser.observe().frame
        for row, column in TARGETS:
            box = browser.evaluate(f"() => t{row}{column}.getBoundingClientRect().toJSON()")
            middle = Pixel(x=box["x"] + box["width"] / 2, y=box["y"] + box["height"] / 2)
            browser.perform(LeftClick(start_box=frame.point(middle)))

        assert browser.evaluate("() => hits") == [f"t{row}{column}" for row, column in TARGETS]
        assert frame.image == browser.viewport


def test_calibration_in_a_small_window(pages: str) -> None:
    """Where a thousandth is less than a pixel, the corners 0 and 999 are still on the page."""
    with Browser(f"{pages}/calibration.html", viewport=Size(width=320, height=240)) as browser:
        browser.observe()
        for point in (Point((0, 0)), Point((999, 0)), Point((0, 999)), Point((999, 999))):
            browser.perform(LeftClick(start_box=point))

        assert browser.evaluate("() => hits") == ["t00", "t08", "t80", "t88"]


def test_clicks(events: Browser) -> None:
    """Each kind of click reaches the page as itself, at the point that was named."""
    point = at(events, 200, 150)
    for kind in (LeftClick, MiddleClick, RightClick):
        events.perform(kind(start_box=point))
    clicks = [event for event in seen(events) if not event.startswith("mouse")]
    events.perform(LeftDoubleClick(start_box=point))
    double = seen(events)

    assert clicks == ["click0", "auxclick1", "contextmenu2", "auxclick2"]
    assert [event for event in double if "click" in event] == ["click0", "click0", "dblclick0"]
    assert double[0] == "mousedown 200,150"


def test_hover(events: Browser) -> None:
    """Hovering moves the pointer and presses nothing."""
    events.perform(Hover(start_box=at(events, 600, 600)))
    events.perform(Hover(start_box=at(events, 200, 150)))

    assert seen(events) == ["mouseenter0"]


def test_drag(events: Browser) -> None:
    """A drag carries an element to where it is dropped."""
    events.perform(LeftDrag(start_box=at(events, 40, 460), end_box=at(events, 340, 460)))

    assert "drop" in seen(events)


@pytest.mark.parametrize(
    "text", ["plain", "ä ß ñ", "日本語 中文", "שלום عربى", "😀👩‍👩‍👧", 'quote " back \\ <b>', "a\nb"]
)
def test_typing_any_text(events: Browser, text: str) -> None:
    """Any Unicode that is typed is what the field holds."""
    events.perform(LeftClick(start_box=at(events, 100, 360)))

    assert events.perform(Type(content=text)).ok
    assert events.text("#text") == text


def test_typing_a_tab_goes_to_the_next_field(events: Browser) -> None:
    """A tab in the text moves the focus, as it does for a person."""
    events.evaluate("() => document.querySelector('#text').insertAdjacentHTML('afterend', '<input id=next>')")
    events.perform(LeftClick(start_box=at(events, 100, 360)))
    events.perform(Type(content="one\ttwo"))

    assert (events.text("#text"), events.text("#next")) == ("one", "two")


def test_typing_nowhere_is_told(events: Browser) -> None:
    """Typing without a focus types nothing and says why."""
    result = events.perform(Type(content="lost"))

    assert not result.ok
    assert "Click a text field first" in result.note


def test_keys_and_chords(events: Browser) -> None:
    """Keys and chords arrive with their modifiers; ctrl+a selects, so that typing replaces."""
    events.perform(LeftClick(start_box=at(events, 100, 360)))
    events.perform(Type(content="old"))
    seen(events)
    events.perform(Key(keys="ctrl+a"))
    events.perform(Type(content="n"))
    for keys in ("escape", "ctrl+shift+pageup", "alt+f4", "shift+tab", "/"):
        events.perform(Key(keys=keys))

    assert events.text("#text") == "n"
    told = [event for event in seen(events) if event.startswith("key")]
    assert "key ctrl+a" in told
    assert "key Escape" in told
    assert "key ctrl+shift+PageUp" in told
    assert "key alt+F4" in told
    assert "key shift+Tab" in told


def test_every_key_name_is_known(events: Browser) -> None:
    """Every key that the vocabulary names can be pressed."""
    from glm_actions.keys import CHARACTER_KEYS, NAMED_KEYS

    keys = [key for key in (*NAMED_KEYS, *CHARACTER_KEYS) if key != "f5"]

    assert [key for key in keys if not events.perform(Key(keys=key)).ok] == []


@pytest.mark.parametrize("direction", ["down", "up", "right", "left"])
def test_scrolling(events: Browser, direction: str) -> None:
    """The wheel turns in the direction that was named, a hundred pixels a notch."""
    events.evaluate("() => { document.body.style = 'width: 5000px; height: 5000px'; scrollTo(1000, 1000) }")
    events.perform(Scroll(start_box=Point((500, 500)), direction=direction, step=3))  # type: ignore[arg-type]
    events.observe()

    expected = {"down": [1000, 1300], "up": [1000, 700], "right": [1300, 1000], "left": [700, 1000]}
    assert events.evaluate("() => [scrollX, scrollY]") == expected[direction]


def test_frames_and_shadow_roots_need_no_special_case(events: Browser, pages: str) -> None:
    """What is seen can be clicked and typed into, wherever it lives."""
    events.evaluate(f"""() => {{
      pad.innerHTML = '<iframe style="width:200px;height:100px;border:0"></iframe><div></div>';
      pad.firstChild.srcdoc = '<input style="width:150px;height:40px" oninput="parent.inner = this.value">';
      const root = pad.lastChild.attachShadow({{ mode: 'closed' }});
      root.innerHTML = '<input style="width:150px;height:40px">';
      root.firstChild.oninput = event => window.shadowed = event.target.value;
      window.page = '{pages}';
    }}""")
    events.observe()
    for y, text in ((30, "frame"), (130, "shadow")):
        events.perform(LeftClick(start_box=at(events, 60, y)))
        events.perform(Type(content=text))

    assert events.evaluate("() => [window.inner, window.shadowed]") == ["frame", "shadow"]


def test_pages(shared: Browser, pages: str) -> None:
    """Going somewhere, going back, and having nowhere to go back to, also while a page is still being replaced."""
    shared.perform(Goto(url=f"{pages}/calibration.html"))
    shared.observe()
    shared.perform(Goto(url=f"{pages}/events.html"))
    shared.perform(Back())

    assert shared.observe().title == "Calibration"
    with Browser(f"{pages}/events.html") as fresh:
        assert fresh.perform(Back()).ok
        assert fresh.perform(Back()).note == "There is no page to go back to."


@pytest.mark.parametrize("keys", ["f5", "ctrl+r", "alt+left"])
def test_browser_shortcuts(events: Browser, keys: str) -> None:
    """Reload and back work by their keys, as in a window with a frame."""
    events.evaluate("() => { window.here = true }")
    events.perform(Key(keys=keys))
    events.observe()

    assert events.evaluate("() => window.here") is None


def test_an_address_that_cannot_be_opened(shared: Browser) -> None:
    """The reason is told; the browser stays usable."""
    result = shared.perform(Goto(url="http://nowhere.invalid/"))

    assert not result.ok
    assert "http://nowhere.invalid/ could not be opened" in result.note
    assert shared.observe().png


def test_tabs(trouble: Browser, pages: str) -> None:
    """A new window becomes a tab that is shown, and one can switch; twenty at once are too many."""
    press(trouble, "popups")
    look = trouble.observe()
    notices = list(look.notices)
    while sum(int(found) for found in re.findall(r"(\d+) new windows were closed", " ".join(notices))) < 13:
        look = trouble.observe()
        notices += look.notices

    assert [tab.number for tab in look.tabs] == list(range(1, 9)), notices
    assert look.tabs[-1].active
    assert trouble.perform(SwitchTab(tab=1)).ok
    assert trouble.observe().url == f"{pages}/trouble.html"
    assert trouble.perform(SwitchTab(tab=77)).note == "Tab 77 is no longer open."


def test_a_tab_that_closes_itself(trouble: Browser) -> None:
    """When the tab in front goes away, another is shown; when the last one does, a new one is opened."""
    trouble.evaluate("() => { window.open('events.html').onload = event => event.target.defaultView.close() }")
    trouble.observe()
    trouble.evaluate("() => { setTimeout(() => window.close(), 50) }")
    time.sleep(0.3)
    look = trouble.observe()

    assert look.png
    assert len(look.tabs) == 1


def test_dialogs(trouble: Browser) -> None:
    """An alert is told; a question is answered with Cancel, and with OK when the action is repeated."""
    press(trouble, "alert")
    alert = trouble.observe()
    press(trouble, "confirm")
    first = trouble.observe()
    press(trouble, "confirm")
    second = trouble.observe()

    assert (alert.title, alert.notices) == ("went on", ("The page said: 'Hello'.",))
    assert first.title == "answer false"
    assert "for OK, repeat the action" in first.notices[0]
    assert second.title == "answer true"
    assert "answered with OK" in second.notices[0]


def test_a_dialog_while_nobody_looks(trouble: Browser) -> None:
    """A dialog that opens while the model thinks blocks nothing."""
    trouble.evaluate("() => { setTimeout(() => { alert('Late'); document.title = 'went on' }, 50) }")
    time.sleep(0.3)
    look = trouble.observe()

    assert (look.title, look.notices) == ("went on", ("The page said: 'Late'.",))


def test_a_script_without_end(hasty: Browser) -> None:
    """A click on a button whose script never ends returns, the script is stopped, and the page works again."""
    started = time.monotonic()
    result = press(hasty, "hang")
    look = hasty.observe()

    assert not result.ok
    assert time.monotonic() - started < 10
    assert look.notices == ("A script of the page ran without end and was stopped.",)
    press(hasty, "late")
    assert hasty.observe().png


def test_a_page_that_hangs_by_itself(hasty: Browser) -> None:
    """A page that hangs before anybody looks is freed or replaced, and the model is told."""
    hasty.evaluate("() => { setTimeout(() => { while (true) {} }, 50) }")
    time.sleep(0.2)
    look = hasty.observe()

    assert look.png
    assert len(look.notices) == 1


def test_a_page_that_crashes(trouble: Browser, pages: str) -> None:
    """A crashed page is opened again, and the model is told."""
    trouble.perform(Goto(url=f"{pages}/events.html"))
    crash(trouble)
    look = trouble.observe()

    assert look.title == "Events"
    assert "The page crashed and was opened again." in look.notices


def crash(browser: Browser) -> None:
    """Kill the page's process, as running out of memory would."""

    async def send() -> None:
        session = await browser.tabs.shown.session()
        with contextlib.suppress(TimeoutError):  # nobody is left to answer
            await asyncio.wait_for(session.send("Page.crash"), 1)

    browser._run(send())


def test_a_browser_that_is_gone(trouble: Browser) -> None:
    """When Chromium itself is gone, looking says so at once."""
    trouble._run(trouble._chromium.close())

    with pytest.raises(SurfaceError, match="The browser is gone"):
        trouble.observe()


def test_settling_waits_for_what_ends(hasty: Browser) -> None:
    """A page that is still fetching is waited for; a movement without end is not waited for for ever."""
    with slow_answer(0.4) as url:
        hasty.evaluate(f"() => {{ fetch('{url}', {{ mode: 'no-cors' }}).then(() => document.title = 'fetched') }}")
        fetched = hasty.observe()
    press(hasty, "move")
    hasty.evaluate("() => Promise.all(document.getAnimations().map(animation => animation.ready))")
    moving = hasty.observe()

    assert (fetched.title, fetched.settled) == ("fetched", True)
    assert not moving.settled
    assert moving.settle_s < 2


def test_a_still_page_is_seen_at_once(events: Browser) -> None:
    """Looking at a page where nothing happens gives the same bytes each time, also with a cursor in a field."""
    events.perform(LeftClick(start_box=at(events, 100, 360)))
    looks = []
    for _ in range(4):
        looks.append(events.observe())
        time.sleep(0.3)

    assert {look.sha256 for look in looks} == {looks[0].sha256}
    assert all(look.settled for look in looks)


def test_waiting(hasty: Browser) -> None:
    """Waiting ends when the screen changes, or has changed since the last look; or says that it did not."""
    hasty.observe()
    hasty.evaluate("() => { document.body.style.background = 'silver' }")
    assert hasty.perform(Wait()).ok

    hasty.evaluate("() => { setTimeout(() => document.body.style.background = 'gold', 400) }")
    changed = hasty.perform(Wait())
    still = hasty.perform(Wait())

    assert changed.ok
    assert changed.seconds < 0.9
    assert still.note == "The screen did not change in 1 seconds."


def test_upload(pages: str, tmp_path: Path) -> None:
    """An offered file is given to the field that is pointed at; pointing elsewhere says so."""
    file = tmp_path / "photo ä.png"
    file.write_bytes(b"x")
    with Browser(f"{pages}/trouble.html", files=[file]) as browser:
        look = browser.observe()
        point = at(browser, *browser.evaluate(CENTRE, "file"))
        done = browser.perform(Upload(start_box=point, file=file.name))
        after = browser.observe()
        elsewhere = browser.perform(Upload(start_box=Point((900, 900)), file=file.name))

    assert look.files == (file.name,)
    assert done.ok
    assert (after.title, after.notices) == (file.name, ())
    assert elsewhere.note == "Nothing at that place asks for a file."


class _Downloads(http.server.BaseHTTPRequestHandler):
    """Offers a small file and one without end."""

    def do_GET(self) -> None:
        self.send_response(200)
        if self.path == "/slow":
            time.sleep(self.server.pause)  # type: ignore[attr-defined]
        elif self.path != "/":
            self.send_header("Content-Disposition", 'attachment; filename="../report.txt"')
        self.send_header("Content-Type", "text/html" if self.path == "/" else "application/octet-stream")
        self.end_headers()
        self.wfile.write(b"<a href=/file>file</a><br><a href=/endless>endless</a>" if self.path == "/" else b"hello")
        while self.path == "/endless" and self._more():
            time.sleep(0.02)

    def _more(self) -> bool:
        try:
            self.wfile.write(b"x" * 1000)
        except OSError:
            return False
        return True

    def log_message(self, *_: object) -> None:
        pass


class slow_answer:  # noqa: N801
    """A local server that answers after a pause; gives its address."""

    def __init__(self, pause: float = 0.0, path: str = "/slow") -> None:
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Downloads)
        self._server.pause = pause  # type: ignore[attr-defined]
        self._path = path

    def __enter__(self) -> str:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self._server.server_port}{self._path}"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def until(condition: Callable[[], bool], seconds: float = 5) -> None:
    """Wait for something."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_downloads(trouble: Browser, tmp_path: Path) -> None:
    """Files land in the run's folder under their own names, whatever the server calls them, and the model is told."""
    with slow_answer(path="/") as url:
        trouble.perform(Goto(url=url))
        for _ in range(2):
            trouble.perform(LeftClick(start_box=trouble.find("a[href='/file']") or Point((0, 0))))
            time.sleep(0.5)
        notices = trouble.observe().notices

    assert sorted(path.name for path in tmp_path.iterdir()) == ["_report (2).txt", "_report.txt"]
    assert (tmp_path / "_report.txt").read_text() == "hello"
    assert notices[0] == "A file was downloaded: _report.txt (5 bytes)."


def test_a_download_without_end(trouble: Browser, tmp_path: Path) -> None:
    """A download that never ends keeps nobody waiting, and leaves nothing behind."""
    with slow_answer(path="/") as url:
        trouble.perform(Goto(url=url))
        started = time.monotonic()
        trouble.perform(LeftClick(start_box=trouble.find("a[href='/endless']") or Point((0, 0))))
        assert trouble.observe().png
        trouble.close()
        assert time.monotonic() - started < 8

    until(lambda: not list(tmp_path.iterdir()))


def test_closing_twice(pages: str) -> None:
    """A closed browser may be closed again, and refuses everything else in words."""
    browser = Browser(f"{pages}/events.html")
    browser.close()
    browser.close()

    with pytest.raises(SurfaceError, match="closed"):
        browser.observe()


def test_no_chromium(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without a Chromium the error says what to type."""
    from glm_actions.surfaces import chromium

    monkeypatch.delenv("GLM_AGENT_BROWSER", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="playwright install chromium"):
        chromium.executable(tmp_path / "nothing")
    monkeypatch.setenv("GLM_AGENT_BROWSER", "/nowhere/chrome")
    with pytest.raises(UsageError, match="/nowhere/chrome"):
        chromium.executable(tmp_path / "nothing")


def test_a_native_list_can_be_seen_and_chosen_from(events: Browser) -> None:
    """The list of a `<select>` is part of the screenshot, and a click on it chooses."""
    events.evaluate("""() => { document.body.insertAdjacentHTML('beforeend',
      '<select id=list style="position:absolute;left:450px;top:20px;width:160px;height:40px">' +
      [...Array(9).keys()].map(number => `<option>option ${number}</option>`).join('') + '</select>') }""")
    closed = events.observe()
    events.perform(LeftClick(start_box=at(events, 530, 40)))
    opened = events.observe()
    events.perform(LeftClick(start_box=at(events, 530, 60 + 28 * 3.5)))
    events.observe()

    assert opened.png != closed.png
    assert str(events.text("#list")).startswith("option ")
    assert events.text("#list") != "option 0"


def test_the_same_file_name_twice(tmp_path: Path) -> None:
    """Files that cannot be told apart by their names, or do not exist, are refused before anything starts."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "photo.png").touch()

    with pytest.raises(UsageError, match="have the same name"):
        Browser(files=[tmp_path / "a" / "photo.png", tmp_path / "b" / "photo.png"])
    with pytest.raises(UsageError, match="There is no file"):
        Browser(files=[tmp_path / "nothing.png"])


def test_each_run_has_its_own_downloads(tmp_path: Path) -> None:
    """Where nothing else was asked for, files go to the run that has begun last."""
    with Browser() as browser, slow_answer(path="/") as url:
        for run in ("one", "two"):
            browser.begin(tmp_path / run)
            browser.perform(Goto(url=url))
            browser.perform(LeftClick(start_box=browser.find("a[href='/file']") or Point((0, 0))))
            until(lambda run=run: (tmp_path / run / "downloads" / "_report.txt").exists())  # type: ignore[misc]
