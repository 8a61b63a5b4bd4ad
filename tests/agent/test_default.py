"""Which model decides when none is named. The embedded one has random weights here: its way is the same."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from glm_actions import Decision
from glm_actions.vocabulary import Answer
from glm_agent import default
from glm_agent.cli import main
from glm_backends.fake_server import FakeServer
from glm_trajectory import Decided, Observed, load

from ..training import stand_in  # noqa: TID252

Cli = Callable[..., Result]


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stand_in.write(tmp_path_factory.mktemp("weights"))


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """The command line in an empty folder, on a machine without model servers."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(default, "PORTS", {})
    monkeypatch.setattr("glm_agent.cli.stop_on_interrupt", lambda _: None)
    return lambda *arguments: CliRunner().invoke(main, arguments)


@pytest.fixture
def shipped(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package that has the embedded model."""
    monkeypatch.setattr(default, "SHIPPED", weights)


@pytest.mark.usefixtures("shipped")
def test_the_embedded_model_works_on_the_practice_site(cli: Cli, tmp_path: Path) -> None:
    """It is said what decides, the page has the model's size, every answer is an action, the site's state is told."""
    done = cli("run", "Book a flight to Tokyo", "--max-steps", "3")
    (folder,) = tmp_path.glob("runs/*")
    run = load(folder)
    decided = [event for event in run.events if isinstance(event, Decided)]
    first = next(event for event in run.events if isinstance(event, Observed))
    assert done.exit_code == 1, done.output
    assert "The embedded model decides" in done.stderr
    assert "--model-url" in done.stderr
    assert done.stderr.endswith("says the site: nothing\n")
    assert (first.frame.area.width, first.frame.area.height) == (672, 448)
    assert [event.problem for event in decided if event.action is None] == []
    assert decided


@pytest.mark.usefixtures("shipped")
def test_on_another_site_it_warns(cli: Cli, pages: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And a size that was set is kept."""
    monkeypatch.setenv("GLM_AGENT_VIEWPORT", "560x448")
    done = cli("run", "Click", "--url", f"{pages}/calibration.html", "--max-steps", "1")
    assert "It has never seen a site like http" in done.stderr
    (folder,) = tmp_path.glob("runs/*")
    assert {event.frame.area.width for event in load(folder).events if isinstance(event, Observed)} == {560}


@pytest.mark.usefixtures("shipped")
def test_practice_with_the_embedded_model(cli: Cli) -> None:
    """The verdict is the site's, whoever decides."""
    done = cli("practice", "flights", "--embedded", "--max-steps", "1")
    assert done.exit_code == 1
    assert "Not passed, says the site: no booking was made" in done.output


def test_a_checkpoint_of_ones_own(cli: Cli, weights: Path) -> None:
    done = cli("practice", "flights", "--checkpoint", str(weights), "--max-steps", "1")
    assert "glm-agent-embedded decides" in done.output


@pytest.mark.parametrize("command", [("run", "x"), ("practice", "flights"), ("practice", "flights", "--embedded")])
def test_no_model_at_all(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]) -> None:
    """One line says what was looked for, and what to do; nothing is started."""
    monkeypatch.setattr(default, "SHIPPED", tmp_path / "weights")
    done = cli(*command)
    assert done.exit_code == 2
    assert done.stderr.startswith("glm-agent: There is no model: ")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "runs").exists()


def test_a_broken_checkpoint(cli: Cli, tmp_path: Path) -> None:
    done = cli("run", "x", "--checkpoint", str(tmp_path))
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert "is no whole checkpoint" in done.stderr


@pytest.mark.usefixtures("shipped")
def test_a_server_on_a_usual_port_is_found(cli: Cli, pages: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It goes before the embedded model, and nothing is said about that one."""
    with FakeServer([Decision(reason="Read.", action=Answer(content="42"), memory="")]) as server:
        port = int(server.url.split(":")[2].split("/")[0])
        monkeypatch.setattr(default, "PORTS", {9: "nothing", port: "vLLM"})
        done = cli("run", "x", "--url", f"{pages}/calibration.html")
    assert (done.exit_code, done.stderr) == (0, "")


def test_what_is_no_model_server_is_passed_over(pages: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Something else listens on 8080 on many machines."""
    monkeypatch.setattr(default, "PORTS", {int(pages.split(":")[2]): "llama.cpp"})
    assert default.listening() is None
