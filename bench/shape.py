"""Writes the folder of a checkpoint with GLM-4.5V-FP8's shape and no weights: `python -m bench.shape FOLDER`.

What a model says does not change how fast it is, so `vllm serve FOLDER --load-format dummy` is as fast as the real one.
Its vocabulary is the stand-in of `tokens.py` with GLM-4.5V's control tokens, each with its own number.
Needs `pip install --group bench`, torch and transformers.
"""

import json
import sys
from pathlib import Path
from typing import Any

from bench.tokens import SPLIT, merges
from glm_backends.sizes import MOE
from tests.engines.tiny_glm import PICTURES, SPECIAL, TEMPLATE, VISIBLE, ends, preprocessor, write_json

ORDINARY = 151_329
"""Tokens before the control tokens; `<|endoftext|>` has this number."""
VISION = {
    "depth": 24,
    "hidden_size": 1536,
    "num_heads": 12,
    "intermediate_size": 10_944,
    "out_hidden_size": MOE.hidden,
    "image_size": 336,
    "patch_size": 14,
    "spatial_merge_size": 2,
    "temporal_patch_size": 2,
    "in_channels": 3,
}
FP8: dict[str, Any] = {"num_bits": 8, "type": "float", "symmetric": True}
QUANTIZED = {
    "quant_method": "compressed-tensors",
    "format": "float-quantized",
    "quantization_status": "compressed",
    "ignore": ["lm_head", "re:.*visual.*", "re:.*mlp[.]gate$"],
    "config_groups": {
        "group_0": {
            "targets": ["Linear"],
            "weights": {**FP8, "strategy": "channel", "dynamic": False, "observer": "minmax"},
            "input_activations": {**FP8, "strategy": "token", "dynamic": True},
        }
    },
}
"""As llm-compressor writes it: a scale for each row of the weights, and for each token."""


def make_tokenizer(folder: Path) -> Any:
    """Byte-level BPE of the real size."""
    from tokenizers import AddedToken
    from transformers import PreTrainedTokenizerFast
    from transformers.convert_slow_tokenizer import TikTokenConverter

    cut = folder / "ordinary.tiktoken"
    cut.write_text("\n".join(merges().read_text().splitlines()[:ORDINARY]) + "\n")
    tokenizer = TikTokenConverter(vocab_file=str(cut), pattern=SPLIT).converted()
    cut.unlink()
    for words, special in ((SPECIAL, True), (VISIBLE, False), (PICTURES, True)):
        add = tokenizer.add_special_tokens if special else tokenizer.add_tokens
        add([AddedToken(word, special=special, normalized=False) for word in words])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token=SPECIAL[0], pad_token=SPECIAL[0], clean_up_tokenization_spaces=False
    )


def make_config(tokenizer: Any) -> dict[str, Any]:
    """What config.json says."""
    from transformers import Glm4vMoeConfig

    number = tokenizer.convert_tokens_to_ids
    text = {
        "vocab_size": MOE.vocabulary,
        "hidden_size": MOE.hidden,
        "intermediate_size": MOE.mlp,
        "num_hidden_layers": MOE.layers,
        "num_attention_heads": MOE.heads,
        "num_key_value_heads": MOE.kv_heads,
        "head_dim": MOE.head_dim,
        "attention_bias": True,
        "use_qk_norm": False,
        "max_position_embeddings": 65_536,
        "partial_rotary_factor": 0.5,
        "rope_parameters": {
            "rope_type": "default",
            "rope_theta": 10000.0,
            "partial_rotary_factor": 0.5,
            "mrope_section": [8, 12, 12],
        },
        "first_k_dense_replace": MOE.dense,
        "n_routed_experts": MOE.experts,
        "num_experts_per_tok": 8,
        "n_shared_experts": 1,
        "n_group": 1,
        "topk_group": 1,
        "norm_topk_prob": True,
        "routed_scaling_factor": 1.0,
        "moe_intermediate_size": MOE.expert_mlp,
        "pad_token_id": number(SPECIAL[0]),
        "eos_token_id": ends(tokenizer),
        "dtype": "bfloat16",
    }
    marks = {
        f"{kind}{mark}_token_id": number(f"<|{before}{kind}|>")
        for kind in ("image", "video")
        for mark, before in (("", ""), ("_start", "begin_of_"), ("_end", "end_of_"))
    }
    config = Glm4vMoeConfig(text_config=text, vision_config=VISION, tie_word_embeddings=False, **marks)
    named = {"architectures": ["Glm4vMoeForConditionalGeneration"], "dtype": "bfloat16"}
    told = {**config.to_dict(), **named, "quantization_config": QUANTIZED}
    # Where engines looked for it before there were rope_parameters.
    told["text_config"] |= {"rope_theta": 10000.0, "partial_rotary_factor": 0.5}
    return told


def write(folder: Path) -> None:
    """Write everything but the weights."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = make_tokenizer(folder)
    tokenizer.save_pretrained(folder)
    settings = folder / "tokenizer_config.json"
    write_json(settings, json.loads(settings.read_text()) | {"processor_class": "Glm4vProcessor"})
    stops = {"eos_token_id": ends(tokenizer), "pad_token_id": ends(tokenizer)[0]}
    write_json(folder / "config.json", make_config(tokenizer))
    write_json(folder / "generation_config.json", {"do_sample": True, "temperature": 1.0, **stops})
    write_json(folder / "preprocessor_config.json", preprocessor("Image", 9_633_792))
    write_json(folder / "video_preprocessor_config.json", preprocessor("Video", 47_040_000))
    (folder / "chat_template.jinja").write_text(TEMPLATE.read_text(encoding="utf-8"), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
