"""Packed arrays of a run in the store: its network, checkpoints, answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress

import numpy as np
import sqlalchemy as sa

from digitapp.errors import BadFile, InvalidSetting, UnknownName
from digitapp.runs.records import GUESS, MODEL, NEW_RATES, PAUSES, Run
from digitapp.runs.store import RunStore
from digitapp.runs.tables import blobs
from digitapp.training.checkpoints import pack, unpack
from digitapp.training.guess import Guess
from digitapp.training.moments import NewRate


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


def pack_pauses(began: Sequence[float]) -> bytes:
    """Pack when the pauses of an epoch began, in epochs: 1.5 is the middle of the second."""
    return pack({"began": np.array(began, dtype=np.float64)})


def packed_pauses(began: Sequence[float]) -> dict[int, bytes]:
    """Pack when all pauses of a run began, by epoch, as the store keeps them."""
    of_epochs: dict[int, list[float]] = {}
    for at in began:
        of_epochs.setdefault(int(at) + 1, []).append(at)
    return {epoch: pack_pauses(each) for epoch, each in of_epochs.items()}


def pauses(store: RunStore, run: int) -> list[float]:
    """Return when a run's pauses began, in epochs and in order; damaged ones are left out.

    Raises:
        StoreProblem: when the database fails.
    """
    return unpack_pauses(store.blobs(run, PAUSES))


def unpack_pauses(packed: Iterable[bytes]) -> list[float]:
    """Return when pauses began, packed by epoch and in order; damaged ones are left out."""
    found: list[float] = []
    for data in packed:
        with suppress(BadFile, KeyError):
            found += [float(at) for at in unpack(data)["began"]]
    return found


def pack_new_rates(found: Sequence[NewRate]) -> bytes:
    """Pack the learning rates that were set by hand in an epoch."""
    return pack({"rates": np.array(found, dtype=np.float64)})


def packed_new_rates(found: Sequence[NewRate]) -> dict[int, bytes]:
    """Pack all learning rates of a run that were set by hand, by epoch, as the store keeps them."""
    of_epochs: dict[int, list[NewRate]] = {}
    for rate in found:
        of_epochs.setdefault(int(rate.at) + 1, []).append(rate)
    return {epoch: pack_new_rates(each) for epoch, each in of_epochs.items()}


def new_rates(store: RunStore, run: int) -> list[NewRate]:
    """Return a run's learning rates set by hand, in order; damaged ones are left out.

    Older versions kept none.

    Raises:
        StoreProblem: when the database fails.
    """
    return unpack_new_rates(store.blobs(run, NEW_RATES))


def unpack_new_rates(packed: Iterable[bytes]) -> list[NewRate]:
    """Return learning rates set by hand, packed by epoch and in order, without damaged ones."""
    found: list[NewRate] = []
    for data in packed:
        with suppress(BadFile, KeyError, TypeError):
            found += [NewRate(*map(float, each)) for each in unpack(data)["rates"]]
    return found


def pack_guess(guess: Guess) -> bytes:
    """Pack the curve that was drawn before a run."""
    return pack(guess.arrays)


def unpack_guess(data: bytes) -> Guess:
    """Unpack what `pack_guess` made.

    Raises:
        BadFile: when it is damaged.
    """
    try:
        return Guess.from_arrays(unpack(data))
    except (BadFile, InvalidSetting):
        raise BadFile("The guess drawn before this run is damaged; it cannot be shown.") from None


def guess(store: RunStore, run: int) -> Guess | None:
    """Return the curve that was drawn before a run; None if there is none.

    Raises:
        BadFile: when it is damaged.
        StoreProblem: when the database fails.
    """
    data = store.blob(run, GUESS)
    return None if data is None else unpack_guess(data)


def undamaged_guess(store: RunStore, run: int) -> Guess | None:
    """Return the curve that was drawn before a run; None if there is none, or it is damaged.

    Raises:
        StoreProblem: when the database fails.
    """
    with suppress(BadFile):
        return guess(store, run)
    return None


def keep(store: RunStore, run: int, kind: str, data: bytes) -> None:
    """Replace the arrays of a kind of which a run has one.

    Raises:
        UnknownName: when there is no such run, or it was deleted.
        StoreProblem: when the database fails.
    """
    with store.changing(run) as connection:
        put(connection, run, kind, 0, data)
