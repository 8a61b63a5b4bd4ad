"""The documentation says what is true: its examples run, its links lead somewhere, its tables match the code."""

import ast
import contextlib
import inspect
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import glm_agent
from glm_actions.surfaces.browser import Patience
from glm_actions.surfaces.desktop import Patience as DesktopPatience
from glm_actions.vocabulary import AGENT_KINDS, VOCABULARY
from glm_agent import Agent, Limits, Outcome, default, errors
from glm_agent.cli import main
from glm_agent.settings import Settings
from glm_backends.fake_server import FakeServer
from glm_trajectory import Decided, Event, Intended, Observed, Performed, RunEnded, RunResumed, RunStarted

ROOT = Path(__file__).parents[2]
README, LIBRARY, DESKTOP = ROOT / "README.md", ROOT / "docs" / "library.md", ROOT / "docs" / "desktop.md"
PAGES = sorted(
    page
    for pattern in ("*.md", "docs/**/*.md", *(f"{folder}/*.md" for folder in ("agent", "actions", "backends")))
    for page in ROOT.glob(pattern)
) + [ROOT / folder / "README.md" for folder in ("trajectory", "tasks", "tests", "bench", "runs")]
EVENTS = (RunStarted, Observed, Decided, Intended, Performed, RunResumed, RunEnded)
DONE = '{"reason":"","action":{"action_type":"done","content":"Read it."},"memory":""}'
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def section(page: Path, heading: str) -> str:
    """What stands under a heading, up to the next one."""
    text = page.read_text()
    return re.split(r"^#+ ", text.split(f"# {heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def table(text: str) -> list[list[str]]:
    """The rows of the first table of a text, without its head."""
    lines = text[text.index("|---") :].splitlines()[1:]
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    return rows


def code(cell: str) -> str:
    """A cell without its backticks."""
    return cell.strip("`")


def python_blocks() -> Iterator[object]:
    for page in (README, LIBRARY, DESKTOP):
        blocks = [block for language, block in FENCE.findall(page.read_text()) if language == "python"]
        for number, block in enumerate(blocks, start=1):
            yield pytest.param(block, id=f"{page.stem}-{number}")


@pytest.mark.parametrize("block", list(python_blocks()))
def test_python_examples_run(block: str, pages: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each Python example runs as it stands, but for the addresses in it; a test in it passes."""
    monkeypatch.chdir(tmp_path)
    with FakeServer([DONE]) as server:
        block = block.replace('"http://localhost:8000/v1"', repr(server.url))
        block = block.replace('"https://example.org"', repr(f"{pages}/events.html"))
        names: dict[str, object] = {"__name__": "example"}
        exec(compile(block, "example", "exec", dont_inherit=True), names)  # noqa: S102

    outcome = names.get("outcome")
    if isinstance(outcome, Outcome):
        assert (outcome.kind, outcome.answer) == ("finished", "Read it.")
    for name, value in names.items():
        if name.startswith("test_") and callable(value):
            value(tmp_path)


def test_the_example_of_the_readme_is_short() -> None:
    """Whoever reads the first screen sees a whole program of eight lines."""
    (block,) = (block for language, block in FENCE.findall(README.read_text()) if language == "python")

    assert len([line for line in block.splitlines() if line.strip()]) <= 8


@pytest.mark.timeout(300)
def test_the_output_in_the_readme_is_real(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first example needs no server or key, and the site has the booking; figures differ with fonts and time."""
    blocks = (block for language, block in FENCE.findall(README.read_text()) if language == "console")
    command, *shown = next(block for block in blocks if block.startswith("$ glm-agent run")).splitlines()
    monkeypatch.setattr(default, "PORTS", {})
    monkeypatch.setattr("glm_agent.cli.stop_on_interrupt", lambda _: None)

    real = CliRunner().invoke(main, [*shlex.split(command)[2:], "--runs", str(tmp_path / "runs")])

    assert real.exit_code == 0, real.output
    assert "says the site: F4R422" in real.output
    printed = [re.sub(r"\d+", "N", line) for line in real.output.splitlines()]
    for line in shown:
        if line != "..." and not line.startswith(("Recorded in ", "Look at it: ", "Finished ")):
            begins = re.sub(r"\d+", "N", line.removesuffix("..."))
            assert any(one.startswith(begins) for one in printed), line


def anchors(page: Path) -> set[str]:
    """What GitHub calls the headings of a page."""
    headings = re.findall(r"^#+ (.*)$", FENCE.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link names a file that exists, and a heading in it."""
    for link in re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", page.read_text())):
        if link.startswith(("http://", "https://")):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{link} leads nowhere"
        assert not anchor or anchor in anchors(target), f"{link} names no heading"


def command_lines() -> Iterator[object]:
    """Every `glm-agent …` in a block or in the text."""
    for page in PAGES:
        text = page.read_text()
        blocks = "\n".join(block for language, block in FENCE.findall(text) if language == "console")
        lines = re.findall(r"^\$ (?:[A-Z_]+=\S+ )*(glm-agent .*)$", blocks.replace("\\\n", " "), re.MULTILINE)
        lines += re.findall(r"`(?:[A-Z_]+=\S+ )*(glm-agent [^`\n]*)`", FENCE.sub("", text))
        for line in dict.fromkeys(lines):
            yield pytest.param(line.split(" | ")[0], id=f"{name_of(page)}: {line}")


@pytest.mark.parametrize("line", list(command_lines()))
def test_commands_are_understood(line: str) -> None:
    """Every command line in the documentation is one that the program takes."""
    _, first, *rest = shlex.split(line)
    with contextlib.suppress(click.exceptions.Exit):  # --help and --version
        if first.startswith("-"):
            main.make_context("glm-agent", [first, *rest])
        main.commands[first].make_context(first, rest)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_make_targets_exist(page: Path) -> None:
    """Whatever the documentation says can be made, can be made."""
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)

    assert set(re.findall(r"(?:`|\$ )make ([a-z-]+)", page.read_text())) <= set(targets)


@pytest.mark.parametrize("folder", ["agent", "actions", "backends", "tasks", "trajectory"])
def test_every_module_is_introduced(folder: str) -> None:
    """The README of a package says of each module what it is for; a package inside is introduced as a whole."""
    package = ROOT / folder / f"glm_{folder}"
    told = (ROOT / folder / "README.md").read_text()

    for module in package.rglob("*.py"):
        if module.name != "__init__.py" and f"`{module.parent.name}/`" not in told:
            assert re.search(rf"[`/]{module.name}`", told), module.name


def flags_of(command: str) -> dict[str, str]:
    """The flags of a command, by the names of their parameters."""
    return {parameter.name or "": parameter.opts[0] for parameter in main.commands[command].params}


def test_settings() -> None:
    """The table of settings has every setting in order, with its flag and its default."""
    flags = flags_of("run")
    rows = [(code(name), code(flag), code(default)) for name, flag, default, _ in table(section(README, "Settings"))]

    assert rows == [
        (name, flags.get(name, ""), "" if field.default is None else str(field.default))
        for name, field in Settings.model_fields.items()
    ]


@pytest.mark.parametrize("command", ["run", "practice"])
def test_flags(command: str) -> None:
    """The page on the command line explains every flag of a command, and none that does not exist."""
    page = ROOT / "docs" / "cli.md"
    text = section(page, "`glm-agent run GOAL`") + (
        "" if command == "run" else section(page, "`glm-agent practice flights`")
    )
    named = {
        re.match(r"`(--[a-z-]+)", row[0])[1] for part in text.split("\n\n") if "|---" in part for row in table(part)
    }  # type: ignore[index]
    taken = {flag for flag in flags_of(command).values() if flag.startswith("--")}

    assert named == taken if command == "run" else named >= taken


def test_actions() -> None:
    """The table of actions is the vocabulary: names, arguments, who performs them, and what the model reads."""
    assert table(section(ROOT / "docs" / "actions.md", "The actions")) == [
        [
            f"`{cls.kind()}`",
            ", ".join(f"`{name}`" for name in cls.model_fields if name != "action_type"),
            "agent" if cls.kind() in AGENT_KINDS else "surface",
            cls.__doc__,
        ]
        for cls in VOCABULARY
    ]


@pytest.mark.parametrize("event", EVENTS)
def test_events(event: type[Event]) -> None:
    """The page on recordings explains every field of every event, in order."""
    name = event.model_fields["event"].default
    rows = table(section(ROOT / "docs" / "trajectory.md", name))

    assert [code(row[0]) for row in rows] == [field for field in event.model_fields if field not in {"at", "event"}]


def test_the_agents_arguments() -> None:
    """The table of the agent's arguments is its signature."""
    rows = [code(row[0]) for row in table(section(LIBRARY, "Agent"))]

    assert ["self", *rows] == list(inspect.signature(Agent.__init__).parameters)


def test_fields() -> None:
    """The tables of limits, of an outcome and of the surfaces' patience have every field, with its default."""
    for cls, page, heading in (
        (Limits, LIBRARY, "Limits"),
        (Patience, ROOT / "docs" / "browser.md", "Settling"),
        (DesktopPatience, DESKTOP, "Settling"),
    ):
        rows = [(code(name), code(default)) for name, default, _ in table(section(page, heading))]
        assert rows == [(name, str(field.default)) for name, field in cls.model_fields.items()]
    assert [code(name) for name, _ in table(section(LIBRARY, "Outcome"))] == list(Outcome.model_fields)


def test_the_change_log_begins_with_this_version() -> None:
    """The newest entry of the change log is the version that is being made."""
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)

    assert newest
    assert newest[1] == glm_agent.__version__


def test_the_tree_of_errors() -> None:
    """Every error drawn in the tree exists, under the parent it is drawn under, and none is missing."""
    branch: list[str] = []
    drawn = set()
    for line in (errors.__doc__ or "").splitlines():
        if found := re.match(r"([│ ├└─]*)([A-Z]\w+)(?:  |$)", line):
            depth, name = len(found[1]) // 4, found[2]
            branch = [*branch[:depth], name]
            drawn.add(name)
            parent = getattr(errors, branch[-2]) if depth else Exception
            assert getattr(errors, name).__bases__ == (parent,)
    assert drawn == set(errors.__all__)
    assert drawn == {error.__name__ for error in kinds_of(errors.GlmError)}


def kinds_of(error: type[Exception]) -> Iterator[type[Exception]]:
    """An error with all public ones of ours below it."""
    if error.__module__.startswith("glm_") and not error.__name__.startswith("_"):
        yield error
    for kind in error.__subclasses__():
        yield from kinds_of(kind)


def templates() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every text in the sources with its fixed part, what is filled in being anything."""
    for folder in ("agent", "actions", "backends", "trajectory"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.JoinedStr):
                    parts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    parts = [node.value]
                else:
                    continue
                pattern = "".join(".*" if part is None else re.escape(str(part)) for part in parts)
                yield "".join(str(part or "") for part in parts), re.compile(pattern)


def test_errors_in_troubleshooting_are_texts_of_the_program() -> None:
    """Whoever looks for an error finds it under the words that the program uses."""
    page = (ROOT / "docs" / "troubleshooting.md").read_text()
    known = [(fixed, pattern) for fixed, pattern in templates() if len(fixed) >= 8]

    for heading in re.findall(r"^### `+(.*?)`+$", page, re.MULTILINE):
        assert any(len(fixed) >= len(heading) / 2 and pattern.fullmatch(heading) for fixed, pattern in known), heading


FOR_DEVELOPERS = {"desktop_hands.py", "drawn.py", "grammar.py", "hands.py"}
EXPLAINED_ELSEWHERE = {"checkpoint.py", "local.py"}
"""Errors of a model in this process have a page of their own."""


def raised() -> Iterator[tuple[str, re.Pattern[str]]]:
    """The text of every error that users can meet, and the pattern of what it looks like."""
    names = {*errors.__all__, "_Transient"} - {"Unparseable", "Rejected"}
    for folder in ("agent", "actions", "backends", "trajectory"):
        for path in (ROOT / folder).rglob("*.py"):
            if path.name in FOR_DEVELOPERS | EXPLAINED_ELSEWHERE:
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                    parts = node.args[0].values if isinstance(node.args[0], ast.JoinedStr) else node.args[:1]
                    fixed = [str(part.value) if isinstance(part, ast.Constant) else None for part in parts]
                    pattern = "".join(".*" if part is None else re.escape(part) for part in fixed)
                    yield "…".join(part or "" for part in fixed), re.compile(pattern)


def test_every_error_is_in_troubleshooting() -> None:
    """Whatever error ends a run or a command, the page on troubleshooting says what to do about it."""
    page = (ROOT / "docs" / "troubleshooting.md").read_text()
    headings = re.findall(r"^### `+(.*?)`+$", page, re.MULTILINE)
    texts = [(text, pattern) for text, pattern in raised() if text.strip("….: ")]

    assert len(texts) > 20
    for text, pattern in texts:
        assert any(pattern.fullmatch(heading) for heading in headings), text
