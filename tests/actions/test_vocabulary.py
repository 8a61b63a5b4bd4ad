"""The vocabulary: every action is documented, can be shown, and holds only what a surface can perform."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from glm_actions.geometry import Point
from glm_actions.keys import ALIASES, CHARACTER_KEYS, MODIFIERS, NAMED_KEYS
from glm_actions.space import ActionSpace, Unparseable
from glm_actions.vocabulary import (
    AGENT_KINDS,
    VOCABULARY,
    Action,
    Goto,
    Key,
    LeftClick,
    LeftDrag,
    Scroll,
    SwitchTab,
    Type,
    Wait,
)

GLM_KINDS = {
    *("left_click", "right_click", "middle_click", "left_double_click", "hover", "left_drag"),
    *("type", "key", "scroll", "wait", "goto", "back", "switch_tab", "upload", "open"),
    *("extract", "ask_user", "answer", "done", "fail"),
}
ADAPTER: TypeAdapter[Action] = TypeAdapter(Action)
each_action = pytest.mark.parametrize("cls", VOCABULARY, ids=lambda cls: cls.kind())


def test_the_words_are_glms_own() -> None:
    """The vocabulary is what the model was trained on and what the surfaces promise, no more and no less."""
    assert {cls.kind() for cls in VOCABULARY} == GLM_KINDS
    assert len(VOCABULARY) == len(GLM_KINDS)
    assert {"extract", "ask_user", "answer", "done", "fail"} == AGENT_KINDS


@each_action
def test_each_action_is_documented_on_one_line(cls: Any) -> None:
    """The sentence that the model reads is there and does not break the list it stands in."""
    assert cls.__doc__
    assert "\n" not in cls.__doc__
    assert cls.__doc__.endswith(".")


@each_action
def test_each_argument_has_an_example(cls: Any) -> None:
    """The prompt shows every argument of every action."""
    assert all(field.examples for name, field in cls.model_fields.items() if name != "action_type")


@each_action
def test_an_action_survives_json(cls: Any) -> None:
    """What is stored is read back as the same action, recognized by its name."""
    action = cls.example()
    assert ADAPTER.validate_json(action.model_dump_json()) == action
    assert list(action.arguments()) == list(cls.model_fields)[1:]


@each_action
def test_an_action_is_immutable_and_closed(cls: Any) -> None:
    """Nobody changes an action once it is decided, and no field goes unnoticed."""
    action = cls.example()
    with pytest.raises(ValidationError, match="frozen"):
        action.action_type = "wait"
    with pytest.raises(ValidationError, match="Extra inputs"):
        cls(**action.arguments(), wait_until="tomorrow")


@each_action
def test_only_endings_are_final(cls: Any) -> None:
    """A run ends with an answer, with success or with failure."""
    assert cls.final is (cls.kind() in {"answer", "done", "fail"})


def test_labels_are_glms_documented_calls() -> None:
    """A person reads an action as GLM's documentation writes it."""
    assert str(LeftClick(start_box=Point((5, 40)), element_info="OK")) == (
        "left_click(start_box='[5, 40]', element_info='OK')"
    )
    assert str(Scroll(start_box=Point((1, 2)), direction="up", step=3)) == (
        "scroll(start_box='[1, 2]', direction='up', step=3)"
    )
    assert str(Type(content="it's\nhere")) == r"""type(content="it's\nhere")"""
    assert str(Wait()) == "wait()"


@pytest.mark.parametrize(
    "keys", ["a", "7", "/", "`", "enter", "f1", "f12", "ctrl+a", "ctrl+alt+shift+meta+tab", "shift+;", "ctrl+["]
)
def test_keys(keys: str) -> None:
    """A key or a chord by our own names stays as it is."""
    assert Key(keys=keys).keys == keys


@pytest.mark.parametrize(
    ("written", "keys"),
    [
        *(("Return", "enter"), ("ESC", "escape"), ("Del", "delete"), ("PgUp", "pageup"), ("Page_Down", "pagedown")),
        *(("ArrowLeft", "left"), ("up arrow", "up"), ("F5", "f5"), ("A", "a"), ("Space Bar", "space")),
        *(("XF86AudioRaiseVolume", "volumeup"), ("Audio_Volume_Mute", "volumemute"), ("MediaPlayPause", "playpause")),
        *(("Cmd+C", "meta+c"), ("win+e", "meta+e"), ("Super_L+1", "meta+1"), ("Option+Tab", "alt+tab")),
        *(("Control+Shift+Esc", "ctrl+shift+escape"), ("shift+ctrl+a", "ctrl+shift+a"), ("Ctrl + Minus", "ctrl+-")),
        *(("ctrlleft+-", "ctrl+-"), ("meta+alt+shift+ctrl+equals", "ctrl+alt+shift+meta+=")),
    ],
)
def test_other_names_of_keys(written: str, keys: str) -> None:
    """Names that people, Playwright, pyautogui and X use mean the same keys, in any case and order of modifiers."""
    assert Key(keys=written).keys == keys


def test_no_name_of_a_key_means_two() -> None:
    """No other name hides one of ours, and each leads to one of ours."""
    ours = {*MODIFIERS, *NAMED_KEYS, *CHARACTER_KEYS}

    assert not ALIASES.keys() & ours
    assert set(ALIASES.values()) <= ours


