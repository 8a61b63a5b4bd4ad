"""Any text can be typed, with any layout of the keyboard, and the clipboard is as it was."""

import contextlib
import struct
import subprocess
import time
from collections.abc import Iterator

import pytest

from glm_actions.keys import NAMED_KEYS
from glm_actions.surfaces.desktop import Desktop
from glm_actions.surfaces.x11.connection import connect
from glm_actions.surfaces.x11.keyboard import Keyboard
from glm_actions.surfaces.x11.layout import Layout, Stroke
from glm_actions.surfaces.x11.windows import Windows
from glm_actions.vocabulary import Key, Type
from tests.actions.desktop.conftest import Program

ASCII = "".join(map(chr, range(32, 127)))


@pytest.fixture
def layout(display: object) -> Iterator[None]:  # noqa: ARG001
    """Whatever layout a test sets, the next one begins with the American one."""
    yield
    set_layout("us")


@pytest.fixture
def keyboard(display: object) -> Iterator[Keyboard]:  # noqa: ARG001
    windows = Windows()
    keyboard = Keyboard(windows)
    yield keyboard
    keyboard.close()
    windows.close()


def set_layout(*names: str) -> None:
    subprocess.run(["setxkbmap", *names], check=True)


def _offered(flags: tuple[str, ...], text: str) -> str:
    """Wait until what was copied is there: xclip goes into the background first."""
    kind = tuple(flag for flag in flags if flag != "-i")
    for _ in range(100):
        with contextlib.suppress(subprocess.CalledProcessError):
            if clipboard("-o", *kind) == text:
                return text
        time.sleep(0.05)
    raise AssertionError(f"the clipboard does not take {text!r}")


def clipboard(*flags: str, text: str | None = None) -> str:
    """Run xclip on the clipboard; with a text, copy it."""
    command = ["xclip", "-selection", "clipboard", *flags]
    if text is not None:
        subprocess.run(command, input=text.encode(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        return _offered(flags, text)
    return subprocess.run(command, capture_output=True, check=True, timeout=20).stdout.decode()


@pytest.mark.parametrize("names", [("us",), ("us", "dvorak"), ("gb",)])
@pytest.mark.usefixtures("layout")
def test_ascii_is_typed_with_the_keys_of_the_layout(desktop: Desktop, form: Program, names: tuple[str, ...]) -> None:
    """Every printable ASCII character arrives, line breaks too, and the clipboard is not touched."""
    set_layout(*names)

    result = desktop.perform(Type(content=f"{ASCII}\nsecond line"))

    assert (result.ok, result.note) == (True, "")
    assert form.text(f"{ASCII}\nsecond line")


@pytest.mark.parametrize("names", [("de",), ("fr",), ("ru",), ("us,ru",)])
@pytest.mark.usefixtures("layout")
def test_ascii_on_other_layouts(desktop: Desktop, form: Program, names: tuple[str, ...]) -> None:
    """What a layout has only as a dead key or not at all arrives all the same."""
    set_layout(*names)

    assert desktop.perform(Type(content=ASCII)).ok
    assert form.text(ASCII)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Grüße aus Łódź – 12,50 €", id="accents"),
        pytest.param("你好，世界 こんにちは 안녕하세요", id="CJK"),
        pytest.param("مرحبا بالعالم שלום", id="right to left"),
        pytest.param("😀 👩‍👩‍👧 🇫🇷", id="emoji"),
        pytest.param("e\u0301 combining", id="combining"),
        pytest.param("tabs\tand\nlines — “quoted”\n", id="mixed"),
    ],
)
def test_unicode(desktop: Desktop, form: Program, text: str) -> None:
    """Any script arrives in order, and the model is told how it was typed."""
    result = desktop.perform(Type(content=text))

    assert (result.ok, result.note) == (True, "Typed through the clipboard.")
    assert form.text(text)


def test_capitals_locked(desktop: Desktop, form: Program, keyboard: Keyboard) -> None:
    """A locked shift key of the person does not turn the text upside down."""
    keyboard.press("caps_lock")
    try:
        assert desktop.perform(Type(content="Not Shouting")).ok
        assert form.text("Not Shouting")
    finally:
        keyboard.press("caps_lock")


