"""Compares screenshots by what is written and drawn on them, not by their colours. The only place that knows OpenCV.

OpenCV rather than scikit-image: one wheel on top of numpy, where that brings scipy, networkx and others too.
A recoloured page is a linear map of the grey levels in each small window, so a window differs if the best such map
leaves too much unexplained, and if its edges changed too.
"""

from functools import cached_property
from typing import Any, NamedTuple, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from glm_actions.errors import UsageError
from glm_trajectory.box import Box

Grey = NDArray[np.float32]
Mask = NDArray[np.bool_]
Bytes = NDArray[np.uint8]

_WINDOW = (7, 7)
_MISFIT, _EDGES = 0.15, 0.06
"""A digit of 12 px that changed exceeds both, what is only recoloured hardly exceeds one."""
_NOISE = 10.0
"""Variance of grey levels that nobody sees."""
_SPECK, _SPECK_RECOLOURED = 8, 40
"""Pixels; the corners of borders react to new colours, but make smaller specks than a digit does."""
_SIGN, _WORD, _ISLAND = 3, (25, 13), 0.5
"""Pixels that clearly differ in a changed digit, the neighbours it is seen among, and what share of them may differ."""
_RECOLOURED = 0.01
"""What one map of grey levels leaves unexplained of a word that has only another colour, at most."""
_LINE, _THICK = 31, 9
_ROUND, _GAP, _PIECES = np.ones((3, 3), np.uint8), (17, 17), 3
"""A faint border is seen in so many pieces round a corner, with less than half so many pixels between them."""
_FILLED, _BESIDE = np.ones((9, 9), np.uint8), np.ones((17, 17), np.uint8)
"""What is filled with a colour is at least so large, beside what is written on it, and its border within so much."""
_CARET = 2
"""Width in pixels: a caret that blinks is no difference."""
_EDGE = 0.3
VISIBLE, _CLEAR = 8, 32
"""Grey levels."""
_MUCH = 0.2
_FAINT = 0.75
"""How much contrast a veil leaves at most, as a share."""
_ALIKE = 0.75
_MOST_PLACES = 12
_STROKE, _INK, _FAINT_INK = 9, 16, 4
"""A stroke of a letter is narrower than this many pixels, and stands out by more than this many grey levels.

Borders may be fainter, and seem to be in pieces as short as letters where only some of them stands out enough.
"""
LETTER, _THIN, _DASH, _ARC, _GROOVE = 64, 4, 16, 0.2, 6
"""Pixels, and a share of its box: letters are not larger; what is thin and long, or fills less, is a border.

The groove between a border and its shadow is wider, but longer than any letter.
"""
_EVEN = 16
"""Grey levels: the ground round a letter deviates less, by 8 on the edge of a photo and by 0 to 2 elsewhere."""
_AREA, _SEAM, _ON_SEAM = 21, np.ones(_WINDOW, np.uint8), 0.8
"""An area is more than half so many pixels across; what lies on its edge for the most part is no letter."""


class Shift(NamedTuple):
    """How far something has moved, in pixels."""

    x: int
    y: int


STILL = Shift(0, 0)
ABOUT = (Shift(1, 0), Shift(-1, 0), Shift(0, 1), Shift(0, -1))
"""What moves is rounded to whole pixels part by part."""


