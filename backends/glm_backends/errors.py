"""What can go wrong with a model; the whole tree is drawn in `glm_agent.errors`."""

from glm_actions.errors import RunError


class ModelError(RunError):
    """The model could not be asked, or did not answer."""


class ModelUnreachable(ModelError):
    """Nothing answers at the model's address, or it went away in the middle of an answer."""


class ModelRefused(ModelError):
    """The server understood the request and will not serve it: unknown model, prompt too long, bad grammar, no key."""


class ModelFailed(ModelError):
    """The server broke, was too slow, or answered something that is no answer."""
