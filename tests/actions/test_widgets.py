"""The browser's pickers, drawn in the page: seen on screenshots, clicked by mouse, invisible to the page."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, sync_playwright

from glm_actions.surfaces.widgets import script

PAGES = Path(__file__).parent / "pages"
SITE = "http://site.test"
ARGUMENTS = (
    *("--no-sandbox", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--no-first-run", "--disable-quic"),
)
STRICT = (
    "default-src 'none'; style-src 'self'; script-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        browser.close()


def serve(route: Route) -> None:
    name = route.request.url.removeprefix(SITE)
    page = PAGES / name.lstrip("/")
    headers = {"Content-Security-Policy": STRICT} if page.name == "strict.html" else {}
    if page.is_file():
        route.fulfill(path=page, headers={"Content-Type": "text/html; charset=utf-8", **headers})
    else:
        route.fulfill(status=404)


@pytest.fixture
def native(chromium: Browser) -> Iterator[BrowserContext]:
    """A context as Chromium made it."""
    context = chromium.new_context(viewport={"width": 1000, "height": 600}, locale="en-GB")
    context.route(f"{SITE}/**", serve)
    context.set_default_timeout(5000)
    yield context
    context.close()


@pytest.fixture
def page(native: BrowserContext) -> Iterator[Page]:
    """A page with the widgets; it may not have complained about anything at the end."""
    native.add_init_script(script())
    page = native.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert complaints == []


def visit(page: Page, name: str) -> None:
    page.goto(f"{SITE}/{name}.html")


class Panel:
    """The open panel as a person sees it: what is written where. The page itself cannot look in; DevTools can."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.devtools = page.context.new_cdp_session(page)

    def nodes(self) -> list[dict[str, Any]]:
        document = self.devtools.send("DOM.getDocument", {"depth": -1, "pierce": True})["root"]
        roots = [root for node in walk(document) for root in node.get("shadowRoots", [])]
        closed = [root for root in roots if root["shadowRootType"] == "closed"]
        ours = [root for root in closed if "panel" in classes(root["children"][0])]
        return [node for root in ours for node in walk(root)]

    def texts(self, name: str) -> list[str]:
        """What the elements of a class say."""
        return [text_of(node) for node in self.nodes() if name in classes(node)]

    def box(self, text: str, name: str = "") -> tuple[float, float, float, float]:
        """Left, top, right, bottom of the first element with this text or label."""
        said = [node for node in self.nodes() if text in {text_of(node), attribute(node, "aria-label")}]
        found = [node for node in said if (name or "role") in names(node)]
        quad = self.devtools.send("DOM.getBoxModel", {"nodeId": found[0]["nodeId"]})["model"]["border"]
        return quad[0], quad[1], quad[4], quad[5]

    def click(self, text: str, name: str = "") -> None:
        left, top, right, bottom = self.box(text, name)
        self.page.mouse.click((left + right) / 2, (top + bottom) / 2)

    @property
    def is_open(self) -> bool:
        return bool(self.nodes())


def walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    inner = [node["contentDocument"]] if "contentDocument" in node else []
    for child in [*node.get("children", []), *node.get("shadowRoots", []), *inner]:
        yield from walk(child)


def text_of(node: dict[str, Any]) -> str:
    return "".join(str(part.get("nodeValue", "")) for part in walk(node))


def attribute(node: dict[str, Any], name: str) -> str:
    flat = node.get("attributes", [])
    return str(dict(zip(flat[::2], flat[1::2], strict=True)).get(name, ""))


def classes(node: dict[str, Any]) -> list[str]:
    return attribute(node, "class").split()


def names(node: dict[str, Any]) -> list[str]:
    return [*classes(node), *node.get("attributes", [])[::2]]


