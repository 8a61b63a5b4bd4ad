"""Evaluation in a real browser: what the model chose is laid beside what the solver would have."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from glm_actions import Point, Size
from glm_actions.surfaces.browser import Browser
from glm_actions.vocabulary import Action, Done, LeftClick, Wait
from glm_agent.settings import Settings
from glm_backends import EmbeddedProtocol, Reply, Scripted
from training import miniwob
from training.evaluate import first_others, moves
from training.score import Score
from training.visits import Choice, Visit, visit

WOB = """<!doctype html><div id="query">Click   the
button.</div><button style="position:fixed;inset:0" onclick="core.endEpisode(%s)">OK</button><script>
var WOB_DONE_GLOBAL = false, WOB_RAW_REWARD_GLOBAL = 0, genProblem = () => {};
Math.seedrandom = seed => { document.title = seed; };
var core = { startEpisode() { WOB_DONE_GLOBAL = false; }, startEpisodeReal() { genProblem(); },
  endEpisode(reward) { WOB_RAW_REWARD_GLOBAL = reward; WOB_DONE_GLOBAL = true; core.startEpisode(); } };
</script>"""


def saying(*actions: Action) -> Scripted:
    """A model that says one action after another, in the embedded protocol."""
    return Scripted([Reply(text=EmbeddedProtocol().answer(action)) for action in actions])


def test_a_guided_visit_goes_the_solvers_way(tmp_path: Path) -> None:
    """The model's choices are noted, and do nothing: the visit goes on to another state.

    Not always at the second step: a click is held back where a busy machine draws the page after it was looked at.
    """
    said = (LeftClick(start_box=Point((5, 5))), *[Wait()] * 3)
    made = visit(saying(*said), 0, Size(width=672, height=448), tmp_path, steps=len(said), guided=True)
    assert [choice.chosen for choice in made.choices] == ["left_click nothing", *["wait"] * 3]
    assert not any(choice.right for choice in made.choices)
    assert {choice.view for choice in made.choices} == {"search"}
    assert len({choice.wanted for choice in made.choices}) > 1
    assert not made.passed


def test_an_answer_that_was_cut_off_is_a_wrong_choice(tmp_path: Path) -> None:
    """A model that knows little types without end; its evaluation goes on."""
    cut = Scripted([Reply(text='{"action_type":"type","content":"aaa', finish="length")] * 2)
    made = visit(cut, 0, Size(width=672, height=448), tmp_path, steps=2)
    assert [(choice.chosen, choice.right) for choice in made.choices] == [("no action", False)] * 2


def test_the_scores_name_moves_and_first_mistakes() -> None:
    good, bad = (Choice("search", "left_click city", chosen, chosen.endswith("city"), 1.0) for chosen in CHOSEN)
    made = [Visit(1, True, "", (good, bad, bad)), Visit(2, False, "", (bad,))]
    assert moves(made) == {"search: left_click city": Score(1, 4)}
    assert "| search | left_click city | left_click day | 2 |" in first_others(made)


CHOSEN = ("left_click city", "left_click day")


@pytest.fixture(params=[1, -1])
def reward(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[int]:
    """A page as MiniWoB++ has them, that gives this reward."""
    (tmp_path / "miniwob").mkdir()
    (tmp_path / "miniwob" / "ok.html").write_text(WOB % request.param)
    return request.param


@contextmanager
def opened(html: Path) -> Iterator[Browser]:
    with (
        miniwob.served(html) as root,
        Browser(f"{root}/miniwob/ok.html", viewport=miniwob.SIZE) as browser,
    ):
        yield browser


def test_a_page_of_miniwob_judges(tmp_path: Path, reward: int) -> None:
    """The episode ends when the page says so, and its reward decides; the goal is the page's, in one line."""
    settings = Settings(runs=tmp_path / "runs", protocol="embedded", max_steps=3)
    model = saying(LeftClick(start_box=Point((500, 500))), *[Wait()] * 2)
    with opened(tmp_path) as browser:
        played = miniwob.play(settings, model, browser, "ok", 7)
        assert browser.text("title") == "ok 7"
    assert (played.won, played.steps, played.why) == (reward > 0, 1, "")
    assert next((tmp_path / "runs").iterdir()).name.endswith("click-the-button")
    assert "| ok |" in miniwob.summary([played])


def test_leaving_a_page_of_miniwob_undone_wins_nothing(tmp_path: Path, reward: int) -> None:  # noqa: ARG001
    settings = Settings(runs=tmp_path / "runs", protocol="embedded")
    with opened(tmp_path) as browser:
        played = miniwob.play(settings, saying(Done(content="")), browser, "ok", 7)
    assert not played.won
    assert played.why.startswith("finished")
