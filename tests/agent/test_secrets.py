"""Secrets in runs: where values come from, and that no recording and no model gets them."""

import logging
from pathlib import Path
from urllib.parse import quote

import pytest
from pydantic import SecretStr

from glm_actions import Point, UsageError
from glm_actions.secrets import Secret
from glm_actions.surfaces.browser import Browser
from glm_actions.vocabulary import Action, Done, LeftClick, Type
from glm_agent import Agent
from glm_agent.build import as_recorded, brought_back
from glm_agent.replay import Replay
from glm_agent.screens import screen
from glm_agent.settings import Settings
from glm_agent.supplied import supplied
from glm_backends import Scripted
from glm_backends.fake_server import FakeServer
from glm_trajectory import Run, load
from tests.agent.test_cli import cli, say

VALUE = "correct horse & staple"
CLICK = LeftClick(start_box=Point((200, 150)), element_info="code field")
SCRIPT: tuple[Action, ...] = (CLICK, Type(content="<secret:CODE>"), Done(content="Logged in."))


def secret(pages: str) -> Secret:
    return Secret(name="CODE", value=SecretStr(VALUE), origin=pages)


@pytest.fixture
def recorded(pages: str, tmp_path: Path) -> tuple[Run, Scripted]:
    """A run that has typed a secret, and the model that decided."""
    model = Scripted(list(SCRIPT))
    with Browser(f"{pages}/login.html", secrets=[secret(pages)]) as browser:
        outcome = Agent(browser, model, runs=tmp_path).run("Log in")
        assert browser.text("#code") == VALUE
    assert outcome.folder
    return load(outcome.folder), model


def test_no_recording_and_no_model_gets_a_value(
    recorded: tuple[Run, Scripted], caplog: pytest.LogCaptureFixture
) -> None:
    """Messages, journal, every other file of the run and the logs have the name alone."""
    caplog.set_level(logging.DEBUG)
    run, model = recorded
    kept = b"\n".join(path.read_bytes() for path in run.folder.rglob("*") if path.is_file())

    assert b"<secret:CODE>" in kept
    assert "To type a secret here, type its name: <secret:CODE>." in str(model.asked[0])
    for spelling in (VALUE, quote(VALUE, safe=""), quote(VALUE)):
        assert spelling.encode() not in kept
        assert spelling not in str(model.asked)
        assert spelling not in caplog.text


def test_a_replay_types_it_again(recorded: tuple[Run, Scripted], pages: str, tmp_path: Path) -> None:
    """A replay types the value that is supplied now, and says which is missing before it does anything."""
    run, _ = recorded
    with pytest.raises(UsageError, match=rf"Step 2 .* types the secret CODE.*Supply it.*{pages}/login.html"):
        Replay(run)
    with pytest.raises(UsageError, match="types the secret CODE"):
        as_recorded(run, Settings())
    with pytest.raises(UsageError, match="types the secret CODE"):
        brought_back(run)

    known = [secret(pages)]
    with as_recorded(run, Settings(), known) as browser:
        outcome = Agent(browser, Replay(run, secrets=known), runs=tmp_path).run("Log in")
        assert browser.text("#code") == VALUE
    assert outcome.ok, outcome.why


def test_from_the_command_line(pages: str, tmp_path: Path) -> None:
    """`--secret NAME=ORIGIN` takes the value from the environment; replay without it is a usage error."""
    flags, value = ["--secret", f"CODE={pages}"], {"GLM_AGENT_SECRET_CODE": VALUE}
    with FakeServer(list(map(say, SCRIPT))) as server:
        address = ["--url", f"{pages}/login.html", "--model-url", server.url]
        done = cli(tmp_path, "run", "Log in", *address, *flags, **value)
        asked = str(server.requests)
    assert done.returncode == 0, done.stderr
    (folder,) = (tmp_path / "runs").iterdir()
    assert VALUE not in done.stdout + done.stderr + asked + (folder / "events.jsonl").read_text()

    without = cli(tmp_path, "replay", str(folder))
    again = cli(tmp_path, "replay", str(folder), *flags, **value)

    assert (without.returncode, "types the secret CODE" in without.stderr) == (2, True)
    assert again.returncode == 0, again.stdout + again.stderr
    assert len(list((tmp_path / "runs").iterdir())) == 2


def test_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that only its owner can read holds any number of secrets; the environment adds others."""
    file = tmp_path / "secrets.toml"
    file.write_text('[PIN]\nvalue = "7421"\norigin = "https://bank.example"\n')
    file.chmod(0o600)
    monkeypatch.setenv("GLM_AGENT_SECRET_CODE", VALUE)

    code, pin = supplied(["CODE=https://shop.example"], file)

    assert (code.name, code.value.get_secret_value(), code.origin) == ("CODE", VALUE, "https://shop.example")
    assert (pin.name, pin.value.get_secret_value(), pin.origin) == ("PIN", "7421", "https://bank.example")
    assert supplied(["PIN=https://bank.example"], ask=lambda _: "7421") == (pin,)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("PIN = 7421", "no table of texts"),
        ("[PIN]\nvalue = '7421'", "must have a value and an origin"),
        ("[PIN]\nvalue = '7421'\norigin = 'bank'", "no origin such as https://shop.example"),
        ("[PIN]\nvalue = ''\norigin = 'https://bank.example'", "is empty"),
        ("[", "it is no TOML"),
    ],
)
def test_a_file_that_is_no_good(tmp_path: Path, content: str, says: str) -> None:
    """What is wrong with a file of secrets is said without showing a value."""
    file = tmp_path / "secrets.toml"
    file.write_text(content)
    file.chmod(0o600)

    with pytest.raises(UsageError, match=says) as caught:
        supplied([], file)
    assert "7421" not in str(caught.value)


def test_what_is_not_supplied(tmp_path: Path, pages: str) -> None:
    """A file that others can read, a value that is nowhere, and a desktop, to which no origin belongs, are refused."""
    file = tmp_path / "secrets.toml"
    file.write_text("")
    file.chmod(0o644)

    with pytest.raises(UsageError, match="chmod 600"):
        supplied([], file)
    with pytest.raises(UsageError, match="GLM_AGENT_SECRET_CODE"):
        supplied(["CODE=https://shop.example"])
    with pytest.raises(UsageError, match="does not say where"):
        supplied(["CODE"])
    with pytest.raises(UsageError, match="for a browser"), screen(Settings(desktop=True), secrets=[secret(pages)]):
        pass
