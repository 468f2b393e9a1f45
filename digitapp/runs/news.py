"""What is new in a run that is followed: all of it from one reading."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from digitapp.runs import rows
from digitapp.runs.listing import THERE, Listing, epochs_of, points_of
from digitapp.runs.records import NEW_RATES, PAUSES, RESUMED
from digitapp.runs.tables import blobs, runs
from digitapp.training.history import Epoch, Point

MARKS = (PAUSES, RESUMED, NEW_RATES)  # what happened at some place of the curves


class News(NamedTuple):
    """What came last of a run.

    Attributes:
        epochs, points: in order, from the asked ones on.
        kept: the epochs after which arrays of a kind are stored, in order, by kind; all of them.
        marks: the data of the kinds in `MARKS`, by kind and epoch, from the asked epoch on.
    """

    epochs: list[Epoch]
    points: list[Point]
    kept: dict[str, list[int]]
    marks: dict[tuple[str, int], bytes]


def read(store: Listing, run: int, epoch: int = 0, point: tuple[int, int] = (0, 0)) -> News:
    """Read what came last of a run.

    Args:
        epoch: the number of the epoch to begin with.
        point: the epoch and the batch of the point to begin with.

    Raises:
        StoreProblem: when the database fails.
        Unreadable: when an epoch or a point is damaged.
    """
    with store.database.begin() as connection:
        epoch_rows = connection.execute(epochs_of([run], epoch)).all()
        point_rows = connection.execute(points_of(run, point)).all()
        blob_rows = connection.execute(_blobs_of(run, epoch)).all()
    kept, marks = _by_kind(blob_rows)
    return News(
        [rows.epoch_from(row) for row in epoch_rows],
        [rows.point_from(run, row) for row in point_rows],
        kept,
        marks,
    )


def _blobs_of(run: int, since: int) -> sa.Select:
    new_mark = sa.and_(blobs.c.kind.in_(MARKS), blobs.c.epoch >= since)
    data = sa.case((new_mark, blobs.c.data)).label("data")  # of the others, nothing is read
    query = sa.select(blobs.c.kind, blobs.c.epoch, data).join(runs)
    return query.where(runs.c.id == run, THERE).order_by(blobs.c.kind, blobs.c.epoch)


def _by_kind(
    found: Sequence[sa.Row],
) -> tuple[dict[str, list[int]], dict[tuple[str, int], bytes]]:
    kept: dict[str, list[int]] = {}
    for row in found:
        kept.setdefault(row.kind, []).append(row.epoch)
    return kept, {(row.kind, row.epoch): row.data for row in found if row.data is not None}
