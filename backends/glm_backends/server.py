"""A model behind an OpenAI-compatible server: vLLM."""

import base64
import logging
import re
import time
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Any, NoReturn, Self

import tenacity

from glm_actions.errors import UsageError
from glm_backends.dialect import VLLM, Dialect, error_text
from glm_backends.errors import ModelError, ModelFailed, ModelRefused, ModelUnreachable
from glm_backends.model import Capabilities, Form, Message, Options, Picture, Reply, Usage

log = logging.getLogger(__name__)

LIST_S = 30.0
"""How long a server may take to list its models."""
_BOX = re.compile(r"<\|(?:begin|end)_of_box\|>")
_LEFTOVER_THINKING = re.compile(r"\A[^{]*</think>")


class _Transient(ModelError):
    """Worth another try."""


class Server:
    """Asks a model server, streams its answer, and retries what is worth retrying.

    Args:
        url: The server's address, with or without `/v1`.
        model: The name it serves the model under; without it, the first one it lists.
        api_key: For servers that want one.
        dialect: What kind of server it is.
        extra_body: More fields for every request, on top of the dialect's.
        attempts: How often to ask before giving up on a server that is down or busy.
    """

    capabilities = Capabilities(thinking=True, grammar=True)

    def __init__(  # noqa: PLR0913
        self,
        url: str,
        model: str | None = None,
        *,
        api_key: str | None = None,
        dialect: Dialect = VLLM,
        extra_body: Mapping[str, Any] | None = None,
        attempts: int = 4,
    ) -> None:
        if not url.startswith(("http://", "https://")):
            raise UsageError(f"{url!r} is no address of a model server. It looks like http://localhost:8000/v1.")
        self.url = url.rstrip("/").removesuffix("/v1") + "/v1"
        self._model = model
        self._api_key = api_key or "none"
        self._dialect = dialect
        self._extra_body = dict(extra_body or {})
        self._attempts = tenacity.stop_after_attempt(attempts)
        self._retrying = tenacity.Retrying(
            stop=self._attempts,
            wait=tenacity.wait_exponential(multiplier=0.5, max=8),
            retry=tenacity.retry_if_exception_type(_Transient),
            before_sleep=lambda state: log.info(
                "asking the model again: %s", state.outcome and state.outcome.exception()
            ),
            reraise=True,
        )

    @cached_property
    def _client(self) -> Any:
        import openai

        return openai.OpenAI(base_url=self.url, api_key=self._api_key, max_retries=0)

    @cached_property
    def name(self) -> str:
        """The name the server knows the model under."""
        return self._model or self.models()[0]

    def decide(self, messages: tuple[Message, ...], form: Form, options: Options) -> Reply:
        """Ask for one answer. See `glm_backends.model.Model.decide`."""
        try:
            return self._retrying_for(options.timeout_s)(self._ask, messages, form, options)
        except _Transient as error:
            raise ModelUnreachable(str(error)) from error

    def _retrying_for(self, seconds: float) -> tenacity.Retrying:
        """The same retrying, but none that would begin after so many seconds."""
        return self._retrying.copy(stop=tenacity.stop_any(self._attempts, tenacity.stop_before_delay(seconds)))

    def close(self) -> None:
        """Close the connections. May be called twice."""
        if "_client" in self.__dict__:
            self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def models(self) -> list[str]:
        """The names of the models that the server lists, one at least.

        Raises:
            ModelError: if there is no server, or it serves none.
        """
        try:
            names = [str(model.id) for model in self._retrying(self._translated, self._list)]
        except _Transient as error:
            raise ModelUnreachable(str(error)) from error
        if not names:
            raise ModelRefused(f"The server at {self.url} serves no model. Start it with one.")
        return names

    def _list(self) -> Any:
        return self._client.models.list(timeout=LIST_S)

    def _ask(self, messages: tuple[Message, ...], form: Form, options: Options) -> Reply:
        reply: Reply = self._translated(lambda: self._stream(messages, form, options))
        return reply

    def _stream(self, messages: tuple[Message, ...], form: Form, options: Options) -> Reply:
        answer = _Answer(self._dialect, options.timeout_s)
        with self._client.chat.completions.create(
            model=self.name,
            messages=[],
            max_tokens=options.max_tokens,
            temperature=options.temperature,
            top_p=options.top_p,
            stream=True,
            stream_options={"include_usage": True},
            timeout=options.timeout_s,
            # Here the client takes the messages as they are; as an argument it checks them part by part, for 1.5 ms.
            extra_body={
                "messages": [_wire(message) for message in messages],
                **self._dialect.extra_body(form, options),
                **self._extra_body,
            },
        ) as stream:
            for chunk in stream:
                answer.add(chunk)
        if not answer.begun:
            raise ModelFailed(f"What answers at {self.url} is no model server: it sent a page. Check --model-url.")
        return answer.reply()

    def _translated(self, ask: Any) -> Any:
        """Run a request; turn the client's errors into ours, here and nowhere else."""
        import openai

        try:
            return ask()
        except openai.APITimeoutError as error:
            raise ModelFailed(f"The model at {self.url} did not answer in time. Raise --model-timeout.") from error
        except openai.APIConnectionError as error:
            cause = error.__cause__ or error
            raise _Transient(
                f"No model server answers at {self.url} ({cause}). Start it, or check --model-url."
            ) from error
        except openai.APIStatusError as error:
            self._refused(error.status_code, error_text(error.body), error)
        except openai.APIError as error:
            # An error inside a stream has no status: vLLM answers 200 and then reports, for example, a bad grammar.
            raise ModelRefused(f"The model server broke off: {error_text(error.body) or error}") from error
        except ValueError as error:
            raise ModelFailed(f"What answers at {self.url} is no model server: {error}. Check --model-url.") from error

    def _refused(self, status: int, text: str, error: Exception) -> NoReturn:
        if status == 429 or status >= 500:
            raise _Transient(f"The model server at {self.url} answers {status}: {text}") from error
        if status in {401, 403}:
            raise ModelRefused(f"The model server wants a key: set GLM_AGENT_API_KEY ({text}).") from error
        if status == 404:
            raise ModelRefused(f"{text or 'Not found.'} Check --model and --model-url ({self.url}).") from error
        if "context length" in text:
            raise ModelRefused(
                f"The prompt is too long for the server: {text} Serve with a larger --max-model-len, "
                "or set history_pictures lower."
            ) from error
        raise ModelRefused(f"The model server refuses the request ({status}): {text}") from error


