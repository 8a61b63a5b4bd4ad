"""Drawn pickers among pages of every kind: dialogs, frames, shadow roots, strict policies; invisible to all."""

import pytest
from playwright.sync_api import BrowserContext, Page

from glm_actions.surfaces.widgets import script
from tests.actions.widgets.panel import Panel, no_native_picker, press, value, visit


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
        page.wait_for_timeout(350)
        shots.append(page.screenshot(caret="initial"))
    assert len(set(shots)) == 1
    hidden = page.screenshot(caret="hide")
    assert len({without, shots[0], hidden}) == 3
