"""Finds the target of a recorded action on the screen of today, or says why it must not be acted on."""

from typing import Literal

from glm_actions.frozen import Frozen
from glm_actions.geometry import Pixel, Point
from glm_trajectory.box import Box
from glm_trajectory.sight import (
    STILL,
    Mask,
    Shift,
    Sight,
    boxes,
    difference,
    moved_here,
    places,
    recoloured,
    share,
    without_specks,
)

Kind = Literal["same", "moved", "gone", "different", "ambiguous", "elsewhere"]

_CORE, _CONTEXT = (48, 18), (400, 48)
"""Pixels to each side of the place: what is acted on, and what says which one of several it is."""
_GROWTH, _LARGEST = 1.5, 260
_ENOUGH = 50
"""Pixels of edges, across and down, that make something recognisable."""
_ANOTHER_PAGE = 0.5
_DIALOG = 0.02
"""Share of what is drawn; a dialog that dims the page shows more."""


class Finding(Frozen):
    """What became of a target."""

    kind: Kind
    point: Point | None = None
    """Where it is now; None if there was none to begin with, or it may not be acted on."""
    x: int = 0
    """How far it has moved, in pixels."""
    y: int = 0
    differences: tuple[Box, ...] = ()
    """What kept it from being accepted, in pixels of what was expected."""

    @property
    def found(self) -> bool:
        """Whether it may be acted on."""
        return self.kind in {"same", "moved"}


def find(expected: bytes, seen: bytes, point: Point | None, *, strict: bool) -> Finding:
    """Compare a screenshot with the recorded one, round a place and as a whole.

    Args:
        expected: The recorded screenshot.
        seen: The screenshot of now.
        point: What was acted on; None if nothing in particular was.
        strict: Whether the whole page must show the same, because the action cannot be taken back.
    """
    if expected == seen:
        return Finding(kind="same", point=point)
    return _Search(Sight(expected), Sight(seen)).find(point, strict=strict)


class _Search:
    def __init__(self, expected: Sight, seen: Sight) -> None:
        self._expected = expected
        self._seen = seen
        self._still = difference(expected, seen)

    def find(self, point: Point | None, *, strict: bool) -> Finding:
        if point is None:
            return self._page(STILL, strict=strict)
        place = self._expected.box.frame.pixel(point)
        target = self._target(int(place.x), int(place.y))
        if isinstance(target, Finding):
            return target
        finding = self._page(target, strict=strict, dimmed=self._dimmed(target, self._core(int(place.x), int(place.y))))
        if not finding.found:
            return finding
        now = Pixel(x=place.x + target.x, y=place.y + target.y)
        return finding.model_copy(update={"point": self._seen.box.frame.point(now)})

    def _dimmed(self, shift: Shift, core: Box) -> bool:
        """Whether a target has other colours: by another theme, or under the veil of a dialog."""
        return recoloured(self._expected, self._seen, shift, core)

    def _new(self, unexplained: Mask) -> float:
        """The share of what is seen that was not expected where it is."""
        return share(unexplained, self._seen) if self._seen.box == self._expected.box else 1.0

    def _page(self, shift: Shift, *, strict: bool, dimmed: bool = False) -> Finding:
        """Judge the page as a whole, of which a part has moved with the target."""
        unexplained = self._unexplained(shift, self._expected.box)
        changed = share(unexplained, self._expected)
        if changed > _ANOTHER_PAGE:
            return Finding(kind="elsewhere", differences=boxes(unexplained))
        if dimmed and max(changed, self._new(unexplained)) > _DIALOG:
            return Finding(kind="different", differences=boxes(unexplained))
        if strict and unexplained.any():
            return Finding(kind="different", differences=boxes(unexplained))
        return Finding(kind="same" if shift == STILL else "moved", x=shift.x, y=shift.y)

    def _target(self, x: int, y: int) -> Shift | Finding:
        core, context = self._core(x, y), self._expected.box.around(x, y, *_CONTEXT)
        targets = self._places(core)
        gone = bool(self._still[core.rows, core.columns].any())
        fitting = [shift for shift in targets if not self._changed(shift, context, alone=gone).any()]
        if len(fitting) == 1 or (STILL in fitting and len(fitting) == self._twins(core, context)):
            return fitting[0]
        if fitting:
            return Finding(kind="ambiguous", differences=(core,))
        if targets:
            return Finding(
                kind="different", differences=_within(self._changed(targets[0], context, alone=gone), context)
            )
        return Finding(kind="gone", differences=(core,))

    def _core(self, x: int, y: int) -> Box:
        """The smallest part round a place that can be recognised."""
        across, down = _CORE
        while True:
            core = self._expected.box.around(x, y, across, down)
            if self._expected.drawn(core) >= _ENOUGH or across > _LARGEST:
                return core
            across, down = int(across * _GROWTH), int(down * _GROWTH)

    def _places(self, core: Box) -> list[Shift]:
        shifts = dict.fromkeys((STILL, *places(self._expected, core, self._seen)))
        return [shift for shift in shifts if not difference(self._expected, self._seen, shift, core).any()]

    def _twins(self, core: Box, context: Box) -> int:
        """How many there were of it from the beginning."""
        shifts = places(self._expected, core, self._expected)
        return sum(not difference(self._expected, self._expected, shift, context).any() for shift in shifts)

    def _changed(self, shift: Shift, context: Box, *, alone: bool) -> Mask:
        """What is different round a target: if it has left its place, what it left behind may have stayed."""
        return self._unexplained(shift, context) if alone else self._moved(shift, context)

    def _unexplained(self, shift: Shift, box: Box) -> Mask:
        """What neither moved with the target nor stayed where it was."""
        still = self._still[box.rows, box.columns]
        if shift == STILL:
            return still
        return self._moved(shift, box) & (still | moved_here(self._still, shift, box))

    def _moved(self, shift: Shift, box: Box) -> Mask:
        """What is different if all of a box has moved; each part is rounded to whole pixels by itself."""
        about = () if shift == STILL else ((1, 0), (-1, 0), (0, 1), (0, -1))
        mask = difference(self._expected, self._seen, shift, box)
        for x, y in about:
            if mask.any():
                mask = mask & difference(self._expected, self._seen, Shift(shift.x + x, shift.y + y), box)
        return without_specks(mask)


def _within(mask: Mask, box: Box) -> tuple[Box, ...]:
    return tuple(one.model_copy(update={"left": one.left + box.left, "top": one.top + box.top}) for one in boxes(mask))
