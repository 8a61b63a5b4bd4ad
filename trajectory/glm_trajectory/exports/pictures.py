"""Screenshots beside an export, named by their content."""

from pathlib import Path

from glm_trajectory.store import Run

IMAGES = "images"


class Pictures:
    """Copies each screenshot once into the folder of an export.

    Args:
        run: Where they are.
        out: The folder of the export; made if it does not exist.
    """

    def __init__(self, run: Run, out: Path) -> None:
        self._run = run
        self._folder = out / IMAGES
        self._folder.mkdir(parents=True, exist_ok=True)

    def path(self, sha256: str) -> str:
        """The path of a screenshot from the export's folder."""
        file = self._folder / f"{sha256}.png"
        if not file.exists():
            file.write_bytes(self._run.screen(sha256))
        return f"{IMAGES}/{file.name}"
