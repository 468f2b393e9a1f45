"""Lease on a run: the training process's exclusive right to write to it, with its heartbeat."""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict

import numpy as np
import sqlalchemy as sa

from digitapp.drawing import IMAGE_SIDE
from digitapp.errors import Superseded
from digitapp.runs import handwriting_scores, note_text, rows
from digitapp.runs.clock import TAKE_TURN, Now, alive, entered, waits
from digitapp.runs.listing import THERE
from digitapp.runs.queue import may_start
from digitapp.runs.records import (
    CHECKPOINT,
    CLASSES,
    DONE,
    MODEL,
    OF_EPOCHS,
    ONNX,
    PAUSED,
    PAUSES,
    QUEUED,
    RUNNING,
    STROKE_READER,
    TEST,
    Orders,
    Outcome,
)
from digitapp.runs.store import RunStore
from digitapp.runs.stored_arrays import put
from digitapp.runs.tables import blobs, epochs, points, runs
from digitapp.training.history import Epoch, Point


def new_owner() -> str:
    """Return a unique name for the owner of a run."""
    return uuid.uuid4().hex


class Lease:
    """The right of one process to train one run. Each write checks that it still holds.

    Args:
        run: its id.
        owner: the owner's name under which the run was created or resumed for this process.

    Raises:
        Superseded: from each method, when the run was deleted or taken over.
        StoreProblem: from each method, when the database fails; nothing is changed then.
    """

    def __init__(self, runs_store: RunStore, run: int, owner: str = "") -> None:
        self._database, self._run = runs_store.database, run
        self._owner, self._host = owner or new_owner(), socket.gethostname()

    def take(self) -> None:
        """Take a queued run that no other living process owns; it then waits for its turn."""
        free = sa.or_(runs.c.owner.in_(("", self._owner)), sa.not_(alive()))
        change = runs.update().where(runs.c.id == self._run, runs.c.status == QUEUED, THERE, free)
        mine = {"owner": self._owner, "host": self._host, "pid": os.getpid(), "heartbeat": Now()}
        with entered(self._database, TAKE_TURN) as (connection, _):
            if not connection.execute(change.values(mine)).rowcount:
                raise self._superseded()

    def turn(self, at_once: int) -> bool:
        """Start, or continue after a pause, if it is this run's turn; return whether it is.

        It is when fewer than `at_once` runs train on this machine, and none waits before this one.
        """
        mine = (runs.c.id == self._run, runs.c.owner == self._owner)
        come = sa.and_(*mine, waits(), may_start(at_once))
        if not self._database.value(sa.select(runs.c.id).where(come)):  # avoid a write
            return False
        with entered(self._database, TAKE_TURN) as (connection, _):
            change = runs.update().where(come).values(status=RUNNING, heartbeat=Now())
            return bool(connection.execute(change).rowcount)

    def beat(self) -> Orders:
        """Write a heartbeat; return the orders to this process."""
        wanted = (runs.c.request, runs.c.learning_rate, runs.c.watched)
        with self._held() as connection:
            row = connection.execute(sa.select(*wanted).where(runs.c.id == self._run)).one()
        side = (IMAGE_SIDE, IMAGE_SIDE)
        watched = np.frombuffer(row.watched, np.float32).reshape(side) if row.watched else None
        return Orders(row.request, row.learning_rate, watched)

    def begin(
        self,
        epoch: int,
        images: int,
        batches: int,
        classes: bytes | None = None,
        fingerprint: str = "",
        strokes: bytes | None = None,
    ) -> None:
        """Record that training starts after so many epochs; delete data of later epochs.

        Args:
            classes: packed class names, when they are not the dataset's own.
            fingerprint: of the dataset; another dataset may have the same name.
            strokes: the stroke reader that it begins with, packed by `library.onnx_networks`;
                None to leave the one that is there.
        """
        kept = epoch or -1  # of a run that begins anew, epoch 0 goes, too
        with self._held() as connection:
            for table, number in ((epochs, epochs.c.number), (points, points.c.epoch)):
                gone = table.delete().where(table.c.run == self._run, number > kept)
                connection.execute(gone)
            later = (blobs.c.kind.in_((*OF_EPOCHS, PAUSES)), blobs.c.epoch > epoch)
            connection.execute(blobs.delete().where(blobs.c.run == self._run, *later))
            known = {"fingerprint": fingerprint} if fingerprint else {}
            begun = {"images": images, "batches": batches, **rows.results(None, None, None)}
            connection.execute(self._update().values(**begun, **known))
            handwriting_scores.write(connection, self._run, ())
            if classes is not None:
                put(connection, self._run, CLASSES, 0, classes)
            if strokes is not None:
                put(connection, self._run, STROKE_READER, 0, strokes)

    def at(self, phase: str) -> None:
        """Record what the training is doing: one of the `training.phases`."""
        with self._held() as connection:
            connection.execute(self._update().values(phase=phase))

    def built(
        self,
        parameters: int,
        epoch: int,
        first_layer: bytes,
        snapshot: bytes | None = None,
        untrained: Epoch | None = None,
    ) -> None:
        """Record that the network is built: its parameter count and its weights at this epoch.

        Args:
            first_layer, snapshot: as for `keep`.
            untrained: epoch 0, which replaces the one that is there; None to leave that.
        """
        with self._held() as connection:
            connection.execute(self._update().values(parameters=parameters))
            if untrained:
                there = epochs.c.run == self._run, epochs.c.number == untrained.number
                connection.execute(epochs.delete().where(*there))
                connection.execute(epochs.insert().values(rows.epoch_row(self._run, untrained)))
            self._put_weights(connection, epoch, first_layer, snapshot)

    def show(self, status: str) -> None:
        """Set the run's status: running or paused."""
        with self._held() as connection:
            connection.execute(self._update().values(status=status))

    def pause(self, epoch: int, pauses: bytes) -> None:
        """Set the run's status to paused, and keep when the pauses of this epoch began.

        Args:
            pauses: packed by `stored_arrays.pack_pauses`.
        """
        with self._held() as connection:
            connection.execute(self._update().values(status=PAUSED))
            put(connection, self._run, PAUSES, epoch, pauses, alone=False)

    def note(self, found: Sequence[Point]) -> None:
        """Add points within an epoch."""
        if found:
            with self._held() as connection:
                connection.execute(
                    points.insert(), [{"run": self._run, **asdict(each)} for each in found]
                )

    def keep(
        self,
        epoch: Epoch,
        checkpoint: bytes,
        first_layer: bytes | None,
        snapshot: bytes | None = None,
    ) -> None:
        """Add a finished epoch, and replace the checkpoint.

        Args:
            first_layer: packed weights of the first layer's nodes; None to keep none.
            snapshot: all weights, packed by `snapshots.pack`; None to keep none.
        """
        with self._held() as connection:
            connection.execute(epochs.insert().values(rows.epoch_row(self._run, epoch)))
            put(connection, self._run, CHECKPOINT, epoch.number, checkpoint)
            self._put_weights(connection, epoch.number, first_layer, snapshot)

    def finish(self, outcome: Outcome) -> None:
        """Store how the run ended, and release it."""
        kept = {
            MODEL: outcome.model,
            ONNX: outcome.onnx,
            TEST: outcome.test,
            STROKE_READER: outcome.strokes,
        }
        with self._held() as connection:
            for kind, data in kept.items():
                if data is not None:
                    put(connection, self._run, kind, 0, data)
            if outcome.status == DONE:  # it will not be resumed
                gone = blobs.delete().where(blobs.c.run == self._run, blobs.c.kind == CHECKPOINT)
                connection.execute(gone)
            ended: rows.Row = {"status": outcome.status, "error": outcome.error}
            ended |= {"owner": "", "request": "", "phase": ""}
            ended["traceback"] = note_text.traceback(outcome.traceback)
            if outcome.model is not None:  # otherwise an earlier model stays, with its scores
                scores = (outcome.test_loss, outcome.test_accuracy, outcome.handwriting)
                ended |= rows.results(*scores)
                handwriting_scores.write(connection, self._run, outcome.compared)
            connection.execute(self._update().values(ended))

    def _put_weights(self, connection: sa.Connection, epoch: int, *of_epoch: bytes | None) -> None:
        for kind, data in zip(OF_EPOCHS, of_epoch, strict=True):
            if data is not None:
                put(connection, self._run, kind, epoch, data, alone=False)

    @contextmanager
    def _held(self) -> Iterator[sa.Connection]:
        mine = self._update().where(runs.c.owner == self._owner).values(heartbeat=Now())
        with entered(self._database, mine) as (connection, met):
            if not met:
                raise self._superseded()
            yield connection

    def _update(self) -> sa.Update:
        return runs.update().where(runs.c.id == self._run)

    def _superseded(self) -> Superseded:
        return Superseded(
            f"This process cannot train run {self._run}: it was stopped, deleted, or taken over by "
            "another process."
        )
