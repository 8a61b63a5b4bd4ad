"""Lists of a select and suggestions, drawn in the page: seen on screenshots, chosen by mouse and keyboard."""

from playwright.sync_api import BrowserContext, Page

from glm_actions.surfaces.widgets import script
from tests.actions.widgets.panel import Panel, classes, log, no_native_picker, press, value, visit


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


def test_options_that_arrive_while_the_list_is_open(page: Page) -> None:
    """The list shows what the select holds now."""
    visit(page, "fields")
    press(page, "#low")
    page.evaluate("low.add(new Option('Five'))")
    Panel(page).click("Five")
    assert value(page, "#low") == "Five"
