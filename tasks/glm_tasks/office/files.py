"""Making a folder with pcmanfm."""

import random

from glm_actions.surface import Page
from glm_actions.vocabulary import Done, Key, Type
from glm_tasks.office.workplace import Workplace
from glm_tasks.task import Move, Verdict

_NAMES = ("Invoices", "Fotos aus Łódź", "資料", "Año nuevo", "Letters & Cards")


class FilesTask(Workplace):
    """Make the folder that a seed asks for, beside files that must stay. Implements `glm_tasks.task.Task`."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        rng = random.Random(f"files {seed}")
        self._name = f"{rng.choice(_NAMES)} {rng.randint(2020, 2029)}"
        self._others = {f"note-{number}.txt" for number in rng.sample(range(10, 99), 3)}
        for other in self._others:
            (self.work / other).write_text(f"{other}\n")

    @property
    def goal(self) -> str:
        return f'Make a new folder named "{self._name}" in the folder that the file manager shows.'

    def setup(self, surface: Page) -> None:
        self.start(surface, "work", "pcmanfm", "--no-desktop", str(self.work))

    def check(self) -> Verdict:
        there = {path.name for path in self.work.iterdir()}
        if there != {*self._others, self._name}:
            return Verdict(passed=False, why=f"the folder holds {', '.join(sorted(there))}")
        made = (self.work / self._name).is_dir()
        return Verdict(passed=made, why=f"{self._name} is {'a' if made else 'no'} folder")

    def solve(self, surface: Page) -> Move:
        if self.check().passed:
            return Move(reason="The folder is there.", action=Done(content=f"Made {self._name}."))
        if surface.text("Creating New Folder"):
            return Move(reason="Its name is asked for.", action=Type(content=f"{self._name}\n"))
        return Move(reason="A new folder is wanted.", action=Key(keys="ctrl+shift+n"))