def press(page: Page, field: Locator | str, *, at_end: bool = False) -> None:
    """Click as the agent does: by coordinates, in the middle or on the little picture at the end."""
    box = (page.locator(field) if isinstance(field, str) else field).bounding_box()
    assert box is not None
    x = box["x"] + (box["width"] - 12 if at_end else 20)
    page.mouse.click(x, box["y"] + box["height"] / 2)


def value(page: Page, field: str) -> str:
    return page.locator(field).input_value()


def log(page: Page, *kinds: str) -> list[str]:
    """The events since the last look."""
    events: list[str] = page.evaluate("log.splice(0)")
    return [event for event in events if not kinds or event.split()[0] in kinds]


def no_native_picker(page: Page) -> bool:
    return bool(page.evaluate("document.querySelectorAll(':open').length === 0"))


def test_a_press_opens_a_list_and_a_click_on_an_option_chooses_it(page: Page) -> None:
    """The page hears of a press on the select, then of input, change and a click, and of nothing else."""
    visit(page, "fields")
    before = page.screenshot()
    press(page, "#fruit")
    panel = Panel(page)
    assert panel.texts("row") == ["Apple", "Banana", "Cherry", "Citrus", "Lemon", "Orange", "Gone", "Quince"]
    assert panel.texts("current") == ["Apple"]
    assert page.screenshot() != before
    assert no_native_picker(page)
    assert [event.rsplit(" ")[:2] for event in log(page)] == [
        [kind, "fruit"] for kind in ("mousedown", "focus", "mouseup", "click")
    ]
    panel.click("Lemon")
    assert value(page, "#fruit") == "Lemon"
    assert [event.split()[:2] for event in log(page)] == [[kind, "fruit"] for kind in ("input", "change", "click")]
    assert not panel.is_open
    assert page.evaluate("document.activeElement.id") == "fruit"


def test_choosing_fires_what_chromium_fires(native: BrowserContext) -> None:
    """A choice by keyboard sounds the same as in Chromium's own invisible list, also if nothing changes."""
    heard = []
    for widgets in ("", script()):
        page = native.new_page()
        page.add_init_script(widgets)
        visit(page, "fields")
        page.focus("#fruit")
        for key in ("Space", "ArrowDown", "Enter", "F4", "Enter"):
            page.keyboard.press(key)
            page.wait_for_timeout(60)
        heard.append([value(page, "#fruit"), *log(page, "input", "change", "click", "focus", "blur")])
        page.close()
    assert heard[0] == heard[1]
    assert len(heard[0]) == 6


def test_keys_open_the_list(page: Page) -> None:
    """Whatever key opens Chromium's list opens ours."""
    visit(page, "fields")
    page.focus("#fruit")
    panel = Panel(page)
    for key in ("Space", "Enter", "Alt+ArrowDown", "F4"):
        page.keyboard.press(key)
        assert panel.is_open, key
        assert no_native_picker(page)
        page.keyboard.press("Escape")


def test_the_keyboard_walks_through_the_list(page: Page) -> None:
    """Arrows skip what is disabled, home, end and letters jump, escape gives up, enter takes."""
    visit(page, "fields")
    panel = Panel(page)
    steps = {"ArrowDown": "Banana", "ArrowUp": "Apple", "End": "Orange", "Home": "Apple", "l": "Lemon", "o": "Lemon"}
    press(page, "#fruit")
    for key, active in list(steps.items())[:-1]:
        page.keyboard.press(key)
        assert panel.texts("active") == [active], key
    for _ in range(3):
        page.keyboard.press("ArrowUp")
    assert panel.texts("active") == ["Apple"]
    page.keyboard.press("ArrowDown")
    log(page)
    page.keyboard.press("Escape")
    assert (panel.is_open, value(page, "#fruit"), log(page)) == (False, "Apple", [])
    press(page, "#long")
    page.keyboard.type("place 17")
    page.keyboard.press("Enter")
    assert value(page, "#long") == "Place 17"


