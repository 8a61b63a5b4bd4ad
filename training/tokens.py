"""Makes the tokenizer: `python -m training.tokens OUT`.

Words of goals, the skeleton of an answer and the numbers 0 to 999 are one token each; everything else is spelled letter
by letter, so that a text looks the same wherever it stands and can be copied letter by letter.
"""

import argparse
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random
from typing import Any

from glm_actions.keys import MODIFIERS, NAMED_KEYS
from glm_actions.vocabulary import VOCABULARY
from glm_tasks.flights.data import MONTHS, World

SPECIAL = (
    *("<|endoftext|>", "[MASK]", "[gMASK]", "[sMASK]", "<sop>", "<eop>", "<|system|>", "<|user|>", "<|assistant|>"),
    *("<|observation|>", "<|begin_of_image|>", "<|end_of_image|>", "<|begin_of_video|>", "<|end_of_video|>"),
    *("<|begin_of_audio|>", "<|end_of_audio|>", "<|begin_of_transcription|>", "<|end_of_transcription|>"),
    *("<|code_prefix|>", "<|code_middle|>", "<|code_suffix|>", "<|image|>", "<|video|>"),
)
"""GLM-4.1V's control tokens."""
MARKS = (
    *("/nothink", "<think>", "</think>", "<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>"),
    *("<arg_key>", "</arg_key>", "<arg_value>", "</arg_value>", "<|begin_of_box|>", "<|end_of_box|>"),
)
"""GLM-4.1V's marks, which are tokens but no control tokens."""
END = "<|endoftext|>"
REASON, ACTION = '{"reason":"', '","action":{"action_type":"'
"""What stands before the reason and before the name of the action."""
_SKELETON = r'\{"reason":"|","action":\{"action_type":"|["\]],"[a-z_]+":["\[]|"\}\}|\]\}\}'
_WORD = re.compile(r" ?[A-Za-z_]+")
_LATIN = "".join(map(chr, (*range(0xA1, 0x180), 0x2026, 0x20AC, 0x2019)))
_PROTOCOL_WORDS = (
    *("Goal", "Past", "Note", *NAMED_KEYS, *MODIFIERS, *("am", "pm", "com", "org", "net"), " wanted", " shown"),
    *(f"{space}{cls.kind()}" for cls in VOCABULARY for space in ("", " ")),
    *(" up", " down", " left", " right", " enter", " tab", " escape", " ctrl"),
)
TURN = "[gMASK]<sop><|user|>\n<|begin_of_image|><|image|><|end_of_image|>"
"""What a prompt begins with; `<|image|>` stands for each token of the picture."""


def frequent_words(texts: Sequence[str], share: float) -> tuple[str, ...]:
    """The words that occur in at least this share of the texts, with the space before them where there is one."""
    counts = Counter(word for text in texts for word in set(_WORD.findall(text)))
    return tuple(sorted(word for word, count in counts.items() if count >= share * len(texts)))


def vocabulary(words: Iterable[str]) -> dict[str, int]:
    """Every token that is no control token, in the byte-level spelling, with its number."""
    from tokenizers import pre_tokenizers

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    numbers = [str(number) for number in range(10, 1000)] + [f"{number:02}" for number in range(10)]
    texts = dict.fromkeys([*alphabet, *numbers, *map(_spelled, (*_LATIN, *_skeletons(), *words))])
    return {text: number for number, text in enumerate(texts)}


