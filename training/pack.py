"""Packs many questions about one picture into one row of tokens."""

from collections.abc import Iterable, Iterator, Sequence
from random import Random
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from training.questions import Box, Question
from training.tokens import ACTION, END, thousandths

LENGTH = 1024
"""Tokens of a row, beside the picture's."""
MOST_QUESTIONS = 63
_SMALLEST_GAP = 24
_MISSES = 8
"""In a row, before the rest of a row is left empty."""
_AT_A_TIME = 8
_SKELETON, _TEXT, _READ, _POINT, _KIND, _FLOW_KIND, _FLOW_POINT = 0.1, 1.0, 1.5, 1.5, 1.0, 3.0, 2.0
_REASON = 2.0
_SHARPEST, _BROADEST = 2.0, 30.0
"""Of the soft labels, in thousandths."""
_SHAKE = 12.0
"""How far from the middle a point is taught at most, as a standard deviation in thousandths."""
NOT_A_POINT = 0.0


class Rows(NamedTuple):
    """Packed rows, one after another along the first axis of each array."""

    ids: NDArray[np.int16]
    segments: NDArray[np.uint8]
    places: NDArray[np.int16]
    weights: NDArray[np.float16]
    sigmas: NDArray[np.float16]
    kinds: NDArray[np.int16]
    """By question, from 1; the number of its kind in the list of kinds, or -1."""
    boxes: NDArray[np.float16]
    """By question: two boxes, left, top, width, height in thousandths."""


class _Encoded(NamedTuple):
    question: Question
    ids: list[int]
    weights: list[float]
    sigmas: list[float]


class Packer:
    """Turns questions into rows.

    Args:
        tokenizer: The model's tokenizer.
        kinds: Names of the kinds of questions, for the accuracy by kind.
        length: Tokens of a row.
    """

    def __init__(self, tokenizer: Any, kinds: Sequence[str], length: int = LENGTH) -> None:
        self._length = length
        self._encode = tokenizer.backend_tokenizer.encode_batch
        self._number = {kind: number for number, kind in enumerate(kinds)}
        self._turn = tokenizer("<|assistant|>\n")["input_ids"]
        self._end = tokenizer.convert_tokens_to_ids(END)
        (self._action,) = tokenizer(ACTION)["input_ids"]
        pieces = [tokenizer.decode([number]) for number in range(len(tokenizer))]
        self._thousandths = thousandths(tokenizer)
        self._value = {token: number for number, token in enumerate(self._thousandths)}
        self._opens_point = {number for number, piece in enumerate(pieces) if piece.endswith('_box":[')}
        self._skeleton = {number for number, piece in enumerate(pieces) if '":' in piece or piece in {",", "]}"}}

    def row(self, rng: Random, first: Iterable[Question], rest: Iterable[Question]) -> Rows:
        """One row: the first questions as far as they fit, then some of the rest, the heavier the likelier."""
        rest = sorted(rest, key=lambda question: -(rng.random() ** (1 / question.weight)))[: MOST_QUESTIONS - 10]
        questions = [*first, *rest]
        return self._placed(self._encoded(rng, questions))

    def _encoded(self, rng: Random, questions: Sequence[Question]) -> Iterator[_Encoded]:
        """A few at a time, since most of them find no room, and encoding takes longest."""
        for start in range(0, len(questions), _AT_A_TIME):
            some = questions[start : start + _AT_A_TIME]
            prompts = self._encode([question.prompt for question in some], add_special_tokens=False)
            answers = self._encode([question.answer for question in some], add_special_tokens=False)
            for question, prompt, answer in zip(some, prompts, answers, strict=True):
                yield self._weighed(rng, question, prompt.ids + self._turn, [*answer.ids, self._end])

    def _weighed(self, rng: Random, question: Question, prompt: list[int], answer: list[int]) -> _Encoded:
        """An answer with its weights, its points shaken.

        The exact middle of an element's width says which element it is, so that the height can be told without looking.
        No run hits the exact middle.
        """
        flow = question.kind.startswith("flow")
        text = _READ if question.kind.startswith("read") else _TEXT
        weights = [_SKELETON if token in self._skeleton else text for token in answer]
        action = answer.index(self._action)
        # From the first token after the opening quote on: whether there is a reason is decided there, too.
        weights[1 : max(2, action)] = [_REASON] * max(1, action - 1)
        weights[action + 1], weights[-1] = _FLOW_KIND if flow else _KIND, _SKELETON
        sigmas = [NOT_A_POINT] * len(answer)
        starts = [at for at, token in enumerate(answer) if token in self._opens_point]
        for start, box in zip(starts, question.boxes, strict=False):
            for at, low, side in ((start + 1, box.left, box.width), (start + 3, box.top, box.height)):
                weights[at] = _FLOW_POINT if flow else _POINT
                sigmas[at] = min(_BROADEST, max(_SHARPEST, side / 8))
                answer[at] = self._shaken(rng, answer[at], low, side)
        blank = [0.0] * len(prompt)
        return _Encoded(question, prompt + answer, blank + weights, blank + sigmas)

    def _shaken(self, rng: Random, token: int, low: float, side: float) -> int:
        """The token of a coordinate a little beside this one, but in the same box."""
        place = round(self._value[token] + rng.gauss(0, min(_SHAKE, side / 8)))
        inside = 0 <= place <= 999 and low <= place + 0.5 <= low + side
        return self._thousandths[place] if inside else token

    def _placed(self, encoded: Iterable[_Encoded]) -> Rows:
        row, at, number, misses = _blank(self._length), 0, 0, 0
        for one in encoded:
            size = len(one.ids)
            if at + size > self._length:
                misses += 1
                if misses == _MISSES or self._length - at < _SMALLEST_GAP:
                    break
                continue
            if number == MOST_QUESTIONS:
                break
            number, misses = number + 1, 0
            here = slice(at, at + size)
            row.ids[0, here], row.segments[0, here], row.places[0, here] = one.ids, number, np.arange(size)
            row.weights[0, here], row.sigmas[0, here] = one.weights, one.sigmas
            row.kinds[0, number] = self._number.get(one.question.kind, -1)
            for index, box in enumerate(one.question.boxes[:2]):
                row.boxes[0, number, index] = _clipped(box)
            at += size
        return row


def joined(rows: Sequence[Rows]) -> Rows:
    """Several rows as one stack."""
    return Rows(*(np.concatenate(arrays) for arrays in zip(*rows, strict=True)))


def _blank(length: int) -> Rows:
    questions = MOST_QUESTIONS + 1
    return Rows(
        np.zeros((1, length), np.int16),
        np.zeros((1, length), np.uint8),
        np.zeros((1, length), np.int16),
        np.zeros((1, length), np.float16),
        np.zeros((1, length), np.float16),
        np.full((1, questions), -1, np.int16),
        np.zeros((1, questions, 2, 4), np.float16),
    )


def _clipped(box: Box) -> tuple[float, float, float, float]:
    return (box.left, box.top, box.width, box.height)
