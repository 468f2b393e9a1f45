"""Free memory after visitors leave; Streamlit alone frees it only when others come or go."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import sys
from typing import Any

import streamlit as st
from streamlit.runtime import get_instance
from streamlit.runtime.session_manager import SessionInfo, SessionStorage

MOST_DISCONNECTED = 128  # sessions without a connection, as many as Streamlit keeps itself
FREED_AFTER = 1.0  # seconds to wait for other sessions to end before freeing memory
COLLECTED_EVERY = 20.0  # seconds


def free_what_visitors_leave() -> None:
    """End each disconnected session on time from now on; call this in the server's event loop.

    Streamlit keeps a session, with all its uploads, for `server.disconnectedSessionTTL` seconds
    after the connection was lost. It notices that this time is over only when the next visitor
    leaves, and the memory is freed only by a garbage collection.
    """
    manager: Any = get_instance()._session_mgr  # `Runtime` accepts a session storage, not so `App`
    manager._session_storage = DisconnectedSessions(st.get_option("server.disconnectedSessionTTL"))


class DisconnectedSessions(SessionStorage):
    """Storage of disconnected sessions, each kept for the given number of seconds."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._loop = asyncio.get_running_loop()
        self._kept: dict[str, tuple[SessionInfo, asyncio.TimerHandle]] = {}
        self._giving_back = False

    def get(self, session_id: str) -> SessionInfo | None:
        """Return a stored session, or None if there is none with this id."""
        found = self._kept.get(session_id)
        return found[0] if found else None

    def save(self, session_info: SessionInfo) -> None:
        """Store a session; if there are too many, end the oldest one."""
        name = session_info.session.id
        if name in self._kept:
            self.delete(name)
        self._kept[name] = session_info, self._loop.call_later(self._seconds, self._end, name)
        if len(self._kept) > MOST_DISCONNECTED:
            self._end(next(iter(self._kept)))

    def delete(self, session_id: str) -> None:
        """Remove a session without ending it: it is connected again, or has been ended."""
        self._kept.pop(session_id)[1].cancel()

    def list(self) -> list[SessionInfo]:
        """Return all stored sessions."""
        return [session for session, _ in self._kept.values()]

    def _end(self, name: str) -> None:
        session = self._kept[name][0].session
        self.delete(name)
        session.shutdown()
        # The garbage collector is frozen once, when the server has started (`serving`): a session
        # among them is never garbage-collected, so its contents are dropped here.
        session.session_state.clear()
        if not self._giving_back:
            self._giving_back = True
            self._loop.call_later(FREED_AFTER, self._give_back)

    def _give_back(self) -> None:
        self._giving_back = False
        self._loop.run_in_executor(None, give_back)


async def collect_now_and_then() -> None:
    """Collect garbage every `COLLECTED_EVERY` seconds, until cancelled.

    By itself, Streamlit does so after each answer, which halts all others for 20 ms with thirty
    visitors, and longer with more.
    """
    while True:
        await asyncio.sleep(COLLECTED_EVERY)
        await asyncio.get_running_loop().run_in_executor(None, gc.collect)


def give_back() -> None:
    """Collect garbage and return the freed memory to the operating system.

    Reading pictures fragments the heap; glibc keeps such free memory until `malloc_trim`.
    """
    gc.collect()
    if sys.platform.startswith("linux"):
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # musl has none
        if trim:
            trim(0)
