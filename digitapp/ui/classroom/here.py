"""The room in which the visitor is."""

from __future__ import annotations

import time
from contextlib import suppress

from digitapp.errors import StoreProblem
from digitapp.runs import classrooms
from digitapp.runs.classroom_records import HOUSE, Membership
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.session import HERE

KEPT = 20.0  # seconds; browsers of members hear of a change within two (`following`)


def here() -> Membership | None:
    """Return the visitor's room and its member that she is; None in no room, or without a store.

    It is asked for on every page and after every stroke, so what is known is kept for a while.
    """
    kept = HERE.get()
    if kept is not None and time.monotonic() - kept[0] < KEPT:
        return kept[1]
    found = None
    with suppress(StoreProblem):  # which the page tells where it matters
        found = classrooms.current(store())
    HERE.set((time.monotonic(), found))
    return found


def forget_here() -> None:
    """Look again when `here` is asked next: the visitor has joined a room, or left it."""
    HERE.pop()


def teaches(membership: Membership | None) -> bool:
    """Return whether the visitor is the teacher of the room in which she is."""
    return membership is not None and (
        membership.member.teacher or membership.member.person == HOUSE
    )
