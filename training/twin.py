"""The model, and a twin of its forward pass that takes many questions about each picture at once.

`build` makes a `Glm4vForConditionalGeneration`, the architecture of GLM-4.1V, at a few thousandths of its size.
`Twin` runs the same weights on a batch of rows: one picture, then many questions that see the picture and themselves
but not each other, each at the positions it would have alone. Tests hold the two to the same logits.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from training.tokens import END, TURN

PATCH = 14
MERGE = 2
MEAN = (0.48145466, 0.4578275, 0.40821073)
STD = (0.26862954, 0.26130258, 0.27577711)
NOWHERE = 255
"""The segment of what belongs to no question."""


@dataclass(frozen=True)
class Shape:
    """The size of a model."""

    vision_width: int = 320
    vision_depth: int = 8
    vision_heads: int = 5
    width: int = 384
    depth: int = 8
    heads: int = 6
    groups: int = 2
    """Heads of keys and values."""
    inner: int = 1024
    merger: int = 1024
    table: int = 48
    """Side of the table of positions, in patches."""


SMALL = Shape()
TINY = Shape(
    vision_width=64, vision_depth=2, vision_heads=2, width=128, depth=3, heads=4, inner=256, merger=128, table=24
)
"""For tests on a CPU."""


def config(tokenizer: Any, shape: Shape = SMALL) -> Any:
    """The Hugging Face configuration of a model of this size."""
    from transformers import Glm4vConfig

    number = tokenizer.convert_tokens_to_ids
    rotary = shape.width // shape.heads // 4
    text = {
        "vocab_size": -(-len(tokenizer) // 64) * 64,
        "hidden_size": shape.width,
        "intermediate_size": shape.inner,
        "num_hidden_layers": shape.depth,
        "num_attention_heads": shape.heads,
        "num_key_value_heads": shape.groups,
        "max_position_embeddings": 8192,
        "rms_norm_eps": 1e-5,
        "pad_token_id": number(END),
        "eos_token_id": [number(END), number("<|user|>"), number("<|observation|>")],
        "rope_parameters": {
            "rope_type": "default",
            "rope_theta": 10000.0,
            "mrope_section": [rotary - 2 * (rotary * 3 // 8), rotary * 3 // 8, rotary * 3 // 8],
            "partial_rotary_factor": 0.5,
        },
    }
    vision = {
        "depth": shape.vision_depth,
        "hidden_size": shape.vision_width,
        "num_heads": shape.vision_heads,
        "intermediate_size": shape.merger,
        "out_hidden_size": shape.width,
        "image_size": shape.table * PATCH,
        "patch_size": PATCH,
        "spatial_merge_size": MERGE,
        "temporal_patch_size": 2,
        "in_channels": 3,
    }
    marks = {
        f"{name}_token_id": number(token)
        for name, token in {
            "image": "<|image|>",
            "video": "<|video|>",
            "image_start": "<|begin_of_image|>",
            "image_end": "<|end_of_image|>",
            "video_start": "<|begin_of_video|>",
            "video_end": "<|end_of_video|>",
        }.items()
    }
    return Glm4vConfig(text_config=text, vision_config=vision, tie_word_embeddings=False, **marks)


def shape_of(config: Mapping[str, Any]) -> Shape:
    """The size of a model with this config.json."""
    text, vision = config["text_config"], config["vision_config"]
    return Shape(
        vision_width=vision["hidden_size"],
        vision_depth=vision["depth"],
        vision_heads=vision["num_heads"],
        width=text["hidden_size"],
        depth=text["num_hidden_layers"],
        heads=text["num_attention_heads"],
        groups=text["num_key_value_heads"],
        inner=text["intermediate_size"],
        merger=vision["intermediate_size"],
        table=vision["image_size"] // PATCH,
    )


def build(tokenizer: Any, shape: Shape = SMALL, seed: int = 0) -> Any:
    """A model with random weights."""
    from transformers import Glm4vForConditionalGeneration

    torch.manual_seed(seed)
    return Glm4vForConditionalGeneration(config(tokenizer, shape))


def _turned(states: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary positions of the picture: halves are pairs."""
    first, second = states.float().chunk(2, -1)
    return (states.float() * cos + torch.cat((-second, first), -1) * sin).to(states.dtype)


