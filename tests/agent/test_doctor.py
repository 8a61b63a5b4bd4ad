"""`glm-agent doctor`, and the proof that comes before every run."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from glm_agent import build, proof
from glm_agent.cli import main
from glm_agent.settings import Settings
from glm_backends import ModelFailed
from glm_backends.dialect import HOSTED, SGLANG
from glm_backends.doctor import CHECKS
from glm_backends.fake_server import FakeServer
from glm_backends.nonce import QUESTION
from tests.answering import CERTIFICATE, GATEWAY, PAGE, answering

NOWHERE = ("--model-url", "http://no-such-host.invalid")


def doctor(*flags: str) -> Result:
    return CliRunner().invoke(main, ["doctor", *flags])


def nonces(fake: FakeServer) -> int:
    """How often the server was asked for a nonce."""
    return sum(QUESTION[0].parts[0] in json.dumps(request["messages"]) for request in fake.requests)


def test_a_line_for_each_check() -> None:
    """A server in order has a line `ok` for each check, and exit code 0."""
    with FakeServer() as fake:
        done = doctor("--model-url", fake.url)

    lines = done.stdout.splitlines()
    assert done.exit_code == 0
    assert [line.split("  ", 1)[1].strip().split(":")[0] for line in lines] == list(CHECKS)
    assert all(line.startswith("ok  ") for line in lines)


def test_what_is_wrong_has_its_remedy_beneath() -> None:
    """A fault has exit code 1, and the line beneath it says which flag mends it."""
    with FakeServer(engine=SGLANG, faults=["never_thinks"]) as fake:
        done = doctor("--model-url", fake.url)

    lines = done.stdout.splitlines()
    at = next(number for number, line in enumerate(lines) if "grammar after thinking" in line)
    assert done.exit_code == 1
    assert lines[at].startswith("wrong  ")
    assert lines[at + 1].strip() == "Start SGLang with --reasoning-parser glm45."


def test_verbose() -> None:
    """With -v every question and answer is shown."""
    with FakeServer() as fake:
        shown = doctor("--model-url", fake.url, "-v").stdout

    assert "sent: What is the capital of France?" in shown
    assert "seen: glm-agent-" in shown


def test_json() -> None:
    """With --json each check is one object on a line of its own."""
    with FakeServer(faults=["no_cache"]) as fake:
        done = doctor("--model-url", fake.url, "--json")

    found = {line["check"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert list(found) == list(CHECKS)
    assert found["cache"]["verdict"] == "wrong"
    assert set(found["cache"]) == {"check", "verdict", "why", "remedy", "sent", "seen"}


def test_what_a_run_needs_comes_from_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """More pictures and steps need more room."""
    with FakeServer() as fake:
        monkeypatch.setenv("GLM_AGENT_HISTORY_PICTURES", "7")
        monkeypatch.setenv("GLM_AGENT_MAX_STEPS", "1000")
        done = doctor("--model-url", fake.url, "--json")

    found = {line["check"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert found["pictures"]["verdict"] == found["context"]["verdict"] == "wrong"
    assert "9 pictures" in found["pictures"]["why"]


def test_engine_overrules() -> None:
    """`--engine` says what the server is, whatever it says itself; an unknown kind is a usage error."""
    with FakeServer() as fake:
        done = doctor("--model-url", fake.url, "--engine", "sglang")
        unknown = doctor("--model-url", fake.url, "--engine", "abacus")

    assert "SGLang serves" in done.stdout
    assert "wrong        grammar" in done.stdout
    assert unknown.exit_code == 2


# One line that says what to do


def told(*flags: str) -> str:
    """The one line that `glm-agent run` ends with before anything is opened; the doctor says the same."""
    done = CliRunner().invoke(main, ["run", "x", *flags])
    examined = doctor(*flags)
    assert (done.exit_code, examined.exit_code) == (1, 1)
    assert done.stderr.count("\n") == 1
    assert done.stderr.removeprefix("glm-agent: ").strip() in examined.stdout
    return done.stderr


def test_nobody_answers() -> None:
    """A host that does not exist is named, with the flag."""
    assert re.search("No model server answers at http://no-such-host.invalid/v1.*--model-url", told(*NOWHERE))


@pytest.mark.parametrize(
    ("status", "body", "certificate", "says"),
    [
        (200, PAGE, None, "is no model server.*Check --model-url"),
        (504, GATEWAY, None, "A proxy before the model server gave up.*Raise its time-out"),
        (200, b"{}", CERTIFICATE, "is not trusted.*Set SSL_CERT_FILE"),
    ],
    ids=["web page", "proxy", "self-signed"],
)
def test_something_else_answers(status: int, body: bytes, certificate: Path | None, says: str) -> None:
    """A web page in place of JSON, a proxy that gave up waiting, and a certificate that signs itself."""
    with answering(status, body, certificate=certificate) as url:
        assert re.search(says, told("--model-url", url))


def test_a_wrong_key_and_a_wrong_name() -> None:
    """The setting of the key, and the flag of the model's name."""
    with FakeServer(api_key="right") as locked, FakeServer() as fake:
        assert "set GLM_AGENT_API_KEY" in told("--model-url", locked.url)
        assert re.search("`nope` does not exist.*Check --model", told("--model-url", fake.url, "--model", "nope"))


