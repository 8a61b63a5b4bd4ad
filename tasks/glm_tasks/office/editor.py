"""Writing a list in mousepad and saving it."""

import random

from glm_actions.surface import Page
from glm_actions.vocabulary import Done, Key, Type
from glm_tasks.office.workplace import Workplace
from glm_tasks.task import Move, Verdict

_THINGS = (
    *("milk", "bread", "rice", "apples", "tofu", "salt & pepper", "<eggs>"),
    *("café crème", "jalapeños", "茶", "חלב", "🍋 lemons"),
)


class EditorTask(Workplace):
    """Write the lines of a seed and save them under its name. Implements `glm_tasks.task.Task`."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        rng = random.Random(f"editor {seed}")
        self._lines = rng.sample(_THINGS, rng.randint(2, 5))
        self._name = f"{rng.choice(('list', 'shopping', 'market'))}-{rng.randint(10, 99)}.txt"
        self._named = False

    @property
    def goal(self) -> str:
        lines = ", ".join(self._lines)
        return f"Write these in the text editor, a line each and nothing else: {lines}. Save it as {self._name}."

    def setup(self, surface: Page) -> None:
        self.start(surface, "Mousepad", "mousepad", "--disable-server")

    def check(self) -> Verdict:
        file = self.work / self._name
        if not file.exists():
            return Verdict(passed=False, why=f"there is no {self._name}")
        right = file.read_text().splitlines() == self._lines
        return Verdict(passed=right, why=f"{self._name} holds {'the' if right else 'other'} lines")

    def solve(self, surface: Page) -> Move:
        if self.check().passed:
            return Move(reason="The file is saved.", action=Done(content=f"Saved {self._name}."))
        if surface.text("Save As"):
            if self._named:
                return Move(reason="The name is right, so I save.", action=Key(keys="enter"))
            self._named = True
            return Move(reason="The name is selected, so I type another.", action=Type(content=self._name))
        if (surface.text("Mousepad") or "").startswith("*"):
            return Move(reason="The text is there and not saved.", action=Key(keys="ctrl+s"))
        return Move(reason="The editor is empty.", action=Type(content="\n".join(self._lines)))
