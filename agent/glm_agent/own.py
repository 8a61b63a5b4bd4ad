"""What the agent does by itself, without a screen: keep a text, ask the person, end the run."""

from collections.abc import Callable

from glm_actions.surface import Result
from glm_actions.vocabulary import AGENT_KINDS, Action, AskUser, Extract

Ask = Callable[[str], str]
"""Puts a question to the person who started the run, and gives the answer."""


class OwnActions:
    """Performs what no surface can.

    Args:
        ask: Without it, `ask_user` is not on offer.
        extracts: What was kept before.
    """

    def __init__(self, ask: Ask | None, extracts: tuple[str, ...] = ()) -> None:
        self._ask = ask
        self.kinds = AGENT_KINDS if ask else AGENT_KINDS - {AskUser.kind()}
        self.extracts = extracts
        """What was kept so far."""

    def perform(self, action: Action) -> Result:
        """Perform one action whose kind is in `kinds`."""
        match action:
            case Extract(content=content):
                self.extracts += (content,)
            case AskUser(content=content) if self._ask:
                return Result(note=f"The user answers: {self._ask(content)}")
        return Result()
