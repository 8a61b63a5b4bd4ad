"""How the site is used by somebody who knows it: the next move, from the screen alone."""

from glm_tasks.flights.solving.solver import next_move

__all__ = ["next_move"]
