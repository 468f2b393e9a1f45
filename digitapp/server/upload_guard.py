"""Uploads to a shared server, checked before they are read: whose, how large, of what kind.

Streamlit keeps uploaded files in memory for as long as a tab is open. Without limits, one browser
could fill it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.runtime import get_instance

from digitapp.errors import LimitMet, StoreProblem
from digitapp.server import metrics
from digitapp.server.identity import NOBODY, Stores, sender, shared, token_of
from digitapp.server.logs import log

if TYPE_CHECKING:
    from digitapp.runs import RunStore

MEGABYTE = 2**20
UPLOAD = re.compile(r"/_stcore/upload_file/(?P<session>[^/]+)/[^/]+$")
MOST_HELD = 400 * MEGABYTE  # bytes of files of one browser that are in memory
MOST_HELD_IN_ALL = 2048 * MEGABYTE
FORM = 2**16  # bytes around a file, at most
LONGEST_HEAD = 8192  # bytes of a form before its file
LOOKED_AT = 512  # bytes at the beginning of a file that tell its kind

FOREIGN = "This upload is not of your own page. Reload the page and try again."
NO_LENGTH = "This upload does not say how long it is."
NO_FORM = "This upload does not begin with a file."
TOO_LARGE = "This file is too large: up to {most} MB are possible."
KIND_TOO_LARGE = "This is {kind}: of such files, up to {most} MB are looked at."
HELD = (
    "This browser has {held} MB of files here already; with this one it would be more than {most} "
    "MB. Remove one of them (×) and try again."
)
FULL = "The server has as many files as it can hold just now. Try again in a few minutes."


class UploadGuard:
    """Middleware that rejects uploads of strangers, of too much, and of large files of no use.

    The first bytes are looked at as they pass; the others are left to come only if they may.

    Args:
        store: returns the whole store; called in a thread, and only on a shared server.
    """

    def __init__(self, app: ASGIApp, store: Stores) -> None:
        self._app, self._store = app, store
        self._arriving: Counter[str] = Counter()  # bytes that are on their way, by session

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or reject it."""
        found = UPLOAD.search(scope["path"]) if scope["type"] == "http" else None
        if not found or scope["method"] != "PUT" or not shared(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        try:
            size = await self._checked(Request(scope), found["session"])
        except HTTPException as error:
            _noted(error)
            await _answer(error, scope, receive, send)
            return
        with self._on_its_way(found["session"], size):
            await self._app(scope, Looked(receive).receive, send)
        metrics.UPLOADED.inc(size)

    async def _checked(self, request: Request, session: str) -> int:
        """Return the number of bytes that will come, or raise why they may not."""
        size = _length(request)
        await run_in_threadpool(self._check_sender, request, session)
        held = _held()
        own = held.get(session, 0) + self._arriving[session]
        if own + size > MOST_HELD:
            told = HELD.format(held=own // MEGABYTE, most=MOST_HELD // MEGABYTE)
            raise HTTPException(413, told)
        if sum(held.values()) + self._arriving.total() + size > MOST_HELD_IN_ALL:
            raise HTTPException(503, FULL)
        return size

    def _check_sender(self, request: Request, session: str) -> None:
        """Reject a browser that is not the one with the session's websocket."""
        websocket = _websocket_headers(session)
        if websocket is None:  # Streamlit says what is to be done
            return
        try:
            store = self._store()
            if token_of(request.headers, store) != token_of(websocket, store):
                raise HTTPException(403, FOREIGN)
            _count(store, sender(store, request))
        except StoreProblem as error:
            raise HTTPException(503, str(error)) from None

    @contextmanager
    def _on_its_way(self, session: str, size: int) -> Iterator[None]:
        self._arriving[session] += size
        try:
            yield
        finally:
            self._arriving[session] -= size
            if not self._arriving[session]:
                del self._arriving[session]


class Looked:
    """The body of an upload: lets it through until its file turns out to be of no use."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._begun = b""
        self._most: int | None = None  # bytes, once the kind of file is known
        self._kind = ""
        self._passed = 0

    async def receive(self) -> Message:
        """Return the next part.

        Raises:
            HTTPException: when the file may not be uploaded.
        """
        message = await self._receive()
        body = message.get("body", b"")
        self._passed += len(body)
        if self._most is None:
            self._begun += body
            self._look(at_end=not message.get("more_body", False))
        if self._most is not None and self._passed > self._most + FORM:
            told = KIND_TOO_LARGE.format(kind=self._kind, most=self._most // MEGABYTE)
            raise _noted(HTTPException(413, told))
        return message

    def _look(self, at_end: bool) -> None:
        """Find out the kind of file as soon as enough of it is there."""
        _, blank, content = self._begun.partition(b"\r\n\r\n")
        if not blank:
            if at_end or len(self._begun) > LONGEST_HEAD:
                raise _noted(HTTPException(400, NO_FORM))
            return
        if len(content) < LOOKED_AT and not at_end:
            return
        self._kind, self._most = largest(content[:LOOKED_AT])
        self._begun = b""


def largest(start: bytes) -> tuple[str, int]:
    """Return what a file is, and how many bytes of such files are looked at.

    What no page reads may be as large as a picture: then the page says what it is.

    Args:
        start: its first bytes.
    """
    from digitapp.drawing.pictures import MAX_FILE_MEGABYTES
    from digitapp.files import file_kinds

    kind = file_kinds.kind_of(start)
    many = _most_megabytes() * MEGABYTE
    if kind is None:
        return "a file of an unknown kind", many  # idx files, for instance
    return kind.name, many if kind in file_kinds.HOLD_DATA else MAX_FILE_MEGABYTES * MEGABYTE


def _most_megabytes() -> int:
    return int(st.get_option("server.maxUploadSize"))


def _length(request: Request) -> int:
    text = request.headers.get("content-length", "")
    if not text.isdecimal():
        raise HTTPException(411, NO_LENGTH)
    size = int(text)
    if size > _most_megabytes() * MEGABYTE + FORM:
        raise HTTPException(413, TOO_LARGE.format(most=_most_megabytes()))
    return size


def _websocket_headers(session: str) -> Headers | None:
    """Return the headers that a session's websocket was opened with; None if there is none."""
    found = get_instance()._session_mgr.get_active_session_info(session)
    context = getattr(found.client, "client_context", None) if found else None
    return Headers(dict(context.headers)) if context else None


def _held() -> dict[str, int]:
    """Return the bytes of files in memory, by session."""
    manager: Any = get_instance().uploaded_file_mgr
    return {
        session: sum(len(file.data) for file in [*files.values()])
        for session, files in [*manager.file_storage.items()]
    }


def _count(store: RunStore, person: str) -> None:
    """Count an upload of a person, unless there were too many in this minute."""
    from digitapp.runs import usage

    if person == NOBODY:
        raise HTTPException(403, FOREIGN)
    try:
        usage.take(store.seen_by(person), "uploads")
    except LimitMet as error:
        raise HTTPException(429, str(error)) from None


def _noted(error: HTTPException) -> HTTPException:
    metrics.REFUSED.labels("upload").inc()
    log("upload refused", "warning", status=error.status_code, message=error.detail)
    return error


async def _answer(error: HTTPException, scope: Scope, receive: Receive, send: Send) -> None:
    answer = PlainTextResponse(f"{error.detail}\n", error.status_code, {"Connection": "close"})
    await answer(scope, receive, send)