def test_what_closes_the_list_changes_nothing(page: Page) -> None:
    """A second press, a click elsewhere, a scrolled page and a lost focus close it; disabled rows do nothing."""
    visit(page, "fields")
    panel = Panel(page)
    page.evaluate("document.body.style.height = '3000px'")
    press(page, "#fruit")
    for row in ("Cherry", "Citrus", "Quince"):
        panel.click(row, "row")
        assert panel.is_open
    press(page, "#fruit")
    assert not panel.is_open
    for close in ("blur", "scroll", "click", "remove"):
        page.evaluate("scrollTo(0, 0)")
        press(page, "#fruit")
        assert panel.is_open
        if close == "click":
            page.mouse.click(900, 500)
        else:
            page.evaluate({"blur": "fruit.blur()", "scroll": "scrollBy(0, 90)", "remove": "fruit.remove()"}[close])
        page.wait_for_timeout(50)
        assert not panel.is_open, close
    assert log(page, "input", "change") == []


def test_a_click_elsewhere_still_clicks_there(page: Page) -> None:
    """No picker swallows the click that closes it."""
    visit(page, "fields")
    press(page, "#fruit")
    log(page)
    press(page, "#button")
    assert log(page, "click") == ["click button PointerEvent bubbles composed"]


def test_a_long_list_scrolls_inside_the_viewport(page: Page) -> None:
    """The wheel turns the list and not the page, rows are tall enough to be hit, the current one is in view."""
    visit(page, "fields")
    page.evaluate("document.body.style.height = '3000px'")
    page.locator("#long").select_option("Place 120")
    press(page, "#long")
    panel = Panel(page)
    left, top, right, bottom = panel.box("Place 120")
    assert bottom - top >= 28
    assert 0 < top < bottom < 600
    page.mouse.move((left + right) / 2, (top + bottom) / 2)
    for turn in (600, 9000, 9000):
        page.mouse.wheel(0, turn)
    page.wait_for_timeout(200)
    assert panel.box("Place 199")[3] < 600
    panel.click("Place 199")
    assert value(page, "#long") == "Place 199"
    assert page.evaluate("scrollY") == 0


def test_a_list_opens_upwards_at_the_lower_edge(page: Page) -> None:
    """Where there is no room below, the list stands above the field."""
    visit(page, "fields")
    press(page, "#low")
    panel = Panel(page)
    field = page.locator("#low").bounding_box()
    assert field is not None
    assert panel.box("Four")[3] <= field["y"]
    panel.click("Two")
    assert value(page, "#low") == "Two"


def test_a_list_says_that_there_is_more(page: Page) -> None:
    """Scroll bars may be hidden: arrows show that a list goes on, and turn it when they are clicked."""
    visit(page, "fields")
    press(page, "#long")
    panel = Panel(page)
    assert panel.texts("long") != []
    assert "end" in classes(next(node for node in panel.nodes() if "up" in classes(node)))
    panel.click("\u25bc")
    page.wait_for_timeout(50)
    panel.click("Place 16")
    assert value(page, "#long") == "Place 16"
    press(page, "#low")
    assert panel.texts("long") == []


def test_a_panel_does_not_cover_its_field(page: Page) -> None:
    """Without room below and above it stands at the side, on zoomed pages too; a double click never falls into it."""
    for zoom in (1, 1.4):
        page.set_content(f"<html style='zoom: {zoom}'><p style='margin: 180px 0 0 60px'><input type=date>")
        box = page.locator("input").bounding_box()
        assert box is not None
        page.mouse.dblclick(box["x"] + 20, box["y"] + 10)
        left, top, _, bottom = Panel(page).box("Clear")
        assert left > box["x"] + box["width"] or top > box["y"] + box["height"] or bottom < box["y"]
        assert abs(left - box["x"] - box["width"]) < 20 or abs(left - box["x"]) < 20


