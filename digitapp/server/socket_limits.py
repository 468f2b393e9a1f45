"""What one person's tabs may ask of a shared server: how many are open, and how much they send.

Streamlit runs a page for each message of a tab. A tab that sends more messages a second than
anybody's strokes and presses is heard more slowly, and nothing that it sends is lost. The house has
no limits.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from digitapp.errors import StoreProblem
from digitapp.server.identity import Stores, shared, token_of

TABS, MESSAGES = "tabs", "messages"  # limits
BURST = 2.0  # seconds; what is sent after a pause of this length is heard at once
WITHOUT_COOKIES = 30  # as many people may be behind one address, and be told apart by nothing


class SocketLimits:
    """Middleware that counts the tabs of each person, and slows down those that send too much.

    Args:
        store: returns the store; called in a thread, and only on a shared server.
    """

    def __init__(self, app: ASGIApp, store: Stores) -> None:
        self._app, self._store = app, store
        self._open: Counter[str] = Counter()
        self._guests: set[str] = set()  # of those whose tabs are open

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a tab's websocket on, and its page, unless its person has too many."""
        wanted = scope["type"] == "websocket" or _is_page(scope)
        if not wanted or not shared(headers := Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        whose = await run_in_threadpool(self._whose, headers, scope)
        told = await run_in_threadpool(self._too_many, whose) if whose else ""
        if told:
            await PlainTextResponse(f"{told}\n", status_code=429)(scope, receive, send)
        elif whose and scope["type"] == "websocket":
            await self._counted(whose, scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _counted(self, whose: str, scope: Scope, receive: Receive, send: Send) -> None:
        self._open[whose] += 1
        try:
            await self._app(scope, slowed(receive), send)
        finally:
            self._open[whose] -= 1
            self._open += Counter()  # drops those of whom no tab is open
            self._guests &= self._open.keys()

    def _whose(self, headers: Headers, scope: Scope) -> str:
        """Return whose tab it is: a person, an address without a cookie, or empty for the house."""
        from digitapp.runs import visitors

        address = f"{(scope.get('client') or ['?'])[0]}:"
        try:
            store = self._store()
            person = visitors.visitor(store, token_of(headers, store))
        except StoreProblem:  # the page tells
            return address
        return address if person is None else person

    def _too_many(self, whose: str) -> str:
        """Return a sentence if no more tabs may be open; a tab that is loaded again is one more."""
        from digitapp.runs import guests, limits

        most, in_all = limits.most(TABS), limits.most(f"{TABS}_in_all")
        people = WITHOUT_COOKIES if whose.endswith(":") else 1
        if most is not None and self._open[whose] > most * people:
            return limits.sentence(TABS)
        if in_all is None:
            return ""
        if self._is_guest(whose):
            self._guests.add(whose)
            if sum(self._open[each] for each in self._guests) > in_all * guests.SHARE:
                return guests.USED_UP
        else:
            self._guests.discard(whose)
        return limits.sentence(f"{TABS}_in_all") if self._open.total() > in_all else ""

    def _is_guest(self, whose: str) -> bool:
        from digitapp.runs import guests

        with suppress(StoreProblem):
            return guests.is_guest_of(self._store().database, whose)
        return False


def _is_page(scope: Scope) -> bool:
    """Whether a browser asks for a page, and not for a part of one."""
    asks = scope["type"] == "http" and scope["method"] == "GET"
    return asks and "text/html" in Headers(scope=scope).get("accept", "")


def slowed(receive: Receive, clock: Callable[[], float] = time.monotonic) -> Receive:
    """Return what receives a tab's messages, no more a second than the limit says.

    Those that come faster wait where they are, so that the browser sends no more.

    Args:
        clock: in seconds.
    """
    from digitapp.runs import limits

    most = limits.most(MESSAGES)
    if most is None:
        return receive
    free_from = clock() - BURST  # when all that was heard had been heard at the allowed rate

    async def heard() -> Message:
        nonlocal free_from
        message = await receive()
        if message["type"] == "websocket.receive":
            now = clock()
            free_from = max(free_from, now - BURST) + 1 / most
            if free_from > now:
                await asyncio.sleep(free_from - now)
        return message

    return heard
