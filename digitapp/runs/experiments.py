"""Runs of one experiment, started together: all share the text in `Run.experiment`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from digitapp.runs import allowances
from digitapp.runs.clock import TAKE_TURN, entered
from digitapp.runs.listing import THERE, Listing
from digitapp.runs.records import QUEUED, Run
from digitapp.runs.store import RunStore, insert, new_row
from digitapp.runs.tables import runs
from digitapp.training.spec import TrainingSpec


class Named(NamedTuple):
    """The settings of one run, and its name."""

    spec: TrainingSpec
    name: str


class Started(NamedTuple):
    """An experiment that was started: its name, and its runs that still exist, in order."""

    name: str
    runs: tuple[int, ...]


def start(
    store: RunStore,
    experiment: str,
    wanted: Sequence[Named],
    watched: NDArray[np.float32] | None = None,
) -> list[int]:
    """Create the runs of an experiment, queued; return their ids. If one cannot be, none is.

    Raises:
        QueueFull, LimitMet, InvalidSetting, StoreProblem: as `RunStore.create`.
    """
    image = None if watched is None else watched.astype(np.float32).tobytes()
    made: list[int] = []
    for spec, _ in wanted:
        allowances.check_size(store.person, spec)
    with entered(store.database, TAKE_TURN) as (connection, _):
        for spec, name in wanted:
            allowances.check_start(connection, store.person, store.database.url)
            row = {**new_row(spec, name, ""), "status": QUEUED, "watched": image}
            made.append(insert(connection, row))
        shared = {"experiment": f"{experiment}/{made[0]}"}
        connection.execute(runs.update().where(runs.c.id.in_(made)).values(shared))
    store.tidy()
    return made


def add(store: RunStore, experiment: str, wanted: Named, before: Sequence[int], owner: str) -> int:
    """Create one run of an experiment, which the caller trains; return its id.

    Args:
        before: the ids of the experiment's runs that were created before it.
        owner: as for `RunStore.create`.

    Raises:
        QueueFull, LimitMet, InvalidSetting, StoreProblem: as `RunStore.create`.
    """
    shared = f"{experiment}/{before[0]}" if before else ""
    run = store.create(wanted.spec, "", wanted.name, owner=owner, experiment=shared)
    if not before:
        change = runs.update().where(runs.c.id == run)
        store.database.change(change.values(experiment=f"{experiment}/{run}"))
    return run


def name_of(run: Run) -> str:
    """Return the name of the experiment that a run is a part of; empty for none."""
    return run.experiment.partition("/")[0]


def together_with(store: Listing, run: Run) -> tuple[int, ...]:
    """Return the ids of all runs of a run's experiment that still exist, in order.

    Raises:
        StoreProblem: when the database fails.
    """
    query = sa.select(runs.c.id).where(runs.c.experiment == run.experiment, THERE)
    return tuple(row.id for row in store.database.rows(query.order_by(runs.c.id)))


def heard(store: Listing, of: Sequence[int]) -> dict[int, float]:
    """Return when runs were last heard of, by their ids, in seconds since 1970; if over, the end.

    Raises:
        StoreProblem: when the database fails.
    """
    query = sa.select(runs.c.id, runs.c.heartbeat).where(runs.c.id.in_(of), THERE)
    return {row.id: row.heartbeat for row in store.database.rows(query)} if of else {}


def latest(store: Listing, most: int, experiment: str = "") -> list[Started]:
    """Return the experiments that were started last, newest first.

    Args:
        experiment: only those of this name; empty for all.

    Raises:
        StoreProblem: when the database fails.
    """
    wanted = runs.c.experiment.startswith(f"{experiment}/", autoescape=True)
    if not experiment:
        wanted = runs.c.experiment != ""
    query = sa.select(runs.c.id, runs.c.experiment).where(wanted, THERE, store.in_lists)
    found: dict[str, list[int]] = {}
    for row in store.database.rows(query.order_by(runs.c.id)):
        found.setdefault(str(row.experiment), []).append(row.id)
    newest = sorted(found.items(), key=lambda each: each[1][0], reverse=True)[:most]
    return [Started(name.partition("/")[0], tuple(numbers)) for name, numbers in newest]
