"""Keeping an address book, as a task on a desktop."""

import csv
import json
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any, Self

from glm_actions.errors import SurfaceError
from glm_actions.surface import Page
from glm_actions.vocabulary import Done
from glm_tasks.contacts.solving import next_move, sight
from glm_tasks.contacts.tk import python_with_tk
from glm_tasks.contacts.world import FIELDS, Contact, world
from glm_tasks.task import Move, Verdict

_START_S = 30.0
_PAUSE_S = 0.03
PROGRAM = Path(__file__).with_name("program.py")


class ContactsTask:
    """Do with an address book what a seed asks for. Implements `glm_tasks.task.Task`.

    The program runs from `setup` until `close` on the display that `DISPLAY` names; the file it keeps is what counts.

    Args:
        seed: Decides the contacts, the look of the program and the goal.
    """

    def __init__(self, seed: int) -> None:
        self.world = world(seed)
        self._folder: Path | None = None
        self._program: subprocess.Popen[bytes] | None = None

    @property
    def goal(self) -> str:
        return self.world.goal

    @property
    def folder(self) -> Path:
        """Where the program keeps its files."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="glm-agent-contacts-"))
            contacts = {number: contact.model_dump() for number, contact in self.world.before.items()}
            (self._folder / "contacts.json").write_text(json.dumps(contacts, ensure_ascii=False))
            (self._folder / "look.json").write_text(self.world.look.model_dump_json())
        return self._folder

    def setup(self, surface: Page) -> None:  # noqa: ARG002
        command = (python_with_tk(), str(PROGRAM), str(self.folder))
        self._program = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603
        until = time.monotonic() + _START_S
        while not (self.folder / "where").exists():
            if self._program.poll() is not None or time.monotonic() > until:
                raise SurfaceError("The practice program does not start. What it says is above.")
            time.sleep(0.02)

    def check(self) -> Verdict:
        now = json.loads((self.folder / "contacts.json").read_text())
        contacts = {number: Contact.model_validate(contact) for number, contact in now.items()}
        wrong = [*_differences(contacts, self.world.after), *self._wrong_file()]
        return Verdict(passed=not wrong, why="; ".join(wrong) or "the book and the files are as they should be")

    def solve(self, surface: Page) -> Move:
        told = self._settled()
        if self.check().passed:  # asked last: the program may just have done it
            return Move(reason="It is done.", action=Done(content="Done."))
        return next_move(self.world, sight(told, surface.frame))

    def close(self) -> None:
        """End the program and remove its files. May be called twice."""
        if self._program:
            self._program.terminate()
            self._program.wait()
            self._program = None
        if self._folder:
            shutil.rmtree(self._folder)
            self._folder = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _settled(self) -> dict[str, Any]:
        """Where things are once two answers agree, since keys take a while to arrive."""
        before, now = None, self._told()
        while now != before:
            time.sleep(_PAUSE_S)
            before, now = now, self._told()
        return now

    def _told(self) -> dict[str, Any]:
        """Where the program says that things are."""
        with socket.socket(socket.AF_UNIX) as asking:
            asking.connect(str(self.folder / "where"))
            told = b"".join(iter(lambda: asking.recv(65536), b""))
        where: dict[str, Any] = json.loads(told)
        return where

    def _wrong_file(self) -> list[str]:
        if self.world.file is None:
            return [f"{path.name} was saved, which nobody asked for" for path in self.folder.glob("*.csv")]
        path = self.folder / self.world.file
        if not path.exists():
            return [f"there is no {path.name}"]
        with path.open(newline="") as file:
            rows = sorted(tuple(row) for row in csv.reader(file))
        city = [contact for contact in self.world.before.values() if contact.city == self.world.city]
        wanted = [("Name", "Phone", "E-mail", "City"), *(tuple(getattr(one, name) for name in FIELDS) for one in city)]
        return [] if rows == sorted(wanted) else [f"{path.name} does not hold the contacts in {self.world.city}"]


def _differences(found: dict[str, Contact], wanted: dict[str, Contact]) -> list[str]:
    """How the book differs from what it should hold; the number of a new contact does not matter."""
    gone = [f"{contact} is missing" for contact in wanted.values() if contact not in found.values()]
    new = [f"{contact} is there" for contact in found.values() if contact not in wanted.values()]
    return gone + new
