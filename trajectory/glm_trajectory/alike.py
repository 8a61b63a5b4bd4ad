"""Whether two screenshots show the same as a whole."""

import numpy as np

from glm_trajectory.sight import LETTER, VISIBLE, Sight, difference, share

_SMALL = 0.02
"""Share of pixels: fewer differ where a button only looks pressed."""


def unchanged(one: bytes, other: bytes) -> bool:
    """Whether two screenshots show the same, perhaps in other colours.

    Quicker than `difference`, since it looks only where some pixels differ; where many do, something has changed.
    """
    first, second = Sight.read(one), Sight.read(other)
    if first.box != second.box:
        return False
    changed = np.argwhere(np.abs(first.grey - second.grey) > VISIBLE)
    if not changed.size or len(changed) > _SMALL * first.grey.size:
        return not changed.size
    (top, left), (height, width) = map(int, changed.min(axis=0)), map(int, np.ptp(changed, axis=0) + 1)
    round_it = first.box.around(left + width // 2, top + height // 2, width // 2 + LETTER, height // 2 + LETTER)
    return not difference(first.part(round_it), second.part(round_it)).any()


def likeness(one: bytes, other: bytes) -> float:
    """The share of what is drawn on two screenshots that is the same, 0 to 1."""
    if one == other:
        return 1.0
    first, second = Sight.read(one), Sight.read(other)
    return 1.0 - share(difference(first, second), first)
