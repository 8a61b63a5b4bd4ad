"""Finds the target of a recorded action on the screen of today, or says why it must not be acted on."""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Literal

from glm_actions.frozen import Frozen
from glm_actions.geometry import Pixel, Point
from glm_trajectory.box import Box
from glm_trajectory.sight import (
    ABOUT,
    STILL,
    Mask,
    Shift,
    Sight,
    boxes,
    difference,
    dimmed,
    jumped,
    moved_here,
    places,
    share,
    touching,
    without_specks,
)

Kind = Literal["same", "moved", "gone", "different", "ambiguous", "elsewhere"]

_MIDDLE, _CORE, _CONTEXT = (24, 18), (48, 18), (400, 48)
"""Pixels to each side of the place: what kind of thing is acted on, what it is, and which one of several."""
_GROWTH, _LARGEST = 1.5, 260
_BLOCK = 64
"""Pixels, across and down: what is larger than a line of text and has moved in one piece has just moved."""
_SLID = 8
"""Pixels, across and down: what has moved no further is still in its line."""
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


def find(expected: bytes, seen: bytes, point: Point | None, *, strict: bool, sought: bool = False) -> Finding:
    """Compare a screenshot with the recorded one, round a place and as a whole.

    Args:
        expected: The recorded screenshot.
        seen: The screenshot of now.
        point: What was acted on; None if nothing in particular was.
        strict: Whether the whole page must show the same, because the action cannot be taken back.
        sought: Whether the page was scrolled to find it. What is seen only now may hold its like, so that all of
            the row in which it stands has to be the same.
    """
    if expected == seen:
        return Finding(kind="same", point=point)
    return _Search(Sight.read(expected), Sight.read(seen)).find(point, strict=strict, sought=sought)


