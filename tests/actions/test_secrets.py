"""Secrets in a browser: typed where they belong, shown nowhere."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from pydantic import SecretStr, ValidationError

from glm_actions import ActionSpace, Point, UsageError
from glm_actions.secrets import Secret, Secrets, origin_of
from glm_actions.space import Unparseable
from glm_actions.surfaces.browser import Browser
from glm_actions.vocabulary import Goto, LeftClick, Type

VALUE = 'correct "horse" & staple'
USER, CODE, IN_FRAME = Point((200, 40)), Point((200, 150)), Point((200, 470))


def secret(origin: str, name: str = "CODE") -> Secret:
    return Secret(name=name, value=SecretStr(VALUE), origin=origin)


@pytest.fixture
def knowing(pages: str) -> Iterator[Browser]:
    """A browser that knows a secret of the local pages, and shows one of them."""
    with Browser(f"{pages}/login.html", secrets=[secret(pages)]) as browser:
        browser.observe()
        yield browser


def typed(browser: Browser, place: Point) -> str:
    browser.perform(LeftClick(start_box=place))
    return browser.perform(Type(content="<secret:CODE>")).note


def test_a_secret_is_typed_and_shown_nowhere(knowing: Browser) -> None:
    """The page has the value; screenshot, title, address, tabs and storage have its name or dots."""
    knowing.perform(LeftClick(start_box=CODE))
    assert knowing.perform(Type(content="a-<secret:CODE>-z")).ok

    seen = knowing.observe()

    assert knowing.text("#code") == knowing.evaluate("() => localStorage.code") == f"a-{VALUE}-z"
    assert (seen.title, seen.url.endswith("?code=a-<secret:CODE>-z")) == ("a-<secret:CODE>-z", True)
    assert (seen.tabs[0].title, seen.tabs[0].url) == (seen.title, seen.url)
    assert '"a-<secret:CODE>-z"' in seen.storage
    shown = "() => ['#code', '#said'].map(one => getComputedStyle(document.querySelector(one)).webkitTextSecurity)"
    assert knowing.evaluate(shown) == ["disc", "disc"]
    for other in ("x" * len(VALUE), VALUE[::-1]):
        knowing.evaluate(
            "value => { code.value = `a-${value}-z`; said.textContent = `You typed ${code.value}` }", other
        )
        assert knowing.observe().png == seen.png, "the dots must not tell one value from another"


def test_the_model_is_told_what_it_may_type(pages: str, knowing: Browser) -> None:
    """Names are offered on the page they belong to, said when that changes, and refused elsewhere."""
    away = knowing.perform(Goto(url=f"{pages}/login.html".replace("127.0.0.1", "localhost")))
    seen = knowing.observe()

    assert away.ok
    assert (seen.secrets, seen.notices) == ((), ("No secret can be typed here.",))
    with pytest.raises(Unparseable, match="CODE cannot be typed here"):
        ActionSpace(kinds=frozenset({"type"}), secrets=seen.secrets).check(Type(content="<secret:CODE>"))
    knowing.perform(Goto(url=f"{pages}/login.html"))
    seen = knowing.observe()
    assert (seen.secrets, seen.notices) == (("CODE",), ("To type a secret here, type its name: <secret:CODE>.",))
    ActionSpace(kinds=frozenset({"type"}), secrets=seen.secrets).check(Type(content="<secret:CODE>"))


def test_another_origin_gets_nothing(pages: str, knowing: Browser) -> None:
    """On a page of another origin nothing is typed, whatever was decided."""
    knowing.perform(Goto(url=f"{pages}/login.html".replace("127.0.0.1", "localhost")))
    knowing.observe()

    assert "belongs to http://127.0.0.1" in typed(knowing, CODE)
    assert knowing.text("#code") == ""


def test_a_frame_of_another_origin_gets_nothing(pages: str, knowing: Browser) -> None:
    """A foreign frame inside the right page gets nothing; the right frame inside a foreign page does."""
    foreign = pages.replace("127.0.0.1", "localhost")
    knowing.perform(Goto(url=f"{pages}/login.html?frame={quote(f'{foreign}/login.html')}"))
    knowing.observe()
    assert "so it was not typed on http://localhost" in typed(knowing, IN_FRAME)

    knowing.perform(Goto(url=f"{foreign}/login.html?frame={quote(f'{pages}/login.html')}"))
    assert knowing.observe().secrets == ("CODE",)
    assert typed(knowing, IN_FRAME) == ""
    assert "belongs to" in typed(knowing, CODE)


def test_a_page_that_lies_about_its_focus_gets_nothing(pages: str, knowing: Browser) -> None:
    """A foreign page cannot get a secret by saying that the focus is in a frame that may have it."""
    foreign = pages.replace("127.0.0.1", "localhost")
    knowing.perform(Goto(url=f"{foreign}/login.html?liar={quote(f'{pages}/login.html')}"))
    knowing.observe()

    assert "was not typed on this page" in typed(knowing, USER)
    assert knowing.text("#user") == ""


def test_a_secret_does_not_print_itself() -> None:
    """Neither str nor repr nor JSON shows a value."""
    one = secret("https://shop.example")

    assert VALUE not in f"{one} {one!r} {one.model_dump_json()}"


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        (f"it is {VALUE}.", "it is <secret:CODE>."),
        (f"?q={quote(VALUE)}", "?q=<secret:CODE>"),
        ('{"q":"correct \\"horse\\" & staple"}', '{"q":"<secret:CODE>"}'),
        ("pin 7421, port 17421", "pin <secret:PIN>, port 17421"),
    ],
)
def test_hiding(text: str, hidden: str) -> None:
    """A value is hidden however it is written; a short one not inside a longer number."""
    pin = Secret(name="PIN", value=SecretStr("7421"), origin="https://shop.example")

    assert Secrets([secret("https://shop.example"), pin]).hide(text) == hidden


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://Shop.Example:443/pay?x", "https://shop.example"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("about:srcdoc", ""),
        ("data:text/html,x", ""),
        ("https://shop.example@evil.example/", "https://evil.example"),
        ("https://[", ""),
    ],
)
def test_origin_of(url: str, origin: str) -> None:
    """Scheme, host and port; nothing for an address that belongs to nobody."""
    assert origin_of(url) == origin


@pytest.mark.parametrize("fields", [{"name": "a b"}, {"value": SecretStr("")}, {"origin": "shop"}, {"origin": "x://y"}])
def test_no_good(fields: dict[str, object]) -> None:
    """A name with a space, an empty value and what is no origin are refused, and the value is not told."""
    with pytest.raises(ValidationError) as caught:
        Secret(**{"name": "CODE", "value": SecretStr(VALUE), "origin": "https://shop.example", **fields})  # type: ignore[arg-type]
    assert VALUE not in str(caught.value)


def test_two_of_a_name() -> None:
    """Two secrets of one name are refused."""
    with pytest.raises(UsageError, match="CODE is given twice"):
        Secrets([secret("https://a.example"), secret("https://b.example")])
