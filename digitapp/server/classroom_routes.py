"""Route by which browsers ask whether there is something new in their room."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from digitapp.errors import StoreProblem
from digitapp.server.base_path import base_path
from digitapp.server.identity import seen_by_sender

if TYPE_CHECKING:
    from digitapp.runs import RunStore
    from digitapp.runs.classroom_news import ClassroomNews

PATH = "/class/now"
NOT_KEPT = {"Cache-Control": "no-store"}


def classroom_routes(
    store: Callable[[], RunStore], heard: Callable[[str], None] = lambda person: None
) -> list[Route]:
    """Return the route for `st.App`, below `server.baseUrlPath`.

    Args:
        store: returns the store; called in a thread.
        heard: is told that a person is still there.
    """

    @lru_cache(maxsize=1)
    def news() -> ClassroomNews:
        from digitapp.runs.classroom_news import ClassroomNews

        return ClassroomNews(store())

    def now(request: Request) -> Response:
        """Answer with the mark of the sender's room."""
        try:
            person = seen_by_sender(request, store)().person
            mark = news().mark(person)
        except StoreProblem as problem:
            return JSONResponse({"error": str(problem)}, 503, NOT_KEPT)
        if mark:
            heard(person)
        return JSONResponse({"mark": mark}, headers=NOT_KEPT)

    return [Route(base_path() + PATH, now)]
