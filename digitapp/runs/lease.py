"""Lease on a run: the training process's exclusive right to write to it, with its heartbeat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import sqlalchemy as sa

from digitapp.runs import handwriting_scores, note_text, rows
from digitapp.runs.clock import Now
from digitapp.runs.held_run import HeldRun
from digitapp.runs.records import (
    CHECKPOINT,
    CLASSES,
    DONE,
    GUESSED_IMAGES,
    GUESSES,
    MODEL,
    NEW_RATES,
    OF_EPOCHS,
    OF_NOW,
    ONE_EPOCH,
    ONNX,
    PAUSE,
    PAUSED,
    PAUSES,
    RESUMED,
    STOPPED,
    STROKE_READER,
    TEST,
    Outcome,
)
from digitapp.runs.stored_arrays import put
from digitapp.runs.tables import blobs, epochs, points, runs
from digitapp.training.history import Epoch, Point

DATED = (*OF_EPOCHS, GUESSES, PAUSES, NEW_RATES, RESUMED)  # go when their epoch is trained again


class Lease(HeldRun):
    """A run in the hands of a process that records its training.

    Each write checks that the run is still held, and raises what `HeldRun` says.
    """

    def begin(
        self,
        epoch: int,
        images: int,
        batches: int,
        classes: bytes | None = None,
        fingerprint: str = "",
        strokes: bytes | None = None,
        preparation: str = "",
    ) -> None:
        """Record that training starts after so many epochs; delete data of later epochs.

        Args:
            classes: packed class names, when they are not the dataset's own.
            fingerprint: of the dataset; another dataset may have the same name.
            strokes: the stroke reader that it begins with, packed by `library.onnx_networks`;
                None to leave the one that is there.
            preparation: how the dataset's images were made, an entry of `PREPARATIONS`.
        """
        kept = epoch or -1  # of a run that begins anew, epoch 0 goes, too
        with self._held() as connection:
            for table, number in ((epochs, epochs.c.number), (points, points.c.epoch)):
                gone = table.delete().where(table.c.run == self._run, number > kept)
                connection.execute(gone)
            later = sa.and_(blobs.c.kind.in_(DATED), blobs.c.epoch > epoch)
            useless = sa.or_(later, blobs.c.kind.in_(OF_NOW))
            connection.execute(blobs.delete().where(blobs.c.run == self._run, useless))
            facts = {"fingerprint": fingerprint, "preparation": preparation}
            known = {name: value for name, value in facts.items() if value}
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

    def pause(self, epoch: int, pauses: bytes | None = None) -> None:
        """Set the run's status to paused; if it was to train whole epochs first, they are over.

        While it is not asked to go on, `runs.queued` is when it paused.

        Args:
            epoch: the running one. More epochs may have been asked for at this moment.
            pauses: when the pauses of this epoch began, packed by `stored_arrays.pack_pauses`;
                None to leave those that are there.
        """
        trained = sa.and_(runs.c.request == ONE_EPOCH, runs.c.pause_after < epoch)
        over = sa.case((trained, PAUSE), else_=runs.c.request)
        rests = sa.and_(over == PAUSE, runs.c.steps == 0)
        since = sa.case((rests, Now()), else_=runs.c.queued)
        with self._held() as connection:
            paused = {"status": PAUSED, "request": over, "queued": since}
            connection.execute(self._update().values(paused))
            if pauses is not None:
                put(connection, self._run, PAUSES, epoch, pauses, alone=False)

    def keep_new_rates(self, epoch: int, data: bytes) -> None:
        """Keep the learning rates set by hand in an epoch, in place of those that are there.

        Args:
            data: packed by `stored_arrays.pack_new_rates`.
        """
        with self._held() as connection:
            put(connection, self._run, NEW_RATES, epoch, data, alone=False)

    def stepped(self) -> None:
        """Record that one of the batches that the run was asked for is done."""
        with self._held() as connection:
            left = self._update().where(runs.c.steps > 0).values(steps=runs.c.steps - 1)
            connection.execute(left)

    def keep_now(self, kind: str, batches: int, data: bytes) -> None:
        """Replace what is kept of the present moment.

        Args:
            kind: one of `records.OF_NOW`.
            batches: finished so far, over all epochs.
            data: packed arrays.
        """
        with self._held() as connection:
            put(connection, self._run, kind, batches, data)

    def keep_guesses(self, epoch: int, answers: bytes, images: bytes | None = None) -> None:
        """Keep what the network says of a few test images after an epoch.

        Args:
            answers: packed by `runs.stored_guesses`.
            images: likewise; None to leave the images that are there.
        """
        with self._held() as connection:
            put(connection, self._run, GUESSES, epoch, answers, alone=False)
            if images is not None:
                put(connection, self._run, GUESSED_IMAGES, 0, images)

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
        checkpoint: bytes | None,
        first_layer: bytes | None,
        snapshot: bytes | None = None,
    ) -> None:
        """Add a finished epoch, and replace the checkpoint.

        Args:
            checkpoint: None to leave an earlier one.
            first_layer: packed weights of the first layer's nodes; None to keep none.
            snapshot: all weights, packed by `snapshots.pack`; None to keep none.
        """
        with self._held() as connection:
            connection.execute(epochs.insert().values(rows.epoch_row(self._run, epoch)))
            if checkpoint is not None:
                put(connection, self._run, CHECKPOINT, epoch.number, checkpoint)
            self._put_weights(connection, epoch.number, first_layer, snapshot)

    def keep_checkpoint(self, epoch: int, data: bytes) -> None:
        """Replace the checkpoint by one after so many epochs."""
        with self._held() as connection:
            put(connection, self._run, CHECKPOINT, epoch, data)

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
            useless = (*OF_NOW, CHECKPOINT) if outcome.status == DONE else OF_NOW
            gone = blobs.delete().where(blobs.c.run == self._run, blobs.c.kind.in_(useless))
            connection.execute(gone)  # the checkpoint, too, if it will not be resumed
            ended: rows.Row = {"status": outcome.status, "error": outcome.error, "steps": 0}
            ended |= {"owner": "", "request": "", "phase": ""}
            ended["traceback"] = note_text.traceback(outcome.traceback)
            if outcome.status == STOPPED and not outcome.error:
                del ended["error"]  # it may have been told why it was asked to stop
            if outcome.model is not None:  # otherwise an earlier model stays, with its scores
                scores = (outcome.test_loss, outcome.test_accuracy, outcome.handwriting)
                ended |= rows.results(*scores)
                handwriting_scores.write(connection, self._run, outcome.compared)
            connection.execute(self._update().values(ended))

    def _put_weights(self, connection: sa.Connection, epoch: int, *of_epoch: bytes | None) -> None:
        for kind, data in zip(OF_EPOCHS, of_epoch, strict=True):
            if data is not None:
                put(connection, self._run, kind, epoch, data, alone=False)