class Sight:
    """A screenshot, or a part of one, prepared for comparing.

    Args:
        grey: Its grey levels, 0 to 255, row by row.
    """

    def __init__(self, grey: Grey) -> None:
        self.grey = grey

    @classmethod
    def read(cls, png: bytes) -> Self:
        """A screenshot from a file; `UsageError` if it is no picture."""
        picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)
        if picture is None:
            raise UsageError("A screenshot of the recording is no picture. The file is damaged.")
        return cls(picture.astype(np.float32))

    @cached_property
    def _slopes(self) -> tuple[Grey, Grey]:
        """How much the grey level changes across and down."""
        across, down = (cv2.Sobel(self.grey, cv2.CV_32F, *way) / 4 for way in ((1, 0), (0, 1)))
        return np.asarray(across, np.float32), np.asarray(down, np.float32)

    @cached_property
    def edges(self) -> Grey:
        """How much of an edge there is at each pixel, 0 to 1, hardly depending on the contrast."""
        strength = cv2.magnitude(*self._slopes)
        return np.asarray(strength / (strength + 20), np.float32)

    @property
    def written(self) -> Mask:
        """Where there are letters or other small signs; borders, shadows and pictures are none."""
        return self._strokes[0]

    @property
    def ruled(self) -> Mask:
        """Where there are borders and other lines, and nothing is written."""
        return self._strokes[1]

    @cached_property
    def _strokes(self) -> tuple[Mask, Mask]:
        grey = self.grey.astype(np.uint8)
        seams = _seams(grey)
        parts = [_letters_and_lines(picture, seams) for picture in (grey, 255 - grey)]
        letters, lines = (np.logical_or(*kind) for kind in zip(*parts, strict=True))
        letters = _near(letters)
        return letters, _near(lines) & ~letters

    def part(self, box: Box) -> "Sight":
        """What is seen in a box, as a picture of its own."""
        return Sight(self.grey[box.rows, box.columns])

    @property
    def box(self) -> Box:
        """The whole picture."""
        height, width = self.grey.shape
        return Box(left=0, top=0, width=width, height=height)

    def drawn(self, box: Box) -> int:
        """How many pixels of a box lie on edges that run down, or on edges that run across if those are fewer.

        Borders do not count: many things have the same.
        """
        across, down = (np.abs(slope[box.rows, box.columns]) for slope in self._slopes)
        edges = (self.edges[box.rows, box.columns] > _EDGE) & ~self.ruled[box.rows, box.columns]
        return int(min((edges & (across > down)).sum(), (edges & (across < down)).sum()))


def dimmed(expected: Sight, seen: Sight, shift: Shift, box: Box) -> bool:
    """Whether a box has less contrast, or more, or the opposite one; a row of a list may lie on another ground."""
    before = expected.grey[box.rows, box.columns]
    now, view = _moved_here(seen.grey, shift, box)
    before, now = _blur(before), _blur(np.where(view, now, before))  # blurred, so that a pixel beside it is the same
    contrast = float(now.std()) / max(1.0, float(before.std()))
    opposite = float(((before - before.mean()) * (now - now.mean())).mean()) < 0
    return opposite or not _FAINT < contrast < 1 / _FAINT


def _much(raw: Mask, view: Mask) -> bool:
    return bool(view.any() and raw[view].mean() > _MUCH)


def difference(expected: Sight, seen: Sight, shift: Shift = STILL, box: Box | None = None) -> Mask:
    """Where in a box something else is seen than expected, if all of it has moved.

    Args:
        expected: What there should be.
        seen: What there is.
        shift: How far it has moved.
        box: Where to look in what is expected; everywhere by default.

    Returns:
        A mask of the box. What is drawn there and now out of view differs.
    """
    box = box or expected.box
    before = expected.grey[box.rows, box.columns]
    now, view = _moved_here(seen.grey, shift, box)
    now = np.where(view, now, before)
    raw = np.abs(before - now) > VISIBLE
    edges = expected.edges[box.rows, box.columns]
    hidden = ~view & (edges > _EDGE)
    if not raw.any():
        return hidden
    edges_now, _ = _moved_here(seen.edges, shift, box)
    changed = (_misfit(before, now) > _MISFIT) & (_blur(np.abs(edges - edges_now)) > _EDGES) & view & _near(raw)
    written = expected.written[box.rows, box.columns] | _mask_here(seen.written, shift, box)
    drawn = (edges > _EDGE) | (edges_now > _EDGE)
    signs = without_specks(written & view & _islands(before, now, drawn), _SIGN)
    if _much(raw, view):
        changed = without_specks(_without_lines(changed) & written, _SPECK_RECOLOURED)
    else:
        ruled = expected.ruled[box.rows, box.columns] | _mask_here(seen.ruled, shift, box)
        rims = _rims(changed & ~written, raw, edges, edges_now)
        changed = without_specks(changed & (written | ~(ruled | rims)))
    return _without_carets(changed | signs, raw) | hidden


