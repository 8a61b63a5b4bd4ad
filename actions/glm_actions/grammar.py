"""xgrammar on this side: compile a grammar, try texts on it, draw texts from it, and time its masks.

Needs the extra: `pip install "glm-agent[embedded]"`.
"""

import random
import time
from collections.abc import Sequence
from types import ModuleType
from typing import Any

from glm_actions.errors import UsageError


def xgrammar() -> ModuleType:
    """The library, imported on first use.

    Raises:
        UsageError: if it is not installed.
    """
    try:
        import xgrammar
    except ImportError as error:
        raise UsageError('xgrammar is missing. Run: pip install "glm-agent[embedded]"') from error
    module: ModuleType = xgrammar
    return module


class Grammar:
    """A compiled grammar over a vocabulary of tokens.

    Args:
        ebnf: The grammar's text, with a rule `root`.
        tokens: The vocabulary as raw bytes, in order; without it, texts are matched by characters.
        stop: Which token ends an answer.

    Raises:
        UsageError: if xgrammar is missing or refuses the text.
    """

    def __init__(self, ebnf: str, tokens: Sequence[bytes] = (), stop: int | None = None) -> None:
        self._xgrammar = xgrammar()
        self._tokens = tokens
        stops = [] if stop is None else [stop]
        info = self._xgrammar.TokenizerInfo(list(tokens), stop_token_ids=stops)
        started = time.perf_counter()
        try:
            self._compiled = self._xgrammar.GrammarCompiler(info, cache_enabled=False).compile_grammar(ebnf)
        except RuntimeError as error:
            raise UsageError(f"xgrammar refuses the grammar: {error}") from error
        self.compile_s = time.perf_counter() - started

    def accepts(self, text: str | bytes) -> bool:
        """Whether the grammar matches the whole text."""
        matcher = self._matcher()
        return bool(matcher.accept_string(text) and matcher.is_completed())

    def draw(self, rng: random.Random, most: int = 4000) -> str | None:
        """Draw one text at random among what the grammar allows; None if it gets longer than `most` tokens."""
        matcher, drawn = self._matcher(), bytearray()
        mask = self._xgrammar.allocate_token_bitmask(1, len(self._tokens))
        for _ in range(most):
            if matcher.is_completed():
                return drawn.decode()
            matcher.fill_next_token_bitmask(mask)
            token = rng.choice([token for token in _allowed(mask) if token < len(self._tokens)])
            matcher.accept_token(token)
            drawn += self._tokens[token]
        return None

    def mask_seconds(self, answer: Sequence[int]) -> list[float]:
        """How long the mask before each token of an answer takes to compute, in seconds."""
        matcher, seconds = self._matcher(), []
        mask = self._xgrammar.allocate_token_bitmask(1, len(self._tokens))
        for token in answer:
            started = time.perf_counter()
            matcher.fill_next_token_bitmask(mask)
            seconds.append(time.perf_counter() - started)
            if not matcher.accept_token(token):
                raise UsageError(f"the grammar does not match token {len(seconds)}: {self._tokens[token]!r}")
        return seconds

    def _matcher(self) -> Any:
        return self._xgrammar.GrammarMatcher(self._compiled, terminate_without_stop_token=not self._tokens)


def _allowed(mask: Any) -> list[int]:
    words = mask[0].tolist()
    return [index * 32 + bit for index, word in enumerate(words) for bit in range(32) if word >> bit & 1]