@pytest.mark.parametrize(
    "keys", ["", "ctrl", "ctrl+", "+", "a+ctrl", "ctrl+control+a", "f13", "f0", "ctrl a", "a\n", "Enter\n", "any", "ß"]
)
def test_wrong_keys(keys: str) -> None:
    """What is no key, and no chord of different modifiers before one key, is refused."""
    with pytest.raises(ValidationError, match="is not a key or a chord"):
        Key(keys=keys)


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost",
        "https://example.org/",
        "http://127.0.0.1:8080/a?b=c#d",
        "http://127.0.0.1:43217/",
        "https://a.b/%20~!$&'()*+,;=:@[]|",
    ],
)
def test_addresses(url: str) -> None:
    """Web addresses in ASCII can be opened."""
    assert Goto(url=url).url == url


@pytest.mark.parametrize(
    "url",
    [
        *("", "example.org", "javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "blob:http://a/b"),
        *(
            "http://",
            "http://user:secret@example.org",
            "http://a/ b",
            'http://a/"',
            "http://a/<",
            "http://a\n",
            "http://a:99999",
        ),
        *("http://a/\\", "HTTP://a", "https://bücher.example", "http://a/ü"),
    ],
)
def test_wrong_addresses(url: str) -> None:
    """Other schemes, user names, and what must be escaped are refused."""
    with pytest.raises(ValidationError, match="is not an http or https address"):
        Goto(url=url)


@pytest.mark.parametrize("text", ["", "<", "|<", "a < b || c", "日本語 😀", "two\nlines\tand a tab", "\x80", "\ufffd"])
def test_text(text: str) -> None:
    """Text is any Unicode, with line breaks and tabs."""
    assert Type(content=text).content == text


@pytest.mark.parametrize("text", ["<|", "a<|user|>", "<<|", "\x00", "\x1b", "\r", "\x0b", "\x0c", "\x08", "\x7f"])
def test_unspeakable_text(text: str) -> None:
    """Control characters, and what opens one of the model's control tokens, cannot be typed."""
    with pytest.raises(ValidationError, match="which no action may contain"):
        Type(content=text)


def test_surrogates_are_not_text() -> None:
    """Half a character cannot be typed."""
    with pytest.raises(ValidationError):
        Type(content="\ud83d")


@pytest.mark.parametrize("value", [(1000, 0), (0, 1000), (-1, 0), (1.5, 0), ("5", 0), (True, 0), (1,), (1, 2, 3)])
def test_wrong_points(value: Any) -> None:
    """A point is two integers from 0 to 999; nothing is converted, cut or rounded."""
    with pytest.raises(ValidationError):
        LeftDrag.model_validate({"start_box": value, "end_box": (0, 0)})


@pytest.mark.parametrize("step", [0, 21, -1, "5", 1.0, True])
def test_wrong_steps(step: Any) -> None:
    """The wheel turns by one to twenty notches."""
    with pytest.raises(ValidationError):
        Scroll(start_box=Point((0, 0)), direction="up", step=step)


def test_unknown_actions_are_refused() -> None:
    """An action that does not exist is refused with the names of those that do."""
    with pytest.raises(ValidationError, match="'left_click'"):
        ADAPTER.validate_python({"action_type": "explode"})


def test_the_space_offers_only_what_can_be_named() -> None:
    """Without tabs there is no switching, without files no uploading, without programs no opening."""
    kinds = {"wait", "switch_tab", "upload", "open"}
    assert ActionSpace.of(kinds).kinds == {"wait"}
    assert ActionSpace.of(kinds, tabs=[1]).kinds == {"wait", "switch_tab"}
    assert ActionSpace.of(kinds, files=["a"]).kinds == {"wait", "upload"}
    assert ActionSpace.of(kinds, programs=["a"]).kinds == {"wait", "open"}


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        ("", "the answer: Invalid JSON"),
        ('{"reason":"","memory":""}', "action: Field required"),
        ('{"reason":"","action":{"action_type":"back"},"memory":""}', "back cannot be performed now. Choose among"),
        (
            '{"reason":"","action":{"action_type":"switch_tab","tab":9},"memory":""}',
            "There is no tab 9. The tabs are 1",
        ),
        (
            '{"reason":"","action":{"action_type":"upload","start_box":[1,1],"file":"b"},"memory":""}',
            "There is no file 'b' to upload. The files are a",
        ),
        (
            '{"reason":"","action":{"action_type":"open","program":"b"},"memory":""}',
            "There is no program 'b'. There are a",
        ),
        ('{"reason":"","action":{"action_type":"key","keys":"Any"},"memory":""}', r"action.key.keys: .*'Any' is not"),
    ],
)
def test_complaints_tell_the_model_what_is_wrong(answer: str, complaint: str) -> None:
    """A refused answer names the place and what would have been right."""
    space = ActionSpace.of(["key", "switch_tab", "upload", "open"], tabs=[1, 2], files=["a"], programs=["a"])
    with pytest.raises(Unparseable, match=complaint):
        space.parse(answer)


def test_another_tab_may_exist() -> None:
    """Tabs are numbered from one."""
    assert SwitchTab(tab=1).tab == 1
    with pytest.raises(ValidationError):
        SwitchTab(tab=0)
