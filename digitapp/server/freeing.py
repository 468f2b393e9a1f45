"""Memory given back when visitors have gone: Streamlit forgets them only when others come."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import sys
from functools import cache
from typing import Any

import streamlit as st
from streamlit.runtime import get_instance
from streamlit.runtime.session_manager import SessionInfo, SessionStorage

MOST = 128  # sessions without a connection, as many as Streamlit keeps itself
TOGETHER = 1.0  # seconds in which several sessions end before memory is given back


def free_what_visitors_leave() -> None:
    """From now on, end each session in time; to be called where the server's event loop runs.

    Streamlit keeps a session for `server.disconnectedSessionTTL` seconds after its connection was
    lost, with all that was uploaded in it. When they are over, it notices with the next visitor
    who goes, and what it then drops waits for a collection of garbage after somebody's next click.
    """
    manager: Any = get_instance()._session_mgr  # Streamlit's `Runtime` can be given one, `App` not
    manager._session_storage = Waiting(st.get_option("server.disconnectedSessionTTL"))


class Waiting(SessionStorage):
    """Sessions without a connection, each until its time is over.

    Args:
        seconds: that each is kept.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._loop = asyncio.get_running_loop()
        self._kept: dict[str, tuple[SessionInfo, asyncio.TimerHandle]] = {}
        self._giving_back = False

    def get(self, session_id: str) -> SessionInfo | None:
        """A session that has not ended; None when there is none."""
        found = self._kept.get(session_id)
        return found[0] if found else None

    def save(self, session_info: SessionInfo) -> None:
        """Keep a session, and end the one that has waited longest if there are too many."""
        name = session_info.session.id
        if name in self._kept:
            self.delete(name)
        self._kept[name] = session_info, self._loop.call_later(self._seconds, self._end, name)
        if len(self._kept) > MOST:
            self._end(next(iter(self._kept)))

    def delete(self, session_id: str) -> None:
        """Leave a session to whoever took it: it has a connection again, or was ended."""
        self._kept.pop(session_id)[1].cancel()

    def list(self) -> list[SessionInfo]:
        """All sessions that have not ended."""
        return [session for session, _ in self._kept.values()]

    def _end(self, name: str) -> None:
        session = self._kept[name][0].session
        self.delete(name)
        session.shutdown()
        # Whoever was there when TensorFlow was imported is never collected: `backend.start`.
        session.session_state.clear()
        if not self._giving_back:
            self._giving_back = True
            self._loop.call_later(TOGETHER, self._give_back)

    def _give_back(self) -> None:
        self._giving_back = False
        self._loop.run_in_executor(None, give_back)


def give_back() -> None:
    """Free what nobody refers to, and return it to the system.

    What a picture took in being read lies scattered between what is still in use; glibc keeps
    it until it is told not to.
    """
    gc.collect()
    if trim := _trim():
        trim(0)


@cache
def _trim() -> Any:
    """The C library's `malloc_trim`; None where it has none."""
    if not sys.platform.startswith("linux"):
        return None
    return getattr(ctypes.CDLL(None), "malloc_trim", None)  # musl has none
