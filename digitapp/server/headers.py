"""Security headers of every answer: what a page may load, who may frame it, what is passed on.

The content security policy allows what the app itself serves, and nothing else: text that somebody
managed to put into a page as HTML could neither run a script nor send anything away.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from importlib import resources

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Scripts: the app's own; Streamlit loads components from `blob:` addresses, which only scripts that
# run already can make; TensorFlow.js and ONNX compile WebAssembly. No `eval`, nothing inline but
# the one script of Streamlit's page. Styles are set by its scripts all the time, so they may be
# inline.
POLICY = {
    "default-src": "'self'",
    "script-src": "'self' blob: 'wasm-unsafe-eval' {inline}",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "media-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self' data: blob: {websockets}",
    "worker-src": "'self' blob:",
    "frame-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
}
# Files that people made or uploaded, under an address of the app: nothing in them ever runs.
OF_FILES = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'; "
    "sandbox"
)
FILES = re.compile(r"/media/[^/]+$")
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    # Addresses can hold a room's code or a teacher's link: they are not for other servers.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(self), microphone=(), geolocation=(), payment=(), usb=(), serial=(), "
        "midi=(), display-capture=(), fullscreen=(self), clipboard-write=(self)"
    ),
}
SAFE_HOST = re.compile(r"[A-Za-z0-9.\-_:\[\]]+")
INLINE = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
SECURE = ("https", "wss")


class SecurityHeaders:
    """Middleware that adds the headers to every answer, and `Secure` to cookies over https."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and add the headers to its answer."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                _add_headers(scope, message)
            if scope["scheme"] in SECURE:
                _secure_cookies(message)
            await send(message)

        await self._app(scope, receive, with_headers)


def content_security_policy(path: str, host: str) -> str:
    """Return the policy for an address.

    Args:
        path: of the address.
        host: the Host header. WebKit before 15.4 does not count websockets among `'self'`.
    """
    if FILES.search(path):
        return OF_FILES
    named = SAFE_HOST.fullmatch(host)
    values = {"inline": inline_hashes(), "websockets": f"ws://{host} wss://{host}" if named else ""}
    parts = (f"{name} {value.format(**values)}".strip() for name, value in POLICY.items())
    return "; ".join(parts)


@functools.cache
def inline_hashes() -> str:
    """Return the sources that allow the inline scripts of Streamlit's page, and no other."""
    page = resources.files("streamlit").joinpath("static", "index.html").read_bytes()
    digests = (hashlib.sha256(script).digest() for script in INLINE.findall(page))
    return " ".join(f"'sha256-{base64.b64encode(each).decode()}'" for each in digests)


def _add_headers(scope: Scope, message: Message) -> None:
    headers = MutableHeaders(raw=list(message.get("headers", ())))
    for name, value in ALWAYS.items():
        headers[name] = value
    host = Headers(scope=scope).get("host", "")
    headers["Content-Security-Policy"] = content_security_policy(scope["path"], host)
    message["headers"] = headers.raw


def _secure_cookies(message: Message) -> None:
    """Mark cookies as for https alone: Streamlit does not know that a proxy encrypts."""
    if "headers" in message:
        message["headers"] = [
            (name, _secured(value) if name.lower() == b"set-cookie" else value)
            for name, value in message["headers"]
        ]


def _secured(cookie: bytes) -> bytes:
    names = {part.strip().lower() for part in cookie.split(b";")}
    return cookie if b"secure" in names else cookie + b"; Secure"
