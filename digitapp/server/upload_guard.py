"""Uploads to a shared server, checked before they are read: whose, how large, of what kind.

Streamlit keeps uploaded files in memory for as long as a tab is open. Without limits, one browser
could fill it.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.runtime import get_instance

from digitapp.errors import LimitMet, StoreProblem
from digitapp.server import metrics
from digitapp.server.identity import NOBODY, Stores, sender, shared, token_of
from digitapp.server.uploads_arriving import (
    FORM,
    MEGABYTE,
    Looked,
    Upload,
    most_megabytes,
    noted,
)

if TYPE_CHECKING:
    from digitapp.runs import RunStore

UPLOAD = re.compile(r"/_stcore/upload_file/(?P<session>[^/]+)/[^/]+$")
MOST_HELD = 400 * MEGABYTE  # bytes of files of one browser that are in memory
MOST_HELD_IN_ALL = 2048 * MEGABYTE

FOREIGN = "This upload is not of your own page. Reload the page and try again."
NO_LENGTH = "This upload does not say how long it is."
TOO_LARGE = "This file is too large: up to {most} MB are possible."
HELD = (
    "This browser has {held} MB of files here already; with this one it is more than {most} MB. "
    "Remove one of them (×) and try again."
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
        self._arriving: list[Upload] = []
        self._holders: dict[str, str] = {}  # browsers whose files are in memory, by session

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or reject it."""
        found = UPLOAD.search(scope["path"]) if scope["type"] == "http" else None
        if not found or scope["method"] != "PUT" or not shared(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        try:
            upload = await self._checked(Request(scope), found["session"])
        except HTTPException as error:
            noted(error)
            await _answer(error, scope, receive, send)
            return
        self._arriving.append(upload)
        try:
            await self._app(scope, Looked(receive, upload, self._check_room).receive, send)
        finally:
            self._arriving.remove(upload)
        metrics.UPLOADED.inc(upload.came)

    async def _checked(self, request: Request, session: str) -> Upload:
        """Return an upload that may come, or raise why it may not."""
        size = _length(request)
        holder = await run_in_threadpool(self._check_sender, request, session)
        upload = Upload(session, holder, size)
        self._check_room(upload)
        return upload

    def _check_room(self, upload: Upload) -> None:
        """Reject an upload, on its way or not, for which there is no room in memory."""
        by_holder = self._held(upload)
        more = 0 if upload in self._arriving else upload.counted
        own = by_holder[upload.holder]
        if own + more > MOST_HELD:
            held, most = own // MEGABYTE, MOST_HELD // MEGABYTE
            raise HTTPException(413, HELD.format(held=held, most=most))
        if by_holder.total() + more > MOST_HELD_IN_ALL:
            raise HTTPException(503, FULL)

    def _held(self, upload: Upload) -> Counter[str]:
        """Return the bytes of files in memory and on their way, by browser."""
        by_session = _stored()
        for each in self._arriving:
            by_session[each.session] += each.counted
        known = {name: who for name, who in self._holders.items() if name in by_session}
        self._holders = {**known, upload.session: upload.holder}
        found: Counter[str] = Counter()
        for session, count in by_session.items():
            found[self._holders.get(session, session)] += count
        return found

    def _check_sender(self, request: Request, session: str) -> str:
        """Return the browser that has the session's websocket; reject any other one.

        All browsers without a cookie are one.
        """
        websocket = _websocket_headers(session)
        if websocket is None:  # Streamlit says what is to be done
            return session
        try:
            store = self._store()
            token = token_of(request.headers, store)
            if token != token_of(websocket, store):
                raise HTTPException(403, FOREIGN)
            _count(store, sender(store, request))
        except StoreProblem as error:
            raise HTTPException(503, str(error)) from None
        return token


def _length(request: Request) -> int:
    text = request.headers.get("content-length", "")
    if not text.isdecimal():
        raise HTTPException(411, NO_LENGTH)
    size = int(text)
    if size > most_megabytes() * MEGABYTE + FORM:
        raise HTTPException(413, TOO_LARGE.format(most=most_megabytes()))
    return size


def _websocket_headers(session: str) -> Headers | None:
    """Return the headers that a session's websocket was opened with; None if there is none."""
    found = get_instance()._session_mgr.get_active_session_info(session)
    context = getattr(found.client, "client_context", None) if found else None
    return Headers(dict(context.headers)) if context else None


def _stored() -> Counter[str]:
    """Return the bytes of files in memory, by session."""
    manager: Any = get_instance().uploaded_file_mgr
    return Counter(
        {
            session: sum(len(file.data) for file in [*files.values()])
            for session, files in [*manager.file_storage.items()]
        }
    )


def _count(store: RunStore, person: str) -> None:
    """Count an upload of a person, unless there were too many in this minute."""
    from digitapp.runs import usage

    if person == NOBODY:
        raise HTTPException(403, FOREIGN)
    try:
        usage.take(store.seen_by(person), "uploads")
    except LimitMet as error:
        raise HTTPException(429, str(error)) from None


async def _answer(error: HTTPException, scope: Scope, receive: Receive, send: Send) -> None:
    answer = PlainTextResponse(f"{error.detail}\n", error.status_code, {"Connection": "close"})
    await answer(scope, receive, send)
