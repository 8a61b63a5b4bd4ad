"""Writes the model's folder: `python -m training.export WEIGHTS --tokenizer FOLDER --out FOLDER`.

The folder is what this project's own engine loads: int8 safetensors with a scale for each row, the tokenizer, the chat
template, the picture processor's settings, checksums, and a card that says how the weights were made. With `--bfloat16`
it is what transformers and vLLM load, too.
"""

import argparse
import json
from pathlib import Path
from typing import Any

from glm_backends.packed import WEIGHTS, digest, mark, packed, write_sums
from training import tokens, twin
from training.tokens import END

TEMPLATE = (
    "[gMASK]<sop>{%- for message in messages -%}"
    "{{- ('<|user|>\\n' if message.role == 'user' else '<|assistant|>\\n') -}}"
    "{%- if message.content is string -%}{{- message.content -}}{%- else -%}"
    "{%- for part in message.content -%}"
    "{%- if part.type in ['image', 'image_url'] -%}<|begin_of_image|><|image|><|end_of_image|>"
    "{%- else -%}{{- part.text -}}{%- endif -%}"
    "{%- endfor -%}{%- endif -%}{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{- '<|assistant|>\\n' -}}{%- endif -%}"
)


def export(weights: Path, tokenizer: Path, out: Path, facts: dict[str, Any], *, as_packed: bool = True) -> None:
    """Write the folder of a trained model.

    Args:
        weights: What the trainer saved.
        tokenizer: The folder of its tokenizer.
        out: Where the model goes.
        facts: For the card: how it was trained, and its scores.
        as_packed: Store int8; else bfloat16.

    Raises:
        ValueError: if the weights were trained with another tokenizer.
    """
    from safetensors.torch import load_file

    spoken = tokens.load(tokenizer)
    tokens.require(spoken, weights)
    trained = load_file(weights)
    is_tiny = trained["lm_head.weight"].shape[1] == twin.TINY.width
    model = twin.build(spoken, twin.TINY if is_tiny else twin.SMALL)
    model.load_state_dict(trained)
    write(model, spoken, out, facts, as_packed=as_packed)


def write(model: Any, tokenizer: Any, out: Path, facts: dict[str, Any], *, as_packed: bool = True) -> None:
    """Write the folder of a model in memory, which is bfloat16 afterwards."""
    from safetensors.torch import save_file

    model.bfloat16().generation_config = _generation(tokenizer)
    model.save_pretrained(out)
    if as_packed:
        save_file(packed(model.state_dict()), out / WEIGHTS, metadata={"format": "pt"})
    mark(out, as_packed=as_packed)
    tokenizer.chat_template = None
    tokenizer.save_pretrained(out)
    (out / "chat_template.jinja").write_text(TEMPLATE, encoding="utf-8")
    _write_processors(out)
    (out / "README.md").write_text(card(facts, digest(out / WEIGHTS)), encoding="utf-8")
    write_sums(out)


def _generation(tokenizer: Any) -> Any:
    from transformers import GenerationConfig

    stops = [tokenizer.convert_tokens_to_ids(token) for token in (END, "<|user|>", "<|observation|>")]
    return GenerationConfig(do_sample=False, eos_token_id=stops, pad_token_id=stops[0])


def _write_processors(out: Path) -> None:
    shared: dict[str, Any] = {
        "processor_class": "Glm4vProcessor",
        "do_rescale": True,
        "patch_size": twin.PATCH,
        "temporal_patch_size": 2,
        "merge_size": twin.MERGE,
        "image_mean": list(twin.MEAN),
        "image_std": list(twin.STD),
    }
    picture = {"image_processor_type": "Glm4vImageProcessor", "size": {"shortest_edge": 12544, "longest_edge": 9633792}}
    video = {"video_processor_type": "Glm4vVideoProcessor", "size": {"shortest_edge": 12544, "longest_edge": 47040000}}
    for name, kind in (("preprocessor_config.json", picture), ("video_preprocessor_config.json", video)):
        (out / name).write_text(json.dumps(shared | kind, indent=2) + "\n", encoding="utf-8")
    settings = out / "tokenizer_config.json"
    held = json.loads(settings.read_text(encoding="utf-8")) | {"processor_class": "Glm4vProcessor"}
    settings.write_text(json.dumps(held, indent=2) + "\n", encoding="utf-8")


def card(facts: dict[str, Any], digest: str) -> str:
    """The model card."""
    rows = "".join(f"| {name} | {value} |\n" for name, value in facts.items())
    return (
        "# The embedded model\n\n"
        "GLM-4.1V's architecture at a few thousandths of its size, trained from nothing by this project on pages this\n"
        "project draws. It has never seen a real site. docs/embedded-model.md says how it was made.\n\n"
        f"SHA-256 of `model.safetensors`: `{digest}`\n\n| fact | value |\n| --- | --- |\n{rows}"
    )


def main() -> None:
    """Write the folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--bfloat16", action="store_true", help="do not pack the weights into int8")
    parser.add_argument("--fact", action="append", default=[], metavar="NAME=VALUE", help="for the card; many")
    parser.add_argument("--scores", type=Path, help="markdown for the card, as training.evaluate writes it")
    options = parser.parse_args()
    facts = dict(fact.split("=", 1) for fact in options.fact)
    export(options.weights, options.tokenizer, options.out, facts, as_packed=not options.bfloat16)
    if options.scores:
        with (options.out / "README.md").open("a", encoding="utf-8") as readme:
            readme.write("\n" + options.scores.read_text(encoding="utf-8"))
        write_sums(options.out)
    print(f"{options.out}: {(options.out / WEIGHTS).stat().st_size / 1e6:.2f} MB of weights")


if __name__ == "__main__":
    main()
