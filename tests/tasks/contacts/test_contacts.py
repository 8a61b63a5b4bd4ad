"""The address book: its solution solves it, nothing else does, and the file decides."""

import csv
import json
import random

import pytest

from glm_actions.surfaces.desktop import Desktop
from glm_actions.vocabulary import Key, Type
from glm_tasks.contacts import ContactsTask
from glm_tasks.contacts.solving import sight
from glm_tasks.contacts.world import Contact, world
from glm_tasks.flights import run_solver

SEEDS = range(20)


def add(task: ContactsTask, number: str, contact: Contact) -> None:
    """Write a contact into the book behind the program's back."""
    path = task.folder / "contacts.json"
    book = json.loads(path.read_text())
    path.write_text(json.dumps({**book, number: contact.model_dump()}))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_solution_solves_it(desktop: Desktop, seed: int) -> None:
    """For each seed doing nothing fails, and the task's own solution passes by mouse and keyboard."""
    with ContactsTask(seed) as task:
        task.setup(desktop)
        assert not task.check().passed

        solution = run_solver(task, desktop, most=40)

        assert solution.passed, solution.why
        assert solution.moves[-1].action.final


@pytest.mark.parametrize("seed", range(4))
def test_wrong_turns_are_recovered_from(desktop: Desktop, seed: int) -> None:
    """Whatever was clicked and typed before, short of harm, the solution still finds its way."""
    with ContactsTask(seed) as task:
        task.setup(desktop)
        rng = random.Random(seed)
        for _ in range(12):
            shown = sight(task._told(), desktop.frame)
            harmless = sorted(shown.things.keys() - {"save", "delete-it", "save-file"})
            desktop.perform(shown.click(rng.choice(harmless), "").action)
            desktop.perform(Type(content=rng.choice(("x", "é", "12"))))

        assert run_solver(task, desktop, most=60).passed


def test_another_change_as_well(desktop: Desktop) -> None:
    """A right change beside a wrong one does not pass, and the verdict names it."""
    with ContactsTask(1) as task:
        task.setup(desktop)
        assert run_solver(task, desktop).passed
        add(task, "99", Contact(name="Nobody", phone="", email="", city=""))

        verdict = task.check()
        assert (verdict.passed, "Nobody" in verdict.why) == (False, True)


def test_the_twin_is_somebody_else() -> None:
    """Deleting the contact of the same name in another city is not what was asked for."""
    seeds = (seed for seed in range(2, 400, 4) if _twin(seed))
    seed = next(seeds)
    with ContactsTask(seed) as task:
        path = task.folder / "contacts.json"
        book = json.loads(path.read_text())
        del book[_twin(seed)]
        path.write_text(json.dumps(book))

        assert not task.check().passed


def _twin(seed: int) -> str:
    made = world(seed)
    name = made.before[made.number or ""].name
    return next((n for n, one in made.before.items() if one.name == name and n != made.number), "")


def test_a_file_of_everything(desktop: Desktop) -> None:
    """A file with contacts that were not asked for does not pass."""
    with ContactsTask(3) as task:
        task.setup(desktop)
        assert task.world.file
        with (task.folder / task.world.file).open("w", newline="") as file:
            csv.writer(file).writerows([("Name", "Phone", "E-mail", "City"), ("a", "b", "c", "d")])

        assert "does not hold the contacts" in task.check().why


def test_a_file_that_nobody_asked_for() -> None:
    """Saving a file beside the task does not pass."""
    with ContactsTask(0) as task:
        (task.folder / "extra.csv").write_text("")

        assert "extra.csv was saved, which nobody asked for" in task.check().why


def test_deleting_asks_first(desktop: Desktop) -> None:
    """The program asks before it deletes, and keeps the contact if return is pressed in haste."""
    with ContactsTask(2) as task:
        task.setup(desktop)
        before = (task.folder / "contacts.json").read_bytes()
        for name in ("row-5", "delete"):
            desktop.perform(sight(task._told(), desktop.frame).click(name, "").action)
            desktop.observe()
        assert "delete-it" in task._told()
        desktop.perform(Key(keys="enter"))
        desktop.observe()

        assert "delete-it" not in task._told()
        assert (task.folder / "contacts.json").read_bytes() == before


def test_the_form_refuses_nonsense(desktop: Desktop) -> None:
    """A contact needs a name; nothing is saved without one, and the form stays open."""
    with ContactsTask(0) as task:
        task.setup(desktop)
        before = (task.folder / "contacts.json").read_bytes()
        for name in ("new", "save"):
            desktop.perform(sight(task._told(), desktop.frame).click(name, "").action)
            desktop.observe()

        assert "save" in task._told()
        assert (task.folder / "contacts.json").read_bytes() == before


def test_seeds() -> None:
    """A seed always makes the same world; twenty seeds make twenty goals of four kinds and several looks."""
    worlds = [world(seed) for seed in SEEDS]

    assert worlds == [world(seed) for seed in SEEDS]
    assert len({one.goal for one in worlds}) == len(worlds)
    assert {one.kind for one in worlds} == {"add", "change", "delete", "save"}
    assert len({one.look for one in worlds}) == len(worlds)


def test_closing() -> None:
    """A task may be closed twice, also before it has begun."""
    task = ContactsTask(0)
    task.close()
    folder = task.folder
    task.close()
    task.close()

    assert not folder.exists()


def test_what_the_agent_sees(desktop: Desktop) -> None:
    """The program is in front, and can be found by its title."""
    with ContactsTask(0) as task:
        task.setup(desktop)

        assert desktop.observe().title == desktop.text("contacts") == "Contacts"
        assert desktop.find("contacts")
        assert desktop.find("nothing") is desktop.text("nothing") is None
