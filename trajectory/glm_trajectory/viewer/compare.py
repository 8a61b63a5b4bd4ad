"""Two runs beside each other, step by step, with the place where they part."""

from difflib import SequenceMatcher

from glm_actions.frozen import Frozen
from glm_actions.vocabulary import Action
from glm_trajectory.steps import Step


class Pair(Frozen):
    """A step of each run, by its place in the run; None where a run has no such step."""

    left: int | None
    right: int | None
    same: bool
    """The same action, on the same screen or on another."""


class Comparison(Frozen):
    """Two aligned runs."""

    pairs: tuple[Pair, ...]
    parts_at: int | None
    """The first pair that differs; None if the runs do the same."""


def compare(left: tuple[Step, ...], right: tuple[Step, ...]) -> Comparison:
    """Align two runs by what they do, so that an extra step shifts nothing after it."""
    lefts, rights = ([_gist(step) for step in run] for run in (left, right))
    pairs: list[Pair] = []
    for tag, a, a_end, b, b_end in SequenceMatcher(None, lefts, rights, autojunk=False).get_opcodes():
        length = max(a_end - a, b_end - b)
        pairs += [
            Pair(
                left=a + offset if a + offset < a_end else None,
                right=b + offset if b + offset < b_end else None,
                same=tag == "equal",
            )
            for offset in range(length)
        ]
    return Comparison(
        pairs=tuple(pairs), parts_at=next((number for number, pair in enumerate(pairs) if not pair.same), None)
    )


def _gist(step: Step) -> str:
    """What a step is about: the element's name rather than its place, which may shift by a pixel."""
    return _named(step.action) if step.action else ""


def _named(action: Action) -> str:
    arguments = action.arguments()
    if arguments.get("element_info"):
        arguments = {name: value for name, value in arguments.items() if not name.endswith("_box")}
    return f"{action.kind()} {arguments}"
