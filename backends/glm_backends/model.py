"""The seam to whatever decides: what it is sent, what it gives back."""

from typing import Annotated, Literal, Protocol, Self

from pydantic import Field

from glm_actions.frozen import Frozen


class Picture(Frozen):
    """An image for the model: always the same bytes for the same screen, so that caches hit."""

    png: bytes


class Message(Frozen):
    """One message of a conversation: texts and pictures in the order in which they are read."""

    role: Literal["system", "user", "assistant"]
    parts: tuple[str | Picture, ...]


class Options(Frozen):
    """How to decode one answer. All of it is sent, since servers have defaults of their own."""

    thinking: bool = False
    max_tokens: Annotated[int, Field(gt=0)] = 2048
    temperature: float = 0.001
    top_p: float = 1.0
    top_k: int = 1
    repetition_penalty: float = 1.0
    """1 is none. A model in this process has none."""
    timeout_s: Annotated[float, Field(gt=0)] = 300.0
    """For the whole answer, in seconds."""


class Usage(Frozen):
    """Tokens of one answer."""

    prompt_tokens: int = 0
    cached_tokens: int = 0
    """How many of the prompt's tokens the server had in its cache."""
    completion_tokens: int = 0
    cache_told: bool = False
    """Whether the server said anything about its cache."""

    def __add__(self, other: Self) -> Self:
        return type(self)(
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            cache_told=self.cache_told or other.cache_told,
        )


class Reply(Frozen):
    """One answer as it came."""

    text: str
    thinking: str = ""
    thinking_leaked: bool = False
    """The thinking came inside of the text, and was taken out of it."""
    finish: Literal["stop", "length"] = "stop"
    """`length` if it was cut off at `max_tokens`."""
    usage: Usage = Usage()
    first_token_s: float = 0.0
    seconds: float = 0.0


class Capabilities(Frozen):
    """What a model can be asked for."""

    thinking: bool = False
    """Can be told to think before it answers."""
    grammar: bool = False
    """Can only answer what the grammar allows."""


class Form(Protocol):
    """The shape an answer must have; an `ActionSpace` is one."""

    def grammar(self) -> str:
        """EBNF with a rule `root`; an empty text leaves the answer free."""

    def json_schema(self) -> str:
        """A JSON schema, for servers without grammars."""


class Model(Protocol):
    """Anything that decides."""

    @property
    def name(self) -> str:
        """What it is called in recordings."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can be asked for."""

    def decide(self, messages: tuple[Message, ...], form: Form, options: Options) -> Reply:
        """Answer a conversation.

        Raises:
            ModelError: if there is no answer.
        """
