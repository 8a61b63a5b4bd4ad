"""Tasks on three programs that any Linux distribution has: a text editor, a calculator, a file manager."""

from glm_tasks.office.calculator import CalculatorTask
from glm_tasks.office.editor import EditorTask
from glm_tasks.office.files import FilesTask

__all__ = ["CalculatorTask", "EditorTask", "FilesTask"]
