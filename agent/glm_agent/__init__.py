"""A GUI agent you host yourself: it looks at a screen, asks GLM-4.5V what to do, and does it.

import glm_agent
outcome = glm_agent.run("Book a flight to Tokyo", url="https://example.org", model_url="http://localhost:8000/v1")
"""

from glm_agent.agent import Agent
from glm_agent.approval import Approver, Rejected, allow
from glm_agent.build import run
from glm_agent.errors import GlmError, ModelError, RunError, SurfaceError, UsageError
from glm_agent.limits import Limits
from glm_agent.outcome import Outcome
from glm_agent.recorded import recorded
from glm_agent.version import __version__

__all__ = [
    "Agent",
    "Approver",
    "GlmError",
    "Limits",
    "ModelError",
    "Outcome",
    "Rejected",
    "RunError",
    "SurfaceError",
    "UsageError",
    "__version__",
    "allow",
    "recorded",
    "run",
]
