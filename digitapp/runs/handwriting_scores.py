"""Scores of runs: comparison with the network that a run began with, and My handwriting."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from digitapp.runs.listing import DELETED
from digitapp.runs.store import RunStore
from digitapp.runs.tables import own_scores, scores
from digitapp.runs.values import BeforeAndAfter


def read(store: RunStore, run: int) -> list[BeforeAndAfter]:
    """Return a run's comparisons, smallest test part first; none if it began with fresh weights.

    Raises:
        StoreProblem: when the database fails.
    """
    fields = (scores.c.data, scores.c.before_right, scores.c.after_right, scores.c.total)
    known = (scores.c.run == run, scores.c.run.not_in(DELETED))
    query = sa.select(*fields).where(*known).order_by(scores.c.total, scores.c.data)
    with store.database.begin() as connection:
        return [BeforeAndAfter(*row) for row in connection.execute(query)]


def write(connection: sa.Connection, run: int, found: Sequence[BeforeAndAfter]) -> None:
    """Replace a run's comparisons."""
    connection.execute(scores.delete().where(scores.c.run == run))
    for each in found:
        row = {"run": run, "data": each.data, "total": each.total}
        right = {"before_right": each.before, "after_right": each.after}
        connection.execute(scores.insert().values(**row, **right))


def write_own(connection: sa.Connection, run: int, found: tuple[int, int] | None) -> None:
    """Replace the score on My handwriting: correct and total drawings; None removes it."""
    connection.execute(own_scores.delete().where(own_scores.c.run == run))
    if found is not None:
        row = {"run": run, "correct": found[0], "total": found[1]}
        connection.execute(own_scores.insert().values(row))


def keep_own(store: RunStore, run: int, found: tuple[int, int] | None) -> None:
    """Replace the score on My handwriting of a run that is not being trained.

    Raises:
        UnknownName: when there is no such run, or it was deleted.
        StoreProblem: when the database fails.
    """
    with store.changing(run) as connection:
        write_own(connection, run, found)
