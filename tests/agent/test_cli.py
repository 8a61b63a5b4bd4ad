"""The command line as a user meets it: real processes, a real browser, a real server that is told what to say."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from glm_actions import Decision, Point
from glm_actions.vocabulary import Action, Answer, Fail, Key, LeftClick
from glm_agent import __version__
from glm_backends.fake_server import FakeAnswer, FakeServer
from glm_trajectory import load

PROGRAM = [sys.executable, "-m", "glm_agent"]


def cli(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, **environment},
        timeout=100,
        check=False,
    )


def say(action: Action, reason: str = "It is [bold] there.") -> Decision:
    return Decision(reason=reason, action=action, memory="")


CLICK = say(LeftClick(start_box=Point((100, 100)), element_info="pad"))


def test_version(tmp_path: Path) -> None:
    """The version is told."""
    assert cli(tmp_path, "--version").stdout == f"glm-agent {__version__}\n"


def test_run(tmp_path: Path, pages: str) -> None:
    """A run shows each step with its reason, action, time and tokens, and where it is recorded; exit code 0."""
    with FakeServer([CLICK, say(Answer(content="Forty-two."))]) as server:
        done = cli(tmp_path, "run", "Click the pad", "--url", f"{pages}/events.html", "--model-url", server.url)

    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert lines[:3] == ["Click the pad", "glm-4.5v decides", "  1  It is [bold] there."]
    assert lines[3].startswith("     left_click(start_box='[100, 100]', element_info='pad')  ")
    assert lines[3].endswith("tokens")
    assert lines[-3].startswith("Finished after 2 steps, ")
    assert lines[-3].endswith(": Forty-two.")
    folder = lines[-2].removeprefix("Recorded in ")
    assert load(tmp_path / folder).summary.answer == "Forty-two."
    assert lines[-1].endswith(f" view {folder}")


def test_json(tmp_path: Path, pages: str) -> None:
    """With --json every event is one JSON object on stdout, the same as in the journal."""
    with FakeServer([CLICK, say(Answer(content="ü"))]) as server:
        done = cli(tmp_path, "run", "x", "--json", "--url", f"{pages}/events.html", "--model-url", server.url)

    (events,) = tmp_path.glob("runs/*/events.jsonl")
    assert done.stdout == events.read_text()
    assert [json.loads(line)["event"] for line in done.stdout.splitlines()][-1] == "run_ended"


NOWHERE = say(LeftClick(start_box=Point((990, 990))))
ENDINGS: dict[str, tuple[list[Decision | str], list[str]]] = {
    "Failed after 1 steps": ([say(Fail(content="Not there."))], []),
    "Out of budget after 2 steps": ([CLICK], ["--max-steps", "2"]),
    "Stuck after 9 steps": ([NOWHERE] * 3 + [say(Key(keys="escape"))] + [NOWHERE], []),
    "5 mistakes in a row": (["nonsense"], []),
}


@pytest.mark.parametrize("says", ENDINGS)
def test_endings(tmp_path: Path, pages: str, says: str) -> None:
    """Whatever is not a success has exit code 1 and says why."""
    answers, flags = ENDINGS[says]
    with FakeServer(answers) as server:
        done = cli(tmp_path, "run", "x", "--url", f"{pages}/calibration.html", "--model-url", server.url, *flags)

    assert done.returncode == 1
    assert says in done.stdout


def test_no_model_server(tmp_path: Path) -> None:
    """Without a model server the run does not begin: one line on stderr, exit code 1, no traceback."""
    done = cli(tmp_path, "run", "x", "--model-url", "http://127.0.0.1:9")

    assert done.returncode == 1
    assert done.stderr.startswith("glm-agent: No model server answers at http://127.0.0.1:9/v1")
    assert done.stderr.count("\n") == 1


def test_a_server_that_breaks_in_the_middle(tmp_path: Path, pages: str) -> None:
    """When the server breaks during a run, the error is told and the journal is complete up to there."""
    with FakeServer([CLICK, FakeAnswer(status=400, message="out of order")]) as server:
        done = cli(tmp_path, "run", "x", "--url", f"{pages}/events.html", "--model-url", server.url)

    (events,) = tmp_path.glob("runs/*/events.jsonl")
    assert done.returncode == 1
    assert "out of order" in done.stderr
    assert [event.event for event in load(events.parent).events][-2:] == ["observed", "run_ended"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["run"], "Missing argument 'GOAL'"),
        (["run", "x", "--max-steps", "many"], "not a valid integer"),
        (["run", "x", "--max-steps", "0"], "--max-steps = 0 is no good"),
        (["run", "x", "--model-url", "localhost:8000"], "no address of a model server"),
        (["dance"], "No such command"),
    ],
)
def test_usage_errors(tmp_path: Path, arguments: list[str], says: str) -> None:
    """What cannot work has exit code 2 and says what is wrong."""
    done = cli(tmp_path, *arguments)

    assert done.returncode == 2
    assert says in done.stderr


def test_interrupt(tmp_path: Path, pages: str) -> None:
    """Ctrl-C ends the run after its step, closes the journal, says where the run is, and exits with 130."""
    flags = ["run", "x", "--url", f"{pages}/events.html"]
    with FakeServer([CLICK]) as server:
        running = subprocess.Popen(
            [*PROGRAM, *flags, "--model-url", server.url, "--max-steps", "999"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
        )
        while len(server.requests) < 3:
            time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)

    (events,) = tmp_path.glob("runs/*/events.jsonl")
    assert running.returncode == 130
    assert err == "Stopping after this step. Press Ctrl-C again to stop at once.\n"
    assert out.splitlines()[-2] == f"Recorded in {events.parent.relative_to(tmp_path)}"
    assert load(events.parent).summary.outcome == "stopped"


def test_practice(tmp_path: Path) -> None:
    """The practice task can be run by its own solution, and the site's state gives the verdict."""
    done = cli(tmp_path, "practice", "flights", "--solve")

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[:2] == ["Book a flight to Tokyo", "the task's own solution decides"]
    assert done.stdout.splitlines()[-1].startswith("Passed, says the site: booked ")


