"""A folder to work in, and a program that is started for a task and knows nothing of its person's settings."""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self

from glm_actions.errors import SurfaceError, UsageError
from glm_actions.surface import Page

_APPEAR_S = 30.0


class Workplace:
    """What each of the tasks begins with: `work` is the folder, `settings` where the program keeps its own files."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="glm-agent-office-"))
        self._program: subprocess.Popen[bytes] | None = None
        self.work = self._folder / "work"
        self.settings = self._folder / "settings"
        self.work.mkdir()
        self.settings.mkdir()

    def start(self, surface: Page, title: str, *command: str) -> None:
        """Start a program, and wait until its window is there.

        Raises:
            UsageError: if it is not installed.
            SurfaceError: if its window does not appear.
        """
        if not shutil.which(command[0]):
            raise UsageError(f"{command[0]} cannot be found. Run: apt-get install {command[0]}")
        environment = {**os.environ, "XDG_CONFIG_HOME": str(self.settings), "GSETTINGS_BACKEND": "memory"}
        nowhere = subprocess.DEVNULL
        self._program = subprocess.Popen(  # noqa: S603
            command, cwd=self.work, env=environment, stdin=nowhere, stdout=nowhere, stderr=nowhere
        )
        until = time.monotonic() + _APPEAR_S
        while not surface.find(title):
            if time.monotonic() > until:
                raise SurfaceError(f"No window of {command[0]} has appeared. Try it by hand.")
            time.sleep(0.02)

    def close(self) -> None:
        """End the program and remove the folder. May be called twice."""
        if self._program:
            self._program.terminate()
            self._program.wait()
            self._program = None
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
