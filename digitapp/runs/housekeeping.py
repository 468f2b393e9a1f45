"""Housekeeping of a shared server: places, memory and space that nobody uses go to others.

A run that is stopped keeps what it learned, says why it was stopped, and can be resumed. The runs
of the house are left alone.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import sqlalchemy as sa

from digitapp.runs import fair_order, limits, stored, usage
from digitapp.runs.clock import Now, alive
from digitapp.runs.fair_order import MINUTE
from digitapp.runs.guests import are_guests
from digitapp.runs.listing import THERE, Listing
from digitapp.runs.metering import ask_to_stop
from digitapp.runs.purging import FOR_GOOD
from digitapp.runs.records import ACTIVE, PAUSE, PAUSED, RUNNING
from digitapp.runs.tables import (
    blobs,
    classrooms,
    dataset_people,
    examples,
    handwriting,
    members,
    people,
    runs,
    sent_drawings,
)

NAMED_FROM = 0.8  # of the space; from there on, the oldest runs are named
NAMED_FOR = 24 * 3600.0  # seconds from being named to being deleted
FORGOTTEN_AFTER = 24 * 3600.0  # seconds since somebody with nothing was seen
UNDO_WITHIN = 3600.0  # seconds during which a deleted run is kept even then

_WITH_PEOPLE = (
    *(runs.c.person, handwriting.c.person, examples.c.person, dataset_people.c.person),
    *(sent_drawings.c.person, members.c.person, classrooms.c.teacher),
)
_OF_PEOPLE = sa.and_(runs.c.person != "", THERE)
_GUESTS_FIRST = sa.case((are_guests(runs.c.person), 0), else_=1)


def give_places_back(store: Listing, short_of_memory: bool = False) -> dict[int, str]:
    """Stop runs that are paused for too long or too many, or whose person has left.

    A run that trains is only stopped if its person has left and another's waits.

    Args:
        short_of_memory: whether to stop one paused run in any case.

    Returns:
        the reasons, by run.

    Raises:
        StoreProblem: when the database fails.
    """
    with store.whole.database.begin() as connection:
        paused = connection.execute(_paused()).all()
        told = {**_of_paused(paused, short_of_memory), **_forgotten(connection)}
        for run, why in told.items():
            ask_to_stop(connection, [run], why)
    return told


def _paused() -> sa.Select[Any]:
    """Return a query for the paused runs that nobody asked to go on: guests', oldest pause first.

    For how many seconds each is paused, and its person has been gone.
    """
    rests = runs.c.status == PAUSED, runs.c.request == PAUSE, runs.c.steps == 0, alive()
    paused = (Now() - runs.c.queued).label("paused")
    gone = (Now() - sa.func.coalesce(people.c.seen, Now())).label("gone")
    query = sa.select(runs.c.id, runs.c.person, paused, gone).where(_OF_PEOPLE, *rests)
    joined = query.select_from(runs.outerjoin(people, people.c.id == runs.c.person))
    return joined.order_by(_GUESTS_FIRST, runs.c.queued, runs.c.id)


def _of_paused(paused: Any, short_of_memory: bool) -> dict[int, str]:
    """Return why paused runs are to be stopped, by run: the longest paused ones first."""
    told: dict[int, str] = {}
    each, in_all = limits.most("paused"), limits.most("paused_in_all")
    of_person, left = Counter(row.person for row in paused), len(paused)
    for number, row in enumerate(paused):
        if _over("paused_minutes", row.paused):
            why = "paused_minutes"
        elif _over("away_minutes", row.gone):
            why = "away_minutes"
        elif each is not None and of_person[row.person] > each:
            why = "paused"
        elif (in_all is not None and left > in_all) or (short_of_memory and number == 0):
            why = "paused_in_all"
        else:
            continue
        told[row.id] = limits.sentence(why)
        of_person[row.person] -= 1
        left -= 1
    return told


def _over(limit: str, seconds: float) -> bool:
    most = limits.most(limit)
    return most is not None and seconds > most * MINUTE


def _forgotten(connection: sa.Connection) -> dict[int, str]:
    """Return why runs that are trained are to be stopped: their person left, another's waits."""
    gone = (Now() - people.c.seen).label("gone")
    query = sa.select(runs.c.id, runs.c.host, runs.c.person, gone)
    joined = query.select_from(runs.join(people, people.c.id == runs.c.person))
    found = connection.execute(joined.where(_OF_PEOPLE, runs.c.status == RUNNING, alive())).all()
    left = [row for row in found if _over("away_minutes", row.gone)]
    if not left:
        return {}
    line = connection.execute(fair_order.in_line()).all()
    waiting = [each for each in line if not fair_order.held_by(each)]
    return {
        row.id: limits.sentence("away_minutes")
        for row in left
        if any(each.host == row.host and each.person != row.person for each in waiting)
    }


