"""Practice tasks: a site or a program of ours, a goal, and a verdict by its state."""

from collections.abc import Callable, Iterator, Mapping

from glm_actions.space import Decision
from glm_actions.surface import Page
from glm_agent.settings import Settings
from glm_backends.scripted import Scripted
from glm_tasks.task import Task

VIRTUAL = "1280x800"
"""The display on which desktop tasks are practised, unless another is set."""


def _flights(seed: int | None) -> Task:
    from glm_tasks.flights import FlightsTask

    return FlightsTask.tokyo() if seed is None else FlightsTask(seed)


def _contacts(seed: int | None) -> Task:
    from glm_tasks.contacts import ContactsTask

    return ContactsTask(seed or 0)


def _editor(seed: int | None) -> Task:
    from glm_tasks.office import EditorTask

    return EditorTask(seed or 0)


def _calculator(seed: int | None) -> Task:
    from glm_tasks.office import CalculatorTask

    return CalculatorTask(seed or 0)


def _files(seed: int | None) -> Task:
    from glm_tasks.office import FilesTask

    return FilesTask(seed or 0)


ON_DESKTOP: Mapping[str, Callable[[int | None], Task]] = {
    "calculator": _calculator,
    "contacts": _contacts,
    "editor": _editor,
    "files": _files,
}
PRACTICE: Mapping[str, Callable[[int | None], Task]] = {"flights": _flights, **ON_DESKTOP}
"""Makes a task of a name; without a seed, the one of the demo."""


def for_practice(task: str, settings: Settings) -> Settings:
    """The settings with the screen that a task needs: a desktop task gets a display of its own unless one is set."""
    if task not in ON_DESKTOP:
        return settings.model_copy(update={"url": None, "desktop": False, "allow_hosts": None})
    virtual = settings.virtual or (None if settings.desktop else VIRTUAL)
    return settings.model_copy(update={"url": None, "desktop": True, "virtual": virtual, "allow_hosts": None})


def solution(task: Task, page: Page) -> Scripted:
    """A model that knows the way: it answers with the task's own next move."""

    def moves() -> Iterator[Decision]:
        while True:
            move = task.solve(page)
            yield Decision(reason=move.reason, action=move.action, memory="")

    return Scripted(moves(), name="the task's own solution")
