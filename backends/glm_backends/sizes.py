"""How large the models are: parameters from their shapes, bytes from how the weights are stored; see docs/models.md."""

from collections.abc import Mapping
from typing import Literal

from glm_actions.frozen import Frozen

Stored = Literal["BF16", "FP8", "INT4", "Q4_K_M"]


class Shape(Frozen):
    """The shape of a language model with eyes, as its config.json has it."""

    layers: int
    heads: int
    kv_heads: int
    mlp: int
    """Width of a dense layer's MLP."""
    norms: int
    """RMS norms a layer."""
    vision: int
    """Parameters of the vision tower with its merger."""
    hidden: int = 4096
    head_dim: int = 128
    vocabulary: int = 151_552
    dense: int = 0
    """Layers without experts, if there are experts."""
    experts: int = 0
    expert_mlp: int = 0

    @property
    def routed(self) -> int:
        """Parameters of the routed experts."""
        return (self.layers - self.dense) * self.experts * 3 * self.hidden * self.expert_mlp

    @property
    def linear(self) -> int:
        """Parameters of all matrices between the embeddings, experts included: what is quantised."""
        attention = self.layers * self.hidden * self.head_dim * 2 * (self.heads + self.kv_heads)
        if not self.experts:
            return attention + self.layers * 3 * self.hidden * self.mlp
        shared = (self.layers - self.dense) * 3 * self.hidden * self.expert_mlp
        return attention + self.dense * 3 * self.hidden * self.mlp + shared + self.routed

    @property
    def parameters(self) -> int:
        """All of them."""
        biases = self.layers * self.head_dim * (self.heads + 2 * self.kv_heads)
        norms = (self.layers * self.norms + 1) * self.hidden
        routers = (self.layers - self.dense) * self.experts * self.hidden
        return self.linear + 2 * self.vocabulary * self.hidden + self.vision + biases + norms + routers

    @property
    def token_bytes(self) -> int:
        """What a token takes in a BF16 cache."""
        return self.layers * self.kv_heads * self.head_dim * 2 * 2


MOE = Shape(
    layers=46,
    heads=96,
    kv_heads=8,
    mlp=10_944,
    norms=2,
    vision=858_681_856,
    dense=1,
    experts=128,
    expert_mlp=1408,
)
"""GLM-4.5V and GLM-4.6V."""
DENSE = Shape(layers=40, heads=32, kv_heads=2, mlp=13_696, norms=4, vision=892_498_432)
"""GLM-4.1V-9B and GLM-4.6V-Flash."""

_BITS: Mapping[Stored, float] = {
    "BF16": 16,
    "FP8": 8,
    # Four bits a weight; for each 128 weights a scale of 16 bits and a zero point of four.
    "INT4": 4 + 20 / 128,
    # What llama.cpp's own table has for models of this kind, over all matrices.
    "Q4_K_M": 4.85,
}


class Checkpoint(Frozen):
    """Weights that can be downloaded."""

    name: str
    """Its repository, or for GGUF the file's name."""
    served: str
    """What the server is to call it."""
    shape: Shape
    stored: Stored
    context: int
    """Tokens that the model can read."""

    @property
    def weight_bytes(self) -> int:
        """Embeddings, vision, norms and routers stay in BF16; INT4 is that of the experts alone."""
        squeezed = self.shape.routed if self.stored == "INT4" else self.shape.linear
        return int(squeezed * _BITS[self.stored] / 8) + 2 * (self.shape.parameters - squeezed)


CHECKPOINTS = (
    Checkpoint(name="zai-org/GLM-4.5V-FP8", served="glm-4.5v", shape=MOE, stored="FP8", context=65_536),
    Checkpoint(name="zai-org/GLM-4.5V", served="glm-4.5v", shape=MOE, stored="BF16", context=65_536),
    Checkpoint(name="zai-org/GLM-4.6V-FP8", served="glm-4.6v", shape=MOE, stored="FP8", context=131_072),
    Checkpoint(name="zai-org/GLM-4.6V", served="glm-4.6v", shape=MOE, stored="BF16", context=131_072),
    Checkpoint(name="QuantTrio/GLM-4.5V-AWQ", served="glm-4.5v", shape=MOE, stored="INT4", context=65_536),
    Checkpoint(name="GLM-4.6V-Q4_K_M.gguf", served="glm-4.6v", shape=MOE, stored="Q4_K_M", context=131_072),
    Checkpoint(name="zai-org/GLM-4.6V-Flash", served="glm-4.6v-flash", shape=DENSE, stored="BF16", context=131_072),
    Checkpoint(name="zai-org/GLM-4.1V-9B-Thinking", served="glm-4.1v", shape=DENSE, stored="BF16", context=65_536),
    Checkpoint(
        name="GLM-4.6V-Flash-Q4_K_M.gguf",
        served="glm-4.6v-flash",
        shape=DENSE,
        stored="Q4_K_M",
        context=131_072,
    ),
)
"""The best first: what is served if it fits."""