class _Search:
    def __init__(self, expected: Sight, seen: Sight) -> None:
        self._expected = expected
        self._seen = seen
        self._still = difference(expected, seen)

    def find(self, point: Point | None, *, strict: bool, sought: bool) -> Finding:
        if point is None:
            return self._page(STILL, strict=strict)
        place = self._expected.box.frame.pixel(point)
        core = self._core(int(place.x), int(place.y))
        target = self._target(int(place.x), int(place.y), core, sought=sought)
        if isinstance(target, Finding):
            return target
        finding = self._page(target, strict=strict, dim=dimmed(self._expected, self._seen, target, core))
        if not finding.found:
            return finding
        now = Pixel(x=place.x + target.x, y=place.y + target.y)
        return finding.model_copy(update={"point": self._seen.box.frame.point(now)})

    def _new(self, unexplained: Mask) -> float:
        """The share of what is seen that was not expected where it is."""
        return share(unexplained, self._seen) if self._seen.box == self._expected.box else 1.0

    def _page(self, shift: Shift, *, strict: bool, dim: bool = False) -> Finding:
        """Judge the page as a whole, of which a part has moved with the target.

        A target is dim by another theme, or under the veil of a dialog.
        """
        elsewhere = self._elsewhere(shift)
        if not (elsewhere or strict or dim):
            return _accepted(shift)
        unexplained = self._unexplained(shift, self._expected.box)
        if elsewhere:
            return Finding(kind="elsewhere", differences=boxes(unexplained))
        if dim and self._new(unexplained) > _DIALOG:
            return Finding(kind="different", differences=boxes(unexplained))
        if strict and unexplained.any():
            return Finding(kind="different", differences=boxes(unexplained))
        return _accepted(shift)

    def _elsewhere(self, shift: Shift) -> bool:
        """Whether this is another page; what takes long is looked at only if that can change the answer."""
        return (
            self._is_most(self._still)
            and self._is_most(difference(self._expected, self._seen, shift))
            and self._is_most(self._unexplained(shift, self._expected.box) & self._left)
        )

    def _is_most(self, mask: Mask) -> bool:
        """Whether that much is different only on another page."""
        return share(mask, self._expected) > _ANOTHER_PAGE

    def _target(self, x: int, y: int, core: Box, *, sought: bool) -> Shift | Finding:
        context = self._context(x, y, core)
        targets = self._places(core)
        gone = bool(self._still[core.rows, core.columns].any())
        changed = {shift: self._changed(shift, context, alone=gone) for shift in targets}
        if STILL in changed and not any(self._went_along(shift) for shift in targets):
            changed[STILL] = self._left_round(context)
        fitting = [shift for shift in targets if not changed[shift].any()]
        if sought:
            row = context.model_copy(update={"left": 0, "width": self._expected.box.width})
            fitting = [shift for shift in fitting if not self._unexplained(shift, row).any()]
        if len(fitting) == 1 or (STILL in fitting and len(fitting) == len(self._alike(core, context))):
            return fitting[0]
        if fitting:
            return Finding(kind="ambiguous", differences=(core,))
        if targets:
            return Finding(kind="different", differences=_within(changed[targets[0]], context))
        return Finding(kind="gone", differences=(core,))

    def _core(self, x: int, y: int) -> Box:
        """The smallest part round a place that can be recognised."""
        across, down = _CORE
        while True:
            core = self._expected.box.around(x, y, across, down)
            if self._expected.drawn(core) >= _ENOUGH or down > _LARGEST:
                return core
            if across <= _LARGEST:  # a field has its name beside it, and other fields above and below
                across = int(across * _GROWTH)
            else:
                down = int(down * _GROWTH)

    def _context(self, x: int, y: int, core: Box) -> Box:
        """What surrounds a place; in a list, no more than half the way to the next one of its kind."""
        (middle, _), (across, down) = _MIDDLE, _CONTEXT
        kind = self._expected.box.around(x, y, *_MIDDLE)  # beside it there may be what each row has its own of
        kind = kind if self._expected.drawn(kind) >= _ENOUGH else core
        rows = [abs(shift.y) for shift in self._alike(kind, kind) if shift != STILL and abs(shift.x) < middle]
        return self._expected.box.around(x, y, across, min([down, *(row // 2 for row in rows)]))

    def _places(self, core: Box) -> list[Shift]:
        shifts = dict.fromkeys((STILL, *places(self._expected, core, self._seen)))
        return [shift for shift in shifts if not self._moved(shift, core).any()]

    def _alike(self, core: Box, context: Box) -> list[Shift]:
        """Where the same was to be seen from the beginning, itself included."""
        shifts = places(self._expected, core, self._expected)
        return [shift for shift in shifts if not difference(self._expected, self._expected, shift, context).any()]

    def _changed(self, shift: Shift, context: Box, *, alone: bool) -> Mask:
        """What is different round a target: if it has left its place, what it left behind may have stayed."""
        return self._unexplained(shift, context) if alone else self._moved(shift, context)

    @cached_property
    def _moves(self) -> frozenset[Shift]:
        """How far whole blocks of the page have moved."""
        if self._seen.box != self._expected.box:
            return frozenset()
        blocks = [box for box in boxes(self._still) if min(box.width, box.height) >= _BLOCK]
        return frozenset(
            shift
            for block in blocks
            for shift in places(self._expected, block, self._seen)
            if shift != STILL and self._just_moved(block, shift)
        )

    @cached_property
    def _left(self) -> Mask:
        """What has changed, and has not just moved like a whole block."""
        return self._without_moved(self._still, lambda _: self._moves)

    def _left_round(self, context: Box) -> Mask:
        """What of it is round a target that stayed; a line beside it may have slid a little, as a footer does."""
        left = self._without_moved(self._left, lambda box: self._slides(box, context))
        return left[context.rows, context.columns]

    def _slides(self, box: Box, context: Box) -> list[Shift]:
        """How far what is in a box may have slid, judged by what cannot have left the window with that."""
        near = box.within(context, 0, 0)
        inner = box.within(self._seen.box, _SLID, _SLID).within(self._seen.box, -_SLID, -_SLID)
        if near.empty or inner.empty:
            return []
        found = places(self._expected, inner, self._seen)
        return [shift for shift in found if max(abs(shift.x), abs(shift.y)) <= _SLID]

    def _without_moved(self, mask: Mask, shifts: Callable[[Box], Iterable[Shift]]) -> Mask:
        """A mask without the boxes that have just moved by one of the shifts that each may have."""
        left = mask.copy()
        for box in boxes(mask):
            if any(self._just_moved(box, shift) for shift in shifts(box)):
                left[box.rows, box.columns] = False
        return left

    def _just_moved(self, box: Box, shift: Shift) -> bool:
        """Whether all that was in a box has moved, and all that is written in it now has come from there.

        What has left the window with that need not be seen again.
        """
        there = box.within(self._seen.box, shift.x, shift.y)
        here = box.within(self._expected.box, -shift.x, -shift.y)
        if here.empty or (not there.empty and self._gone(shift, there).any()):
            return False
        back = Shift(-shift.x, -shift.y)
        new = difference(self._seen, self._expected, back, here) & self._still[here.rows, here.columns]
        new = touching(without_specks(new), _nowhere(self._seen, self._expected, back, here))
        return not (new & self._seen.written[here.rows, here.columns]).any()

    def _gone(self, shift: Shift, box: Box) -> Mask:
        """What of a box has changed and is not seen where it would be had it moved."""
        gone = self._moved(shift, box) & self._still[box.rows, box.columns]
        return touching(gone, _nowhere(self._expected, self._seen, shift, box))

    def _went_along(self, shift: Shift) -> bool:
        """Whether something like the target is seen where it would be had it moved with a block."""
        return any(max(abs(shift.x - move.x), abs(shift.y - move.y)) <= 1 for move in self._moves)

    def _unexplained(self, shift: Shift, box: Box) -> Mask:
        """What neither moved with the target nor stayed where it was."""
        still = self._still[box.rows, box.columns]
        if shift == STILL:
            return still
        return self._moved(shift, box) & (still | moved_here(self._still, shift, box))

    def _moved(self, shift: Shift, box: Box) -> Mask:
        """What is different if all of a box has moved; each part is rounded to whole pixels by itself."""
        mask = difference(self._expected, self._seen, shift, box)
        if shift == STILL or not mask.any():
            return without_specks(mask)
        for x, y in ABOUT:
            mask = mask & difference(self._expected, self._seen, Shift(shift.x + x, shift.y + y), box)
        return touching(without_specks(mask), jumped(self._expected, self._seen, shift, box))


def _accepted(shift: Shift) -> Finding:
    return Finding(kind="same" if shift == STILL else "moved", x=shift.x, y=shift.y)


def _within(mask: Mask, box: Box) -> tuple[Box, ...]:
    return tuple(one.model_copy(update={"left": one.left + box.left, "top": one.top + box.top}) for one in boxes(mask))


def _nowhere(expected: Sight, seen: Sight, shift: Shift, box: Box) -> Mask:
    """What of a box neither stayed nor moved."""
    return jumped(expected, seen, shift, box) & jumped(expected, seen, STILL, box)
