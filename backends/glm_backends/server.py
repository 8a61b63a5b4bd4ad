"""A model behind an OpenAI-compatible server: vLLM, SGLang, llama.cpp, or a hosted one."""

import base64
import json
import logging
import re
import time
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Any, NoReturn, Self

import tenacity

from glm_actions.errors import UsageError
from glm_backends.dialect import Dialect, error_text
from glm_backends.errors import ModelError, ModelFailed, ModelRefused, ModelUnreachable
from glm_backends.identity import Identity, identify
from glm_backends.model import Capabilities, Form, Message, Options, Picture, Reply, Usage

log = logging.getLogger(__name__)

LIST_S = 30.0
"""How long a server may take to list its models."""
_BOX = re.compile(r"<\|(?:begin|end)_of_box\|>")
_LEFTOVER_THINKING = re.compile(r"\A(?:<think>)?([^{]*?)</think>")
_VERSIONED = re.compile(r"/v[0-9]+\Z")


class _Transient(ModelError):
    """Worth another try."""


class Server:
    """Asks a model server, streams its answer, and retries what is worth retrying.

    Args:
        url: The server's address; `/v1` is added unless it ends in a version.
        model: The name it serves the model under; without it, the first one it lists.
        api_key: For servers that want one.
        dialect: What kind of server it is; without it, the server is asked.
        extra_body: More fields for every request, on top of the dialect's.
        attempts: How often to ask before giving up on a server that is down or busy.
    """

    def __init__(  # noqa: PLR0913
        self,
        url: str,
        model: str | None = None,
        *,
        api_key: str | None = None,
        dialect: Dialect | None = None,
        extra_body: Mapping[str, Any] | None = None,
        attempts: int = 4,
    ) -> None:
        if not url.startswith(("http://", "https://")):
            raise UsageError(f"{url!r} is no address of a model server. It looks like http://localhost:8000/v1.")
        url = url.rstrip("/")
        self.url = url if _VERSIONED.search(url) else url + "/v1"
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

    @cached_property
    def identity(self) -> Identity:
        """What the server says about itself. Asked once."""
        listed = next((one for one in self._listed if one["id"] == self.name), {})
        return identify(listed, self._look, self._dialect)

    @property
    def dialect(self) -> Dialect:
        """What kind of server it is."""
        return self._dialect or self.identity.dialect

    @property
    def capabilities(self) -> Capabilities:
        """What it can be asked for."""
        dialect = self.dialect
        thinking = bool(dialect.thinking_switch) and dialect.thinks_under_grammar
        return Capabilities(thinking=thinking, grammar=dialect.has_grammar)

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
        names = [str(one["id"]) for one in self._listed]
        if not names and not self._model:
            raise ModelRefused(f"The server at {self.url} lists no model. Start it with one, or name one with --model.")
        return names or [str(self._model)]

    @cached_property
    def _listed(self) -> list[dict[str, Any]]:
        """The models as the server lists them; none if it has no such list."""
        try:
            listed = self._retrying(self._get, f"{self.url}/models", missing="{}")
            return [one for one in json.loads(listed).get("data") or () if one.get("id")]
        except _Transient as error:
            raise ModelUnreachable(str(error)) from error
        except (ValueError, AttributeError) as error:
            raise ModelFailed(self._no_model_server("it sent a page")) from error

    def _look(self, path: str) -> Any:
        """What stands under the server's root; None if there is nothing. See `glm_backends.identity.Look`."""
        try:
            text = self._get(_VERSIONED.sub("", self.url) + path, missing="")
        except ModelError:
            return None
        try:
            return json.loads(text)
        except ValueError:
            return text or None

    def _get(self, address: str, missing: str) -> str:
        """The text at an address, or what stands for a page that is not there."""
        import openai

        def get() -> str:
            try:
                return str(self._client.get(address, cast_to=str, options={"timeout": LIST_S}))
            except openai.NotFoundError:
                return missing

        return str(self._translated(get))

    def _no_model_server(self, why: str) -> str:
        return f"What answers at {self.url} is no model server: {why}. Check --model-url."

    def _ask(self, messages: tuple[Message, ...], form: Form, options: Options) -> Reply:
        reply: Reply = self._translated(lambda: self._stream(messages, form, options))
        return reply

    def _stream(self, messages: tuple[Message, ...], form: Form, options: Options) -> Reply:
        dialect = self.dialect
        usage = {} if dialect.reports_usage_unasked else {"stream_options": {"include_usage": True}}
        answer = _Answer(dialect, options.timeout_s)
        with self._client.chat.completions.create(
            model=self.name,
            messages=[],
            max_tokens=options.max_tokens,
            temperature=options.temperature,
            top_p=options.top_p,
            stream=True,
            timeout=options.timeout_s,
            # Here the client takes the messages as they are; as an argument it checks them part by part, for 1.5 ms.
            extra_body={
                "messages": [_wire(message) for message in messages],
                **dialect.extra_body(form, options),
                **self._extra_body,
            },
            **usage,
        ) as stream:
            for chunk in stream:
                answer.add(chunk)
        if not answer.begun:
            raise ModelFailed(self._no_model_server("it sent a page"))
        return answer.reply()

    def _translated(self, ask: Any) -> Any:
        """Run a request; turn the client's errors into ours, here and nowhere else."""
        import openai

        try:
            return ask()
        except openai.APITimeoutError as error:
            raise ModelFailed(f"The model at {self.url} did not answer in time. Raise --model-timeout.") from error
        except openai.APIConnectionError as error:
            self._unreachable(str(error.__cause__ or error), error)
        except openai.APIStatusError as error:
            self._refused(error.status_code, error_text(error.body), error)
        except openai.APIError as error:
            self._broke_off(error.body, error_text(error.body) or str(error), error)
        except ValueError as error:
            raise ModelFailed(self._no_model_server(str(error))) from error

    def _unreachable(self, cause: str, error: Exception) -> NoReturn:
        if "CERTIFICATE_VERIFY_FAILED" in cause:
            raise ModelUnreachable(
                f"The certificate at {self.url} is not trusted ({cause}). Set SSL_CERT_FILE to a file that holds it."
            ) from error
        raise _Transient(f"No model server answers at {self.url} ({cause}). Start it, or check --model-url.") from error

    def _broke_off(self, body: object, text: str, error: Exception) -> NoReturn:
        """An error inside a stream: the status was 200, and the engine's own code stands in the body, if anywhere."""
        code = body.get("code") if isinstance(body, Mapping) else None
        said = f"The model server broke off: {text}"
        raise (_Transient(said) if isinstance(code, int) and code >= 500 else ModelRefused(said)) from error

    def _refused(self, status: int, text: str, error: Exception) -> NoReturn:
        if status in {408, 504, 524}:
            raise _Transient(
                f"A proxy before the model server gave up waiting ({status} from {self.url}: {text}). "
                "Raise its time-out above --model-timeout, or ask the server directly."
            ) from error
        # llama.cpp answers 500 when it is shown a picture and has no eyes.
        if status == 429 or (status >= 500 and "not supported" not in text):
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
        text = _BOX.sub("", "".join(self._text))
        leaked = _LEFTOVER_THINKING.match(text)
        return Reply(
            text=text[leaked.end() if leaked else 0 :].strip(),
            thinking="".join(self._thinking) + (leaked[1] if leaked else ""),
            thinking_leaked=leaked is not None,
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
        cache_told=bool(details),
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
