"""Access control: check the Host and Origin headers before Streamlit sees a request.

Any web page can make a browser send requests to servers on the browser's machine or network. The
Host header (the name used for our server) or the Origin header (the page's own server) shows this.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Sequence
from urllib.parse import urlsplit

import streamlit as st
from google.protobuf.message import DecodeError
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

# Messages for the developer of an app, which Streamlit obeys from any browser. The caches belong to
# all visitors, and the state of the repository and its files are no visitor's business.
FOR_DEVELOPERS = {"clear_cache", "load_git_info", "set_run_on_save"}

WRONG_HOST = (
    "This server does not answer to the name {host}. Use localhost, its address in numbers, or "
    "the name of the machine. If {host} is one of its names, start it with "
    "--browser.serverAddress={host}\n"
)
WRONG_ORIGIN = (
    "This server does not answer pages of {origin}. If that is one of its own addresses, start it "
    "with --server.corsAllowedOrigins={origin}\n"
)


class Guard:
    """Middleware that rejects foreign hosts and origins, and drops messages for developers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Reject a request or websocket, or pass it on to the application."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        if refusal := _refusal(Headers(scope=scope)):
            # Starlette also answers a websocket's handshake with this response.
            await PlainTextResponse(refusal, status_code=403)(scope, receive, send)
            return
        wanted = _without_messages_for_developers(receive)
        await self._app(scope, wanted if scope["type"] == "websocket" else receive, send)


def _refusal(headers: Headers) -> str:
    """Return why a request is rejected; empty if it is allowed."""
    host, origin = headers.get("host", ""), headers.get("origin")
    if not is_ours(host):
        return WRONG_HOST.format(host=_name(host) or "that it was given")
    if origin is not None and not same_origin(origin, host):
        return WRONG_ORIGIN.format(origin=origin)
    return ""


def is_ours(host: str) -> bool:
    """Return whether a Host header names this server, by an IP address or by one of its names.

    A foreign name can be made to resolve to this server (DNS rebinding); an IP address cannot.
    """
    name = _name(host)
    try:
        ipaddress.ip_address(name)
        return True
    except ValueError:
        return any(_fits(name, each) for each in _names())


def same_origin(origin: str, host: str) -> bool:
    """Return whether a page of this origin comes from this server, or may access it anyway."""
    allowed: Sequence[str] = st.get_option("server.corsAllowedOrigins")
    own = urlsplit(origin).netloc.lower() == host.lower()
    return own or origin in allowed or not st.get_option("server.enableCORS")


def _name(host: str) -> str:
    """Return a host in lower case without its port; empty if it is invalid."""
    try:
        found = urlsplit(f"//{host}")
        _ = found.port  # raises if it is not a number
    except ValueError:
        return ""
    plain = found.netloc == host and "@" not in host
    return (found.hostname or "").rstrip(".") if plain else ""


def _names() -> list[str]:
    machine = socket.gethostname().lower()
    settings = [st.get_option("browser.serverAddress"), *st.get_option("server.allowedHosts")]
    return ["localhost", machine, f"{machine}.local", *(each.strip().lower() for each in settings)]


def _fits(name: str, pattern: str) -> bool:
    """Match a name to a pattern of `server.allowedHosts`: a name, `*.school.org`, or `*`."""
    if pattern == "*" or (name and name == pattern):
        return True
    return pattern.startswith("*.") and name.endswith(pattern[1:])


def _without_messages_for_developers(receive: Receive) -> Receive:
    async def wanted() -> Message:
        while True:
            message = await receive()
            if _kind(message) not in FOR_DEVELOPERS:
                return message

    return wanted


def _kind(message: Message) -> str | None:
    """Return the type of a browser's message; None if it is not one of Streamlit's."""
    try:
        return BackMsg.FromString(message.get("bytes") or b"").WhichOneof("type")
    except DecodeError:  # Streamlit closes the connection
        return None