class _Answer:
    """An answer while it arrives."""

    def __init__(self, dialect: Dialect, timeout_s: float) -> None:
        self._dialect = dialect
        self._timeout_s = timeout_s
        self._started = time.monotonic()
        self._first: float | None = None
        self._text: list[str] = []
        self._thinking: list[str] = []
        self._finish: str | None = None
        self._usage = Usage()

    @property
    def begun(self) -> bool:
        """Whether anything has arrived."""
        return self._first is not None

    def add(self, chunk: Any) -> None:
        if self._elapsed() > self._timeout_s:
            raise ModelFailed(f"The model was still answering after {self._timeout_s:.0f} s. Raise --model-timeout.")
        if chunk.usage:
            self._usage = _usage(chunk.usage)
        for choice in chunk.choices or ():
            self._first = self._first or self._elapsed()
            self._text.append(choice.delta.content or "")
            self._thinking.append(next(self._thoughts(choice.delta), ""))
            self._finish = choice.finish_reason or self._finish

    def reply(self) -> Reply:
        if self._finish is None:
            raise _Transient("The model server went away in the middle of an answer. Look at its log.")
        return Reply(
            text=_LEFTOVER_THINKING.sub("", _BOX.sub("", "".join(self._text))).strip(),
            thinking="".join(self._thinking),
            finish="length" if self._finish == "length" else "stop",
            usage=self._usage,
            first_token_s=self._first or 0.0,
            seconds=self._elapsed(),
        )

    def _thoughts(self, delta: Any) -> Iterator[str]:
        for field in self._dialect.thinking_fields:
            if thought := getattr(delta, field, None):
                yield thought

    def _elapsed(self) -> float:
        return time.monotonic() - self._started


def _usage(usage: Any) -> Usage:
    details = usage.prompt_tokens_details
    return Usage(
        prompt_tokens=usage.prompt_tokens or 0,
        cached_tokens=(details and details.cached_tokens) or 0,
        completion_tokens=usage.completion_tokens or 0,
    )


def _wire(message: Message) -> dict[str, Any]:
    return {"role": message.role, "content": [_wire_part(part) for part in message.parts]}


def _wire_part(part: str | Picture) -> dict[str, Any]:
    if isinstance(part, str):
        return {"type": "text", "text": part}
    return {"type": "image_url", "image_url": {"url": _data_url(part)}}


@lru_cache(maxsize=16)
def _data_url(picture: Picture) -> str:
    return f"data:image/png;base64,{base64.b64encode(picture.png).decode()}"
