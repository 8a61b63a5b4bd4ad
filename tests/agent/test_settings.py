"""Where settings come from, and what is refused."""

from pathlib import Path

import pytest

from glm_actions import UsageError
from glm_actions.surfaces.drawn import DrawnScreen
from glm_actions.vocabulary import Done, Key, Type, Wait
from glm_agent import build
from glm_agent.settings import Settings, read
from glm_backends import Scripted
from glm_backends.scripted import Line


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def sources(**flags: object) -> dict[str, tuple[str, str]]:
    return {setting.name: (setting.value, setting.source) for setting in read(flags)[1]}


def test_flags_beat_the_environment_beats_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A flag comes first, then `GLM_AGENT_*`, then glm-agent.toml, then the default; each says where it is from."""
    (folder / "glm-agent.toml").write_text('max_steps = 7\nmodel = "file"\nurl = "http://file"\n')
    monkeypatch.setenv("GLM_AGENT_MODEL", "environment")
    monkeypatch.setenv("GLM_AGENT_URL", "http://environment")

    found = sources(url="http://flag")

    assert found["url"] == ("http://flag", "--url")
    assert found["model"] == ("environment", "GLM_AGENT_MODEL")
    assert found["max_steps"] == ("7", "max_steps in glm-agent.toml")
    assert found["think"] == ("auto", "default")
    assert list(found) == list(Settings.model_fields)


def test_unknown_names_are_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelt setting is an error that lists the right names, wherever it stands."""
    monkeypatch.setenv("GLM_AGENT_MAX_STEP", "7")
    with pytest.raises(UsageError, match=r"'max_step' \(GLM_AGENT_MAX_STEP\).*max_steps"):
        read({})
    monkeypatch.delenv("GLM_AGENT_MAX_STEP")
    (folder / "glm-agent.toml").write_text("headless = true")
    with pytest.raises(UsageError, match=r"'headless' \(headless in glm-agent.toml\)"):
        read({})


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("GLM_AGENT_MAX_STEPS", "many"),
        ("GLM_AGENT_MAX_STEPS", "0"),
        ("GLM_AGENT_THINK", "maybe"),
        ("GLM_AGENT_VIEWPORT", "wide"),
        ("GLM_AGENT_HEADED", "perhaps"),
    ],
)
def test_bad_values_are_named(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    """A value that is no good is shown with where it stands."""
    monkeypatch.setenv(variable, value)

    with pytest.raises(UsageError, match=f"{variable} = '{value}' is no good"):
        read({})


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("viewport", "It looks like 1280x720."),
        ("log_level", "It is debug, info, warning or error."),
        ("region", "It is left, top, width and height in pixels, as in 100,50,800,600."),
        ("virtual", "It looks like 1280x800."),
    ],
)
def test_a_bad_value_is_told_what_a_good_one_is(name: str, wanted: str) -> None:
    """Whoever mistypes a setting reads plain words, not a regular expression."""
    with pytest.raises(UsageError) as caught:
        read({name: "wide"})

    assert str(caught.value).endswith(f"is no good: {wanted}")


def test_an_empty_key_is_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable for the key that is set to nothing counts as not set."""
    monkeypatch.setenv("GLM_AGENT_API_KEY", "")

    assert sources()["api_key"] == ("None", "default")


def test_a_file_that_is_no_toml(folder: Path) -> None:
    """A settings file that cannot be read is an error, not ignored."""
    (folder / "glm-agent.toml").write_text("max_steps: 7")

    with pytest.raises(UsageError, match=r"glm-agent\.toml cannot be read"):
        read({})


def test_the_key_stays_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """The key for the model server is never printed."""
    monkeypatch.setenv("GLM_AGENT_API_KEY", "hunter2")

    assert "hunter2" not in sources()["api_key"][0]


def test_settings_become_an_agent() -> None:
    """Budgets, viewport and decoding options are made of the settings."""
    settings, _ = read({"max_steps": 3, "viewport": "800x600", "answer_tokens": 99, "model_timeout": 5})

    assert (settings.limits.steps, settings.size.width, settings.size.height) == (3, 800, 600)
    assert (settings.options.max_tokens, settings.options.timeout_s) == (99, 5)


@pytest.mark.parametrize(
    ("name", "value", "script", "kind", "steps"),
    [
        ("max_mistakes", 2, ["?"] * 9, "failed", 2),
        ("max_mistakes", 3, ["?"] * 9, "failed", 3),
        ("max_repeats", 1, [Wait()] * 9, "stuck", 1),
        ("max_repeats", 2, [Wait(), Key(keys="a"), Wait()], "stuck", 3),
    ],
)
def test_patience_with_a_model(name: str, value: int, script: list[Line], kind: str, steps: int) -> None:
    """`max_mistakes` and `max_repeats` say after how many a run ends."""
    settings, _ = read({name: value})

    outcome = build.agent(settings, DrawnScreen(), Scripted(script)).run("Save it")

    assert (outcome.kind, outcome.steps) == (kind, steps)


@pytest.mark.parametrize(
    ("approve", "asked", "performed"),
    [("allow", [], ["type", "key"]), ("policy", ["key"], ["type"]), ("ask", ["type", "key", "done"], ["type"])],
)
def test_who_approves(approve: str, asked: list[str], performed: list[str]) -> None:
    """`approve` says what a person is asked before: nothing, what cannot be taken back, or every action."""
    questions: list[str] = []

    def person(question: str) -> str:
        questions.append(question)
        return "no, leave it" if "key(" in question else "yes"

    screen, model = DrawnScreen(), Scripted([Type(content="a"), Key(keys="enter"), Done()])
    outcome = build.agent(read({"approve": approve})[0], screen, model, ask=person).run("Save it")

    assert outcome.ok
    assert [action.kind() for action in screen.performed] == performed
    assert [question.removeprefix("May this be done: ").split("(")[0] for question in questions] == asked


@pytest.mark.parametrize("approve", ["policy", "ask"])
def test_nobody_to_approve(approve: str) -> None:
    """Where a person has to be asked and there is none, the run does not begin."""
    with pytest.raises(UsageError, match=f"--approve {approve} asks a person. Run it in a terminal"):
        build.agent(read({"approve": approve})[0], DrawnScreen(), Scripted([]))
