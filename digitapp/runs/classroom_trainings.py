"""Who trains what in a room right now, for its teacher."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from digitapp.errors import InvalidSetting
from digitapp.runs import rows
from digitapp.runs.classrooms import as_teacher
from digitapp.runs.listing import THERE
from digitapp.runs.records import ACTIVE
from digitapp.runs.store import RunStore
from digitapp.runs.tables import epochs, runs


@dataclass(frozen=True)
class Training:
    """A run that is waiting, running or paused.

    Attributes:
        run: its id.
        name: given by its person; may be empty.
        epoch: how many are done, of `epochs` in all.
        accuracy: after the last epoch, 0 to 1: for validation if there is any; None before.
    """

    run: int
    name: str
    status: str
    epoch: int
    epochs: int
    accuracy: float | None


def read(store: RunStore, code: str) -> dict[str, Training]:
    """Return the newest active run of each person in a room.

    Raises:
        UnknownName, InvalidSetting: as `as_teacher`.
        StoreProblem: when the database fails.
    """
    as_teacher(store, code)
    last = sa.select(epochs.c.run, sa.func.max(epochs.c.number).label("number"))
    last_of = last.group_by(epochs.c.run).subquery()
    scores = (epochs.c.number, epochs.c.accuracy, epochs.c.val_accuracy)
    query = (
        sa.select(runs.c.id, runs.c.person, runs.c.name, runs.c.status, runs.c.spec, *scores)
        .outerjoin(last_of, last_of.c.run == runs.c.id)
        .outerjoin(epochs, sa.and_(epochs.c.run == runs.c.id, epochs.c.number == last_of.c.number))
        .where(runs.c.room == code, runs.c.status.in_(ACTIVE), THERE)
        .order_by(runs.c.id)  # the last one counts
    )
    found = store.whole.database.rows(query)
    return {row.person: each for row in found if (each := _training(row))}


def _training(row: sa.Row[Any]) -> Training | None:
    """Return the run of a row; None if it is damaged, which its person's pages tell."""
    try:
        wanted = rows.spec_from(row.spec).epochs
    except InvalidSetting:
        return None
    accuracy = row.accuracy if row.val_accuracy is None else row.val_accuracy
    return Training(row.id, str(row.name), row.status, row.number or 0, wanted, accuracy)
