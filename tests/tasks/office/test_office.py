"""Real programs: the tasks' own solutions leave the right file on the disk, and nothing else does."""

from typing import Any

import pytest

from glm_actions import UsageError
from glm_actions.surfaces.desktop import Desktop
from glm_actions.vocabulary import Key, Type
from glm_tasks.flights import run_solver
from glm_tasks.office import CalculatorTask, EditorTask, FilesTask

TASKS = (EditorTask, CalculatorTask, FilesTask)
each_task = pytest.mark.parametrize("kind", TASKS, ids=lambda kind: kind.__name__)


@each_task
@pytest.mark.parametrize("seed", range(3))
def test_the_solution_solves_it(desktop: Desktop, kind: Any, seed: int) -> None:
    """A file on the disk says that it is done, and that nothing was done before."""
    with kind(seed) as task:
        task.setup(desktop)
        assert not task.check().passed

        solution = run_solver(task, desktop, most=30)

        assert solution.passed, solution.why


def test_any_script_reaches_the_file(desktop: Desktop) -> None:
    """Letters of several alphabets, right to left too, and emoji are typed into a real editor and saved by it."""
    with EditorTask(0) as task:
        task._lines = ["café crème", "茶", "חלב", "🍋 lemons"]
        task.setup(desktop)

        assert run_solver(task, desktop, most=30).passed


@each_task
def test_each_seed_is_another_goal(kind: Any) -> None:
    """Seeds differ, and each one is the same every time."""
    goals = []
    for seed in (0, 1, 2, 0):
        with kind(seed) as task:
            goals.append(task.goal)

    assert len(set(goals)) == 3
    assert goals[0] == goals[3]


def test_another_text() -> None:
    """A file of the right name with another text does not pass."""
    with EditorTask(0) as task:
        (task.work / task._name).write_text("nothing of the sort")

        assert task.check().why == f"{task._name} holds other lines"


def test_another_result(desktop: Desktop) -> None:
    """A calculator that was quit with another result does not pass."""
    with CalculatorTask(0) as task:
        task.setup(desktop)
        desktop.observe()
        desktop.perform(Type(content="1+2="))
        desktop.perform(Key(keys="ctrl+q"))
        solution = run_solver(task, desktop, most=5)

        assert not solution.passed
        assert "its display showed 3" in solution.why


def test_another_folder() -> None:
    """A folder of another name, or a file in the place of one, does not pass."""
    with FilesTask(0) as task:
        (task.work / "New Folder").mkdir()
        assert not task.check().passed
        (task.work / "New Folder").rmdir()
        (task.work / task._name).touch()
        assert task.check().why == f"{task._name} is no folder"


@each_task
def test_a_missing_program(kind: Any, desktop: Desktop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that is not installed is named, with the command that installs it."""
    monkeypatch.setenv("PATH", "/nowhere")
    with kind(0) as task, pytest.raises(UsageError, match=r"cannot be found\. Run: apt-get install \w+"):
        task.setup(desktop)
