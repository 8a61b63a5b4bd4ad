"""Finds a Chromium to drive, and the switches it is started with."""

import os
import shutil
from pathlib import Path

from glm_actions.errors import UsageError

FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)
_ON_PATH = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def executable(playwrights_own: Path) -> Path | None:
    """The program to start; None means Playwright's own, which knows best how to start itself.

    Looks at `GLM_AGENT_BROWSER`, then at Playwright's own Chromium, then at the PATH.

    Raises:
        UsageError: if there is none, or if `GLM_AGENT_BROWSER` names a file that does not exist.
    """
    if named := os.environ.get("GLM_AGENT_BROWSER"):
        if found := shutil.which(named):
            return Path(found)
        raise UsageError(f"GLM_AGENT_BROWSER is {named}, which cannot be run. Name a Chromium or Chrome program.")
    if playwrights_own.exists():
        return None
    for name in _ON_PATH:
        if found := shutil.which(name):
            return Path(found)
    raise UsageError(
        "No Chromium found. Run `playwright install chromium`, or `apt-get install chromium`, "
        "or set GLM_AGENT_BROWSER to a Chromium or Chrome program."
    )


def flags() -> list[str]:
    """Switches that keep Chromium quiet on the network, and let it run as root, where its sandbox cannot."""
    return [*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