def test_the_wheel_over_a_panel_leaves_the_page_alone(page: Page) -> None:
    """Where there is nothing to scroll, nothing scrolls."""
    visit(page, "fields")
    page.evaluate("document.body.style.height = '3000px'")
    press(page, "#date")
    left, top, _, _ = Panel(page).box("Clear")
    page.mouse.move(left, top - 20)
    page.mouse.wheel(0, 300)
    page.wait_for_timeout(100)
    assert page.evaluate("scrollY") == 0
    assert Panel(page).is_open


def test_menus_that_close_on_clicks_outside_stay(page: Page) -> None:
    """A click in the list is none outside: not for a popover, nor for a page that watches by itself."""
    visit(page, "outside")
    page.evaluate("menu.showPopover()")
    press(page, "#size")
    Panel(page).click("L")
    assert value(page, "#size") == "L"
    assert page.evaluate("menu.matches(':popover-open') && outside === 0")


def test_a_list_in_a_modal_dialog_is_not_inert(page: Page) -> None:
    """It belongs to the dialog, but is not clipped by it."""
    visit(page, "nested")
    page.evaluate("dialog.showModal()")
    press(page, "#modal")
    Panel(page).click("Blue")
    assert value(page, "#modal") == "Blue"
    assert page.evaluate("dialog.open && dialog.children.length") == 1


@pytest.mark.parametrize("mode", ["open", "closed"])
def test_a_list_of_a_select_in_a_shadow_root(page: Page, mode: str) -> None:
    """Shadow roots, closed ones too, hide nothing from it, by mouse and by keyboard."""
    visit(page, "nested")
    press(page, f"#{mode}")
    Panel(page).click("Blue")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    assert page.evaluate("heard") == [f"{mode} Blue", f"{mode} Green"]


def test_a_list_in_a_frame_stays_in_the_frame(page: Page) -> None:
    """It is drawn and scrolled inside; a click outside of the frame closes it."""
    visit(page, "nested")
    frame = page.locator("iframe").bounding_box()
    assert frame is not None
    field = page.frame_locator("iframe").locator("select")
    panel = Panel(page)
    press(page, field)
    page.mouse.move(frame["x"] + 40, frame["y"] + 100)
    page.mouse.wheel(0, 300)
    page.wait_for_timeout(150)
    panel.click("Row 12")
    assert page.evaluate("heard") == ["Row 12"]
    press(page, field)
    assert panel.is_open
    page.mouse.click(900, 20)
    assert not panel.is_open


@pytest.mark.parametrize("how", ["set_content", "write"])
def test_a_document_written_anew_has_widgets_too(page: Page, how: str) -> None:
    """document.open() takes listeners away; set_content does it from another world."""
    html = "<select id=s><option>a<option>b</select>"
    page.set_content(html)
    if how == "write":
        page.evaluate("html => { document.open(); document.write(html); document.close(); }", html)
    press(page, "#s")
    Panel(page).click("b")
    assert value(page, "#s") == "b"


def test_strict_pages_are_no_obstacle(page: Page) -> None:
    """No inline style, no innerHTML: a Content-Security-Policy and Trusted Types have nothing to report."""
    visit(page, "strict")
    panel = Panel(page)
    press(page, "#fruit")
    left, top, right, bottom = panel.box("Banana")
    assert bottom - top >= 28
    assert right - left > 60
    panel.click("Banana")
    press(page, "#date")
    panel.click("20", "cell")
    press(page, "#colour")
    panel.click("Done")
    assert (value(page, "#fruit"), value(page, "#date")) == ("Banana", "2024-05-20")


def test_a_date_is_chosen_in_the_calendar(page: Page) -> None:
    """The value is set with input and change, the panel closes, the focus stays."""
    visit(page, "fields")
    press(page, "#date", at_end=True)
    panel = Panel(page)
    assert no_native_picker(page)
    assert panel.texts("chosen") == ["15"]
    assert panel.texts("name")[0] == "Mon"
    log(page)
    panel.click("22", "cell")
    assert value(page, "#date") == "2024-05-22"
    assert log(page) == ["input date Event bubbles composed", "change date Event bubbles"]
    assert not panel.is_open
    assert page.evaluate("document.activeElement.id") == "date"