def test_practice_is_judged_by_the_site(tmp_path: Path) -> None:
    """A model that only says it is done does not pass."""
    with FakeServer([say(Answer(content="Booked!"))]) as server:
        done = cli(tmp_path, "practice", "flights", "--seed", "3", "--model-url", server.url)

    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "Not passed, says the site: no booking was made"


def test_runs(tmp_path: Path, pages: str) -> None:
    """Recorded runs are listed with outcome, steps and goal; without any, it says how to start one."""
    empty = cli(tmp_path, "runs")
    with FakeServer([say(Answer(content="a"))]) as server:
        cli(tmp_path, "run", "Look", "--url", f"{pages}/events.html", "--model-url", server.url)
    one = cli(tmp_path, "runs")

    assert (empty.stdout, empty.returncode) == ("", 0)
    assert "glm-agent run GOAL" in empty.stderr
    assert "finished         1 steps  Look  (runs/" in one.stdout


def test_runs_that_cannot_be_read(tmp_path: Path) -> None:
    """A run that cannot be read is not passed over in silence, and is no run like others."""
    (tmp_path / "runs" / "cut").mkdir(parents=True)
    (tmp_path / "runs" / "cut" / "events.jsonl").touch()

    done = cli(tmp_path, "runs")

    assert (done.stdout, done.returncode) == ("", 0)
    assert done.stderr == "glm-agent: runs/cut was killed before its first event was written. There is nothing in it.\n"


def test_config(tmp_path: Path) -> None:
    """Each setting is printed with its value and where it comes from."""
    done = cli(tmp_path, "config", GLM_AGENT_MAX_STEPS="7")

    assert "max_steps = 7  (GLM_AGENT_MAX_STEPS)" in done.stdout.splitlines()
    assert "think = auto  (default)" in done.stdout.splitlines()


