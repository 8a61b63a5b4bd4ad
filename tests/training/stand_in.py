"""An embedded model with random weights, made and written by the code that makes the real one."""

from pathlib import Path
from typing import Any

import torch

from training import export, tokens, twin
from training.questions import templates


def write(folder: Path, *, as_packed: bool = True) -> Path:
    """A whole folder, as it is shipped."""
    tokenizer = tokens.make(tokens.frequent_words([text.replace("{}", " ") for text in templates()], 0))
    model = twin.build(tokenizer, twin.TINY)
    _make_texts_end(model, tokenizer)
    export.write(model, tokenizer, folder, {"training": "none, random weights"}, as_packed=as_packed)
    return folder


def _make_texts_end(model: Any, tokenizer: Any) -> None:
    """Random weights never close a quote: one dimension is the same for all tokens, and says "quote"."""
    quotes = [number for word, number in tokenizer.get_vocab().items() if word.startswith('"')]
    with torch.no_grad():
        model.lm_head.weight *= 10
        model.model.language_model.embed_tokens.weight *= 10
        model.model.language_model.embed_tokens.weight[:, 0] = 8.0
        model.lm_head.weight[:, 0] = 0.0
        model.lm_head.weight[quotes, 0] = 6.0
