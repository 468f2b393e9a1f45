"""Tracebacks of failed runs, kept beside the error message that users see."""

from __future__ import annotations

import sqlalchemy as sa

from digitapp.runs import note_text
from digitapp.runs.listing import Listing
from digitapp.runs.tables import tracebacks

LONGEST = 20_000  # characters; of a longer one the end is kept, which says most
CUT = "... (the beginning is left out)\n"


def read(store: Listing, run: int) -> str:
    """Return the traceback of the run's last attempt; empty when there is none.

    Raises:
        StoreProblem: when the database fails.
    """
    query = sa.select(tracebacks.c.text).where(tracebacks.c.run == run)
    with store.database.begin() as connection:
        return str(connection.execute(query).scalar() or "")


def write(connection: sa.Connection, run: int, text: str) -> None:
    """Replace the run's traceback; an empty text removes it."""
    connection.execute(tracebacks.delete().where(tracebacks.c.run == run))
    if text := note_text.printable(text).strip("\n"):
        if len(text) > LONGEST:
            text = CUT + text[-LONGEST:]
        connection.execute(tracebacks.insert().values(run=run, text=text))
