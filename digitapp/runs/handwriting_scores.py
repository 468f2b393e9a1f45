"""Scores of runs: comparison with the network that a run began with, and My handwriting."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from digitapp.runs import rows
from digitapp.runs.listing import THERE
from digitapp.runs.records import BeforeAndAfter
from digitapp.runs.store import RunStore
from digitapp.runs.tables import runs, scores


def read(store: RunStore, run: int) -> list[BeforeAndAfter]:
    """Return a run's comparisons, smallest test part first; none if it began with fresh weights.

    Raises:
        StoreProblem: when the database fails.
    """
    fields = (scores.c.data, scores.c.before_right, scores.c.after_right, scores.c.total)
    query = sa.select(*fields).join(runs).where(runs.c.id == run, THERE)
    found = store.database.rows(query.order_by(scores.c.total, scores.c.data))
    return [BeforeAndAfter(*row) for row in found]


def write(connection: sa.Connection, run: int, found: Sequence[BeforeAndAfter]) -> None:
    """Replace a run's comparisons."""
    connection.execute(scores.delete().where(scores.c.run == run))
    for each in found:
        row = {"run": run, "data": each.data, "total": each.total}
        right = {"before_right": each.before, "after_right": each.after}
        connection.execute(scores.insert().values(**row, **right))


def keep_own(store: RunStore, run: int, found: tuple[int, int] | None) -> None:
    """Replace the score on My handwriting of a run that is not being trained.

    Args:
        found: as `Run.handwriting`.

    Raises:
        UnknownName: when there is no such run, or it was deleted.
        StoreProblem: when the database fails.
    """
    with store.changing(run) as connection:
        change = runs.update().where(runs.c.id == run)
        connection.execute(change.values(rows.own_score(found)))
