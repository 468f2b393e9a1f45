"""Runs as pages and the command line see them: made, listed, asked to stop, deleted."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from digitapp import checks
from digitapp.errors import InvalidSetting, RunBusy, UnknownName
from digitapp.history import Epoch, Point
from digitapp.runs.database import Database
from digitapp.runs.tables import blobs, epochs, points, runs
from digitapp.runs.values import (
    ACTIVE,
    GO_ON,
    LOST,
    PAUSE,
    PAUSED,
    QUEUED,
    RESUMABLE,
    RUNNING,
    STALE_AFTER,
    STOP,
    STOPPED,
    Run,
)
from digitapp.spec import LEARNING_RATES, TrainingSpec

_PROGRESS = (
    sa.select(
        epochs.c.run,
        sa.func.max(epochs.c.number).label("epoch"),
        sa.func.sum(epochs.c.seconds).label("seconds"),
    )
    .group_by(epochs.c.run)
    .subquery()
)
_LAST = epochs.alias("last")
_RUNS = sa.select(runs, _PROGRESS.c.epoch, _PROGRESS.c.seconds, _LAST.c.val_accuracy).select_from(
    runs.outerjoin(_PROGRESS, _PROGRESS.c.run == runs.c.id).outerjoin(
        _LAST, sa.and_(_LAST.c.run == runs.c.id, _LAST.c.number == _PROGRESS.c.epoch)
    )
)
_POSSIBLE = {PAUSE: (RUNNING,), GO_ON: (RUNNING, PAUSED), STOP: (*ACTIVE, LOST)}
_VERBS = {PAUSE: "paused", GO_ON: "continued", STOP: "stopped"}


class RunStore:
    """All runs, in one database. May be used by many threads and processes at once.

    Args:
        url: of the database, as `Database` takes it.

    Raises:
        StoreProblem: from each method, when the database fails; nothing is changed then.
    """

    def __init__(self, url: str | None = None) -> None:
        self.database = Database(url)

    def create(
        self,
        spec: TrainingSpec,
        preset: str = "",
        name: str = "",
        watched: NDArray[np.float32] | None = None,
    ) -> int:
        """Note a new run, queued for a process that trains it; returns its id.

        Args:
            preset: whose settings it started from, if any.
            name: what people call it.
            watched: float32 (28, 28), a digit to be predicted after every epoch.
        """
        now = time.time()
        values = {
            "spec": spec.to_json(),
            "preset": preset,
            "name": name,
            "status": QUEUED,
            "created": now,
            "queued": now,
            "heartbeat": now,
            "watched": None if watched is None else watched.astype(np.float32).tobytes(),
            "host": socket.gethostname(),
            **dict.fromkeys(("owner", "request", "error"), ""),
            **dict.fromkeys(("pid", "images", "batches", "parameters"), 0),
        }
        with self.database.begin() as connection:
            done = connection.execute(runs.insert().values(values))
            assert done.inserted_primary_key is not None
            return int(done.inserted_primary_key[0])

    def get(self, run: int) -> Run:
        """A run by its id.

        Raises:
            UnknownName: when there is none.
        """
        found = self._select(runs.c.id == run)
        if not found:
            raise UnknownName(f"There is no run {run}.")
        return found[0]

    def all(self) -> list[Run]:
        """All runs, the newest first."""
        return self._select(sa.true())

    def active(self) -> list[Run]:
        """The runs that are trained or wait to be, the newest first."""
        return [run for run in self._select(runs.c.status.in_(ACTIVE)) if run.active]

    def epochs(self, run: int) -> list[Epoch]:
        """A run's finished epochs, in order."""
        query = sa.select(epochs).where(epochs.c.run == run).order_by(epochs.c.number)
        with self.database.begin() as connection:
            return [_epoch(row) for row in connection.execute(query)]

    def points(self, run: int) -> list[Point]:
        """How a run moved within its epochs, in order."""
        fields = [points.c[name] for name in ("epoch", "batch", "loss", "accuracy", "seconds")]
        query = sa.select(*fields).where(points.c.run == run).order_by(*fields[:2])
        with self.database.begin() as connection:
            return [Point(*row) for row in connection.execute(query)]

    def blob(self, run: int, kind: str, epoch: int | None = None) -> bytes | None:
        """Stored arrays of a kind, by default the latest; None when there are none."""
        query = sa.select(blobs.c.data).where(blobs.c.run == run, blobs.c.kind == kind)
        if epoch is not None:
            query = query.where(blobs.c.epoch == epoch)
        with self.database.begin() as connection:
            found = connection.execute(query.order_by(blobs.c.epoch.desc()).limit(1)).scalar()
        return None if found is None else bytes(found)

    def blob_epochs(self, run: int, kind: str) -> list[int]:
        """After which epochs arrays of a kind were stored."""
        query = sa.select(blobs.c.epoch).where(blobs.c.run == run, blobs.c.kind == kind)
        with self.database.begin() as connection:
            return list(connection.execute(query.order_by(blobs.c.epoch)).scalars())

    def ask(self, run: int, request: str) -> None:
        """Ask a run to pause, to go on or to stop; it does so within a second.

        One that still waits, or whose process is gone, is stopped at once.

        Raises:
            UnknownName, RunBusy: when there is no such run, or it cannot be done.
        """
        found = self.get(run)
        if found.status not in _POSSIBLE[request]:
            raise RunBusy(f"Run {run} is {found.status}; it cannot be {_VERBS[request]}.")
        stale = runs.c.heartbeat < time.time() - STALE_AFTER
        change = runs.update().where(runs.c.id == run)
        at_once = change.where(sa.or_(runs.c.status == QUEUED, stale))
        with self.database.begin() as connection:
            connection.execute(change.values(request=request))
            if request == STOP:
                connection.execute(at_once.values(status=STOPPED, owner="", request=""))

    def resume(self, run: int) -> None:
        """Queue a stopped, failed or lost run again; it goes on from its last epoch.

        Raises:
            UnknownName, RunBusy: when there is no such run, or it is not over.
        """
        found, now = self.get(run), time.time()
        fresh = sa.and_(runs.c.status.in_(ACTIVE), runs.c.heartbeat >= now - STALE_AFTER)
        change = runs.update().where(runs.c.id == run, runs.c.status != "done", sa.not_(fresh))
        values = {"status": QUEUED, "queued": now, "heartbeat": now, "host": socket.gethostname()}
        with self.database.begin() as connection:
            done = connection.execute(change.values(**values, owner="", request="", error=""))
        if not done.rowcount:
            allowed = " or ".join(RESUMABLE)
            raise RunBusy(f"Run {run} is {found.status}; only one that is {allowed} can go on.")

    def delete(self, run: int) -> None:
        """Delete a run and all that belongs to it.

        Raises:
            UnknownName, RunBusy: when there is no such run, or it is not over.
        """
        if self.get(run).active:
            raise RunBusy(f"Run {run} is not over; stop it before deleting it.")
        with self.database.begin() as connection:
            connection.execute(runs.delete().where(runs.c.id == run))

    def set_learning_rate(self, run: int, rate: float) -> None:
        """Change the learning rate of a running run, within a second.

        Raises:
            UnknownName, RunBusy, InvalidSetting: no such run; one that is over; a rate out of
                range, or a run that lowers its rate itself.
        """
        checks.number("learning_rate", rate, *LEARNING_RATES)
        found = self.get(run)
        if found.spec.cosine_decay:
            raise InvalidSetting(
                f"Run {run} lowers its learning rate itself (cosine_decay is yes); "
                "it cannot be changed by hand."
            )
        if not found.active:
            raise RunBusy(f"Run {run} is {found.status}; its learning rate cannot change any more.")
        with self.database.begin() as connection:
            connection.execute(runs.update().where(runs.c.id == run).values(learning_rate=rate))

    def watch(self, run: int, image: NDArray[np.float32]) -> None:
        """From now on, predict this digit, float32 (28, 28), after every epoch."""
        data = image.astype(np.float32).tobytes()
        with self.database.begin() as connection:
            connection.execute(runs.update().where(runs.c.id == run).values(watched=data))

    def fail_unstarted(self, run: int, error: str) -> None:
        """Note why a queued run's process could not start, unless another has taken it."""
        change = runs.update().where(runs.c.id == run, runs.c.status == QUEUED, runs.c.owner == "")
        with self.database.begin() as connection:
            connection.execute(change.values(status="failed", error=error))

    def _select(self, condition: sa.ColumnElement[bool]) -> list[Run]:
        with self.database.begin() as connection:
            rows = connection.execute(_RUNS.where(condition).order_by(runs.c.id.desc())).all()
            waiting = sa.select(runs.c.id, runs.c.heartbeat).where(runs.c.status == QUEUED)
            queue = connection.execute(waiting.order_by(runs.c.queued, runs.c.id)).all()
        now = time.time()
        fresh = [row.id for row in queue if now - row.heartbeat <= STALE_AFTER]
        return [_run(row, now, fresh) for row in rows]


def _run(row: Any, now: float, queue: Sequence[int]) -> Run:
    lost = row.status in ACTIVE and now - row.heartbeat > STALE_AFTER
    return Run(
        **{name: getattr(row, name) for name in _COPIED},
        spec=TrainingSpec.from_json(row.spec),
        status=LOST if lost else row.status,
        epoch=row.epoch or 0,
        seconds=row.seconds or 0.0,
        ahead=queue.index(row.id) if row.id in queue else 0,
    )


_COPIED = (
    *("id", "name", "preset", "request", "created", "error", "images", "batches", "parameters"),
    *("learning_rate", "val_accuracy", "test_loss", "test_accuracy"),
)


def _epoch(row: Any) -> Epoch:
    values = {name: getattr(row, name) for name in Epoch.__dataclass_fields__}
    watched = values.pop("watched")
    return Epoch(**values, watched=None if watched is None else tuple(json.loads(watched)))
