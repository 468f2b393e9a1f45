"""What Python said when a run broke, kept beside the sentence that tells people why."""

from __future__ import annotations

import sqlalchemy as sa

from digitapp.runs import note_text
from digitapp.runs.listing import Listing
from digitapp.runs.tables import tracebacks

LONGEST = 20_000  # characters; the end tells most
CUT = "... (the beginning is left out)\n"


def read(store: Listing, run: int) -> str:
    """The traceback of the run's last attempt; empty when that did not break.

    Raises:
        StoreProblem: when the database fails.
    """
    query = sa.select(tracebacks.c.text).where(tracebacks.c.run == run)
    with store.database.begin() as connection:
        return str(connection.execute(query).scalar() or "")


def write(connection: sa.Connection, run: int, text: str) -> None:
    """Keep a traceback in the place of the last one; an empty text takes that away."""
    connection.execute(tracebacks.delete().where(tracebacks.c.run == run))
    if text := note_text.printable(text).strip("\n"):
        if len(text) > LONGEST:
            text = CUT + text[-LONGEST:]
        connection.execute(tracebacks.insert().values(run=run, text=text))
