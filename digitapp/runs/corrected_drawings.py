"""Drawings that users have corrected, kept in the store: what each is, and what was read."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from digitapp.errors import UnknownName
from digitapp.runs.store import RunStore
from digitapp.runs.tables import handwriting
from digitapp.training import checks

SIDE = 28
ASIDE_OF = 4  # one of so many is put aside
GONE = "This drawing is not in My handwriting any more: it was deleted, perhaps by someone else."


@dataclass(frozen=True)
class Correction:
    """A drawing and what it is.

    Attributes:
        created: seconds since 1970.
        label: the digit that it is, 0 to 9.
        guess: the name of what was read.
        model: the name of the network that read it.
        aside: whether it is kept for the test, and never learned from.
        image: uint8 (28, 28), 0 paper to 255 ink, as the network read it.
    """

    id: int
    created: float
    label: int
    guess: str
    model: str
    aside: bool
    image: NDArray[np.uint8]


def read(store: RunStore) -> list[Correction]:
    """All corrections that can be read, the oldest first.

    Raises:
        StoreProblem: from each function here, when the database fails.
    """
    return listed(store)[0]


def listed(store: RunStore) -> tuple[list[Correction], list[int]]:
    """All corrections, the oldest first, and the ids of those that are damaged."""
    with store.database.begin() as connection:
        rows = connection.execute(sa.select(handwriting).order_by(handwriting.c.id)).all()
    return [_correction(row) for row in rows if _whole(row)], [
        row.id for row in rows if not _whole(row)
    ]


def add(store: RunStore, image: NDArray[np.float32], label: int, guess: str, model: str) -> int:
    """Keep a drawing under what it is; returns its id.

    Args:
        image: float32 (28, 28), 0 paper to 1 ink, as the network read it.
        label: the digit that it is.
        guess: the name of what was read.
        model: the name of the network that read it.

    Raises:
        InvalidSetting: when the label is no digit.
    """
    checks.number("label", label, 0, 9, whole=True)
    values = {"created": time.time(), "label": label, "guess": guess, "model": model}
    data = np.rint(image.reshape(SIDE, SIDE) * 255).astype(np.uint8).tobytes()
    with store.database.begin() as connection:
        change = handwriting.insert().values(
            **values, image=data, aside=_next_is_put_aside(connection, label)
        )
        key = connection.execute(change).inserted_primary_key
        assert key is not None
        return int(key[0])


def relabel(store: RunStore, correction: int, label: int) -> None:
    """Say that a drawing that was kept is another digit.

    Raises:
        InvalidSetting: when the label is no digit.
        UnknownName: when the drawing is not kept any more.
    """
    checks.number("label", label, 0, 9, whole=True)
    change = handwriting.update().where(handwriting.c.id == correction).values(label=label)
    with store.database.begin() as connection:
        if not connection.execute(change).rowcount:
            raise UnknownName(GONE)


def remove(store: RunStore, corrections: Sequence[int]) -> None:
    """Delete corrections by their ids; some of them may be gone already.

    Raises:
        UnknownName: when none of them is there.
    """
    with store.database.begin() as connection:
        change = handwriting.delete().where(handwriting.c.id.in_(corrections))
        if corrections and not connection.execute(change).rowcount:
            raise UnknownName(GONE)


def clear(store: RunStore) -> None:
    """Delete them all."""
    with store.database.begin() as connection:
        connection.execute(handwriting.delete())


def version(store: RunStore) -> str:
    """Tells the corrections of now from all others; empty when there are none.

    No picture is read for that: a drawing's picture never changes.
    """
    fields = [handwriting.c[name] for name in ("id", "created", "label", "aside")]
    with store.database.begin() as connection:
        rows = connection.execute(sa.select(*fields).order_by(handwriting.c.id)).all()
    told = repr([tuple(row) for row in rows]).encode()
    return hashlib.blake2b(told, digest_size=16).hexdigest() if rows else ""


def some(store: RunStore) -> bool:
    """Whether any drawing is kept."""
    with store.database.begin() as connection:
        return connection.execute(sa.select(handwriting.c.id).limit(1)).first() is not None


def label_of(store: RunStore, correction: int) -> int | None:
    """What a drawing is kept as; None when it is not kept any more."""
    query = sa.select(handwriting.c.label).where(handwriting.c.id == correction)
    with store.database.begin() as connection:
        return connection.execute(query).scalar()


def some_put_aside(store: RunStore) -> bool:
    """Whether any drawing is put aside; no picture is read for that."""
    with store.database.begin() as connection:
        query = sa.select(handwriting.c.id).where(handwriting.c.aside).limit(1)
        return connection.execute(query).first() is not None


def _next_is_put_aside(connection: sa.Connection, label: int) -> bool:
    """One of four is put aside, evenly over the digits; which it is never changes afterwards."""
    query = sa.select(
        sa.func.count(),
        _total(handwriting.c.aside),
        _total(handwriting.c.label == label),
        _total(sa.and_(handwriting.c.label == label, handwriting.c.aside)),
    )
    kept, aside, alike, alike_aside = connection.execute(query).one()
    due = (kept + 1) // ASIDE_OF > aside
    return due and alike_aside * (ASIDE_OF - 1) <= alike - alike_aside


def _total(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    """In how many rows this holds."""
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


def _whole(row: sa.Row) -> bool:
    """Whether all that a drawing has is of the right kind: SQLite keeps whatever it is given."""
    digit = isinstance(row.label, int) and 0 <= row.label <= 9
    texts = isinstance(row.guess, str) and isinstance(row.model, str)
    return (
        digit
        and texts
        and isinstance(row.created, int | float)
        and len(row.image or b"") == SIDE**2
    )


def _correction(row: sa.Row) -> Correction:
    image = np.frombuffer(row.image, np.uint8).reshape(SIDE, SIDE)
    return Correction(row.id, row.created, row.label, row.guess, row.model, row.aside, image)
