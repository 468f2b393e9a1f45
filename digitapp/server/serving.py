"""Start and end of the server, and the notice that it is open to the network."""

from __future__ import annotations

import asyncio
import gc
import threading
import webbrowser
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from streamlit.net_util import get_internal_ip
from streamlit.web.server.server_util import get_url

from digitapp.errors import DigitappError
from digitapp.server import health, logs, open_files
from digitapp.server.classroom_notice import opened_room
from digitapp.server.error_reports import no_tracebacks
from digitapp.server.freeing import collect_now_and_then, free_what_visitors_leave
from digitapp.server.guard import Guard
from digitapp.server.headers import SecurityHeaders
from digitapp.server.identity import Identity, Stores
from digitapp.server.metrics import PrivateMetrics
from digitapp.server.observing import Observer
from digitapp.server.socket_limits import SocketLimits
from digitapp.server.upload_guard import UploadGuard
from digitapp.text.escaping import plain

OPEN = """\
  The app is open to your network. Others reach it at {url}

  - There are no passwords, and everybody who reaches it may use it. Each browser sees and changes
    only its own runs, datasets and drawings, and what is shared in a room that it is in.
  - Whoever opens the link that this terminal shows for you sees and changes everything. Do not show
    it to the class.
  - Use it in a network that you trust, such as a classroom's, and end it with Ctrl-C afterwards.
{secure}"""
PLAIN = """\
  - Browsers allow the camera only on pages over https, and without https others in the network
    can read what is sent. If you have a certificate (two files, from your school's administrators
    or from a tool such as mkcert) add: --server.sslCertFile=FILE.pem --server.sslKeyFile=KEY.pem,
    and the name that it is for: --browser.serverAddress=NAME
"""


def middleware(store: Stores) -> tuple[Middleware, ...]:
    """Return the middleware of the server, outermost first.

    Args:
        store: returns the store; called in a thread, and only if it is needed.
    """
    return (
        Middleware(Observer),
        Middleware(SecurityHeaders),
        Middleware(Guard),
        Middleware(PrivateMetrics),
        Middleware(Identity, store=store),
        Middleware(SocketLimits, store=store),
        Middleware(UploadGuard, store=store),
    )


@asynccontextmanager
async def lifespan(
    app: st.App, prepare: Callable[[], None] = lambda: None, store: Stores | None = None
) -> AsyncIterator[None]:
    """Run our own tasks at the start of Streamlit's server.

    Args:
        prepare: runs in a thread of its own once the server is up.
        store: returns the store, in which an open server opens the room of a class.
    """
    from digitapp.runs import limits, visitors

    visitors.check_setting()
    limits.check()
    place = ""
    if visitors.is_open(st.get_option("server.address")):
        print(open_to_all(), flush=True)
        if store and visitors.is_shared(True, {}):
            place = await run_in_threadpool(_open_room, store)
    if not st.get_option("server.headless"):
        url = get_url("localhost") + place
        asyncio.get_running_loop().call_soon(webbrowser.open, url)
    no_tracebacks()
    open_files.allow_many()
    logs.start()
    logs.log("start", address=str(st.get_option("server.address") or ""))
    free_what_visitors_leave()
    collecting = asyncio.create_task(collect_now_and_then())
    preparing = threading.Thread(target=_prepare, args=(prepare,), name="preparing", daemon=True)
    asyncio.get_running_loop().call_soon(preparing.start)
    yield
    collecting.cancel()
    logs.log("end")


def _prepare(prepare: Callable[[], None]) -> None:
    """Prepare without the garbage collector, then freeze it.

    While modules are imported, it takes a fifth of the time and frees nothing. And visiting the
    150,000 objects of all imported modules takes a twentieth of a second each time.
    """
    gc.disable()
    try:
        prepare()
        gc.collect()
        gc.freeze()
    finally:
        gc.enable()
        health.prepared.set()


def _open_room(store: Stores) -> str:
    """Open the room of a class and print how to join it; return the path of the teacher's link."""
    try:
        told, place = opened_room(store, own_url())
    except DigitappError as error:
        print(f"  There is no room: {plain(str(error))}", flush=True)
        return ""
    print(told, flush=True)
    return place


def open_to_all() -> str:
    """Return the notice for the terminal that the server is open to the network."""
    secure = bool(st.get_option("server.sslCertFile"))
    return OPEN.format(url=own_url(), secure="" if secure else PLAIN)


def own_url() -> str:
    """Return the address at which other machines reach this server."""
    named = st.get_option("browser.serverAddress")
    return get_url(named if named != "localhost" else get_internal_ip() or "localhost")
