"""The teacher's link: an address that makes a browser the teacher of a room, or also the house.

Its last part is a ticket, `CODE.key`; that of `make class` has a second key, the server's own. The
answer leads on to the page of the room, so that no ticket stays in the address bar, in the history
or on the projector.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from digitapp.errors import DigitappError, StoreProblem
from digitapp.server.base_path import base_path
from digitapp.server.identity import Stores, sender, shared

PLACE = "enter"
NOT_KEPT = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


def enter_routes(store: Stores) -> list[Route]:
    """Return the route for `st.App`, below `server.baseUrlPath`.

    Args:
        store: returns the store; called in a thread.
    """
    below = base_path()
    return [Route(f"{below}/{PLACE}/{{ticket}}", _entered(store, f"{below}/room"))]


def _entered(store: Stores, place: str) -> Callable[[Request], Response]:
    def endpoint(request: Request) -> Response:
        try:
            _enter(store, request)
        except DigitappError as error:
            status = 503 if isinstance(error, StoreProblem) else 403
            return PlainTextResponse(f"{error}\n", status, NOT_KEPT)
        return RedirectResponse(place, 303, NOT_KEPT)

    return endpoint


def _enter(store: Stores, request: Request) -> None:
    """Do what the ticket is for, on behalf of whoever sends the request.

    Raises:
        UnknownName, InvalidSetting, QueueFull, StoreProblem: as `classroom_joining.teach`.
    """
    from digitapp.runs import classroom_joining, people, visitors

    whole = store()
    code, _, keys = request.path_params["ticket"].partition(".")
    room_key, _, house_key = keys.partition(".")
    person = sender(whole, request) if shared(request.headers) else ""
    if person and house_key and people.opens_house(whole, house_key):
        people.make_house(whole, person)
        visitors.forget()
        person = ""
    classroom_joining.teach(whole.seen_by(person), code, room_key)
