"""Shares with their intervals, and tables of them."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

_Z = 1.96


class Score(NamedTuple):
    """How often something went right."""

    right: int
    asked: int

    @classmethod
    def of(cls, judged: Iterable[bool]) -> "Score":
        """Count."""
        every = list(judged)
        return cls(sum(every), len(every))

    @property
    def cells(self) -> tuple[str, str, str]:
        """The share, the count and the interval, as a table shows them."""
        low, high = interval(self.right, self.asked)
        return (
            f"{self.right / max(1, self.asked):.1%}",
            f"{self.right}/{self.asked}",
            f"{low:.1%} to {high:.1%}",
        )

    def __str__(self) -> str:
        share, count, between = self.cells
        return f"{share} ({count}, 95 % {between})"


def interval(right: int, asked: int) -> tuple[float, float]:
    """Wilson's interval of 95 %."""
    if not asked:
        return 0.0, 1.0
    share, spread = right / asked, _Z**2 / asked
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * math.sqrt(share * (1 - share) / asked + spread / (4 * asked)) / (1 + spread)
    return middle - half, middle + half


def table(scores: Mapping[str, Score], what: str) -> str:
    """A markdown table, a row a score."""
    return markdown((what, "share", "right", "95 %"), [(name, *score.cells) for name, score in scores.items()])


def markdown(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines) + "\n"
