"""Real servers for the tests in this folder."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from .engine import Engine, LlamaCpp, Sglang, Vllm
from .install import NotInstalled

UNSAID = ("reasoning-parser", "enable-prompt-tokens-details", "limit-mm-per-prompt")
"""What is not said to `bare_vllm`."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show what the tests counted."""
    for report in terminalreporter.getreports("passed"):
        if report.when == "call" and report.user_properties:
            counted = ", ".join(f"{name}: {value}" for name, value in report.user_properties)
            terminalreporter.write_line(f"{report.nodeid}: {counted}")


@pytest.fixture(scope="session")
def start(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Engine]:
    """Starts a server, or fails with the reason why it cannot be installed."""

    def start(kind: type[Engine], **settings: Any) -> Engine:
        folder: Path = tmp_path_factory.mktemp(kind.title)
        try:
            return kind(folder / "server.log", **settings)
        except NotInstalled as reason:
            pytest.fail(str(reason), pytrace=False)

    return start


@pytest.fixture(scope="session")
def vllm(start: Callable[..., Engine]) -> Iterator[Engine]:
    """A server that all tests share, and none may kill."""
    with start(Vllm) as engine:
        yield engine


@pytest.fixture(scope="session")
def bare_vllm(start: Callable[..., Engine]) -> Iterator[Engine]:
    """A server that lacks flags this agent needs. The last test that uses it kills it."""
    with start(Vllm, without=UNSAID) as engine:
        yield engine


@pytest.fixture(scope="session")
def sglang(start: Callable[..., Engine]) -> Iterator[Engine]:
    """SGLang, set up rightly."""
    with start(Sglang) as engine:
        yield engine


@pytest.fixture(scope="session")
def bare_sglang(start: Callable[..., Engine]) -> Iterator[Engine]:
    """SGLang without flags this agent needs."""
    with start(Sglang, without=("reasoning-parser", "enable-cache-report")) as engine:
        yield engine


@pytest.fixture(scope="session")
def llama_cpp(start: Callable[..., Engine]) -> Iterator[Engine]:
    """llama.cpp, which needs no flags but has no eyes here."""
    with start(LlamaCpp) as engine:
        yield engine


@pytest.fixture(scope="session")
def steering(vllm: Engine) -> dict[str, Any]:
    """Request fields under which random weights come to an end; see `Engine.steering`."""
    return vllm.steering()
