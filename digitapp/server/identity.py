"""Who sends a request: each browser gets a cookie with a signed token, when it first comes.

The cookie is HttpOnly and SameSite=Lax: no script, and no other site's page, reads or uses it. Its
name has the server's port, as browsers show a machine's cookies to all of its ports.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from digitapp.errors import StoreProblem
from digitapp.server.base_path import base_path

if TYPE_CHECKING:
    from digitapp.runs import RunStore

Stores = Callable[[], "RunStore"]

CONDITIONS = (b"if-none-match", b"if-modified-since", b"if-range")
LEADS_ON = 303  # status
SUBPROTOCOLS, SESSION = "sec-websocket-protocol", 2  # header, and place of the session's id
NEW_TOKEN = "digitapp.token"  # in the scope of a browser's first request
NOBODY = "nobody"  # no person: ids have 22 characters
KEPT_FOR = 400 * 24 * 3600  # seconds; browsers keep no cookie for longer


class Identity:
    """Middleware that gives a token to each browser of a shared server that has none.

    Args:
        store: returns the store; called in a thread, and only on a shared server.
    """

    def __init__(self, app: ASGIApp, store: Stores) -> None:
        self._app, self._store = app, store

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and add the cookie to the answer if the browser has none."""
        if scope["type"] not in ("http", "websocket") or not shared(Headers(scope=scope)):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            own = await run_in_threadpool(self._without_anothers_session, scope)
            await self._app(own, receive, send)
        else:
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        token = await run_in_threadpool(self._new_token, headers)
        if not token:
            await self._app(scope, receive, send)
            return
        secure = "https" in (scope["scheme"], _first(headers.get("x-forwarded-proto", "")))
        cookie = cookie_of(headers.get("host", ""), token, secure)

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                _give(MutableHeaders(scope=message), message["status"], cookie)
            await send(message)

        await self._app({**_anew(scope), NEW_TOKEN: token}, receive, answer)

    def _without_anothers_session(self, scope: Scope) -> Scope:
        """Return a websocket's scope; it cannot go on with the session of another visitor.

        The id of the session that it was is the third of its subprotocols.
        """
        from digitapp.runs import visitors

        headers = MutableHeaders(raw=list(scope["headers"]))
        asked = [each.strip() for each in headers.get(SUBPROTOCOLS, "").split(",")]
        if len(asked) <= SESSION:
            return scope
        try:
            store = self._store()
            who = visitors.visitor(store, token_of(headers, store))
        except StoreProblem:
            return scope  # the page tells, and shows nothing else
        if not visitors.is_anothers(asked[SESSION], who):
            return scope
        headers[SUBPROTOCOLS] = ", ".join(asked[:SESSION])
        return {**scope, "headers": headers.raw, "subprotocols": asked[:SESSION]}

    def _new_token(self, headers: Headers) -> str:
        """Return a token for a browser without one; empty if it has one, or the store fails."""
        from digitapp.jobs import housekeeper
        from digitapp.runs import visitors

        try:
            store = self._store()
            housekeeper.keep(store)
            if token_of(headers, store):
                return ""
            return visitors.new_token(store)
        except StoreProblem:  # the page tells
            return ""


def _first(values: str) -> str:
    """Return the first of a header's values, of the proxy that the browser spoke to."""
    return values.partition(",")[0].strip()


def _anew(scope: Scope) -> Scope:
    """Return a request without what lets the server answer that the browser has the page already.

    Such an answer could not give it a cookie.
    """
    headers = [each for each in scope["headers"] if each[0] not in CONDITIONS]
    return {**scope, "headers": headers}


def _give(headers: MutableHeaders, status: int, cookie: str) -> None:
    """Add the cookie to a page, or to an answer that leads to one, and to nothing else.

    What caches keep for everybody must not hold one browser's token.
    """
    is_page = headers.get("content-type", "").startswith("text/html")
    if "public" in headers.get("cache-control", "") or not (is_page or status == LEADS_ON):
        return
    headers.append("set-cookie", cookie)
    headers["cache-control"] = "no-store"
    headers.add_vary_header("Cookie")


def shared(headers: Headers) -> bool:
    """Return whether whoever sends a request is a person among others (`visitors.is_shared`)."""
    from digitapp.runs import visitors

    return visitors.is_shared(visitors.is_open(st.get_option("server.address")), headers)


def token_of(headers: Headers, store: RunStore) -> str:
    """Return the token that a browser sends; empty when there is none of this store's.

    Raises:
        StoreProblem: when the store fails.
    """
    from digitapp.runs import visitors

    sent = "; ".join(headers.getlist("cookie"))
    return visitors.token_among(store, visitors.tokens(sent, headers.get("host", "")))


def cookie_of(host: str, token: str, secure: bool) -> str:
    """Return the value of the Set-Cookie header that gives a browser its token."""
    from digitapp.runs import visitors

    parts = [
        f"{visitors.cookie_name(host)}={token}",
        f"Path={base_path() or '/'}",
        f"Max-Age={KEPT_FOR}",
    ]
    return "; ".join([*parts, "HttpOnly", "SameSite=Lax", *(["Secure"] if secure else [])])


def seen_by_sender(request: Request, store: Stores) -> Stores:
    """Return what returns the store as whoever sends a request may use it.

    Without a token that is as nobody: there is nothing in it.
    """

    def seen() -> RunStore:
        whole = store()
        return whole.seen_by(sender(whole, request)) if shared(request.headers) else whole

    return seen


def sender(store: RunStore, request: Request) -> str:
    """Return on whose behalf the sender of a request to a shared server acts; NOBODY without token.

    A browser that comes for the first time has the token that it is about to get.

    Raises:
        StoreProblem: when the store fails.
    """
    from digitapp.runs import visitors

    token = request.scope.get(NEW_TOKEN) or token_of(request.headers, store)
    found = visitors.visitor(store, token)
    return NOBODY if found is None else found
