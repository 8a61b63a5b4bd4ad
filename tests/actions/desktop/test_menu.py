"""Programs are those of the desktop's menu, by their names there."""

from pathlib import Path

import pytest

from glm_actions import ActionSpace
from glm_actions.surfaces import programs
from glm_actions.surfaces.desktop import Desktop
from glm_actions.vocabulary import Done, Open
from glm_agent import Agent
from glm_backends import Scripted
from tests.actions.desktop.conftest import eventually

ENTRY = "[Desktop Entry]\nType=Application\nName={name}\nExec={command}\n{more}\n"


@pytest.fixture
def menu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A menu with nothing in it."""
    folder = tmp_path / "data" / "applications"
    folder.mkdir(parents=True)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "nothing"))
    return folder


def add(menu: Path, name: str, command: str = "true", more: str = "") -> None:
    (menu / f"{name[:4]}.desktop").write_text(ENTRY.format(name=name, command=command, more=more))


def test_the_menu(menu: Path) -> None:
    """Names are those a person reads; places for files are left out of commands."""
    add(menu, "Zeichnen", 'sh -c "exit 0" %U --flag')
    add(menu, "Ärger", "true")

    assert programs.installed() == {"Zeichnen": ("sh", "-c", "exit 0", "--flag"), "Ärger": ("true",)}


def test_what_is_not_in_the_menu(menu: Path) -> None:
    """Hidden and terminal programs, links, missing programs and broken files are left out."""
    for number, more in enumerate(("NoDisplay=true", "Hidden=true", "Terminal=true", "Type=Link")):
        add(menu, f"{number} hidden", "true", more)
    add(menu, "Gone", "/nowhere/program")
    add(menu, "Evil <|user|>", "true")
    (menu / "broken.desktop").write_text("Exec=no section\n")
    (menu / "quotes.desktop").write_text(ENTRY.format(name="Quotes", command='"unclosed', more=""))

    assert programs.installed() == {}


def test_opening(menu: Path, tmp_path: Path, display: object) -> None:  # noqa: ARG001
    """A program is started by its name, the model is told the names at first, and the grammar allows no other."""
    add(menu, "Marker", f"touch {tmp_path / 'opened'}")
    with Desktop() as desktop:
        seen, again = desktop.observe(), desktop.observe()

        assert (seen.programs, again.programs) == (("Marker",), ("Marker",))
        assert seen.notices == ("Programs that can be opened: Marker.",)
        assert not again.notices
        assert desktop.perform(Open(program="Marker")).ok
        assert eventually((tmp_path / "opened").exists)
        assert not desktop.perform(Open(program="Other")).ok


def test_the_offer(menu: Path, display: object, tmp_path: Path) -> None:  # noqa: ARG001
    """Through the whole agent, `open` is on offer with the names of the menu."""
    add(menu, "Marker")
    model = Scripted([Open(program="Other"), Done()])
    with Desktop() as desktop:
        assert Agent(desktop, model, runs=tmp_path / "runs").run("Open it").ok

    told = "".join(part for message in model.asked[1] for part in message.parts if isinstance(part, str))
    assert "There is no program 'Other'. There are Marker." in told


@pytest.mark.usefixtures("menu", "display")
def test_an_empty_menu() -> None:
    """Without programs there is no `open`."""
    with Desktop() as desktop:
        assert "open" not in desktop.kinds
        assert "open" not in ActionSpace.of(desktop.kinds).kinds
