"""What a check is told, and what it finds."""

from typing import Literal, Self

from glm_actions.frozen import Frozen
from glm_backends.model import Form, Message, Picture, Reply

Verdict = Literal["ok", "wrong", "cannot tell"]


class Needs(Frozen):
    """What a run will ask of the server."""

    pictures: int = 4
    context: int = 16384
    """Tokens of a prompt and its answer."""
    answer_tokens: int = 2048
    """Tokens of one answer, thinking included."""
    timeout_s: float = 120.0
    """For one answer, in seconds."""


class Line(Frozen):
    """The outcome of one check."""

    verdict: Verdict
    why: str
    remedy: str = ""
    """What mends it; empty if there is nothing to mend."""
    sent: str = ""
    seen: str = ""

    def after(self, messages: tuple[Message, ...], form: Form, reply: Reply) -> Self:
        """The same with what was sent and seen."""
        grammar = form.grammar()
        sent = _told(messages) + (f"\n[grammar] {grammar.strip()}" if grammar else "")
        thinking = f"[thinking] {reply.thinking}\n" if reply.thinking else ""
        seen = f"{thinking}{reply.text}\n[{reply.finish}, {reply.usage}, {reply.seconds:.1f} s]"
        return self.model_copy(update={"sent": sent, "seen": seen})


def _told(messages: tuple[Message, ...]) -> str:
    return "\n".join(
        "".join(f"[picture of {len(part.png)} bytes]" if isinstance(part, Picture) else part for part in message.parts)
        for message in messages
    )