def test_logs_go_to_stderr_when_asked(tmp_path: Path) -> None:
    """Retries are logged at info, as JSON if wanted, and only then."""
    done = cli(
        tmp_path,
        *("run", "x", "--model-url", "http://127.0.0.1:9"),
        GLM_AGENT_LOG_LEVEL="info",
        GLM_AGENT_LOG_JSON="true",
    )

    first = json.loads(done.stderr.splitlines()[0])
    assert (first["level"], first["logger"]) == ("info", "glm_backends.server")


def test_replay_and_resume(tmp_path: Path) -> None:
    """A practice run can be done again without a model, in a browser as then; a run that has finished is not resumed.

    A replay needs no protocol; a model that is to go on from it needs one that reads JSON.
    """
    cli(tmp_path, "practice", "flights", "--solve")
    (run,) = (tmp_path / "runs").iterdir()

    again = cli(tmp_path, "replay", str(run), "--practice", "flights", "--protocol", "native")
    elsewhere = cli(tmp_path, "replay", str(run), "--desktop")
    with FakeServer([say(Answer(content="a"))]) as server:
        over = cli(tmp_path, "resume", str(run), "--model-url", server.url)
        asked = "replay", str(run), "--practice", "flights", "--on-divergence", "model", "--model-url", server.url
        foreign = cli(tmp_path, *asked, "--protocol", "native")

    assert again.returncode == 0, again.stdout + again.stderr
    assert (elsewhere.returncode, "in a browser. Leave out --desktop." in elsewhere.stderr) == (2, True)
    assert (foreign.returncode, "Use --protocol json" in foreign.stderr) == (2, True), foreign.stderr
    assert "replay of the task's own solution decides" in again.stdout.splitlines()
    assert (over.returncode, "nothing to resume" in over.stderr) == (2, True)


def test_replay_on_the_desktop(tmp_path: Path) -> None:
    """A run in a program is done again without a model, on a display of its own, by the same pixel checks."""
    cli(tmp_path, "practice", "contacts", "--solve", "--seed", "3")
    (run,) = (tmp_path / "runs").iterdir()

    again = cli(tmp_path, "replay", str(run), "--practice", "contacts", "--seed", "3")
    (other,) = set((tmp_path / "runs").iterdir()) - {run}

    assert again.returncode == 0, again.stdout + again.stderr
    assert actions(run) == actions(other)


def test_resume_on_the_desktop(tmp_path: Path) -> None:
    """A run on a desktop goes on there, not in a browser, and the model is not told that pages were opened."""
    screen = "--desktop", "--virtual", "640x480"
    with FakeServer([CLICK, say(Answer(content="a"))]) as server:
        flags = ["--model-url", server.url]
        cli(tmp_path, "run", "x", *screen, *flags, "--max-steps", "1")
        (run,) = (tmp_path / "runs").iterdir()
        refused = cli(tmp_path, "resume", str(run), *flags)
        done = cli(tmp_path, "resume", str(run), *screen, *flags)

    assert (refused.returncode, "was recorded on a desktop. Add --desktop." in refused.stderr) == (2, True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Nobody knows what became of the desktop meanwhile" in done.stdout
    assert "Certainly done: what you chose up to step 1. The screen looks as it did" in done.stdout


def actions(run: Path) -> list[str]:
    """The kinds of actions of a run, but for waiting: on a slow machine a replay waits for the program."""
    done = [step.decided.action for step in load(run).steps if step.decided and step.decided.action]
    return [action.kind() for action in done if action.kind() != "wait"]


def test_resume_goes_on(tmp_path: Path, pages: str) -> None:
    """A run whose budget was too small goes on in the same folder, on the same page, when more is allowed."""
    with FakeServer([CLICK, CLICK, say(Answer(content="a"))]) as server:
        flags = ["--model-url", server.url]
        cli(tmp_path, "run", "x", "--url", f"{pages}/events.html", *flags, "--max-steps", "2")
        (run,) = (tmp_path / "runs").iterdir()
        done = cli(tmp_path, "resume", str(run), *flags)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Certainly done: what you chose up to step 2. The screen " in done.stdout
    assert load(run).steps[-1].observed.url == f"{pages}/events.html"
    assert load(run).summary.steps == 3
