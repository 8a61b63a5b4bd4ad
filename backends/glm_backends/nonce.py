"""Proves that a server holds answers to a grammar: it must say a word that no model would say by itself."""

import json
import re
import secrets
from typing import Literal

from glm_actions import ebnf
from glm_actions.frozen import Frozen
from glm_backends.model import Message, Model, Options, Reply

QUESTION = (Message(role="user", parts=("What is the capital of France? Answer with one word.",)),)
DIRECT_TOKENS = 64
_NONCE = re.compile(r"glm-agent-[0-9a-f]{8}")


class Exactly(Frozen):
    """The form of an answer that can only be this text."""

    text: str

    def grammar(self) -> str:
        return f"root ::= {ebnf.literal(self.text)}\n"

    def json_schema(self) -> str:
        return json.dumps({"const": self.text})


class Free(Frozen):
    """The form of an answer that may be anything."""

    def grammar(self) -> str:
        return ""

    def json_schema(self) -> str:
        return "{}"


Finding = Literal["bites", "bites_at_once", "ignored", "in_thinking", "replayed", "cut", "thinking_cut"]
"""`bites_at_once`: from the first token, so that the model could not think though it was told to."""


class Proof(Frozen):
    """What a server answered when it could only say one word."""

    nonce: str
    reply: Reply
    finding: Finding

    @property
    def why(self) -> str:
        """What it did, in words."""
        said = repr(self.reply.text[:80])
        return {
            "bites": "It kept to the grammar.",
            "bites_at_once": "The grammar held from the first token, so the model could not think.",
            "ignored": f"It ignores the grammar: it said {said} where only {self.nonce!r} was allowed.",
            "in_thinking": "It puts answers where thoughts belong, and leaves the answer empty.",
            "replayed": f"It gives an old answer, {said}, to a new question: something in between repeats answers.",
            "cut": f"It cuts answers off: {said}.",
            "thinking_cut": f"The model thought for {self.reply.usage.completion_tokens} tokens and gave no answer.",
        }[self.finding]


def prove(model: Model, *, thinking: bool, timeout_s: float, max_tokens: int = DIRECT_TOKENS) -> Proof:
    """Ask for a fresh nonce under a grammar that allows nothing else.

    Raises:
        ModelError: if there is no answer.
    """
    nonce = f"glm-agent-{secrets.token_hex(4)}"
    options = Options(thinking=thinking, max_tokens=max_tokens, timeout_s=timeout_s)
    reply = model.decide(QUESTION, Exactly(text=nonce), options)
    return Proof(nonce=nonce, reply=reply, finding=_judged(nonce, reply, thinking=thinking))


def _judged(nonce: str, reply: Reply, *, thinking: bool) -> Finding:
    if reply.text == nonce:
        return "bites" if reply.thinking or not thinking else "bites_at_once"
    if _NONCE.fullmatch(reply.text):
        return "replayed"
    if not reply.text and reply.thinking:
        return "thinking_cut" if thinking and nonce not in reply.thinking else "in_thinking"
    return "cut" if nonce.startswith(reply.text) else "ignored"