def _islands(before: Grey, now: Grey, drawn: Mask) -> Mask:
    """Where something clearly differs among what is drawn exactly as it was, such as one digit of a number.

    What is only drawn anew, half a pixel further, differs all along; a word in another colour differs in its strokes
    and not beside them, but one map of grey levels explains all of it.
    """
    apart = np.abs(before - now)
    amid = cv2.blur((drawn & (apart > VISIBLE)).astype(np.float32), _WORD)
    island = (apart > _CLEAR) & (amid < _ISLAND * cv2.blur(drawn.astype(np.float32), _WORD))
    return np.asarray(island & (_misfit(before, now, _WORD) > _RECOLOURED) if island.any() else island)


def places(expected: Sight, box: Box, seen: Sight) -> tuple[Shift, ...]:
    """How far the content of a box may have moved: every place where it is seen, the least moved first."""
    part = expected.edges[box.rows, box.columns]
    if part.shape[0] > seen.grey.shape[0] or part.shape[1] > seen.grey.shape[1]:
        return ()
    score = cv2.matchTemplate(seen.edges, part, cv2.TM_CCOEFF_NORMED)
    # where there is next to nothing to compare, the score is noise
    drawn = cv2.blur(seen.edges, (box.width, box.height), anchor=(0, 0))[: score.shape[0], : score.shape[1]]
    score[drawn < part.mean() / 2] = -1
    found: list[Shift] = []
    while len(found) < _MOST_PLACES:
        _, best, _, (x, y) = cv2.minMaxLoc(score)
        if best < _ALIKE:
            break
        score[max(0, y - box.height // 2) : y + box.height // 2, max(0, x - box.width // 2) : x + box.width // 2] = -1
        found.append(Shift(int(x) - box.left, int(y) - box.top))
    return tuple(sorted(found, key=lambda shift: abs(shift.x) + abs(shift.y)))


def boxes(mask: Mask) -> tuple[Box, ...]:
    """The parts of a mask, near ones joined."""
    joined = cv2.dilate(mask.astype(np.uint8), np.ones((9, 25), np.uint8))
    _, _, found, _ = cv2.connectedComponentsWithStats(joined)
    return tuple(Box(left=int(x), top=int(y), width=int(w), height=int(h)) for x, y, w, h, _ in found[1:])


def share(mask: Mask, sight: Sight) -> float:
    """The share of a picture's edges that a mask covers, 0 to 1."""
    drawn = sight.edges > _EDGE
    return float((mask & drawn).sum() / max(1, int(drawn.sum())))


def moved_here(mask: Mask, shift: Shift, box: Box) -> Mask:
    """A mask as it is where the content of a box has moved to; true where that is out of view."""
    here, view = _moved_here(mask.astype(np.float32), shift, box)
    return np.asarray((here > 0) | ~view)


def _moved_here(picture: Grey, shift: Shift, box: Box) -> tuple[Grey, Mask]:
    """The part of a picture to which the content of a box has moved, and which of its pixels are in view."""
    left, top = box.left + shift.x, box.top + shift.y
    columns, rows = _overlap(left, box.width, picture.shape[1]), _overlap(top, box.height, picture.shape[0])
    here, view = np.full((box.height, box.width), -1, np.float32), np.zeros((box.height, box.width), np.bool_)
    view[rows, columns] = True
    here[rows, columns] = picture[rows.start + top : rows.stop + top, columns.start + left : columns.stop + left]
    return here, view


def _overlap(begin: int, length: int, whole: int) -> slice:
    """Which of so many pixels, the first of which has a number that may be negative, are among those of a whole."""
    first = max(0, -begin)
    return slice(first, max(first, min(length, whole - begin)))


def _misfit(one: Grey, other: Grey, window: tuple[int, int] = _WINDOW) -> Grey:
    """The part of each window that no linear map of grey levels explains, 0 to 1."""
    mean_one, mean_other = _blur(one, window), _blur(other, window)
    spread_one = np.maximum(_blur(one * one, window) - mean_one**2, 0)
    spread_other = np.maximum(_blur(other * other, window) - mean_other**2, 0)
    common = np.abs(_blur(one * other, window) - mean_one * mean_other)
    misfit = 1 - (common + _NOISE) / (np.sqrt(spread_one * spread_other) + _NOISE)
    appeared = (np.minimum(spread_one, spread_other) < _NOISE) & (np.maximum(spread_one, spread_other) > 10 * _NOISE)
    return np.asarray(np.where(appeared, 1, misfit), np.float32)


def _blur(picture: Grey, window: tuple[int, int] = _WINDOW) -> Grey:
    return np.asarray(cv2.blur(picture, window), np.float32)


def _near(mask: Mask) -> Mask:
    return np.asarray(cv2.dilate(mask.astype(np.uint8), np.ones(_WINDOW, np.uint8)) > 0)


def without_specks(mask: Mask, speck: int = _SPECK) -> Mask:
    """A mask without the parts that are too small to be read."""
    if not mask.any():
        return mask
    _, labels, found, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    kept = found[:, cv2.CC_STAT_AREA] >= speck
    kept[0] = False
    return np.asarray(kept[labels])


def jumped(expected: Sight, seen: Sight, shift: Shift, box: Box) -> Mask:
    """Where a box shows what is not seen within a pixel of where it has moved to; true where that is out of view."""
    before = expected.grey[box.rows, box.columns]
    least = np.full(before.shape, np.inf, np.float32)
    for x, y in ((0, 0), *ABOUT):
        now, view = _moved_here(seen.grey, Shift(shift.x + x, shift.y + y), box)
        least = np.minimum(least, np.where(view, np.abs(before - now), np.inf))
    return np.asarray(least > _CLEAR)


def touching(mask: Mask, other: Mask) -> Mask:
    """The parts of a mask that have something of another one."""
    if not (mask & other).any():
        return np.zeros_like(mask)
    _, labels = cv2.connectedComponents(mask.astype(np.uint8))
    return np.asarray(mask & np.isin(labels, labels[mask & other]))


def _narrow(grey: Bytes) -> Bytes:
    """How much lighter strokes are than what is round them, 0 to 255. The tip of something large is no stroke."""
    wide = cv2.morphologyEx(grey, cv2.MORPH_OPEN, np.ones((_STROKE, _STROKE), np.uint8))
    for _ in range(_STROKE):
        wide = np.minimum(cv2.dilate(wide, _ROUND), grey)
    return np.asarray(grey - wide, np.uint8)


def _seams(grey: Bytes) -> Mask:
    """Where large areas of two colours meet, whatever is written on them."""
    areas = cv2.medianBlur(grey, _AREA)
    return np.asarray(cv2.dilate(areas, _SEAM) - cv2.erode(areas, _SEAM) > _CLEAR)


def _letters_and_lines(grey: Bytes, seams: Mask) -> tuple[Mask, Mask]:
    """The strokes that make letters, and those that make borders; what is neither may be joined letters."""
    narrow = _narrow(grey)
    _, labels, found, _ = cv2.connectedComponentsWithStats((narrow > _INK).astype(np.uint8))
    width, height, area = (found[:, one] for one in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA))
    longest = np.maximum(width, height)
    line = (np.minimum(width, height) < _THIN) & (longest >= _DASH) | (area < _ARC * width * height)
    on_seam = np.bincount(labels.ravel(), seams.ravel()) > _ON_SEAM * area
    letter = ~line & (longest <= LETTER) & ~on_seam & _on_even_ground(grey - narrow, labels)
    line[0] = letter[0] = False
    faint = _borders(narrow > _FAINT_INK)
    letters, lines = np.asarray(letter[labels]), np.asarray(line[labels]) | faint
    letters &= ~touching(letters, faint)
    for _ in range(_PIECES):
        corners = touching(letters, _faintly_joined(lines, narrow))
        letters, lines = letters & ~corners, lines | corners
    return letters, lines


def _borders(strokes: Mask) -> Mask:
    """The parts that are longer than any letter, and as thin, or fill as little of their box, as only borders do."""
    _, labels, found, _ = cv2.connectedComponentsWithStats(strokes.astype(np.uint8))
    sides = found[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    little = found[:, cv2.CC_STAT_AREA] < _ARC * sides.prod(axis=1)
    borders = (sides.max(axis=1) > LETTER) & ((sides.min(axis=1) < _GROOVE) | little)
    borders[0] = False
    return np.asarray(borders[labels])


def _on_even_ground(ground: Bytes, labels: Any) -> NDArray[np.bool_]:
    """Which labelled parts have the same ground all round them; between two parts of a picture there is none."""
    number = int(labels.max()) + 1
    round_it = cv2.dilate(labels.astype(np.float32), np.ones(_WINDOW, np.uint8)).astype(np.int32).ravel()
    levels = ground.ravel().astype(np.float64)
    count = np.maximum(1, np.bincount(round_it, minlength=number))
    mean, squares = (np.bincount(round_it, each, number) / count for each in (levels, levels**2))
    return np.asarray(squares - mean**2 < _EVEN**2)


def _faintly_joined(lines: Mask, narrow: Bytes) -> Mask:
    """Lines with what goes on from them, for a few pixels, as a fainter stroke: a rounded corner does."""
    faint = (narrow > _FAINT_INK) & (cv2.dilate(lines.astype(np.uint8), np.ones(_GAP, np.uint8)) > 0)
    return np.asarray(cv2.dilate(touching(faint, lines).astype(np.uint8), _ROUND) > 0)


def _mask_here(mask: Mask, shift: Shift, box: Box) -> Mask:
    return np.asarray(_moved_here(mask.astype(np.float32), shift, box)[0] > 0)


def _without_lines(mask: Mask, thick: int = _THICK) -> Mask:
    """A mask without long thin lines: a border looks different on another background, and a text is no line."""
    drawn = mask.astype(np.uint8)
    flat, upright, broad = (
        np.asarray(cv2.morphologyEx(drawn, cv2.MORPH_OPEN, np.ones(size, np.uint8)) > 0)
        for size in ((1, _LINE), (_LINE, 1), (thick, thick))
    )
    return mask & ~((flat | upright) & ~broad)


def _rims(mask: Mask, raw: Mask, before: Grey, now: Grey) -> Mask:
    """The long thin parts of a mask that have edges before and now, beside a block of another colour: its borders."""
    if not mask.any():
        return mask
    mask = mask & _near(before > _EDGE) & _near(now > _EDGE)
    block = cv2.dilate(cv2.morphologyEx(raw.astype(np.uint8), cv2.MORPH_OPEN, _FILLED), _BESIDE)
    return (mask & ~_without_lines(mask, _THICK + _WINDOW[0])) & (block > 0)


def _without_carets(mask: Mask, raw: Mask) -> Mask:
    """A mask without the parts in which only a caret blinks."""
    if not mask.any():
        return mask
    _, labels, found, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    kept = np.arange(len(found)) > 0
    for number, (x, y, width, height, _) in enumerate(found[1:], start=1):
        if width <= _WINDOW[0] + _CARET + 2:
            there = (slice(y, y + height), slice(x, x + width))
            kept[number] = (raw[there] & (labels[there] == number)).any(axis=0).sum() > _CARET
    return np.asarray(kept[labels])