# Before every run


def test_a_run_does_not_begin_with_a_server_that_ignores_grammars(tmp_path: Path) -> None:
    """Nothing is opened and nothing is done: one line says what to mend."""
    with FakeServer(['{"reason":"","action":{"action_type":"wait"},"memory":""}'], faults=["ignores_grammar"]) as fake:
        done = CliRunner().invoke(main, ["run", "x", "--model-url", fake.url, "--runs", str(tmp_path / "runs")])
        asked = len(fake.requests)

    assert done.exit_code == 1
    assert "cannot be relied on. It ignores the grammar" in done.stderr
    assert "vLLM 0.12 or newer" in done.stderr
    assert "`glm-agent doctor`" in done.stderr
    assert asked == 1
    assert not (tmp_path / "runs").exists()


def test_it_is_proven_once_a_start() -> None:
    """The same start of a server is asked once; another start, even at the same address, is asked again."""
    with FakeServer() as fake:
        for _ in range(3):
            build.server(Settings(model_url=fake.url)).close()
        assert nonces(fake) == 1
        fake._started += 1
        build.server(Settings(model_url=fake.url)).close()
        assert nonces(fake) == 2


def test_what_failed_is_not_remembered() -> None:
    """After the server is mended it is asked again."""
    with FakeServer(faults=["truncates"]) as fake:
        for _ in range(2):
            with pytest.raises(ModelFailed, match="cuts answers off"):
                build.server(Settings(model_url=fake.url))
        fake._faults = frozenset()
        build.server(Settings(model_url=fake.url)).close()
        assert nonces(fake) == 3


def test_a_server_that_does_not_tell_its_starts_is_asked_each_time() -> None:
    """Nothing is believed of a server that may have been started anew with other flags."""
    with FakeServer(engine=SGLANG.model_copy(update={"start_path": "", "owner": "sglang"})) as fake:
        for _ in range(2):
            build.server(Settings(model_url=fake.url)).close()
        assert nonces(fake) == 2


def test_a_server_without_grammars_is_not_asked() -> None:
    """There is nothing to prove; its answers are checked here."""
    with FakeServer(engine=HOSTED) as fake:
        build.server(Settings(model_url=fake.url)).close()
        assert fake.requests == []


@pytest.mark.parametrize("content", ["", "nonsense", '{"a": 1}', "[1, 2]"])
def test_a_damaged_cache_is_no_trouble(content: str) -> None:
    """What cannot be read is as good as nothing, and is written anew."""
    proof._cache().parent.mkdir(parents=True, exist_ok=True)
    proof._cache().write_text(content)
    with FakeServer() as fake:
        for _ in range(2):
            build.server(Settings(model_url=fake.url)).close()
        assert nonces(fake) == 1


def test_a_cache_that_cannot_be_written_is_no_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a place to remember, the proof is made each time."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with FakeServer() as fake:
        for _ in range(2):
            build.server(Settings(model_url=fake.url)).close()
        assert nonces(fake) == 2
