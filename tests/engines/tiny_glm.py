"""Make a model folder of GLM-4.5V's architecture with two million random weights: `python tiny_glm.py FOLDER`.

Runs in the engines' environment. The same bytes come out each time.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import (
    GenerationConfig,
    Glm4vMoeConfig,
    Glm4vMoeForConditionalGeneration,
    PreTrainedTokenizerFast,
)

TEMPLATE = Path(__file__).with_name("chat_template.jinja")
ORDINARY, ROOM = 1024, 128
"""Tokens learned from text, and unused ids at the end: the real vocabulary is padded as well."""
SPECIAL = (
    *("<|endoftext|>", "[MASK]", "[gMASK]", "[sMASK]", "<sop>", "<eop>", "<|system|>", "<|user|>", "<|assistant|>"),
    *("<|observation|>", "<|begin_of_image|>", "<|end_of_image|>", "<|begin_of_video|>", "<|end_of_video|>"),
    *("<|begin_of_audio|>", "<|end_of_audio|>", "<|begin_of_transcription|>", "<|end_of_transcription|>"),
    *("<|code_prefix|>", "<|code_middle|>", "<|code_suffix|>"),
)
VISIBLE = (
    *("<think>", "</think>", "<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>", "<arg_key>"),
    *("</arg_key>", "<arg_value>", "</arg_value>", "/nothink", "<|begin_of_box|>", "<|end_of_box|>"),
)
PICTURES = ("<|image|>", "<|video|>")
"""Control tokens in the real order: those left out of the decoded text, those in it, and the pictures' places."""
TEXT = {
    "hidden_size": 256,
    "intermediate_size": 256,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 64,
    "attention_bias": True,
    "use_qk_norm": False,
    "max_position_embeddings": 65536,
    "partial_rotary_factor": 0.5,
    "rope_parameters": {
        "rope_type": "default",
        "rope_theta": 10000.0,
        "partial_rotary_factor": 0.5,
        "mrope_section": [4, 6, 6],
    },
    "first_k_dense_replace": 1,
    "n_routed_experts": 8,
    "num_experts_per_tok": 2,
    "n_shared_experts": 1,
    "n_group": 1,
    "topk_group": 1,
    "norm_topk_prob": True,
    "moe_intermediate_size": 64,
    "dtype": "bfloat16",
}
"""One dense layer and one of experts."""
VISION = {
    "depth": 2,
    "hidden_size": 64,
    "num_heads": 2,
    "intermediate_size": 128,
    "out_hidden_size": 256,
    "image_size": 336,
    "patch_size": 14,
    "spatial_merge_size": 2,
    "temporal_patch_size": 2,
}
"""Small but for the patches, so that a picture becomes as many tokens as it does for the real model."""
WORDS = r"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"


def texts() -> Iterator[str]:
    """What the tokenizer learns its words from: answers like the agent's, and the sources of a standard module."""
    kinds = ("left_click", "type", "key", "scroll", "wait", "goto", "done", "hover", "left_drag")
    for number in range(1000):
        action = {"action_type": kinds[number % len(kinds)], "start_box": [number, number * 7 % 1000]}
        yield json.dumps({"reason": "I open the next page.", "action": action, "memory": ""}, separators=(",", ":"))
    for path in sorted(Path(json.__file__).parent.glob("*.py")):
        yield path.read_text(encoding="utf-8")


def make_tokenizer() -> PreTrainedTokenizerFast:
    """Byte-level BPE with GLM's control tokens."""
    tokenizer = Tokenizer(models.BPE())
    split = pre_tokenizers.Split(Regex(WORDS), "isolated")
    spell = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split, spell])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=ORDINARY, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(texts(), trainer)
    for words, special in ((SPECIAL, True), (VISIBLE, False), (PICTURES, True)):
        add = tokenizer.add_special_tokens if special else tokenizer.add_tokens
        add([AddedToken(word, special=special, normalized=False) for word in words])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token=SPECIAL[0], pad_token=SPECIAL[0], clean_up_tokenization_spaces=False
    )


def make_config(tokenizer: PreTrainedTokenizerFast) -> Glm4vMoeConfig:
    """GLM-4.5V's shape in small, with this tokenizer's numbers."""
    number = tokenizer.convert_tokens_to_ids
    numbers = {"pad_token_id": number("<|endoftext|>"), "eos_token_id": ends(tokenizer)}
    size = (len(tokenizer) + ROOM) // 64 * 64
    places = {}
    for kind in ("image", "video"):
        places[f"{kind}_token_id"] = number(f"<|{kind}|>")
        places[f"{kind}_start_token_id"] = number(f"<|begin_of_{kind}|>")
        places[f"{kind}_end_token_id"] = number(f"<|end_of_{kind}|>")
    text = {**TEXT, **numbers, "vocab_size": size}
    return Glm4vMoeConfig(text_config=text, vision_config=VISION, tie_word_embeddings=False, **places)


def ends(tokenizer: PreTrainedTokenizerFast) -> list[int]:
    """The tokens that end an answer."""
    return [tokenizer.convert_tokens_to_ids(word) for word in ("<|endoftext|>", "<|user|>", "<|observation|>")]


def preprocessor(kind: str, longest_edge: int) -> dict[str, Any]:
    """The settings of the image or the video processor, which are the real model's."""
    return {
        f"{kind.lower()}_processor_type": f"Glm4v{kind}Processor",
        "processor_class": "Glm4vProcessor",
        "patch_size": 14,
        "temporal_patch_size": 2,
        "merge_size": 2,
        "do_rescale": True,
        "size": {"shortest_edge": 112 * 112, "longest_edge": longest_edge},
        "image_mean": [0.48145466, 0.4578275, 0.40821073],
        "image_std": [0.26862954, 0.26130258, 0.27577711],
    }


def write(folder: Path) -> None:
    """Write the whole model folder."""
    tokenizer = make_tokenizer()
    torch.manual_seed(0)
    model = Glm4vMoeForConditionalGeneration(make_config(tokenizer)).to(torch.bfloat16)
    model.generation_config = GenerationConfig(
        do_sample=True, temperature=1.0, eos_token_id=ends(tokenizer), pad_token_id=ends(tokenizer)[0]
    )
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    (folder / "chat_template.jinja").write_text(TEMPLATE.read_text(encoding="utf-8"), encoding="utf-8")
    write_json(folder / "preprocessor_config.json", preprocessor("Image", 9_633_792))
    write_json(folder / "video_preprocessor_config.json", preprocessor("Video", 47_040_000))
    settings = folder / "tokenizer_config.json"
    write_json(settings, json.loads(settings.read_text()) | {"processor_class": "Glm4vProcessor"})


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write readable JSON."""
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
