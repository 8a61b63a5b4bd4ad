"""Write a tiny random-weight model in llama.cpp's format: `python tiny_gguf.py FILE`. The same bytes each time.

It has no eyes: llama.cpp keeps those in a file of their own. Every byte is a token, so it can say anything.
"""

import sys
from pathlib import Path

import gguf
import numpy as np

TEMPLATE = Path(__file__).parent / "chat_template.jinja"
SPECIAL = ("<|endoftext|>", "<|system|>", "<|user|>", "<|assistant|>", "<|observation|>")
THOUGHTS = ("<think>", "</think>")
HIDDEN, HEADS, LAYERS, INNER, CONTEXT = 128, 4, 2, 256, 8192
VOCABULARY = 288


def byte_names() -> list[str]:
    """How byte-level vocabularies write the 256 bytes."""
    plain = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    shifted = iter(range(0x100, 0x200))
    return [chr(byte if byte in plain else next(shifted)) for byte in range(256)]


def write_vocabulary(writer: gguf.GGUFWriter) -> None:
    """Bytes, one merge, since the format wants one, the control tokens of GLM, and padding."""
    known = [*byte_names(), "th", *SPECIAL, *THOUGHTS]
    kinds = [gguf.TokenType.NORMAL] * 257 + [gguf.TokenType.CONTROL] * 5 + [gguf.TokenType.USER_DEFINED] * 2
    padding = [f"<unused{number}>" for number in range(VOCABULARY - len(known))]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list([*known, *padding])
    writer.add_token_types([*kinds, *[gguf.TokenType.UNUSED] * len(padding)])
    writer.add_token_merges(["t h"])
    writer.add_eos_token_id(known.index(SPECIAL[0]))
    writer.add_add_bos_token(False)
    writer.add_chat_template(TEMPLATE.read_text())


def write_shape(writer: gguf.GGUFWriter) -> None:
    writer.add_vocab_size(VOCABULARY)
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(HIDDEN)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(HIDDEN // HEADS)


def write_weights(writer: gguf.GGUFWriter) -> None:
    rng = np.random.default_rng(0)
    normal = {"token_embd": (VOCABULARY, HIDDEN), "output": (VOCABULARY, HIDDEN)}
    ones = ["output_norm"]
    for layer in range(LAYERS):
        normal |= {f"blk.{layer}.attn_{part}": (HIDDEN, HIDDEN) for part in ("q", "k", "v", "output")}
        normal |= {f"blk.{layer}.ffn_{part}": (INNER, HIDDEN) for part in ("gate", "up")}
        normal[f"blk.{layer}.ffn_down"] = (HIDDEN, INNER)
        ones += [f"blk.{layer}.attn_norm", f"blk.{layer}.ffn_norm"]
    for name, shape in normal.items():
        writer.add_tensor(f"{name}.weight", (rng.standard_normal(shape) * 0.05).astype(np.float32))
    for name in ones:
        writer.add_tensor(f"{name}.weight", np.ones(HIDDEN, np.float32))


def main() -> None:
    writer = gguf.GGUFWriter(sys.argv[1], "llama")
    write_shape(writer)
    write_vocabulary(writer)
    write_weights(writer)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main()
