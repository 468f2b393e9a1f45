"""The store of runs: create and import runs, control running ones, resume stopped ones."""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping, Sequence

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from digitapp.errors import RunBusy
from digitapp.runs import allowances, note_text, rows, stored, tables
from digitapp.runs.clock import TAKE_TURN, Now, entered, is_one_of
from digitapp.runs.commands import Commands, checked_pace
from digitapp.runs.records import (
    CLASSES,
    DONE,
    FAILED,
    GO_ON,
    GUESS,
    MODEL,
    NEW_RATES,
    ONNX,
    PAUSE,
    PAUSES,
    QUEUED,
    RESUMABLE,
    RESUMED,
    SNAPSHOT,
    STROKE_READER,
    TEST,
)
from digitapp.runs.tables import runs
from digitapp.training import checkpoints, setting_checks
from digitapp.training.history import Epoch
from digitapp.training.spec import TrainingSpec


class RunStore(Commands):
    """All runs, in one database. Safe to use from many threads and processes at once.

    Args:
        url: of the database, as for `Database`.

    Raises:
        StoreProblem: from each method, when the database fails; nothing is changed then.
    """

    def create(  # noqa: PLR0913 - all that may be said of a run beforehand
        self,
        spec: TrainingSpec,
        preset: str = "",
        name: str = "",
        watched: NDArray[np.float32] | None = None,
        owner: str = "",
        *,
        pace: float | None = None,
        request: str = GO_ON,
        experiment: str = "",
    ) -> int:
        """Create a run, queued for a training process; return its id.

        Args:
            preset: the preset that its settings started from, if any.
            name: chosen by the user.
            watched: float32 (28, 28), a digit to be predicted after every epoch.
            owner: of the lease with which the caller will train it; by default a process is
                started for it.
            pace: batches a second, within `records.PACES`; None for as fast as it can.
            request: PAUSE to show the untrained network, and to wait before its first step.
            experiment: `<name>/<id of its first run>`, if it is a part of one.

        Raises:
            InvalidSetting: when the name is too long or unreadable, when the pace is out of range,
                when the request is another one, or as `allowances.check_size`.
            QueueFull, LimitMet: as `allowances.check_start`.
        """
        image = None if watched is None else watched.astype(np.float32).tobytes()
        setting_checks.one_of("request", request, (GO_ON, PAUSE))
        asked = {"request": request, "pace": checked_pace(pace)}
        row = {**new_row(spec, name, preset), **asked, "status": QUEUED, "watched": image}
        row |= {"owner": owner, "experiment": note_text.name(experiment)}
        allowances.check_size(self.person, spec)
        with entered(self.database, TAKE_TURN) as (connection, _):
            allowances.check_start(connection, self.person, self.database.url)
            run = insert(connection, row)
        self.tidy()
        return run

    def add(  # noqa: PLR0913 - all that a finished run is
        self,
        spec: TrainingSpec,
        *,
        name: str,
        preset: str = "",
        epochs: Sequence[Epoch],
        model: bytes,
        onnx: bytes | None = None,
        strokes: bytes | None = None,
        test: bytes | None,
        test_loss: float | None,
        test_accuracy: float | None,
        images: int,
        batches: int,
        parameters: int,
        class_names: Sequence[str] | None = None,
        snapshots: Mapping[int, bytes] | None = None,
        note: str = "",
        pauses: Mapping[int, bytes] | None = None,
        guess: bytes | None = None,
        resumed: Sequence[int] = (),
        new_rates: Mapping[int, bytes] | None = None,
        preparation: str = "",
    ) -> int:
        """Add a finished run that was trained elsewhere; return its id.

        Args:
            epochs: in order, after epoch 0 if that is known.
            model: the network's variables, packed by `checkpoints.pack`.
            onnx: the network as an ONNX file, packed by `library.onnx_networks`; None to make it
                when it is first read.
            strokes: the stroke reader beside it, packed likewise; None if there is none.
            test: its answers to the test images, packed like its variables; None when unknown.
            images, batches: per epoch, as in `Run`.
            class_names: when they are not the dataset's own.
            snapshots: all weights after some epochs, packed by `snapshots.pack`, by epoch.
            note: the user's note about it.
            pauses: when they began, packed by `stored_arrays.pack_pauses`, by epoch.
            guess: the curve drawn before training, packed by `stored_arrays.pack_guess`.
            resumed: the epochs after which it was resumed.
            new_rates: set by hand, packed by `stored_arrays.pack_new_rates`, by epoch.
            preparation: how its dataset's images were made, an entry of `PREPARATIONS`.

        Raises:
            InvalidSetting: when the name or the note is too long or unreadable, or an epoch's loss
                or accuracy is NaN.
            LimitMet: when there is no room for it.
        """
        came = {"images": images, "batches": batches, "parameters": parameters}
        scores = rows.results(test_loss, test_accuracy, None)
        row = {**new_row(spec, name, preset), **came, **scores, "status": DONE}
        row |= {"note": note_text.note(note), "preparation": preparation}
        named = class_names is not None
        names = checkpoints.pack({"names": np.array(class_names)}) if named else None
        kept = {MODEL: model, ONNX: onnx, TEST: test, STROKE_READER: strokes, CLASSES: names}
        kept[GUESS] = guess
        blobs = [(kind, 0, data) for kind, data in kept.items() if data is not None]
        blobs += [(RESUMED, epoch, b"") for epoch in resumed]
        dated = ((SNAPSHOT, snapshots), (PAUSES, pauses), (NEW_RATES, new_rates))
        for kind, of_epochs in dated:
            blobs += [(kind, epoch, data) for epoch, data in (of_epochs or {}).items()]
        stored.check(self, sum(len(data) for _, _, data in blobs))
        with self.database.begin() as connection:
            run = insert(connection, row)
            if epochs:
                found = [rows.epoch_row(run, epoch) for epoch in epochs]
                connection.execute(tables.epochs.insert(), found)
            arrays = [
                {"run": run, "kind": kind, "epoch": epoch, "data": data}
                for kind, epoch, data in blobs
            ]
            connection.execute(tables.blobs.insert(), arrays)
        self.tidy()
        return run

    def resume(self, run: int, owner: str = "") -> None:
        """Queue a stopped, failed or lost run again, to continue from its last epoch.

        Args:
            owner: as for `create`.

        Raises:
            UnknownName: when there is no such run.
            RunBusy: when it is not stopped, failed or lost.
            QueueFull, LimitMet: as `allowances.check_start` and `allowances.check_more`.
        """
        change = runs.update().where(runs.c.id == run, is_one_of(RESUMABLE))
        values = {
            "status": QUEUED,
            "queued": Now(),
            "heartbeat": Now(),
            "host": socket.gethostname(),
        }
        with self.changing(run) as connection:
            allowances.check_more(connection, self.person, run)
            allowances.check_start(connection, self.person, self.database.url)
            fresh = dict.fromkeys(("request", "phase", "error", "traceback"), "")
            asked = change.values(**values, **fresh, owner=owner, steps=0)
            done = connection.execute(asked).rowcount
            if done:
                _mark_resumed(connection, run)
        if not done:
            status, allowed = self.get(run).status, " or ".join(RESUMABLE)
            raise RunBusy(f"Run {run} is {status}; only a run that is {allowed} can be resumed.")

    def fail_unstarted(self, run: int, error: str, said: str = "") -> None:
        """Mark a queued run as failed because its process could not start, unless it has one now.

        Args:
            error: the reason, in a sentence.
            said: the process's error output, for debugging.
        """
        change = runs.update().where(runs.c.id == run, runs.c.status == QUEUED, runs.c.owner == "")
        why = {"error": error, "traceback": note_text.traceback(said)}
        self.database.change(change.values(status=FAILED, **why))


