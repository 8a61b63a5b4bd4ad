"""Fixtures for every test: a browser, local pages, and a clean environment."""

import functools
import http.server
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from glm_actions.surfaces.browser import Browser

PAGES = Path(__file__).parent / "pages"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Train first: it is the longest test, and one worker would be left alone with it at the end."""
    items.sort(key=lambda item: item.path.name != "test_learning.py")


@pytest.fixture(autouse=True)
def clean_environ(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No setting of the person who runs the tests reaches them, and no test that person's cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
    for name in list(os.environ):
        if name.startswith("GLM_AGENT_") and name != "GLM_AGENT_BROWSER":
            monkeypatch.delenv(name)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="session")
def pages() -> Iterator[str]:
    """The address under which tests/pages is served."""
    handler = functools.partial(_Quiet, directory=str(PAGES))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def browser() -> Iterator[Browser]:
    """A fresh browser with a page of 1280 by 720."""
    with Browser() as browser:
        yield browser
