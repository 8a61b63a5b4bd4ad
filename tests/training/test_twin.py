"""The batched twin computes what Hugging Face's own forward pass computes."""

from typing import Any

import pytest
import torch

from training import tokens, twin

SHAPE = twin.Shape(
    vision_width=64, vision_depth=2, vision_heads=1, width=128, depth=2, heads=2, groups=1, inner=256, merger=128
)
QUESTIONS = (
    'Goal: Click here<|assistant|>\n{"reason":"","action":{"action_type":"left_click","start_box":[512,0]}}',
    "Goal: other",
)


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    return tokens.make(("Click", " here"))


def reference(model: Any, tokenizer: Any, pixels: torch.Tensor, question: list[int]) -> torch.Tensor:
    height, width = pixels.shape[:2]
    patches = twin._patches(pixels[None])[0].view(-1, 3, 1, 14, 14).expand(-1, -1, 2, -1, -1).flatten(1)
    before, after = (tokenizer(text)["input_ids"] for text in tokens.TURN.split("<|image|>"))
    image = tokenizer.convert_tokens_to_ids("<|image|>")
    ids = torch.tensor([before + [image] * (height * width // 28**2) + after + question])
    grid = torch.tensor([[1, height // 14, width // 14]])
    given = {"attention_mask": torch.ones_like(ids), "mm_token_type_ids": (ids == image).int()}
    logits = model(input_ids=ids, pixel_values=patches, image_grid_thw=grid, **given).logits[0]
    return logits[-len(question) :]


@pytest.mark.parametrize("size", [(56, 84), (112, 56)])
def test_packed_questions_have_the_logits_they_have_alone(tokenizer: Any, size: tuple[int, int]) -> None:
    model = twin.build(tokenizer, SHAPE).eval()
    pixels = torch.randint(0, 256, (1, *size, 3), dtype=torch.uint8)
    questions = [tokenizer(text)["input_ids"] for text in QUESTIONS]
    ids = torch.tensor([[token for one in questions for token in one]])
    segments = torch.tensor([[number for number, one in enumerate(questions, 1) for _ in one]])
    places = torch.tensor([[place for one in questions for place in range(len(one))]])
    with torch.no_grad():
        packed = model.lm_head(twin.Twin(model, tokenizer)(pixels, ids, segments, places))[0]
        start = 0
        for question in questions:
            alone = reference(model, tokenizer, pixels[0], question)
            # The state before the n-th token predicts it; the first one belongs to what comes before the question.
            torch.testing.assert_close(packed[start + 1 : start + len(question)], alone[:-1], atol=1e-4, rtol=1e-4)
            start += len(question)
