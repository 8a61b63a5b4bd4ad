"""Computing with galculator, which writes what its display shows into its settings when it quits."""

import random
import re

from glm_actions.surface import Page
from glm_actions.vocabulary import Done, Fail, Key, Type, Wait
from glm_tasks.office.workplace import Workplace
from glm_tasks.task import Move, Verdict


class CalculatorTask(Workplace):
    """Compute what a seed asks for. Implements `glm_tasks.task.Task`."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        # no digit twice: the calculator overlooks a key that it has seen a moment ago
        digits = "".join(random.Random(f"calculator {seed}").sample("123456789", 7))
        self._numbers = (int(digits[:2]), int(digits[2:4]), int(digits[4:]))
        self._typed = False

    @property
    def goal(self) -> str:
        first, second, third = self._numbers
        return (
            f"Compute {first} times {second} plus {third} in the calculator, and quit it with ctrl+q "
            "while it shows the result."
        )

    def setup(self, surface: Page) -> None:
        self.start(surface, "galculator", "galculator")

    def check(self) -> Verdict:
        first, second, third = self._numbers
        shown = re.search(r'^remembered_valuex="(.*)"$', self._saved, re.MULTILINE)
        if not shown:
            return Verdict(passed=False, why="the calculator was not quit")
        wanted = str(first * second + third)
        return Verdict(passed=shown[1] == wanted, why=f"its display showed {shown[1]}, and {wanted} is right")

    @property
    def _saved(self) -> str:
        """What the calculator has written when it quit."""
        file = self.settings / "galculator" / "galculator.conf"
        return file.read_text() if file.exists() else ""

    def solve(self, surface: Page) -> Move:
        verdict = self.check()
        if verdict.passed:
            return Move(reason="It has quit with the right result.", action=Done(content="Computed."))
        if self._saved:
            return Move(reason="It has quit too early.", action=Fail(content=verdict.why))
        if not surface.text("galculator"):
            return Move(reason="It is about to quit.", action=Wait())
        if self._typed:
            return Move(reason="The result is shown, so I quit.", action=Key(keys="ctrl+q"))
        self._typed = True
        first, second, third = self._numbers
        return Move(reason="The display is empty, so I type.", action=Type(content=f"{first}*{second}+{third}="))
