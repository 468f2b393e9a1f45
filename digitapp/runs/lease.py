"""A run as the process sees that trains it: taken, kept alive, written to, ended."""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict

import numpy as np
import sqlalchemy as sa

from digitapp.errors import Superseded
from digitapp.runs import data_fingerprints, handwriting_scores, rows, tracebacks
from digitapp.runs.clock import ONE_AT_A_TIME, Now, alive, entered, waits
from digitapp.runs.listing import THERE
from digitapp.runs.queue import may_start
from digitapp.runs.store import RunStore
from digitapp.runs.tables import blobs, epochs, points, runs
from digitapp.runs.values import (
    CHECKPOINT,
    CLASSES,
    DONE,
    FIRST_LAYER,
    MODEL,
    QUEUED,
    RUNNING,
    TEST,
    WATCHED_SIDE,
    Orders,
    Outcome,
)
from digitapp.training.history import Epoch, Point


def new_owner() -> str:
    """A name for one who is to have a run, unlike any other."""
    return uuid.uuid4().hex


class Lease:
    """The right of one process to train one run. Each write checks that it still holds.

    Args:
        run: its id.
        owner: under which the run was made or resumed for this process, if it was.

    Raises:
        Superseded: from each method, when the run was deleted or taken over.
        StoreProblem: from each method, when the database fails; nothing is changed then.
    """

    def __init__(self, runs_store: RunStore, run: int, owner: str = "") -> None:
        self._database, self._run = runs_store.database, run
        self._owner, self._host = owner or new_owner(), socket.gethostname()

    def take(self) -> None:
        """Take a queued run that no other living process has, to wait for its turn."""
        free = sa.or_(runs.c.owner.in_(("", self._owner)), sa.not_(alive()))
        change = runs.update().where(runs.c.id == self._run, runs.c.status == QUEUED, THERE, free)
        mine = {"owner": self._owner, "host": self._host, "pid": os.getpid(), "heartbeat": Now()}
        with self._alone() as connection:
            if not connection.execute(change.values(mine)).rowcount:
                raise self._superseded()

    def turn(self, at_once: int) -> bool:
        """Start, or go on after a pause, if fewer than `at_once` are trained and none was first.

        Only those on this machine count.
        """
        mine = (runs.c.id == self._run, runs.c.owner == self._owner)
        come = sa.and_(*mine, waits(), may_start(at_once))
        with self._database.begin() as connection:  # mostly it has not, which costs no change
            if not connection.execute(sa.select(runs.c.id).where(come)).first():
                return False
        with self._alone() as connection:
            change = runs.update().where(come).values(status=RUNNING, heartbeat=Now())
            return bool(connection.execute(change).rowcount)

    def beat(self) -> Orders:
        """Show that the process lives; returns what the run is asked to do."""
        wanted = (runs.c.request, runs.c.learning_rate, runs.c.watched)
        with self._held() as connection:
            row = connection.execute(sa.select(*wanted).where(runs.c.id == self._run)).one()
        side = (WATCHED_SIDE, WATCHED_SIDE)
        watched = np.frombuffer(row.watched, np.float32).reshape(side) if row.watched else None
        return Orders(row.request, row.learning_rate, watched)

    def begin(
        self,
        epoch: int,
        images: int,
        batches: int,
        classes: bytes | None = None,
        fingerprint: str = "",
    ) -> None:
        """The training starts after so many epochs; what was noted of later ones goes.

        Args:
            classes: what they are called, packed, when the dataset alone does not tell.
            fingerprint: tells what it learns from, from any other dataset of that name.
        """
        with self._held() as connection:
            for table, number in ((epochs, epochs.c.number), (points, points.c.epoch)):
                gone = table.delete().where(table.c.run == self._run, number > epoch)
                connection.execute(gone)
            results = {"test_loss": None, "test_accuracy": None}
            connection.execute(self._update().values(images=images, batches=batches, **results))
            handwriting_scores.write(connection, self._run, ())
            handwriting_scores.write_own(connection, self._run, None)
            if classes is not None:
                self._put(connection, CLASSES, 0, classes)
            if fingerprint:
                data_fingerprints.write(connection, self._run, fingerprint)

    def built(self, parameters: int, epoch: int, first_layer: bytes) -> None:
        """The network stands, with so many parameters, as it is after so many epochs."""
        with self._held() as connection:
            connection.execute(self._update().values(parameters=parameters))
            self._put(connection, FIRST_LAYER, epoch, first_layer, alone=False)

    def show(self, status: str) -> None:
        """Show the run as running or paused."""
        with self._held() as connection:
            connection.execute(self._update().values(status=status))

    def note(self, found: Sequence[Point]) -> None:
        """Add points within an epoch."""
        if found:
            with self._held() as connection:
                connection.execute(
                    points.insert(), [{"run": self._run, **asdict(each)} for each in found]
                )

    def keep(self, epoch: Epoch, checkpoint: bytes, first_layer: bytes | None) -> None:
        """Add a finished epoch, with the checkpoint that takes the last one's place."""
        with self._held() as connection:
            connection.execute(epochs.insert().values(rows.epoch_row(self._run, epoch)))
            self._put(connection, CHECKPOINT, epoch.number, checkpoint)
            if first_layer is not None:
                self._put(connection, FIRST_LAYER, epoch.number, first_layer, alone=False)

    def finish(self, outcome: Outcome) -> None:
        """Store how the run ended, and give it back."""
        with self._held() as connection:
            for kind, data in ((MODEL, outcome.model), (TEST, outcome.test)):
                if data is not None:
                    self._put(connection, kind, 0, data)
            if outcome.status == DONE:  # it will not be resumed
                self._drop(connection, CHECKPOINT)
            ended = {"status": outcome.status, "error": outcome.error, "owner": "", "request": ""}
            loss, accuracy = rows.known(outcome.test_loss), rows.known(outcome.test_accuracy)
            scores = {"test_loss": loss, "test_accuracy": accuracy}
            if outcome.model is None:  # an earlier one stays, with its scores
                scores = {}
            else:
                handwriting_scores.write(connection, self._run, outcome.compared)
                handwriting_scores.write_own(connection, self._run, outcome.handwriting)
            connection.execute(self._update().values(**scores, **ended))
            tracebacks.write(connection, self._run, outcome.traceback)

    @contextmanager
    def _held(self) -> Iterator[sa.Connection]:
        mine = self._update().where(runs.c.owner == self._owner).values(heartbeat=Now())
        with entered(self._database, mine) as (connection, met):
            if not met:
                raise self._superseded()
            yield connection

    @contextmanager
    def _alone(self) -> Iterator[sa.Connection]:
        """A transaction in which nobody else takes a run, or its turn."""
        with entered(self._database, ONE_AT_A_TIME) as (connection, _):
            yield connection

    def _update(self) -> sa.Update:
        return runs.update().where(runs.c.id == self._run)

    def _drop(self, connection: sa.Connection, kind: str) -> None:
        gone = blobs.delete().where(blobs.c.run == self._run, blobs.c.kind == kind)
        connection.execute(gone)

    def _put(
        self, connection: sa.Connection, kind: str, epoch: int, data: bytes, alone: bool = True
    ) -> None:
        same = [blobs.c.run == self._run, blobs.c.kind == kind]
        connection.execute(
            blobs.delete().where(*same, *(() if alone else [blobs.c.epoch == epoch]))
        )
        row = {"run": self._run, "kind": kind, "epoch": epoch, "data": data}
        connection.execute(blobs.insert().values(row))

    def _superseded(self) -> Superseded:
        return Superseded(
            f"Run {self._run} is not this process's to train: it was stopped, deleted, or taken "
            "over by another process."
        )