def _turned_pairs(states: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary positions of the text: neighbours are pairs, and only the first half of a head is turned."""
    size = cos.shape[-1]
    turned, rest = states[..., :size].float(), states[..., size:]
    across = torch.stack((-turned[..., 1::2], turned[..., 0::2]), -1).flatten(-2)
    return torch.cat(((turned * cos + across * sin).to(states.dtype), rest), -1)


class VisionBlock(nn.Module):  # type: ignore[misc,unused-ignore]
    """One block of the picture's encoder, over a batch."""

    def __init__(self, block: Any) -> None:
        super().__init__()
        self.block = block

    def forward(self, states: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """All patches of a picture see each other."""
        block, (batch, count, width) = self.block, states.shape
        heads = block.attn.num_heads
        joint = block.attn.qkv(block.norm1(states)).view(batch, count, 3, heads, -1)
        query, key, value = joint.permute(2, 0, 3, 1, 4).unbind(0)
        seen = F.scaled_dot_product_attention(_turned(query, cos, sin), _turned(key, cos, sin), value)
        states = states + block.attn.proj(seen.transpose(1, 2).reshape(batch, count, width))
        return states + block.mlp(block.norm2(states))


class TextBlock(nn.Module):  # type: ignore[misc,unused-ignore]
    """One layer of the language model, over a batch of packed rows."""

    def __init__(self, layer: Any) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, states: Tensor, cos: Tensor, sin: Tensor, mask: Any) -> Tensor:
        """Each token sees what the mask lets it see."""
        layer, attention = self.layer, self.layer.self_attn
        batch, count, _ = states.shape
        normed = layer.input_layernorm(states)
        query, key, value = (
            project(normed).view(batch, count, -1, attention.head_dim).transpose(1, 2)
            for project in (attention.q_proj, attention.k_proj, attention.v_proj)
        )
        query, key = _turned_pairs(query, cos, sin), _turned_pairs(key, cos, sin)
        seen = _attend(query, key, value, mask)
        seen = attention.o_proj(seen.transpose(1, 2).reshape(batch, count, -1))
        states = states + layer.post_self_attn_layernorm(seen)
        return states + layer.post_mlp_layernorm(layer.mlp(layer.post_attention_layernorm(states)))


def _attend(query: Tensor, key: Tensor, value: Tensor, mask: Any) -> Tensor:
    if isinstance(mask, Tensor):
        return F.scaled_dot_product_attention(query, key, value, attn_mask=mask, enable_gqa=True)
    from torch.nn.attention.flex_attention import flex_attention

    seen: Tensor = flex_attention(query, key, value, block_mask=mask, enable_gqa=True)
    return seen


class Twin(nn.Module):  # type: ignore[misc,unused-ignore]
    """The batched forward pass.

    Args:
        model: A `Glm4vForConditionalGeneration`; its weights are used as they are.
        tokenizer: Its tokenizer.
        fast: Use flex attention and compile the blocks; needs a GPU.
    """

    def __init__(self, model: Any, tokenizer: Any, *, fast: bool = False) -> None:
        super().__init__()
        self.model = model
        self.fast = fast
        before, after = (tokenizer(text)["input_ids"] for text in TURN.split("<|image|>"))
        self.register_buffer("before", torch.tensor(before), persistent=False)
        self.register_buffer("after", torch.tensor(after), persistent=False)
        self.vision_blocks = nn.ModuleList(VisionBlock(block) for block in model.model.visual.blocks)
        self.text_blocks = nn.ModuleList(TextBlock(layer) for layer in model.model.language_model.layers)
        self._make_mask: Any = None
        if fast:
            self._compile()

    def _compile(self) -> None:
        from torch.nn.attention.flex_attention import create_block_mask

        # One graph for each kind of block and each size of picture, and some to spare.
        torch._dynamo.config.recompile_limit = 64  # noqa: SLF001
        self._make_mask = torch.compile(create_block_mask)
        for block in (*self.vision_blocks, *self.text_blocks):
            block.compile(dynamic=False)

    def pictures(self, pixels: Tensor) -> Tensor:
        """Embeddings of pictures: bytes (batch, height, width, 3) to (batch, tokens, width)."""
        visual = self.model.model.visual
        batch, rows, columns = pixels.shape[0], pixels.shape[1] // PATCH, pixels.shape[2] // PATCH
        patches = _patches(pixels)
        # Both frames of a still picture are the same, so the two slices of the kernel are one.
        kernel = visual.patch_embed.proj.weight.sum(2).flatten(1)
        states = visual.post_conv_layernorm(F.linear(patches, kernel, visual.patch_embed.proj.bias))
        down, across = _coordinates(rows, columns, pixels.device)
        states = states + self._places(down, across, rows, columns)
        states = states.to(torch.get_autocast_dtype("cuda")) if torch.is_autocast_enabled("cuda") else states
        cos, sin = self._axial(down, across)
        for block in self.vision_blocks:
            states = block(states, cos, sin)
        states = visual.post_layernorm(states).view(-1, MERGE, MERGE, states.shape[-1]).permute(0, 3, 1, 2)
        joined = states.reshape(states.shape[0], -1)
        merged = F.linear(joined, visual.downsample.weight.flatten(1), visual.downsample.bias)
        shown: Tensor = visual.merger(merged).view(batch, rows * columns // MERGE**2, -1)
        return shown

    def _places(self, down: Tensor, across: Tensor, rows: int, columns: int) -> Tensor:
        table = self.model.model.visual.embeddings.position_embedding.weight.float()
        side = int(table.shape[0] ** 0.5)
        grid = torch.stack(((across + 0.5) / columns * 2 - 1, (down + 0.5) / rows * 2 - 1), -1)
        square = table.view(side, side, -1).permute(2, 0, 1)[None]
        found = F.grid_sample(
            square, grid[None, :, None].float(), mode="bicubic", align_corners=False, padding_mode="border"
        )
        return found[0, :, :, 0].T

    def _axial(self, down: Tensor, across: Tensor) -> tuple[Tensor, Tensor]:
        size = self.model.config.vision_config.hidden_size // self.model.config.vision_config.num_heads // 2
        speeds = 1.0 / 10000.0 ** (torch.arange(0, size, 2, device=down.device).float() / size)
        angles = torch.cat((down[:, None] * speeds, across[:, None] * speeds), -1)
        angles = torch.cat((angles, angles), -1)
        return angles.cos(), angles.sin()

    def forward(self, pixels: Tensor, ids: Tensor, segments: Tensor, places: Tensor) -> Tensor:
        """Final states before each token of the rows: (batch, length, width), the n-th predicts the n-th token.

        Args:
            pixels: One picture a row, bytes (batch, height, width, 3).
            ids: The tokens of the questions, one after another (batch, length).
            segments: Which question each token belongs to, from 1; 0 for filling.
            places: The place of each token in its own question.
        """
        language = self.model.model.language_model
        shown = self.pictures(pixels)
        rows, columns = (side // PATCH // MERGE for side in pixels.shape[1:3])
        before, after = (
            language.embed_tokens(part).to(shown.dtype).expand(len(ids), -1, -1) for part in (self.before, self.after)
        )
        states = torch.cat((before, shown, after, language.embed_tokens(ids).to(shown.dtype)), 1)
        prefix = states.shape[1] - ids.shape[1]
        cos, sin = self._positions(places, rows, columns)
        mask = self._mask(segments, prefix)
        for block in self.text_blocks:
            states = block(states, cos, sin, mask)
        normed: Tensor = language.norm(states)
        return normed[:, prefix - 1 : -1]

    def _positions(self, places: Tensor, rows: int, columns: int) -> tuple[Tensor, Tensor]:
        """Cosines and sines of the three-part rotary positions."""
        device, start = places.device, len(self.before)
        picture = torch.stack(
            torch.meshgrid(*(torch.arange(n, device=device) for n in (1, rows, columns)), indexing="ij")
        )
        after = start + max(rows, columns)
        fixed = torch.cat(
            (
                torch.arange(start, device=device).expand(3, -1),
                picture.flatten(1) + start,
                after + torch.arange(len(self.after), device=device).expand(3, -1),
            ),
            1,
        )
        moving = places.long() + after + len(self.after)
        joint = torch.cat((fixed[:, None].expand(-1, len(places), -1), moving[None].expand(3, -1, -1)), 2)
        return self._three_part(joint)

    def _three_part(self, places: Tensor) -> tuple[Tensor, Tensor]:
        text = self.model.config.text_config
        size = text.hidden_size // text.num_attention_heads // 2
        speeds = 1.0 / 10000.0 ** (torch.arange(0, size, 2, device=places.device).float() / size)
        parts = (places[..., None].float() * speeds).split(text.rope_parameters["mrope_section"], -1)
        angles = torch.cat([part[index] for index, part in enumerate(parts)], -1).repeat_interleave(2, -1)[:, None]
        return angles.cos(), angles.sin()

    def _mask(self, segments: Tensor, prefix: int) -> Any:
        """Who sees whom: the prefix and the own question, backwards only."""
        shared = torch.zeros(len(segments), prefix, dtype=torch.int32, device=segments.device)
        own = torch.where(segments == 0, NOWHERE, segments.int()).int()
        joint = torch.cat((shared, own), 1)
        if not self.fast:
            order = torch.arange(joint.shape[1], device=joint.device)
            earlier = order[:, None] >= order[None]
            return (earlier[None] & ((joint[:, None] == 0) | (joint[:, None] == joint[:, :, None])))[:, None]

        def sees(batch: Tensor, _: Tensor, query: Tensor, key: Tensor) -> Tensor:
            return (query >= key) & ((joint[batch, key] == 0) | (joint[batch, key] == joint[batch, query]))

        length = joint.shape[1]
        return self._make_mask(sees, len(joint), None, length, length, device=joint.device)


def _patches(pixels: Tensor) -> Tensor:
    """Normalised patches in the order in which four neighbours are merged: (batch, patches, 3 * 14 * 14)."""
    mean, std = (torch.tensor(values, device=pixels.device) * 255 for values in (MEAN, STD))
    batch, height, width, _ = pixels.shape
    rows, columns, side = height // PATCH, width // PATCH, PATCH
    cut = ((pixels.float() - mean) / std).view(batch, rows // MERGE, MERGE, side, columns // MERGE, MERGE, side, 3)
    return cut.permute(0, 1, 4, 2, 5, 7, 3, 6).reshape(batch, rows * columns, 3 * side * side)


def _coordinates(rows: int, columns: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Row and column of each patch, in that same order."""
    down, across = torch.meshgrid(
        torch.arange(rows, device=device), torch.arange(columns, device=device), indexing="ij"
    )

    def ordered(grid: Tensor) -> Tensor:
        return grid.reshape(rows // MERGE, MERGE, columns // MERGE, MERGE).transpose(1, 2).flatten()

    return ordered(down), ordered(across)
