"""The next move from whatever the program shows; nothing is remembered, so wrong turns are recovered from."""

from typing import Any

from glm_actions.frozen import Frozen
from glm_actions.geometry import Frame, Pixel
from glm_actions.vocabulary import Key, LeftClick, Type
from glm_tasks.contacts.world import FIELDS, Contact, World
from glm_tasks.task import Move


class Thing(Frozen):
    """Something in the program's window that can be clicked."""

    x: float
    y: float
    """The middle, in pixels of the display."""
    text: str = ""
    focus: bool = False
    chosen: bool = False
    """A selected row, or a field whose text is selected."""


class Sight(Frozen):
    """What the program shows: its dialog if there is one, else its main window."""

    things: dict[str, Thing]
    frame: Frame

    def click(self, name: str, reason: str) -> Move:
        """Click a thing."""
        thing = self.things[name]
        point = self.frame.point(Pixel(x=thing.x, y=thing.y))
        return Move(reason=reason, action=LeftClick(start_box=point, element_info=name))

    def fill(self, name: str, text: str) -> Move | None:
        """The next move until a field holds a text; None once it does."""
        field = self.things[name]
        if field.text == text:
            return None
        if not field.focus:
            return self.click(name, f"The {name} field needs {text!r}, so I click it.")
        if field.text and not field.chosen:
            return Move(reason=f"The {name} field holds another text, so I select it.", action=Key(keys="ctrl+a"))
        if not text:
            return Move(reason=f"The {name} field must be empty.", action=Key(keys="delete"))
        return Move(reason=f"The {name} field is ready, so I type.", action=Type(content=text))


def next_move(world: World, sight: Sight) -> Move:
    """What to do next; the goal is not reached yet."""
    shown = sight.things
    if "delete-it" in shown:
        return _confirm(world, sight)
    if "file" in shown:
        wanted = world.file or ""
        return (
            _leave(sight)
            if not wanted
            else sight.fill("file", wanted) or sight.click("save-file", "The name is right.")
        )
    if "save" in shown:
        return _form(world, sight)
    return _main(world, sight)


def _form(world: World, sight: Sight) -> Move:
    if world.kind not in {"add", "change"}:
        return _leave(sight)
    wanted = _wanted(world)
    for name in FIELDS:
        if move := sight.fill(name, getattr(wanted, name)):
            return move
    return sight.click("save", "Everything is filled in.")


def _wanted(world: World) -> Contact:
    return world.after[world.number or str(len(world.after))]


def _confirm(world: World, sight: Sight) -> Move:
    if world.kind == "delete":
        return sight.click("delete-it", "It is the contact that has to go.")
    return sight.click("keep", "Nothing has to be deleted.")


def _leave(sight: Sight) -> Move:
    return sight.click("cancel", "This dialog does not help.")


def _main(world: World, sight: Sight) -> Move:
    if world.kind == "add":
        return sight.click("new", "A new contact begins with New.")
    searched = world.city if world.file else world.before[world.number or ""].email
    if move := sight.fill("search", searched):
        return move
    if world.file:
        return sight.click("export", "Only the wanted contacts are listed, so I save them.")
    row = f"row-{world.number}"
    if not sight.things[row].chosen:
        return sight.click(row, "The contact is listed, so I choose it.")
    return sight.click("edit" if world.kind == "change" else "delete", "The contact is chosen.")


def sight(told: dict[str, Any], frame: Frame) -> Sight:
    """What the program has told, as a sight."""
    return Sight(things={name: Thing.model_validate(thing) for name, thing in told.items()}, frame=frame)
