"""Middleware that counts, times and logs requests, and the answers to browsers' messages."""

from __future__ import annotations

import time
from collections.abc import Mapping

from google.protobuf.message import DecodeError
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from digitapp.server import logs, metrics

# The parts of an address that are told apart. An address itself holds names and keys.
PLACES = ("static", "live", "media", "component", "health", "metrics")
OF_STREAMLIT = {"upload_file": "upload", "stream": "stream", "bidi-components": "component"}
QUIET = ("static", "live", "component", "health", "metrics")  # not logged if all went well
LONGEST_END = 200  # bytes of the message that ends an answer; those with content are longer
EARLY = ForwardMsg.FINISHED_EARLY_FOR_RERUN


class Observer:
    """Middleware that sees all that comes in and goes out, and changes nothing."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request or websocket on."""
        if scope["type"] == "http":
            await self._request(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        status, begun = 500, time.monotonic()

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, seen)
        finally:
            _note_request(scope, status, time.monotonic() - begun)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        visit, signs = Visit(), logs.browser_signs(HTTPConnection(scope))

        async def received() -> Message:
            message = await receive()
            visit.hear(message)
            return message

        async def sent(message: Message) -> None:
            if message["type"] == "websocket.accept":
                logs.log("visit", browser=signs)
            visit.say(message)
            await send(message)

        try:
            await self._app(scope, received, sent)
        finally:
            logs.log("left", "info", browser=signs, **visit.told())


class Visit:
    """One connection of a tab: how many messages it sent, and how long its answers took."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._asked: float | None = None  # when the oldest message without an answer came
        self._answers = 0
        self._longest = 0.0

    def hear(self, message: Message) -> None:
        """Take in a message from the browser."""
        kind = _kind(message)
        if kind:
            metrics.MESSAGES.labels(kind).inc()
        if kind == "rerun_script" and self._asked is None:
            self._asked = time.monotonic()

    def say(self, message: Message) -> None:
        """Take in a message to the browser; one that ends an answer is timed."""
        if self._asked is not None and _ends_answer(message):
            seconds = time.monotonic() - self._asked
            metrics.ANSWER_SECONDS.observe(seconds)
            self._asked, self._answers = None, self._answers + 1
            self._longest = max(self._longest, seconds)

    def told(self) -> Mapping[str, logs.Value]:
        """Return what a log says of it."""
        return {
            "seconds": round(time.monotonic() - self._begun, 1),
            "answers": self._answers,
            "longest_ms": round(self._longest * 1000),
        }


def place(path: str) -> str:
    """Return what an address is for, in a word; below any `server.baseUrlPath`."""
    parts = path.split("/")
    if "_stcore" in parts:
        after = parts[parts.index("_stcore") + 1 :]
        return OF_STREAMLIT.get(after[0] if after else "", "streamlit")
    return next((each for each in PLACES if each in parts[:-1] or parts[-1] == each), "page")


def _note_request(scope: Scope, status: int, seconds: float) -> None:
    where = place(scope["path"])
    metrics.REQUESTS.labels(where, str(status)).inc()
    metrics.REQUEST_SECONDS.labels(where).observe(seconds)
    if where in QUIET and status < 400:
        return
    level = "error" if status >= 500 else "warning" if status in (403, 413, 429) else "info"
    logs.log(
        "request",
        level,
        method=scope["method"],
        place=where,
        status=status,
        ms=round(seconds * 1000),
        browser=logs.browser_signs(HTTPConnection(scope)),
    )


def _kind(message: Message) -> str | None:
    try:
        return BackMsg.FromString(message.get("bytes") or b"").WhichOneof("type")
    except DecodeError:
        return None


def _ends_answer(message: Message) -> bool:
    content = message.get("bytes") or b""
    if not content or len(content) > LONGEST_END:
        return False
    try:
        found = ForwardMsg.FromString(content)
    except DecodeError:
        return False
    return found.WhichOneof("type") == "script_finished" and found.script_finished != EARLY
