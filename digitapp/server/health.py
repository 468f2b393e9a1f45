"""Health of this process, for a proxy, a container engine or whoever watches a server.

`/health/live`: the process answers; restart it if it does not. `/health/ready`: it can serve a
page: what the pages need is loaded, and the store answers.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from streamlit.runtime import get_instance

from digitapp.errors import StoreBusy, StoreProblem
from digitapp.server.logs import log

if TYPE_CHECKING:
    from digitapp.runs import RunStore

OK, LOADING, BUSY, FAILS, SILENT = "ok", "loading", "busy", "cannot be used", "does not answer"
PATIENCE = 3.0  # seconds to wait for the store's answer
NOT_STORED = {"Cache-Control": "no-store"}

prepared = threading.Event()  # set once the pages are loaded


async def live(request: Request) -> Response:
    """Answer that the process lives."""
    return PlainTextResponse(f"{OK}\n", headers=NOT_STORED)


class Ready:
    """The endpoint that says whether a page can be served.

    It asks the store once at a time, however many ask for it: a store that hangs must not take
    more than one of the server's threads.

    Args:
        store: returns the whole store; called in a thread.
    """

    def __init__(self, store: Callable[[], RunStore]) -> None:
        self._store = store
        self._asking: asyncio.Task[str] | None = None

    async def answer(self, request: Request) -> Response:
        """Answer with status 200 when all is well, or else 503, and say what is not."""
        checks = {
            "server": OK if (await get_instance().is_ready_for_browser_connection)[0] else LOADING,
            "pages": OK if prepared.is_set() else LOADING,
            "store": await self._of_store(),
        }
        return answered(checks)

    async def _of_store(self) -> str:
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(run_in_threadpool(self._ask))
        try:
            return await asyncio.wait_for(asyncio.shield(self._asking), PATIENCE)
        except TimeoutError:
            log("store", "error", message=f"The store does not answer within {PATIENCE:g} seconds.")
            return SILENT

    def _ask(self) -> str:
        from digitapp.runs import census

        try:
            census.answers(self._store())
        except StoreBusy:
            return BUSY  # training and writing wait for a moment; pages can be served
        except StoreProblem as error:
            log("store", "error", message=str(error))
            return FAILS
        return OK


def answered(checks: Mapping[str, str]) -> Response:
    """Return the answer for the state of each part; what a store said stays in the log."""
    ready = all(state in (OK, BUSY) for state in checks.values())
    told = {"ready": ready, **checks}
    return JSONResponse(told, 200 if ready else 503, NOT_STORED)
