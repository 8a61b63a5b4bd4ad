"""Sizes are computed from the models' shapes; what fits follows from them; commands have what the agent needs."""

import pytest

from glm_actions import UsageError
from glm_backends import launch
from glm_backends.gpus import Gpu, present, told
from glm_backends.sizes import CHECKPOINTS, DENSE, MOE, Checkpoint

BY_NAME = {checkpoint.name: checkpoint for checkpoint in CHECKPOINTS}
FP8, BF16 = BY_NAME["zai-org/GLM-4.5V-FP8"], BY_NAME["zai-org/GLM-4.5V"]


def test_parameters_are_those_that_transformers_builds() -> None:
    """The arithmetic is right: transformers makes a model of the same shape, without memory, and counts."""
    import torch
    from transformers import (
        Glm4vConfig,
        Glm4vForConditionalGeneration,
        Glm4vMoeConfig,
        Glm4vMoeForConditionalGeneration,
    )

    for shape, config, model in (
        (MOE, Glm4vMoeConfig, Glm4vMoeForConditionalGeneration),
        (DENSE, Glm4vConfig, Glm4vForConditionalGeneration),
    ):
        text = {
            "vocab_size": shape.vocabulary,
            "hidden_size": shape.hidden,
            "num_hidden_layers": shape.layers,
            "num_attention_heads": shape.heads,
            "num_key_value_heads": shape.kv_heads,
            "head_dim": shape.head_dim,
            "intermediate_size": shape.mlp,
            "attention_bias": True,
        }
        if shape.experts:
            text |= {
                "n_routed_experts": shape.experts,
                "moe_intermediate_size": shape.expert_mlp,
                "n_shared_experts": 1,
            }
        vision = {"depth": 24, "hidden_size": 1536, "num_heads": 12, "intermediate_size": shape.mlp}
        with torch.device("meta"):
            built = model(config(text_config=text, vision_config={**vision, "out_hidden_size": 4096}))
        assert sum(parameter.numel() for parameter in built.parameters()) == shape.parameters
        seen = sum(part.numel() for name, part in built.named_parameters() if "visual" in name)
        assert seen == shape.vision


@pytest.mark.parametrize(
    ("name", "gigabytes"),
    [
        ("zai-org/GLM-4.5V", 215.4),
        ("zai-org/GLM-4.5V-FP8", 109.8),
        ("QuantTrio/GLM-4.5V-AWQ", 67.9),
        ("zai-org/GLM-4.6V-Flash", 20.6),
    ],
)
def test_sizes(name: str, gigabytes: float) -> None:
    """Weights take what docs/models.md says."""
    assert BY_NAME[name].weight_bytes / 1e9 == pytest.approx(gigabytes, abs=0.05)


def test_a_token_of_cache() -> None:
    """188,416 bytes for GLM-4.5V."""
    assert MOE.token_bytes == 188_416


@pytest.mark.parametrize(
    ("checkpoint", "gpus", "fits"),
    [(FP8, "1x80", 0), (FP8, "2x80", 2), (FP8, "1x151", 1), (BF16, "2x80", 0), (BF16, "4x80", 4), (BF16, "3x80", 0)],
)
def test_what_fits(checkpoint: Checkpoint, gpus: str, fits: int) -> None:
    """One 80 GB card does not hold FP8, two do; BF16 takes four; three are used as two."""
    found = launch.fit(checkpoint, told(gpus))

    assert (found.gpus if found.context else 0) == fits
    assert (found.missing > 0) is (found.context == 0)


def test_int4_does_not_fit_two_cards_of_24() -> None:
    """Whatever a popular guide says."""
    assert launch.fit(BY_NAME["QuantTrio/GLM-4.5V-AWQ"], told("2x24")).context == 0


def test_the_context_is_what_was_measured_on_an_h200() -> None:
    """A real vLLM with FP8 weights of this shape had a cache of 116,832 tokens there; the estimate is within 5 %."""
    h200 = (Gpu(name="NVIDIA H200", memory=143_771 * 2**20),)
    whole = FP8.model_copy(update={"context": 10**6})

    assert launch.fit(whole, h200).context == pytest.approx(116_832, rel=0.05)


def test_no_gpus() -> None:
    """Nothing fits on nothing, and no driver is no error."""
    assert [found.gpus for found in launch.fits(())] == [0] * len(CHECKPOINTS)
    assert isinstance(present(), tuple)


@pytest.mark.parametrize("text", ["", "80", "0x80", "4x", "4x80GB"])
def test_gpus_that_are_not_understood(text: str) -> None:
    with pytest.raises(UsageError, match="names no GPUs"):
        told(text)


def test_flags_that_depend_on_the_machine() -> None:
    """Several GPUs share experts and run the vision tower whole; one needs neither."""
    alone, eight = (
        launch.command(launch.fit(FP8, told(gpus)), "vllm", images=4, port=8000) for gpus in ("1x200", "8x40")
    )

    assert "--mm-encoder-tp-mode" in eight
    assert "--enable-expert-parallel" in eight
    assert "--mm-encoder-tp-mode" not in alone
    assert alone[alone.index("--limit-mm-per-prompt") + 1] == '{"image": 4, "video": 0}'
