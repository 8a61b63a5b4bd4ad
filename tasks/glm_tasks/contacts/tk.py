"""Finds a Python that can draw windows: this one need not be built with tkinter."""

import functools
import shutil
import subprocess
import sys

from glm_actions.errors import UsageError


@functools.cache
def python_with_tk() -> str:
    """The path of a Python that has tkinter: this one, or else the distribution's.

    Raises:
        UsageError: if neither has it.
    """
    for program in (sys.executable, shutil.which("python3", path="/usr/bin:/usr/local/bin")):
        if program and _has_tk(program):
            return program
    raise UsageError("No Python with tkinter found, which draws the practice program. Run: apt-get install python3-tk")


def _has_tk(program: str) -> bool:
    done = subprocess.run([program, "-c", "import tkinter"], capture_output=True, check=False)  # noqa: S603
    return done.returncode == 0
