"""Who may ask the server, and for what: checked before Streamlit sees a request.

A web page from anywhere can make a browser ask servers on its own machine or network. It gives
itself away by the name that it uses for the server (the Host header), or by the name of its own
server (the Origin header).
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

# What Streamlit does for the developer of an app, when any browser asks. Its caches are for all
# visitors; the state of the repository and watching its files are no visitor's business.
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
    """Middleware that refuses strangers' names and pages, and drops messages for developers.

    Args:
        app: the ASGI application behind it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request or a websocket, or let the application do so."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        if refusal := _refusal(Headers(scope=scope)):
            # Starlette answers a websocket's handshake with it, too.
            await PlainTextResponse(refusal, status_code=403)(scope, receive, send)
            return
        wanted = _without_messages_for_developers(receive)
        await self._app(scope, wanted if scope["type"] == "websocket" else receive, send)


def _refusal(headers: Headers) -> str:
    """Why a request is refused; empty when it is not."""
    host, origin = headers.get("host", ""), headers.get("origin")
    if not is_ours(host):
        return WRONG_HOST.format(host=_name(host) or "that it was given")
    if origin is not None and not same_origin(origin, host):
        return WRONG_ORIGIN.format(origin=origin)
    return ""


def is_ours(host: str) -> bool:
    """Whether a Host header names this server: by its numbers, or by a name that it has.

    A stranger's name may be made to lead here; numbers lead where they say.
    """
    name = _name(host)
    try:
        ipaddress.ip_address(name)
        return True
    except ValueError:
        return any(_fits(name, each) for each in _names())


def same_origin(origin: str, host: str) -> bool:
    """Whether a page of this origin comes from this server itself, or may ask it all the same."""
    allowed: Sequence[str] = st.get_option("server.corsAllowedOrigins")
    own = urlsplit(origin).netloc.lower() == host.lower()
    return own or origin in allowed or not st.get_option("server.enableCORS")


def _name(host: str) -> str:
    """A host without its port, in small letters; empty when it is none."""
    try:
        found = urlsplit(f"//{host}")
        _ = found.port  # raises if it is no number
    except ValueError:
        return ""
    plain = found.netloc == host and "@" not in host
    return (found.hostname or "").rstrip(".") if plain else ""


def _names() -> list[str]:
    machine = socket.gethostname().lower()
    settings = [st.get_option("browser.serverAddress"), *st.get_option("server.allowedHosts")]
    return ["localhost", machine, f"{machine}.local", *(each.strip().lower() for each in settings)]


def _fits(name: str, pattern: str) -> bool:
    """As `server.allowedHosts` has it: a name, `*.school.org`, or `*` for any."""
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
    """What a browser's message asks for; None when it is none of Streamlit's."""
    try:
        return BackMsg.FromString(message.get("bytes") or b"").WhichOneof("type")
    except DecodeError:  # Streamlit closes the connection
        return None
