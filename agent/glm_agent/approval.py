"""Who may veto an action before it is performed."""

from collections.abc import Callable
from typing import Literal, Protocol

from glm_actions.errors import RunError, UsageError
from glm_actions.risk import irreversible
from glm_actions.surface import Observation
from glm_actions.vocabulary import Action


class Rejected(RunError):
    """An action was not approved. The text is for the model."""


class Approver(Protocol):
    """Looks at an action before it is performed."""

    def __call__(self, action: Action, seen: Observation) -> Action:
        """Give the action to perform: the same, or another.

        Raises:
            Rejected: with a text that tells the model why not.
        """


def allow(action: Action, seen: Observation) -> Action:  # noqa: ARG001
    """Approve of everything."""
    return action


def policy(ask: Callable[[str], str]) -> Approver:
    """Approve of what can be taken back; ask a person before anything is submitted, paid, sent or deleted.

    Args:
        ask: Puts a question to the person; an answer that begins with y approves, any other is for the model.
    """
    every = ask_before(ask)
    return lambda action, seen: every(action, seen) if irreversible(action) else action


def ask_before(ask: Callable[[str], str]) -> Approver:
    """Ask a person before every action; as `policy` otherwise."""

    def approve(action: Action, seen: Observation) -> Action:
        answer = ask(f"May this be done: {action} on {seen.url or seen.title}? [y/n, or what to do instead]")
        if not answer.strip().lower().startswith("y"):
            raise Rejected(f"the user says: {answer}")
        return action

    return approve


def approver(name: Literal["allow", "policy", "ask"], ask: Callable[[str], str] | None) -> Approver:
    """The approver of a name.

    Raises:
        UsageError: if it asks, and there is nobody to ask.
    """
    if name == "allow":
        return allow
    if ask is None:
        raise UsageError(f"--approve {name} asks a person. Run it in a terminal and without --json, or leave it out.")
    return policy(ask) if name == "policy" else ask_before(ask)


class LookFirst:
    """Lets nothing that cannot be taken back follow what may have been done already, before the model was told to look.

    Args:
        doubtful: What may have been done already and cannot be taken back.
        approve: Is asked afterwards.
    """

    def __init__(self, doubtful: tuple[Action, ...], approve: Approver) -> None:
        self._doubtful = doubtful
        self._approve = approve

    def __call__(self, action: Action, seen: Observation) -> Action:
        if self._doubtful and irreversible(action):
            done = " and ".join(map(str, self._doubtful))
            self._doubtful = ()
            raise Rejected(
                f"{done} may have been done already, before the run was cut off. Look first whether it was: for a "
                "confirmation, in a list of orders, in what was sent. Choose this again only if it was not done."
            )
        return self._approve(action, seen)
