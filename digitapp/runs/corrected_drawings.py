"""Corrected drawings (*My handwriting*) in the store.

Of each there are the image, its strokes if it was drawn on a canvas, its label and the prediction.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from digitapp.drawing import IMAGE_SIDE
from digitapp.drawing.packed_strokes import pack, unpack
from digitapp.drawing.strokes import Drawing
from digitapp.errors import BadStrokes, UnknownName
from digitapp.runs import stored, usage
from digitapp.runs.store import RunStore
from digitapp.runs.tables import handwriting
from digitapp.training import setting_checks

ASIDE_OF = 4  # one in so many is held out for testing
GONE = "This drawing is not in My handwriting any more: it was deleted, perhaps by someone else."


@dataclass(frozen=True)
class Correction:
    """A corrected drawing.

    Attributes:
        created: seconds since 1970.
        label: the correct digit, 0 to 9.
        guess: the name of the predicted class; empty for one from a file.
        model: the name of the network that predicted it; empty for one from a file.
        aside: whether it is held out for testing, and never trained on.
        image: uint8 (28, 28), 0 paper to 255 ink, as the network read it.
        strokes: how the pen moved, without what the eraser took; None when that is unknown.
        strokes_damaged: whether it has strokes that cannot be read; the image is good all the same.
    """

    id: int
    created: float
    label: int
    guess: str
    model: str
    aside: bool
    image: NDArray[np.uint8]
    strokes: Drawing | None = None
    strokes_damaged: bool = False


@dataclass(frozen=True)
class NewDrawing:
    """A drawing from a file, to be added to the corrected ones.

    Attributes:
        image: uint8 (28, 28), 0 paper to 255 ink.
        label: the correct digit, 0 to 9.
        strokes: as of a `Correction`.
        aside: whether it is held out; None where that is decided as for a corrected drawing.
    """

    image: NDArray[np.uint8]
    label: int
    strokes: Drawing | None = None
    aside: bool | None = None


def read(store: RunStore) -> list[Correction]:
    """Return all readable corrections, oldest first.

    Raises:
        StoreProblem: from each function here, when the database fails.
    """
    return listed(store)[0]


def listed(store: RunStore) -> tuple[list[Correction], list[int]]:
    """Return all readable corrections, oldest first, and the ids of the damaged ones."""
    query = sa.select(handwriting).where(_own(store)).order_by(handwriting.c.id)
    rows = store.database.rows(query)
    found = [_correction(row) for row in rows if _is_whole(row)]
    return found, [row.id for row in rows if not _is_whole(row)]


def add(
    store: RunStore,
    image: NDArray[np.float32],
    label: int,
    guess: str,
    model: str,
    strokes: Drawing | None = None,
) -> int:
    """Store a drawing with its correct label; return its id.

    Args:
        image: float32 (28, 28), 0 paper to 1 ink, as the network read it.
        label: the correct digit.
        guess: the name of the predicted class.
        model: the name of the network that predicted it.
        strokes: how the pen moved; None for a picture.

    Raises:
        InvalidSetting: when the label is not a digit.
        BadStrokes: when the strokes have too many points.
        LimitMet: when the person keeps as much as one may, or so many a minute.
    """
    setting_checks.number("label", label, 0, 9, whole=True)
    values = {"created": time.time(), "label": label, "guess": guess, "model": model}
    data = np.rint(image.reshape(IMAGE_SIDE, IMAGE_SIDE) * 255).astype(np.uint8).tobytes()
    packed = None if strokes is None else pack(strokes)
    stored.check(store, len(data) + len(packed or b""))
    usage.take(store, "drawings")
    with store.database.begin() as connection:
        change = handwriting.insert().values(
            **values,
            image=data,
            strokes=packed,
            aside=_next_is_put_aside(connection, label, _own(store)),
        )
        key = connection.execute(change).inserted_primary_key
        assert key is not None
        return int(key[0])


def bring(store: RunStore, drawings: Sequence[NewDrawing]) -> list[NewDrawing]:
    """Store drawings from a file, all or none of them; nobody predicted what they are.

    Returns:
        those that were added: the others, image and label, were there already.

    Raises:
        BadStrokes: when the strokes of one have too many points.
        LimitMet: when there is no room for them all.
    """
    added: list[NewDrawing] = []
    stored.check(store, sum(each.image.nbytes for each in drawings))
    with store.database.begin() as connection:
        there = sa.select(handwriting.c.image, handwriting.c.label).where(_own(store))
        rows = connection.execute(there)
        known = {(row.image, row.label) for row in rows}
        for each in drawings:
            image = each.image.tobytes()
            if (image, each.label) in known:
                continue
            known.add((image, each.label))
            aside = each.aside
            if aside is None:
                aside = _next_is_put_aside(connection, each.label, _own(store))
            values = {"created": time.time(), "label": each.label, "guess": "", "model": ""}
            packed = pack(each.strokes) if each.strokes else None
            change = handwriting.insert().values(**values, image=image, strokes=packed, aside=aside)
            connection.execute(change)
            added.append(each)
    return added


def relabel(store: RunStore, correction: int, label: int) -> None:
    """Change the label of a stored drawing.

    Raises:
        InvalidSetting: when the label is not a digit.
        UnknownName: when the drawing does not exist any more.
    """
    setting_checks.number("label", label, 0, 9, whole=True)
    this = handwriting.update().where(handwriting.c.id == correction, _own(store))
    change = this.values(label=label)
    if not store.database.change(change):
        raise UnknownName(GONE)


def remove(store: RunStore, corrections: Sequence[int]) -> None:
    """Delete corrections by their ids; some of them may be deleted already.

    Raises:
        UnknownName: when none of them exists.
    """
    change = handwriting.delete().where(handwriting.c.id.in_(corrections), _own(store))
    if corrections and not store.database.change(change):
        raise UnknownName(GONE)


def clear(store: RunStore) -> None:
    """Delete all corrections."""
    store.database.change(handwriting.delete().where(_own(store)))


def version(store: RunStore) -> str:
    """Return a fingerprint of the current corrections; empty when there are none.

    Images and strokes are not read for it, because those of a drawing never change.
    """
    fields = [handwriting.c[name] for name in ("id", "created", "label", "aside")]
    query = sa.select(*fields).where(_own(store)).order_by(handwriting.c.id)
    rows = store.database.rows(query)
    told = repr([tuple(row) for row in rows]).encode()
    return hashlib.blake2b(told, digest_size=16).hexdigest() if rows else ""


def some(store: RunStore) -> bool:
    """Whether any drawing is stored."""
    return store.database.value(sa.select(handwriting.c.id).where(_own(store)).limit(1)) is not None


def label_of(store: RunStore, correction: int) -> int | None:
    """Return a drawing's label; None when the drawing does not exist any more."""
    found = sa.select(handwriting.c.label).where(handwriting.c.id == correction, _own(store))
    return store.database.value(found)


