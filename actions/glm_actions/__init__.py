"""What can be done and where: the action vocabulary, its grammar, geometry, and the surfaces that perform actions."""

from glm_actions.errors import GlmError, Halted, RunError, SurfaceError, UsageError
from glm_actions.geometry import Frame, Pixel, Point, Size
from glm_actions.space import ActionSpace, Decision, Unparseable
from glm_actions.surface import Observation, Result, Surface, Tab
from glm_actions.vocabulary import Action

__all__ = [
    "Action",
    "ActionSpace",
    "Decision",
    "Frame",
    "GlmError",
    "Halted",
    "Observation",
    "Pixel",
    "Point",
    "Result",
    "RunError",
    "Size",
    "Surface",
    "SurfaceError",
    "Tab",
    "Unparseable",
    "UsageError",
]
