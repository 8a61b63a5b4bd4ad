"""Real servers for the tests in this folder."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from .engine import Engine
from .install import NotInstalled

START = Callable[[], Engine]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show what the tests counted."""
    for report in terminalreporter.getreports("passed"):
        if report.when == "call" and report.user_properties:
            counted = ", ".join(f"{name}: {value}" for name, value in report.user_properties)
            terminalreporter.write_line(f"{report.nodeid}: {counted}")


def _start(folder: Path) -> Engine:
    try:
        return Engine(folder / "vllm.log")
    except NotInstalled as reason:
        pytest.fail(str(reason), pytrace=False)


@pytest.fixture(scope="session")
def vllm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A server that all tests share, and none may kill."""
    with _start(tmp_path_factory.mktemp("vllm")) as engine:
        yield engine


@pytest.fixture
def own_vllm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[START]:
    """Starts servers that the test may kill."""
    with ExitStack() as running:
        yield lambda: running.enter_context(_start(tmp_path_factory.mktemp("own-vllm")))


@pytest.fixture(scope="session")
def steering(vllm: Engine) -> dict[str, Any]:
    """Request fields under which random weights come to an end; see `Engine.steering`."""
    return vllm.steering()