def some_put_aside(store: RunStore) -> bool:
    """Whether any drawing is held out for testing."""
    query = sa.select(handwriting.c.id).where(handwriting.c.aside, _own(store)).limit(1)
    return store.database.value(query) is not None


def _own(store: RunStore) -> sa.ColumnElement[bool]:
    """SQL condition: it is of who asks; the house, too, has a handwriting of its own."""
    return handwriting.c.person == store.person


def _next_is_put_aside(connection: sa.Connection, label: int, own: sa.ColumnElement[bool]) -> bool:
    """Whether to hold out the next drawing: one in four, evenly over the digits, permanently."""
    query = sa.select(
        sa.func.count(),
        _total(handwriting.c.aside),
        _total(handwriting.c.label == label),
        _total(sa.and_(handwriting.c.label == label, handwriting.c.aside)),
    ).where(own)
    kept, aside, alike, alike_aside = connection.execute(query).one()
    due = (kept + 1) // ASIDE_OF > aside
    return due and alike_aside * (ASIDE_OF - 1) <= alike - alike_aside


def _total(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    """SQL expression for the number of rows that meet a condition."""
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


def _correction(row: sa.Row[Any]) -> Correction:
    image = np.frombuffer(row.image, np.uint8).reshape(IMAGE_SIDE, IMAGE_SIDE)
    told = (row.id, row.created, row.label, row.guess, row.model, row.aside)
    try:
        strokes = None if row.strokes is None else unpack(row.strokes)
    except BadStrokes:
        return Correction(*told, image, strokes_damaged=True)
    return Correction(*told, image, strokes)


def _is_whole(row: sa.Row) -> bool:
    """Whether all columns have valid types and values: SQLite stores any type in any column."""
    digit = isinstance(row.label, int) and 0 <= row.label <= 9
    texts = isinstance(row.guess, str) and isinstance(row.model, str)
    timed = isinstance(row.created, int | float)
    return digit and texts and timed and len(row.image or b"") == IMAGE_SIDE**2
