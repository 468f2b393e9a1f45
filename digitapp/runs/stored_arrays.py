"""Packed arrays of a run in the store: its network, checkpoints, answers."""

from __future__ import annotations

import sqlalchemy as sa

from digitapp.errors import UnknownName
from digitapp.runs.records import MODEL, Run
from digitapp.runs.store import RunStore
from digitapp.runs.tables import blobs


def put(
    connection: sa.Connection, run: int, kind: str, epoch: int, data: bytes, alone: bool = True
) -> None:
    """Replace a run's arrays of a kind; if not `alone`, those of other epochs stay."""
    same = [blobs.c.run == run, blobs.c.kind == kind]
    connection.execute(blobs.delete().where(*same, *(() if alone else [blobs.c.epoch == epoch])))
    row = {"run": run, "kind": kind, "epoch": epoch, "data": data}
    connection.execute(blobs.insert().values(row))


def network(store: RunStore, run: Run) -> bytes:
    """Return the variables of a run's network, packed by `checkpoints.pack_model`.

    Raises:
        UnknownName: when the run has no network.
        StoreProblem: when the database fails.
    """
    stored = store.blob(run.id, MODEL)
    if stored is None:
        raise UnknownName(f"Run {run.id} has no trained network: it is {run.status}.")
    return stored


def keep(store: RunStore, run: int, kind: str, data: bytes) -> None:
    """Replace the arrays of a kind of which a run has one.

    Raises:
        UnknownName: when there is no such run, or it was deleted.
        StoreProblem: when the database fails.
    """
    with store.changing(run) as connection:
        put(connection, run, kind, 0, data)