def _mark_resumed(connection: sa.Connection, run: int) -> None:
    """Note after which epoch a run is resumed; one without a trained epoch begins anew."""
    last = sa.select(sa.func.max(tables.epochs.c.number)).where(tables.epochs.c.run == run)
    epoch = connection.execute(last).scalar()
    if epoch:
        row = {"run": run, "kind": RESUMED, "epoch": epoch}
        same = [tables.blobs.c[name] == value for name, value in row.items()]
        connection.execute(tables.blobs.delete().where(*same))
        connection.execute(tables.blobs.insert().values(**row, data=b""))


def new_row(spec: TrainingSpec, name: str, preset: str) -> rows.Row:
    """Return the row of a new run; the caller adds its status."""
    return {
        "spec": spec.to_json(),
        "preset": note_text.name(preset),
        "name": note_text.name(name),
        "host": socket.gethostname(),
        "created": time.time(),
        **dict.fromkeys(("queued", "heartbeat"), Now()),
        **dict.fromkeys(("owner", "request", "error"), ""),
        **dict.fromkeys(("pid", "images", "batches", "parameters"), 0),
    }


def insert(connection: sa.Connection, row: rows.Row) -> int:
    """Insert the row of a run; return its id."""
    key = connection.execute(runs.insert().values(row)).inserted_primary_key
    assert key is not None
    return int(key[0])