def test_the_calendar_pages_and_respects_min_and_max(page: Page) -> None:
    """Months and years forward and back; days out of range do nothing; two clicks on the title reach any year."""
    visit(page, "fields")
    press(page, "#date")
    panel = Panel(page)
    pages = {"Previous month": "April 2024", "Next year": "April 2025"}
    pages |= {"Next month": "May 2025", "Previous year": "May 2024"}
    for arrow, title in pages.items():
        panel.click(arrow)
        assert panel.texts("title") == [f"{title} ▾"]
    panel.click("Previous month")
    off = [text for text in panel.texts("off") if text]
    assert off == [str(day) for day in range(1, 10)]
    panel.click("4", "off")
    assert panel.is_open
    panel.click("April 2024 ▾", "title")
    panel.click("2025", "cell")
    panel.click("Jun", "cell")
    panel.click("20", "cell")
    assert value(page, "#date") == "2025-06-20"
    press(page, "#date")
    panel.click("Clear")
    assert value(page, "#date") == ""


def test_typing_goes_on_while_the_calendar_is_open(page: Page) -> None:
    """Digits go into the segments of the field, and the calendar follows them."""
    visit(page, "fields")
    press(page, "#date")
    panel = Panel(page)
    page.keyboard.type("02012025")
    page.wait_for_timeout(50)
    assert value(page, "#date") == "2025-02-01"
    assert panel.texts("title") == ["February 2025 ▾"]
    assert panel.texts("chosen") == ["1"]
    page.keyboard.press("Escape")
    assert not panel.is_open


def test_today_is_marked(page: Page) -> None:
    """An empty field opens on this month, with today framed and one click away."""
    page.set_content("<input type=date id=date>")
    press(page, "#date")
    panel = Panel(page)
    today = page.evaluate("new Date().toLocaleDateString('sv')")
    assert panel.texts("today") == [str(int(today[-2:]))]
    panel.click("Today")
    assert value(page, "#date") == today


def test_weeks_begin_as_the_locale_wants(chromium: Browser) -> None:
    """Sunday comes first in the United States, and hours are counted to twelve."""
    context = chromium.new_context(locale="en-US")
    context.add_init_script(script())
    page = context.new_page()
    page.set_content("<input type=datetime-local>")
    press(page, "input")
    assert Panel(page).texts("name")[0] == "Sun"
    assert "12 PM" in Panel(page).texts("cell")
    context.close()


def test_a_moment_is_a_day_and_a_time(page: Page) -> None:
    """Day and hour leave the panel open, the minute ends it."""
    visit(page, "fields")
    press(page, "#moment")
    panel = Panel(page)
    panel.click("20", "cell")
    assert value(page, "#moment") == "2024-05-20T14:30"
    panel.click("08", "small")
    panel.click("45", "small")
    assert value(page, "#moment") == "2024-05-20T08:45"
    assert not panel.is_open


def test_a_time_respects_its_step_and_limits(page: Page) -> None:
    """Only the minutes that the step allows are there; hours out of range do nothing."""
    visit(page, "fields")
    press(page, "#quarter")
    panel = Panel(page)
    assert panel.texts("small")[24:] == ["00", "15", "30", "45"]
    assert panel.texts("off") == [f"{hour:02}" for hour in (*range(8), *range(19, 24))]
    panel.click("10", "small")
    panel.click("45", "small")
    assert value(page, "#quarter") == "10:45"
    press(page, "#time")
    assert panel.texts("chosen") == ["09", "15"]


