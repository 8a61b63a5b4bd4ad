"""A server that gives one answer to everything, for what can stand between an agent and its model."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

CERTIFICATE = Path(__file__).parent / "backends" / "self_signed.pem"
"""A certificate for loopback that nobody has signed but itself, with its key. It protects nothing."""
PAGE = b"<html><head><title>Portal</title></head><body><h1>Welcome</h1></body></html>"
GATEWAY = (
    b"<html><head><title>504</title></head><body><center><h1>504 Gateway Time-out</h1></center>nginx</body></html>"
)


@contextmanager
def answering(status: int, body: bytes, kind: str = "text/html", certificate: Path | None = None) -> Iterator[str]:
    """A server that gives one answer to everything; with a certificate it speaks TLS."""

    class Same(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Same) as served:
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            served.socket = context.wrap_socket(served.socket, server_side=True)
        Thread(target=served.serve_forever, daemon=True).start()
        scheme = "https" if certificate else "http"
        yield f"{scheme}://127.0.0.1:{served.server_port}"
        served.shutdown()