def test_the_clipboard_is_restored(desktop: Desktop, form: Program) -> None:
    """What was copied before can be pasted afterwards, and the record says that the clipboard was used."""
    clipboard("-i", text="copied before: ünï")

    result = desktop.perform(Type(content="漢字"))

    assert result.note == "Typed through the clipboard, which holds again what it held."
    assert form.text("漢字")
    assert clipboard("-o") == "copied before: ünï"


def test_nobody_is_left_waiting(desktop: Desktop, form: Program) -> None:
    """Who asks for the clipboard as soon as a text is typed gets what was copied before, and not silence."""
    for number in range(8):
        clipboard("-i", text=f"copied before {number}")
        assert desktop.perform(Type(content="漢")).ok
        assert clipboard("-o") == f"copied before {number}"
    assert form.text("漢" * 8)


def test_what_was_selected_is_not_kept_from_others(desktop: Desktop, form: Program, keyboard: Keyboard) -> None:
    """After a text was pasted as a terminal wants it, nobody owns a selection that nobody answers for."""
    done, _ = keyboard._clipboard.paste("漢", lambda: keyboard.press("shift+insert"), primary=True)

    assert done
    assert form.text("漢")
    asked = subprocess.run(["xclip", "-selection", "primary", "-o"], capture_output=True, timeout=20, check=False)
    assert asked.returncode
    assert desktop.perform(Type(content="漢")).ok


def test_a_picture_in_the_clipboard_is_restored(desktop: Desktop, form: Program) -> None:
    """A copied picture comes back as it was."""
    clipboard("-i", "-t", "image/png", text="no real picture")

    assert desktop.perform(Type(content="漢字")).note == "Typed through the clipboard, which holds again what it held."

    assert form.text("漢字")
    assert clipboard("-o", "-t", "image/png") == "no real picture"


def test_what_cannot_be_restored_is_said(desktop: Desktop, form: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without xclip the text is typed, and the record says what is lost."""
    clipboard("-i", text="will be lost")
    monkeypatch.setenv("PATH", "/nowhere")

    result = desktop.perform(Type(content="漢字"))

    assert result.ok
    assert "what it held is lost" in result.note
    assert form.text("漢字")


@pytest.mark.usefixtures("display")
def test_nothing_to_type_into(desktop: Desktop) -> None:
    """Where nothing takes a pasted text, the model is told to click a field."""
    result = desktop.perform(Type(content="漢字"))

    assert (result.ok, result.note) == (False, "Nothing took the text. Click a text field.")


def test_every_key(desktop: Desktop, form: Program) -> None:
    """Every named key reaches the program under its name, and none stays down."""
    for key in NAMED_KEYS:
        assert desktop.perform(Key(keys=key)).ok

    up = [line["up"] for line in form.told(1.0) if "up" in line]
    assert len(up) == len(NAMED_KEYS)
    assert {"Return", "Escape", "BackSpace", "Prior", "Next", "F12", "XF86AudioRaiseVolume", "Print"} <= set(up)


@pytest.mark.parametrize("names", [("us",), ("fr",), ("us,ru",)])
@pytest.mark.usefixtures("layout")
def test_chords(desktop: Desktop, form: Program, names: tuple[str, ...]) -> None:
    """A chord presses its modifiers in order, and lets go of them in the other."""
    set_layout(*names)

    assert desktop.perform(Key(keys="ctrl+alt+shift+a")).ok

    told = form.told()
    down, up = ([line[way] for line in told if way in line] for way in ("down", "up"))
    assert (down[0], down[-1], len(down)) == ("Control_L", "A", 4)
    assert (up[0], up[-1], len(up)) == ("A", "Control_L", 4)


@pytest.mark.usefixtures("layout")
def test_a_key_that_is_missing(desktop: Desktop, form: Program) -> None:
    """A keyboard without Latin letters cannot press one, and the model is told."""
    set_layout("ru")

    result = desktop.perform(Key(keys="ctrl+a"))

    assert (result.ok, result.note) == (False, "This keyboard has no key for ctrl+a, so nothing was pressed.")
    assert not form.told()


def test_nothing_stays_down(form: Program, keyboard: Keyboard) -> None:
    """A chord that fails half-way lets go of the keys it has pressed."""
    display = connect()
    control = Layout(display).stroke("Control_L")
    assert control
    with pytest.raises(struct.error):
        keyboard._strike(Stroke("no code"), control)  # type: ignore[arg-type]

    assert not any(display.query_keymap())
    assert {"up": "Control_L"} in form.told()
    display.close()
