"""What counts as done: tasks with a check and a solution, and the practice sites they are about."""

from glm_tasks.task import Move, Task, Verdict

__all__ = ["Move", "Task", "Verdict"]
