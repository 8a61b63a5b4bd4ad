"""What differs between model servers, as data."""

import html
import json
import re
from collections.abc import Mapping
from typing import Any, Literal

from glm_actions import ebnf
from glm_actions.frozen import Frozen
from glm_backends.model import Form, Options

_TAG = re.compile(r"<(style|script|head)\b.*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)
MOST_ERROR = 300
"""Characters of an error that are worth showing."""
EYES = "Start llama-server with --mmproj and the model's projector."


class Remedies(Frozen):
    """What mends a server of one kind, to the flag."""

    grammar: str
    """When answers do not keep to the grammar."""
    thinking: str
    """When thinking is not told from the answer, or cannot be had under a grammar."""
    pictures: str
    """When it takes too few pictures; `{count}` is how many are needed."""
    context: str
    """When it reads too few tokens; `{count}` is how many are needed."""
    cache_told: str
    """When it does not say how many tokens came from its cache."""
    cache: str
    """When it has no cache for prompts."""
    sight: str = "Serve GLM-4.5V or another model that sees, with all of its weights."
    """When the model does not see."""


class Dialect(Frozen):
    """How one kind of server wants to be asked for what the OpenAI API has no word for."""

    name: str
    title: str
    """What people call it."""
    owner: str = ""
    """How its list of models names it, as `owned_by`."""
    version_path: str = ""
    """Where it tells its version, under the server's root."""
    version_field: str = ""
    oldest: tuple[int, ...] = ()
    """The first version that will do."""
    start_path: str = ""
    start_fields: tuple[str, ...] = ()
    """Fields at `start_path` that have other values after each start."""
    context_fields: tuple[str, ...] = ("max_model_len",)
    """Where in the list of models the most tokens of a prompt and its answer stand."""
    grammar_path: tuple[str, ...] = ()
    """Where in a request the grammar's text goes. Without it the server has no grammars."""
    notation: Literal["ebnf", "gbnf"] = "ebnf"
    """xgrammar's notation, or llama.cpp's."""
    response_format: Literal["", "json_object", "json_schema"] = ""
    """What a server without grammars is asked for."""
    thinking_fields: tuple[str, ...] = ("reasoning_content", "reasoning")
    """Where in an answer the thinking is found, whichever comes first."""
    thinking_switch: Literal["", "chat_template_kwargs", "thinking"] = ""
    """Where in a request thinking is turned on and off, if it can be."""
    thinks_under_grammar: bool = True
    """Applies the grammar to the answer alone, so that the model can think before it."""
    takes_more_sampling: bool = True
    """Takes `top_k` and `repetition_penalty`."""
    reports_usage_unasked: bool = False
    """Sends the tokens at the end of a stream by itself, and may refuse to be asked for them."""
    remedies: Remedies

    @property
    def has_grammar(self) -> bool:
        """Whether answers can be held to a grammar."""
        return bool(self.grammar_path)

    def extra_body(self, form: Form, options: Options) -> dict[str, Any]:
        """The fields of a request beside the standard ones. A form whose grammar is empty leaves the answer free."""
        more = {"top_k": options.top_k, "repetition_penalty": options.repetition_penalty}
        return {
            **(more if self.takes_more_sampling else {}),
            **self._switched(thinking=options.thinking),
            **self._constrained(form),
        }

    def _switched(self, *, thinking: bool) -> dict[str, Any]:
        match self.thinking_switch:
            case "chat_template_kwargs":
                return {"chat_template_kwargs": {"enable_thinking": thinking}}
            case "thinking":
                return {"thinking": {"type": "enabled" if thinking else "disabled"}}
        return {}

    def _constrained(self, form: Form) -> dict[str, Any]:
        grammar = form.grammar()
        if not grammar:
            return {}
        if not self.has_grammar:
            return self._formatted(form)
        value: Any = ebnf.gbnf(grammar) if self.notation == "gbnf" else grammar
        for key in reversed(self.grammar_path):
            value = {key: value}
        return dict(value)

    def _formatted(self, form: Form) -> dict[str, Any]:
        if self.response_format == "json_schema":
            schema = {"name": "answer", "schema": json.loads(form.json_schema())}
            return {"response_format": {"type": "json_schema", "json_schema": schema}}
        return {"response_format": {"type": self.response_format}}

    def grammar_of(self, request: Mapping[str, Any]) -> str:
        """The grammar in the body of a request; empty if there is none."""
        value: Any = request
        for key in self.grammar_path:
            value = value.get(key, {})
        return value if isinstance(value, str) else ""


VLLM = Dialect(
    name="vllm",
    title="vLLM",
    owner="vllm",
    version_path="/version",
    version_field="version",
    oldest=(0, 12),
    start_path="/metrics",
    start_fields=("process_start_time_seconds",),
    # The older `guided_grammar` is ignored by vLLM 0.12 and later, with HTTP 200 and an unconstrained answer.
    grammar_path=("structured_outputs", "grammar"),
    thinking_fields=("reasoning", "reasoning_content"),
    thinking_switch="chat_template_kwargs",
    remedies=Remedies(
        grammar='Use vLLM 0.12 or newer, with --structured-outputs-config \'{"backend": "xgrammar"}\'.',
        thinking="Start vLLM with --reasoning-parser glm45.",
        pictures="Start vLLM with --limit-mm-per-prompt '{{\"image\": {count}}}'.",
        context="Start vLLM with --max-model-len {count} or more.",
        cache_told="Start vLLM with --enable-prompt-tokens-details.",
        cache="Start vLLM without --no-enable-prefix-caching.",
    ),
)
SGLANG = Dialect(
    name="sglang",
    title="SGLang",
    owner="sglang",
    version_path="/server_info",
    version_field="version",
    start_path="/server_info",
    start_fields=("random_seed", "startup_time"),
    grammar_path=("ebnf",),
    thinking_switch="chat_template_kwargs",
    remedies=Remedies(
        grammar="Start SGLang with --grammar-backend xgrammar.",
        thinking="Start SGLang with --reasoning-parser glm45.",
        pictures="Start SGLang with --limit-mm-data-per-request '{{\"image\": {count}}}'.",
        context="Start SGLang with --context-length {count} or more.",
        cache_told="Start SGLang with --enable-cache-report.",
        cache="Start SGLang without --disable-radix-cache.",
    ),
)
LLAMA_CPP = Dialect(
    name="llama.cpp",
    title="llama.cpp",
    owner="llamacpp",
    version_path="/props",
    version_field="build_info",
    start_path="/props",
    start_fields=("media_marker",),
    context_fields=("meta", "n_ctx"),
    grammar_path=("grammar",),
    notation="gbnf",
    thinks_under_grammar=False,
    thinking_switch="chat_template_kwargs",
    remedies=Remedies(
        grammar="Use a newer llama-server; grammars are built in.",
        thinking="llama.cpp applies a grammar from the first token, so the model cannot think: use --think off.",
        pictures=EYES,
        sight=EYES,
        context="Start llama-server with --ctx-size {count} or more, times --parallel.",
        cache_told="Use a newer llama-server.",
        cache="Start llama-server without --no-cache-prompt.",
    ),
)
HOSTED = Dialect(
    name="hosted",
    title="a hosted GLM",
    owner="z-ai",
    response_format="json_object",
    thinking_switch="thinking",
    takes_more_sampling=False,
    reports_usage_unasked=True,
    remedies=Remedies(
        grammar="Hosted models take no grammar. Serve the model yourself, with vLLM or SGLang.",
        thinking="Use --think off.",
        pictures="Set history_pictures lower.",
        context="Set max_steps or history_pictures lower.",
        cache_told="Nothing can be done on this side.",
        cache="Nothing can be done on this side.",
    ),
)
OTHER = Dialect(
    name="other",
    title="an OpenAI-compatible server",
    response_format="json_schema",
    takes_more_sampling=False,
    remedies=Remedies(
        grammar="Serve the model with vLLM, SGLang or llama.cpp, or name the kind of server with --engine.",
        thinking="Name the kind of server with --engine, or use --think off.",
        pictures="Set history_pictures lower.",
        context="Serve it with a context of {count} tokens or more.",
        cache_told="Look at the server's manual for cached tokens.",
        cache="Look at the server's manual for prefix caching.",
    ),
)
DIALECTS: Mapping[str, Dialect] = {one.name: one for one in (VLLM, SGLANG, LLAMA_CPP, HOSTED, OTHER)}


def error_text(body: object) -> str:
    """What a server says is wrong, in one line; the bodies of answers come nested, flat, as a page or plain text."""
    if isinstance(body, Mapping):
        inner = body.get("error", body)
        message = inner.get("message") if isinstance(inner, Mapping) else inner
        text = str(message or json.dumps(body))
    else:
        text = html.unescape(_TAG.sub(" ", str(body or "")))
    return " ".join(text.split())[:MOST_ERROR]
