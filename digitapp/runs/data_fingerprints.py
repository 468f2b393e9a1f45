"""What a run has learned from, so that it does not go on with something else of that name."""

from __future__ import annotations

import sqlalchemy as sa

from digitapp.runs.listing import Listing
from digitapp.runs.tables import trained_on


def read(store: Listing, run: int) -> str:
    """The fingerprint of a run's dataset; empty when it has not begun, or is of an older version.

    Raises:
        StoreProblem: when the database fails.
    """
    query = sa.select(trained_on.c.fingerprint).where(trained_on.c.run == run)
    with store.database.begin() as connection:
        return str(connection.execute(query).scalar() or "")


def write(connection: sa.Connection, run: int, fingerprint: str) -> None:
    """Keep it in the place of what the run had learned from before."""
    connection.execute(trained_on.delete().where(trained_on.c.run == run))
    connection.execute(trained_on.insert().values(run=run, fingerprint=fingerprint))
