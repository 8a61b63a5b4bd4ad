"""How answers are drawn for each kind of work; docs/protocols.md says where each number is from."""

from collections.abc import Mapping
from typing import Literal

from glm_backends.model import Options

Sampling = Literal["agent", "grounding", "reading", "describing"]

AGENT = Options(temperature=0.001, top_p=1.0, top_k=1)
"""Choosing an action: as good as greedy."""
GROUNDING = Options(temperature=0.001, top_p=1.0, top_k=1, max_tokens=128)
"""Pointing at something: as for choosing an action, and short. Thinking does not help it."""
READING = Options(temperature=0.001, top_p=1.0, top_k=1, max_tokens=8192)
"""Copying text off a screen: never a penalty on repetition, which would change what stands there twice."""
DESCRIBING = Options(temperature=0.8, top_p=0.6, top_k=2, repetition_penalty=1.1, max_tokens=8192)
"""Telling in free words what is seen."""

PRESETS: Mapping[Sampling, Options] = {
    "agent": AGENT,
    "grounding": GROUNDING,
    "reading": READING,
    "describing": DESCRIBING,
}