def test_a_month_and_a_week(page: Page) -> None:
    """Twelve months with arrows for the year; a row for each week, Monday first."""
    visit(page, "fields")
    panel = Panel(page)
    press(page, "#month")
    panel.click("Next year")
    panel.click("Nov", "cell")
    assert value(page, "#month") == "2025-11"
    press(page, "#week")
    assert panel.texts("week")[0] == "1829301 2 3 4 5".replace(" ", "")
    panel.click("16", "cell")
    assert value(page, "#week") == "2024-W20"
    press(page, "#week")
    panel.click("23", "cell")
    assert value(page, "#week") == "2024-W21"


def test_a_colour_is_clicked_or_typed(page: Page) -> None:
    """Forty swatches; or the code, for which nothing has to be clicked. The page does not see the focus move."""
    visit(page, "fields")
    panel = Panel(page)
    press(page, "#colour")
    assert no_native_picker(page)
    swatches = [node for node in panel.nodes() if "swatch" in classes(node)]
    assert len(swatches) == 40
    quad = panel.devtools.send("DOM.getBoxModel", {"nodeId": swatches[24]["nodeId"]})["model"]["border"]
    log(page)
    page.mouse.click(quad[0] + 10, quad[1] + 10)
    assert value(page, "#colour") == "#00ff00"
    assert log(page) == ["input colour Event bubbles composed", "change colour Event bubbles"]
    press(page, "#colour")
    page.keyboard.type("#AbCdEf")
    page.keyboard.press("Enter")
    assert value(page, "#colour") == "#abcdef"
    assert not panel.is_open
    assert log(page, "blur", "focusout", "keydown") == []


def test_suggestions_follow_the_typing(page: Page) -> None:
    """A click shows all of a datalist, letters narrow it, a click or arrow and enter choose."""
    visit(page, "fields")
    panel = Panel(page)
    press(page, "#city")
    assert panel.texts("row") == ["Paris", "OsloNorway", "Prague"]
    page.keyboard.type("pr")
    page.wait_for_timeout(50)
    assert panel.texts("row") == ["Prague"]
    log(page)
    panel.click("Prague")
    assert value(page, "#city") == "Prague"
    assert log(page, "input", "change") == ["input city InputEvent bubbles composed", "change city Event bubbles"]
    page.locator("#city").fill("")
    press(page, "#city")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert value(page, "#city") == "Oslo"


def test_show_picker_opens_the_drawing(page: Page) -> None:
    """A page that calls showPicker gets ours, and the exceptions it knows."""
    visit(page, "fields")
    panel = Panel(page)
    for field in ("fruit", "date", "moment", "month", "week", "time", "colour", "city"):
        page.evaluate("field => { button.onclick = () => document.getElementById(field).showPicker(); }", field)
        press(page, "#button")
        assert panel.is_open, field
        assert no_native_picker(page)
        page.keyboard.press("Escape")
        assert not panel.is_open, field
    problem = "field => { try { document.getElementById(field).showPicker(); } catch (error) { return error.name; } }"
    assert page.evaluate(problem, "locked") == "InvalidStateError"


def test_nothing_opens_for_disabled_and_inline_fields(page: Page) -> None:
    """Disabled, readonly, and a list that stands in the page anyway."""
    visit(page, "fields")
    for field in ("#off", "#locked", "#inline"):
        press(page, field, at_end=True)
        assert not Panel(page).is_open
        assert no_native_picker(page)


def test_a_page_that_refuses_the_press_is_obeyed(page: Page) -> None:
    """Its preventDefault keeps the picker shut, stopPropagation does not bring Chromium's own back."""
    visit(page, "fields")
    page.evaluate("void (fruit.onmousedown = event => { event.preventDefault(); seen = event.defaultPrevented; })")
    press(page, "#fruit")
    assert page.evaluate("seen")
    assert not Panel(page).is_open
    page.evaluate("document.addEventListener('mousedown', event => event.stopImmediatePropagation(), true)")
    press(page, "#long")
    page.wait_for_timeout(50)
    assert Panel(page).is_open
    assert no_native_picker(page)


