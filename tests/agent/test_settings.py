"""Where settings come from, and what is refused."""

from pathlib import Path

import pytest

from glm_actions import UsageError
from glm_agent.settings import Settings, read


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