def make(words: Iterable[str]) -> Any:
    """The tokenizer, as transformers uses it."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    words = (*words, *_PROTOCOL_WORDS)
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary(words), merges=[], ignore_merges=True))
    split = pre_tokenizers.Split(Regex(_pieces(words)), "isolated")
    bytewise = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split, bytewise])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(text, special=True, normalized=False) for text in SPECIAL])
    tokenizer.add_tokens([AddedToken(text, special=False, normalized=False) for text in MARKS])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=END,
        pad_token=END,
        padding_side="left",
        clean_up_tokenization_spaces=False,
        model_input_names=["input_ids", "attention_mask"],
    )


def load(folder: Path) -> Any:
    """The tokenizer in a folder."""
    from transformers import PreTrainedTokenizerFast

    return PreTrainedTokenizerFast.from_pretrained(folder, local_files_only=True)


def thousandths(tokenizer: Any) -> list[int]:
    """The tokens of 0 to 999, in this order."""
    return [tokenizer.convert_tokens_to_ids(str(number)) for number in range(1000)]


def fingerprint(tokenizer: Any) -> str:
    """Tells tokenizers apart: a word more in the vocabulary of actions, and all numbers of tokens after it change."""
    return hashlib.sha256(tokenizer.backend_tokenizer.to_str().encode()).hexdigest()


def require(tokenizer: Any, weights: Path) -> None:
    """Raise ValueError if these weights say that they were trained with another tokenizer."""
    from safetensors import safe_open

    with safe_open(weights, "pt") as file:
        trained = (file.metadata() or {}).get("tokenizer")
    if trained not in {None, fingerprint(tokenizer)}:
        raise ValueError(f"{weights} was trained with another tokenizer. It lies beside the weights of its spell.")


def check(tokenizer: Any, grammar: str, answers: Iterable[str]) -> None:
    """Raise ValueError unless every token of every answer is in xgrammar's mask when its turn comes."""
    import xgrammar

    info = xgrammar.TokenizerInfo.from_huggingface(tokenizer, vocab_size=len(tokenizer))
    compiled = xgrammar.GrammarCompiler(info).compile_grammar(grammar)
    mask = xgrammar.allocate_token_bitmask(1, len(tokenizer))
    for answer in answers:
        matcher = xgrammar.GrammarMatcher(compiled)
        for token in tokenizer(answer)["input_ids"]:
            matcher.fill_next_token_bitmask(mask)
            if not mask[0, token // 32].item() >> (token % 32) & 1 or not matcher.accept_token(token):
                raise ValueError(f"xgrammar refuses the token {tokenizer.decode([token])!r} of {answer!r}")


def template_words(seed: int = 0) -> tuple[str, ...]:
    """The words of all prompts that training writes: of generic pages, and those common to the practice site's goals.

    Words of cities' names are left out, since these are typed and found letter by letter.
    """
    from training.flows import UNCHANGED, sample_goals
    from training.questions import templates

    generic = frequent_words([text.replace("{}", " ") for text in (*templates(), UNCHANGED)], 0)
    common = frequent_words(sample_goals(Random(seed), 3000), 0.025)
    places = {word for number in range(30) for city in World(number).cities for word in city.name.split()}
    months = [form for month in MONTHS for form in (f" {month}", month)]
    return tuple(dict.fromkeys((*generic, *(word for word in common if word.strip() not in places), *months)))


def _skeletons() -> Iterable[str]:
    """What stands between the parts of an answer that have to be decided.

    Cut where the grammar leaves no choice: an engine that jumps ahead to the next choice spells it the same.
    """
    yield from (REASON, ACTION, '"}}', "]}}", '],"end_box":[', '],"direction":"')
    for cls in VOCABULARY:
        for name in list(cls.model_fields)[1:]:
            yield f'","{name}":' + ("[" if name == "start_box" else '"')


def _pieces(words: Iterable[str]) -> str:
    known = [re.escape(word) for word in sorted(set(words), key=lambda word: (-len(word), word))]
    spaced = "|".join(word for word in known if word.startswith("\\ "))
    bare = "|".join(word for word in known if not word.startswith("\\ "))
    return rf"{_SKELETON}|\p{{N}}{{1,3}}|(?:{spaced}|(?<!\p{{L}})(?:{bare}))(?![\p{{L}}_])|[\s\S]"


def _spelled(text: str) -> str:
    from tokenizers import pre_tokenizers

    return "".join(
        piece for piece, _ in pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False).pre_tokenize_str(text)
    )


def main() -> None:
    """Write the tokenizer's files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    tokenizer = make(template_words())
    out = parser.parse_args().out
    tokenizer.save_pretrained(out)
    print(f"{len(tokenizer)} tokens in {out}")


if __name__ == "__main__":
    main()
