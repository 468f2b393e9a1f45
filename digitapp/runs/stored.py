"""How many bytes of a store people's runs, drawings and datasets take, and how many they may.

Counted are the contents, as they are, without what the database adds. What was deleted and can be
restored is no longer a person's, but it takes the server's space until it is purged.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from digitapp.errors import LimitMet
from digitapp.runs import access, guests, limits
from digitapp.runs.listing import THERE, Listing
from digitapp.runs.tables import (
    blobs,
    dataset_people,
    datasets,
    examples,
    handwriting,
    runs,
    sent_drawings,
)

COUNTED_EVERY = 30.0  # seconds, all bytes: there may be many
ALL, GUESTS = "all", "guests"
_counted: dict[tuple[str, str], tuple[float, int]] = {}  # by group and store: when, how many

_DRAWN = (handwriting, examples, sent_drawings)


Whose = Callable[[sa.Column[str]], sa.ColumnElement[bool]]  # of a column with people


def of(connection: sa.Connection, person: str) -> int:
    """Return how many bytes a person keeps, in runs, datasets and drawings."""
    return _kept(connection, lambda column: column == person)


def _kept(connection: sa.Connection, whose: Whose) -> int:
    own = dataset_people.c.person
    parts = [
        _bytes(blobs.c.data).select_from(blobs.join(runs)).where(whose(runs.c.person), THERE),
        _bytes(datasets.c.data).select_from(datasets.join(dataset_people)).where(whose(own)),
        *(_of_drawings(table).where(whose(table.c.person)) for table in _DRAWN),
    ]
    return sum(_value(connection, part) for part in parts)


def of_run(connection: sa.Connection, run: int) -> int:
    """Return how many bytes a run takes, also a deleted one."""
    return _value(connection, _bytes(blobs.c.data).where(blobs.c.run == run))


def in_all(connection: sa.Connection) -> int:
    """Return how many bytes everything in the store takes, that of the house included."""
    parts = [_bytes(blobs.c.data), _bytes(datasets.c.data), *map(_of_drawings, _DRAWN)]
    return sum(_value(connection, part) for part in parts)


def check(store: Listing, adding: int = 0) -> None:
    """Reject something that the person of a store wants to keep, unless there is room for it.

    Args:
        adding: its bytes; 0 when they are not known yet, as of a run that is to be trained.

    Raises:
        LimitMet: when the person keeps, or all together keep, as much as they may.
        StoreProblem: when the database fails.
    """
    if store.person:
        with store.whole.database.begin() as connection:
            check_in(connection, store.person, adding, store.database.url)


def check_in(connection: sa.Connection, person: str, adding: int, url: str) -> None:
    """Do what `check` does, within a transaction.

    Args:
        url: of the store, of which all bytes are counted anew only now and then.
    """
    if not person:
        return
    most = limits.most("stored")
    if most is not None and (used := of(connection, person)) + adding >= most * limits.MEGABYTE:
        raise LimitMet(limits.sentence("stored", used=limits.size_in_words(used)))
    most = limits.most("stored_in_all")
    if most is None:
        return
    used = _recently(connection, ALL, url)
    if used + adding >= most * limits.GIGABYTE:
        raise LimitMet(limits.sentence("stored_in_all", used=limits.size_in_words(used)))
    if guests.is_guest(connection, person):
        theirs = _recently(connection, GUESTS, url)
        if theirs + adding >= most * guests.SHARE * limits.GIGABYTE:
            raise LimitMet(guests.USED_UP)


def forget() -> None:
    """Count all bytes anew the next time."""
    _counted.clear()


def _recently(connection: sa.Connection, group: str, url: str) -> int:
    since, used = _counted.get((group, url), (-COUNTED_EVERY, 0))
    if time.monotonic() - since >= COUNTED_EVERY:
        used = in_all(connection) if group == ALL else _kept(connection, guests.are_guests)
        _counted[group, url] = time.monotonic(), used
    return used


def _bytes(*columns: sa.Column[Any]) -> sa.Select[Any]:
    """Return a query for the sum of the lengths of columns; databases need not read them for it."""
    total: sa.ColumnElement[Any] = sa.literal(0)
    for each in columns:
        total = total + sa.func.coalesce(sa.func.sum(sa.func.length(each)), 0)
    return sa.select(total)


def _of_drawings(table: sa.Table) -> sa.Select[Any]:
    return _bytes(table.c.image, table.c.strokes)


def _value(connection: sa.Connection, query: sa.Select[Any]) -> int:
    return int(connection.execute(access.of_house(query)).scalar_one())
