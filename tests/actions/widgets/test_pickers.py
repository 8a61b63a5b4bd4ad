"""Calendars, clocks and colours, drawn in the page: chosen by mouse and keyboard."""

from io import BytesIO

from PIL import Image
from playwright.sync_api import Browser, Page

from glm_actions.surfaces.widgets import script
from tests.actions.widgets.panel import Panel, classes, log, no_native_picker, press, value, visit


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
    assert sum("swatch" in classes(node) for node in panel.nodes()) == 40
    log(page)
    panel.click("#00ff00", "swatch")
    assert value(page, "#colour") == "#00ff00"
    assert log(page) == ["input colour Event bubbles composed", "change colour Event bubbles"]
    press(page, "#colour")
    page.keyboard.type("#AbCdEf")
    page.keyboard.press("Enter")
    assert value(page, "#colour") == "#abcdef"
    assert not panel.is_open
    assert log(page, "blur", "focusout", "keydown") == []


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
