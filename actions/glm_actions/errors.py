"""The root of every error in the project; the whole tree is drawn in `glm_agent.errors`."""


class GlmError(Exception):
    """Anything that went wrong here. The text says what to do next."""


class UsageError(GlmError):
    """You asked for something that cannot work: a setting, a path, a missing program. Exit code 2."""


class RunError(GlmError):
    """The run failed although what you asked for was right. Exit code 1."""


class SurfaceError(RunError):
    """The screen cannot be looked at or acted on any more."""


class Halted(RunError):
    """A person at the screen stopped the run."""
