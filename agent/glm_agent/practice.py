"""Practice tasks: a site of our own, a goal, and a verdict by the site's state."""

from collections.abc import Callable, Iterator, Mapping

from glm_actions.space import Decision
from glm_actions.surface import Page
from glm_backends.scripted import Scripted
from glm_tasks.task import Task


def _flights(seed: int | None) -> Task:
    from glm_tasks.flights import FlightsTask

    return FlightsTask.tokyo() if seed is None else FlightsTask(seed)


PRACTICE: Mapping[str, Callable[[int | None], Task]] = {"flights": _flights}
"""Makes a task of a name; without a seed, the one of the demo."""


def solution(task: Task, page: Page) -> Scripted:
    """A model that knows the way: it answers with the task's own next move."""

    def moves() -> Iterator[Decision]:
        while True:
            move = task.solve(page)
            yield Decision(reason=move.reason, action=move.action, memory="")

    return Scripted(moves(), name="the task's own solution")
