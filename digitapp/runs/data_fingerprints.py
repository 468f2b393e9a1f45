"""Fingerprints of the datasets that runs were trained on.

They keep a resumed run from continuing with another dataset of the same name.
"""

from __future__ import annotations

import sqlalchemy as sa

from digitapp.runs.listing import Listing
from digitapp.runs.tables import trained_on


def read(store: Listing, run: int) -> str:
    """Return the fingerprint of a run's dataset.

    It is empty when the run has not begun, or was made by an older version.

    Raises:
        StoreProblem: when the database fails.
    """
    query = sa.select(trained_on.c.fingerprint).where(trained_on.c.run == run)
    with store.database.begin() as connection:
        return str(connection.execute(query).scalar() or "")


def write(connection: sa.Connection, run: int, fingerprint: str) -> None:
    """Replace the fingerprint of the dataset that a run was trained on."""
    connection.execute(trained_on.delete().where(trained_on.c.run == run))
    connection.execute(trained_on.insert().values(run=run, fingerprint=fingerprint))