def make_room(store: Listing) -> None:
    """Name the oldest runs without a star if space is short, and delete those named a day ago.

    Runs that were deleted long enough ago go first. If there is room again, because others were
    deleted or the limit was raised, no run is to be deleted any more.

    Raises:
        StoreProblem: when the database fails.
    """
    most = limits.most("stored_in_all")
    with store.whole.database.begin() as connection:
        usage.forget(connection)
        _forget_passers_by(connection)
        used = stored.in_all(connection)
        over = 0.0 if most is None else used - NAMED_FROM * most * limits.GIGABYTE
        if over > 0:
            over -= _forget_deleted(connection)
        named = _oldest(connection, over) if over > 0 else []
        stays = runs.c.leaving.is_not(None), runs.c.id.not_in(named)
        connection.execute(runs.update().where(*stays).values(leaving=None))
        new = runs.update().where(runs.c.id.in_(named), runs.c.leaving.is_(None))
        connection.execute(new.values(leaving=Now() + NAMED_FOR))
        due = runs.update().where(runs.c.id.in_(named), runs.c.leaving <= Now())
        connection.execute(due.values(deleted=FOR_GOOD, owner=""))


def _forget_passers_by(connection: sa.Connection) -> None:
    """Delete people who have nothing here and are in no room; one who comes again is written anew.

    A token costs nothing, and each one that is used makes a row.
    """
    gone = people.c.seen < Now() - FORGOTTEN_AFTER, sa.not_(people.c.house)
    nothing = [~sa.exists().where(column == people.c.id) for column in _WITH_PEOPLE]
    connection.execute(people.delete().where(*gone, *nothing))


def _forget_deleted(connection: sa.Connection) -> int:
    """Have deleted runs purged that could be restored for some days; return their bytes."""
    old = sa.and_(runs.c.deleted > FOR_GOOD, runs.c.deleted <= Now() - UNDO_WITHIN)
    query = sa.select(sa.func.coalesce(sa.func.sum(sa.func.length(blobs.c.data)), 0))
    freed = connection.execute(query.select_from(blobs.join(runs)).where(old)).scalar_one()
    connection.execute(runs.update().where(old).values(deleted=FOR_GOOD))
    return int(freed)


def _oldest(connection: sa.Connection, over: float) -> list[int]:
    """Return the oldest runs of people, without a star and not active, that take so many bytes.

    Those of guests come first.
    """
    size = sa.func.coalesce(sa.func.sum(sa.func.length(blobs.c.data)), 0).label("size")
    query = sa.select(runs.c.id, size).select_from(runs.outerjoin(blobs))
    over_and_done = sa.not_(runs.c.starred), runs.c.status.not_in(ACTIVE)
    candidates = query.where(_OF_PEOPLE, *over_and_done).group_by(runs.c.id)
    found: list[int] = []
    for row in connection.execute(candidates.order_by(_GUESTS_FIRST, runs.c.created, runs.c.id)):
        if over <= 0:
            break
        found.append(row.id)
        over -= int(row.size)
    return found