def test_the_little_calendar_opens_by_enter_and_enter_still_submits(page: Page) -> None:
    """Which of the two enter does, only the browser knows; its own picker is gone at once."""
    page.set_content("<form><input type=date id=date><button>Send</button></form>")
    page.evaluate("void (document.forms[0].onsubmit = event => { event.preventDefault(); sent = true; })")
    page.focus("#date")
    page.keyboard.press("Enter")
    page.wait_for_timeout(50)
    assert page.evaluate("sent")
    assert not Panel(page).is_open
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_timeout(100)
    assert Panel(page).is_open
    assert no_native_picker(page)


def test_controlled_fields_believe_it(page: Page) -> None:
    """A framework that tracks values and makes its fields anew gets every change, and no panel is left behind."""
    visit(page, "controlled")
    panel = Panel(page)
    press(page, "#date")
    panel.click("22", "cell")
    press(page, "#size")
    panel.click("L")
    assert page.evaluate("state") == {"date": "2024-05-22", "size": "L"}
    assert not panel.is_open


def test_options_that_arrive_while_the_list_is_open(page: Page) -> None:
    """The list shows what the select holds now."""
    visit(page, "fields")
    press(page, "#low")
    page.evaluate("low.add(new Option('Five'))")
    Panel(page).click("Five")
    assert value(page, "#low") == "Five"


def test_nothing_is_left_in_the_page(page: Page, native: BrowserContext) -> None:
    """No node before and after, no name on window, no second copy, natives that look native."""
    visit(page, "fields")
    bare = native.browser.new_context() if native.browser else native
    other = bare.new_page()
    names = "Object.getOwnPropertyNames(window).sort()"
    other.set_content("")
    assert set(page.evaluate(names)) - set(other.evaluate(names)) <= {"log"}
    bare.close()
    html = page.evaluate("document.documentElement.outerHTML")
    for field in ("#fruit", "#date", "#colour", "#city"):
        press(page, field)
        page.keyboard.press("Escape")
    page.evaluate(script())
    press(page, "#fruit")
    assert page.evaluate("document.documentElement.children.length") == 3
    page.keyboard.press("Escape")
    assert page.evaluate("document.documentElement.outerHTML") == html
    for native_function in ("HTMLSelectElement.prototype.showPicker", "Element.prototype.attachShadow"):
        assert "[native code]" in page.evaluate(f"{native_function}.toString()")


def test_the_caret_stands_still(page: Page) -> None:
    """Two screenshots of a still page are equal, with the caret on them."""
    visit(page, "fields")
    without = page.screenshot(caret="initial")
    page.focus("#city")
    page.keyboard.type("x")
    page.keyboard.press("Backspace")
    page.keyboard.press("Escape")
    shots = []
    for _ in range(3):
        shots.append(page.screenshot(caret="initial"))
        page.wait_for_timeout(350)
    assert len(set(shots)) == 1
    hidden = page.screenshot(caret="hide")
    assert len({without, shots[0], hidden}) == 3


def test_panels_are_dark_on_dark_pages(page: Page) -> None:
    """They follow the color-scheme of the field they belong to."""
    luminance = []
    for scheme in ("light", "dark"):
        page.set_content(f"<meta name=color-scheme content={scheme}><input type=date>")
        press(page, "input")
        luminance.append(brightness(page, Panel(page)))
    assert luminance[0] > 200
    assert luminance[1] < 80


def brightness(page: Page, panel: Panel) -> float:
    left, top, right, bottom = panel.box("Clear")
    clip = {"x": left - 4, "y": top - 4, "width": right - left, "height": bottom - top}
    picture = Image.open(BytesIO(page.screenshot(clip=clip))).convert("L")  # type: ignore[arg-type]
    return float(picture.getpixel((0, 0)))  # type: ignore[arg-type]
