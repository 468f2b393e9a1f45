"""What people use of a shared server, counted by the minute in the store.

The house is not counted: its use is not limited.
"""

from __future__ import annotations

import math

import sqlalchemy as sa

from digitapp.errors import LimitMet
from digitapp.runs import access, guests, limits, upserting
from digitapp.runs.clock import Now
from digitapp.runs.fair_order import COMPUTING, LAST_TURN, MINUTE, OUT_OF_TIME
from digitapp.runs.limit_registry import LIMITS
from digitapp.runs.listing import Listing
from digitapp.runs.tables import usage

KEPT = 120  # minutes
TURNS_KEPT = 24 * 60  # minutes
MINUTES = 60  # in an hour


def take(store: Listing, name: str, count: int = 1) -> None:
    """Count something that the person of a store does, unless it is too much for a minute.

    Args:
        name: a limit a minute: `uploads` or `drawings`.

    Raises:
        LimitMet: when the person, or all together, would exceed it; nothing is counted then.
        StoreProblem: when the database fails.
    """
    if not store.person:
        return
    with store.whole.database.begin() as connection:
        minute = add(connection, store.person, name, count)
        in_all = f"{name}_in_all"
        _check(name, count, total(connection, name, minute, usage.c.person == store.person))
        _check(in_all, count, total(connection, name, minute))
        most = limits.most(in_all)
        if most is not None and guests.is_guest(connection, store.person):
            theirs = total(connection, name, minute, guests.are_guests(usage.c.person))
            if theirs > most * guests.SHARE:
                raise LimitMet(guests.USED_UP)


def _check(limit: str, count: int, used: float) -> None:
    """Reject what has just been counted if it is more than a limit."""
    most = limits.most(limit)
    if most is not None and used > most:
        unit = LIMITS[limit].unit.partition(" a ")[0]
        before = limits.counted(used - count, unit)
        raise LimitMet(limits.sentence(limit, count=before))


def add(connection: sa.Connection, person: str, kind: str, amount: float) -> int:
    """Add to what a person used in this minute; return the minute."""
    minute = int(now(connection) // MINUTE)
    key = {"person": person, "kind": kind, "minute": minute}
    change = upserting.added_to(connection, usage, key, "amount", amount)
    connection.execute(access.of_house(change))
    return minute


def total(
    connection: sa.Connection, kind: str, since: int, *whose: sa.ColumnElement[bool]
) -> float:
    """Return how much was used from a minute on.

    Args:
        whose: conditions on the table `usage`; none for that of all people.
    """
    query = sa.select(sa.func.coalesce(sa.func.sum(usage.c.amount), 0.0))
    mine = query.where(usage.c.kind == kind, usage.c.minute >= since, *whose)
    return float(connection.execute(access.of_house(mine)).scalar_one())


def note_turn(connection: sa.Connection, person: str) -> None:
    """Note that a run of a person begins to be trained now: others' come before the next one."""
    key = {"person": person, "kind": LAST_TURN, "minute": 0}
    change = upserting.put(connection, usage, key, {"amount": Now()})
    connection.execute(access.of_house(change))


def out_of_time(connection: sa.Connection, person: str) -> str:
    """Return a sentence if a person has used up the training time of the hour; empty if not."""
    if not person:
        return ""
    first = int(now(connection) // MINUTE) - MINUTES + 1
    for name, whose in ((OUT_OF_TIME, [usage.c.person == person]), ("computing_in_all", [])):
        most = limits.most(name)
        if most is not None and total(connection, COMPUTING, first, *whose) >= most * MINUTE:
            wait = _minutes_until(connection, first, most * MINUTE, *whose)
            return limits.sentence(name, wait=limits.counted(wait, "minutes"))
    return ""


def why_not_yet(store: Listing) -> str:
    """Return the sentence of `out_of_time` for the person of a store.

    Raises:
        StoreProblem: when the database fails.
    """
    with store.whole.database.begin() as connection:
        return out_of_time(connection, store.person)


def _minutes_until(
    connection: sa.Connection, first: int, most: float, *whose: sa.ColumnElement[bool]
) -> int:
    """Return after how many minutes so much of the hour is over that less than `most` is left."""
    query = sa.select(usage.c.minute, sa.func.sum(usage.c.amount).label("amount"))
    mine = query.where(usage.c.kind == COMPUTING, usage.c.minute >= first, *whose)
    by_minute = mine.group_by(usage.c.minute).order_by(usage.c.minute)
    rows = connection.execute(access.of_house(by_minute)).all()
    left = math.fsum(row.amount for row in rows)
    for row in rows:
        left -= row.amount
        if left < most:
            return int(row.minute) - first + 1
    return MINUTES


def forget(connection: sa.Connection) -> None:
    """Delete what no limit asks for any more."""
    minute = now(connection) // MINUTE
    counts = sa.and_(usage.c.kind != LAST_TURN, usage.c.minute < minute - KEPT)
    turns = sa.and_(usage.c.kind == LAST_TURN, usage.c.amount < (minute - TURNS_KEPT) * MINUTE)
    connection.execute(access.of_house(usage.delete().where(sa.or_(counts, turns))))


def now(connection: sa.Connection) -> float:
    """Return the time by the database's clock, in seconds since 1970."""
    return float(connection.execute(sa.select(Now())).scalar_one())
