"""What stands in for X11 on other systems works by itself: tried here on a virtual display, for want of a Mac."""

import json
import struct
from collections.abc import Iterator
from typing import Any

import pyperclip
import pytest

from glm_actions import UsageError
from glm_actions.surfaces.areas import Window
from glm_actions.surfaces.box import Box
from glm_actions.surfaces.desktop import Desktop
from glm_actions.surfaces.platforms import Machine
from glm_actions.vocabulary import Key, Open, Type
from tests.actions.desktop.conftest import SIZE, Program
from tests.actions.desktop.test_calibration import assert_every_click_lands
from tests.actions.desktop.test_typing import clipboard

ELSEWHERE = Machine(system="win32", unlocked=True)


@pytest.fixture
def elsewhere(display: object) -> Iterator[Desktop]:  # noqa: ARG001
    """A desktop that asks X11 nothing."""
    with Desktop(machine=ELSEWHERE) as desktop:
        yield desktop


def test_every_click_lands(elsewhere: Desktop) -> None:
    """Of 81 clicks all hit."""
    assert_every_click_lands(elsewhere, Box(left=0, top=0, width=SIZE.width, height=SIZE.height))


@pytest.mark.parametrize("text", ["plain", "Grüße — 你好 😀 שלום", "two\nlines"])
def test_typing(elsewhere: Desktop, form: Program, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Any text is pasted, and the clipboard's text is back afterwards; here the form tells when it has taken a line."""
    clipboard("-i", text="copied before: ünï")
    lines, shown = iter(text.split("\n")), [""]

    def wait() -> None:
        line = next(lines)
        told = form.until(lambda said: json.loads(said).get("text", "").endswith(line))
        shown.append(json.loads(told[-1])["text"])

    monkeypatch.setattr(elsewhere._keyboard, "_wait_until_taken", wait)
    result = elsewhere.perform(Type(content=text))

    assert (result.ok, "holds again the text it held" in result.note) == (True, True)
    assert shown[-1] == text
    assert clipboard("-o") == "copied before: ünï"


def test_only_what_the_clipboard_holds_is_pasted(elsewhere: Desktop, form: Program, monkeypatch: Any) -> None:
    """A clipboard that goes on holding something else is not pasted, it is put back, and the model is told."""
    copied: list[str] = []
    monkeypatch.setattr("glm_actions.surfaces.portable._HELD_S", 0.1)
    monkeypatch.setattr(pyperclip, "copy", copied.append)
    clipboard("-i", text="something else")

    result = elsewhere.perform(Type(content="wanted"))

    assert (result.ok, result.note) == (False, "The clipboard did not take the text, so it was not typed.")
    assert form.told() == []
    assert copied == ["wanted", "something else"]


def test_chords(elsewhere: Desktop, form: Program) -> None:
    """Modifiers are pressed in order, and let go of in the other."""
    assert elsewhere.perform(Key(keys="ctrl+shift+pagedown")).ok

    told = form.told()
    assert [line["down"] for line in told if "down" in line] == ["Control_L", "Shift_L", "Next"]
    assert [line["up"] for line in told if "up" in line] == ["Next", "Shift_L", "Control_L"]


def test_nothing_stays_down(elsewhere: Desktop, form: Program) -> None:
    """A chord that fails half-way lets go of what it has pressed."""
    elsewhere._mouse.platformModule.keyboardMapping["f24"] = "no code"

    with pytest.raises(struct.error):
        elsewhere._keyboard.press("ctrl+f24")

    assert {"up": "Control_L"} in form.told()


def test_what_it_does_not_offer(elsewhere: Desktop, display: object) -> None:  # noqa: ARG001
    """No windows by title, no programs, no keys that are not there."""
    assert Open.kind() not in elsewhere.kinds
    assert not elsewhere._keyboard.press("ctrl+nothing")
    with pytest.raises(UsageError, match=r"'Editor' cannot be looked for: that needs X11\. Use --monitor"):
        Desktop(Window(title="Editor"), machine=ELSEWHERE)
