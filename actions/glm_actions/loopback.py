"""Serves a web application on loopback from a thread: practice sites, fake model servers, the viewer."""

import socket
import threading
import time

import uvicorn
from starlette.types import ASGIApp

from glm_actions.errors import UsageError


class Loopback:
    """An application served on 127.0.0.1, from `start` until `close`.

    Args:
        app: The application.
        port: Where; 0 is any free port.
    """

    def __init__(self, app: ASGIApp, port: int = 0) -> None:
        self._app = app
        self._port = port
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where it is served, without a slash at the end."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def start(self) -> None:
        """Serve; returns when requests are answered. Does nothing if it is served already.

        Raises:
            UsageError: if the port cannot be had.
        """
        if self._thread:
            return
        self._socket = self._listen()
        config = uvicorn.Config(
            self._app,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            http="h11",
            loop="asyncio",
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            time.sleep(0.002)

    def _listen(self) -> socket.socket:
        try:
            return socket.create_server(("127.0.0.1", self._port))
        except OSError as error:
            raise UsageError(f"Port {self._port} cannot be used: {error.strerror}. Choose another --port.") from error

    def close(self) -> None:
        """Stop serving. May be called twice."""
        if self._thread:
            self._server.should_exit = True
            self._thread.join()
            self._socket.close()
            self._thread = None
