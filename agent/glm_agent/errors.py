"""All errors of the project, each defined where it is raised, gathered here.

GlmError
├── UsageError             you asked for something that cannot work (exit code 2)
│   ├── NotARun            a path holds no recorded run
│   └── NewerFormat        a run was recorded by a newer version
└── RunError               the run failed (exit code 1)
    ├── NotWritten         the disk is full or gone; what is recorded is whole
    ├── SurfaceError       the screen is gone
    ├── Halted             a person at the screen stopped the run: an outcome, not raised to you
    ├── Unparseable        an answer is no action: told to the model, not raised to you
    ├── Rejected           an action was not approved: told to the model, not raised to you
    └── ModelError         the model could not be asked
        ├── ModelUnreachable   nothing answers at its address
        ├── ModelRefused       the server will not serve the request
        └── ModelFailed        the server broke, was too slow, or answered nonsense
            └── ScriptEnded    a scripted model has nothing more to say

    try:
        outcome = agent.run("Book a flight to Tokyo")
    except glm_agent.ModelError as error:
        ...
"""

from glm_actions.errors import GlmError, Halted, RunError, SurfaceError, UsageError
from glm_actions.space import Unparseable
from glm_agent.approval import Rejected
from glm_backends.errors import ModelError, ModelFailed, ModelRefused, ModelUnreachable
from glm_backends.scripted import ScriptEnded
from glm_trajectory.journal import NotWritten
from glm_trajectory.store import NewerFormat, NotARun

__all__ = [
    "GlmError",
    "Halted",
    "ModelError",
    "ModelFailed",
    "ModelRefused",
    "ModelUnreachable",
    "NewerFormat",
    "NotARun",
    "NotWritten",
    "Rejected",
    "RunError",
    "ScriptEnded",
    "SurfaceError",
    "Unparseable",
    "UsageError",
]
