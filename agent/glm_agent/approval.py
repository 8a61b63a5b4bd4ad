"""Who may veto an action before it is performed."""

from typing import Protocol

from glm_actions.errors import RunError
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
