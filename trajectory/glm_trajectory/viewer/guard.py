"""Lets in only who knows the token, on this machine; and tells the browser to trust nothing else."""

import hmac

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


class Guard:
    """Refuses a request for another host, which a rebound DNS name would make, or without the token.

    Args:
        app: What is guarded; its paths begin with the token.
        token: The first part of every path.
    """

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._token = token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        refusal = None if scope["type"] == "http" and self._may_pass(scope) else PlainTextResponse("No.", 403)
        await (refusal or self._app)(scope, receive, marked)

    def _may_pass(self, scope: Scope) -> bool:
        port = scope["server"][1]
        given = str(scope["path"]).split("/")[1].encode()
        return Headers(scope=scope).get("host") in {f"127.0.0.1:{port}", f"localhost:{port}"} and hmac.compare_digest(
            given, self._token
        )
