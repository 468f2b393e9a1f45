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

if TYPE_CHECKING:
    from digitapp.runs import RunStore

Stores = Callable[[], "RunStore"]

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
        if scope["type"] != "http" or not shared(headers := Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        token = await run_in_threadpool(self._new_token, headers)
        if not token:
            await self._app(scope, receive, send)
            return
        secure = "https" in (scope["scheme"], headers.get("x-forwarded-proto", ""))
        cookie = cookie_of(headers.get("host", ""), token, secure)

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("set-cookie", cookie)
            await send(message)

        await self._app({**scope, NEW_TOKEN: token}, receive, answer)

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

    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    parts = [f"{visitors.cookie_name(host)}={token}", f"Path=/{base}", f"Max-Age={KEPT_FOR}"]
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
