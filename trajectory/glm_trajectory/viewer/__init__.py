"""A page on which recorded runs are looked at."""

from glm_trajectory.viewer.app import Viewer

__all__ = ["Viewer"]
