"""What differs between model servers, as data."""

import json
from collections.abc import Mapping
from typing import Any

from glm_actions.frozen import Frozen
from glm_backends.model import Form, Options


class Dialect(Frozen):
    """How one kind of server wants to be asked for what the OpenAI API has no word for."""

    name: str
    grammar_path: tuple[str, ...]
    """Where in the request the grammar's text goes."""
    thinking_fields: tuple[str, ...]
    """Where in an answer the thinking is found, whichever comes first."""

    def extra_body(self, form: Form, options: Options) -> dict[str, Any]:
        """The fields of a request beside the standard ones."""
        body: dict[str, Any] = {
            "top_k": options.top_k,
            "repetition_penalty": options.repetition_penalty,
            "chat_template_kwargs": {"enable_thinking": options.thinking},
        }
        value: Any = form.grammar()
        for key in reversed(self.grammar_path[1:]):
            value = {key: value}
        return {**body, self.grammar_path[0]: value}


VLLM = Dialect(
    name="vllm",
    # The older `guided_grammar` is ignored by vLLM 0.12 and later, with HTTP 200 and an unconstrained answer.
    grammar_path=("structured_outputs", "grammar"),
    thinking_fields=("reasoning", "reasoning_content"),
)


def error_text(body: object) -> str:
    """What a server says is wrong, out of the body of its answer; bodies come nested, flat, or as plain text."""
    if isinstance(body, Mapping):
        inner = body.get("error", body)
        message = inner.get("message") if isinstance(inner, Mapping) else inner
        return str(message or json.dumps(body))
    return str(body or "")
