"""Checkpoints of both architectures with random weights, small enough to be made in a test."""

import io
import random
from pathlib import Path
from typing import Any

import torch
import transformers
from PIL import Image

from glm_backends.model import Picture

from ..engines import tiny_glm  # noqa: TID252

TEXT = {"hidden_size": 64, "intermediate_size": 96, "head_dim": 16, "num_attention_heads": 4, "num_key_value_heads": 2}
VISION = {"hidden_size": 32, "num_heads": 2, "intermediate_size": 64, "out_hidden_size": 64, "depth": 1}


def write(folder: Path, kind: str) -> Path:
    """A whole checkpoint of the type `glm4v` or `glm4v_moe`, whose texts come to an end by themselves."""
    tokenizer = tiny_glm.make_tokenizer()
    torch.manual_seed(0)
    model = _model(kind, tokenizer)
    _make_texts_end(model, tokenizer)
    ends = tiny_glm.ends(tokenizer)
    model.generation_config = transformers.GenerationConfig(eos_token_id=ends, pad_token_id=ends[0])
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    (folder / "chat_template.jinja").write_text(tiny_glm.TEMPLATE.read_text())
    tiny_glm.write_json(folder / "preprocessor_config.json", tiny_glm.preprocessor("Image", 9_633_792))
    return folder


def picture(seed: int, size: tuple[int, int] = (112, 84)) -> Picture:
    """A picture of random colours."""
    image = Image.frombytes("RGB", size, random.Random(seed).randbytes(size[0] * size[1] * 3))
    png = io.BytesIO()
    image.save(png, "PNG")
    return Picture(png=png.getvalue())


def _model(kind: str, tokenizer: Any) -> Any:
    config = tiny_glm.make_config(tokenizer)
    text = config.text_config.to_dict() | TEXT | {"rope_parameters": _rope()}
    vision = config.vision_config.to_dict() | VISION
    name = "Glm4vMoe" if kind == "glm4v_moe" else "Glm4v"
    for part, settings in (("text", text), ("vision", vision)):
        settings["model_type"] = f"{kind}_{part}"
    tokens = {key: value for key, value in config.to_dict().items() if key.endswith("_token_id")}
    own = getattr(transformers, f"{name}Config")(text_config=text, vision_config=vision, **tokens)
    return getattr(transformers, f"{name}ForConditionalGeneration")(own).eval()


def _rope() -> dict[str, Any]:
    return {"rope_type": "default", "rope_theta": 10000.0, "partial_rotary_factor": 0.5, "mrope_section": [1, 1, 2]}


def _make_texts_end(model: Any, tokenizer: Any) -> None:
    """Random weights never close a quote: one dimension is set to the same for all tokens, and says "quote"."""
    quotes = [token for word, token in tokenizer.get_vocab().items() if word.startswith('"')]
    with torch.no_grad():
        model.lm_head.weight *= 40
        model.model.language_model.embed_tokens.weight[:, 0] = 60.0
        model.lm_head.weight[:, 0] = 0.0
        model.lm_head.weight[quotes, 0] = 0.5
