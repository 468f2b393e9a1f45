"""Training a run in this process, which is a worker or the command line's own process.

Pages and worker processes share only the store.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from digitapp import backend
from digitapp.data.datasets import DATASETS, Dataset
from digitapp.errors import (
    DigitappError,
    StoreAway,
    StoreBusy,
    StoreProblem,
    Superseded,
    UnknownName,
)
from digitapp.jobs import finetuning, resuming, stroke_lessons
from digitapp.jobs.cores import CoreShare
from digitapp.jobs.heartbeat import Heartbeat
from digitapp.jobs.launching import AT_ONCE_VARIABLE, at_once, launch, look_after, warm_up
from digitapp.jobs.outcomes import outcome
from digitapp.jobs.priority import step_back
from digitapp.library import catalogue, models, onnx_networks, other_shapes
from digitapp.runs import Lease, Outcome, Run, RunStore, limits
from digitapp.runs.records import CHECKPOINT, DONE, FAILED, STOPPED
from digitapp.runs.retrying import retry_while_busy
from digitapp.training import checkpoints, phases
from digitapp.training.checkpoints import Checkpoint
from digitapp.training.spec import TrainingSpec

if TYPE_CHECKING:
    import keras

    from digitapp.training.trainer import Trained

__all__ = [
    "AT_ONCE_VARIABLE",
    "at_once",
    "execute",
    "launch",
    "look_after",
    "step_back",
    "warm_up",
]

LOOKS_EVERY = 0.3  # seconds, while waiting for its turn
LOOKS_AFTER_OTHERS_EVERY = 5.0  # seconds between checks that a dispatcher serves earlier runs


def execute(
    store: RunStore,
    run: int,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    interrupted: Callable[[], bool] = lambda: False,
    owner: str = "",
    start_tensorflow: Callable[[], None] = backend.start,
) -> Run:
    """Wait for the run's turn and train it in this process, from its last checkpoint if any.

    Args:
        callbacks: Keras callbacks that observe.
        interrupted: whether to stop and keep the network so far; called after every step.
        owner: the owner's name, if the run was created or resumed for this process.
        start_tensorflow: called before anything needs it; it may be loading already.

    Returns:
        the run as it ended: done, stopped or failed.

    Raises:
        UnknownName: when there is no such run.
        Superseded: when it is not queued, or is deleted or taken over meanwhile.
        StoreProblem: when the outcome could not be stored.
    """
    person = retry_while_busy(lambda: store.get(run)).person
    lease = Lease(store, run, owner)
    retry_while_busy(lease.take)
    with store.database.kept_open():
        cores = CoreShare(store, run)
        heartbeat = Heartbeat(lease, cores.look)
        try:
            # It reads what the run's person may read: datasets, drawings, other networks.
            seen = store.seen_by(person)
            job = _Job(seen, run, lease, heartbeat, callbacks, interrupted, start_tensorflow)
            _finish(lease, job.outcome())
        finally:
            heartbeat.stop()
            cores.release()
    return retry_while_busy(lambda: store.get(run))


@dataclass(frozen=True)
class _Job:
    """The arguments of `execute`, with the run's lease and heartbeat."""

    store: RunStore
    run: int
    lease: Lease
    heartbeat: Heartbeat
    callbacks: Sequence[keras.callbacks.Callback]
    interrupted: Callable[[], bool]
    start_tensorflow: Callable[[], None]

    def outcome(self) -> Outcome:
        """Wait and train; errors become part of the outcome."""
        try:
            return self._trained() if self._wait() else Outcome(STOPPED)
        except Superseded:
            raise
        except DigitappError as error:
            return Outcome(FAILED, str(error))
        except Exception as error:  # the process ends here: the reason must reach the page
            said = f"Unexpected error: {type(error).__name__}: {error}"
            return Outcome(FAILED, said, traceback=traceback.format_exc())

    def _wait(self) -> bool:
        """Wait for the run's turn; return False when interrupted before it comes."""
        at_once()  # these raise now if a setting is invalid
        limits.check()
        next_look = time.monotonic() + LOOKS_AFTER_OTHERS_EVERY
        while not self._turn():
            self.heartbeat.orders()
            if self.interrupted():
                return False
            if time.monotonic() > next_look:
                look_after(self.store)
                next_look = time.monotonic() + LOOKS_AFTER_OTHERS_EVERY
            time.sleep(LOOKS_EVERY)
        return True

    def _turn(self) -> bool:
        """Take the run's turn if it has come; return whether it has.

        False while the store is busy, or its database server away.
        """
        try:
            return self.lease.turn(at_once())
        except (StoreBusy, StoreAway):
            return False

    def _trained(self) -> Outcome:
        run = retry_while_busy(lambda: self.store.get(self.run))
        backend.check_can_train()  # before any image is fetched
        self._phase(phases.IMAGES)
        data, how, known, start = retry_while_busy(lambda: self._begin_with(run))
        data = replace(data, others=other_shapes.unlike(data, run.spec))
        self._phase(phases.TENSORFLOW)
        self.start_tensorflow()
        strokes = retry_while_busy(
            lambda: stroke_lessons.begun_with(self.store, run, going_on=start is not None)
        )
        base = retry_while_busy(
            lambda: finetuning.base(self.store, run.spec, going_on=start is not None)
        )
        self._begin(run.spec, data, how, known, start, strokes)
        compared = base and not run.spec.new_output  # or else the other knows none of these classes
        before = (
            retry_while_busy(lambda: models.load(run.spec.base, self.store)) if compared else None
        )
        trained, stopped = self._train(run.spec, data, start, base)
        self._phase(phases.SAVING)
        status = STOPPED if stopped else DONE
        return outcome(self.store, trained, data, strokes, before, status, self._phase)

    def _begin(
        self,
        spec: TrainingSpec,
        data: Dataset,
        preparation: str,
        known: str,
        start: Checkpoint | None,
        strokes: bytes,
    ) -> None:
        """Record what the training begins with, and forget what came after its checkpoint."""
        from digitapp.training.batching import sizes, steps_per_epoch

        images, _ = sizes(spec, len(data.x_train), data.writers)
        images += 0 if data.others is None else len(data.others)
        more = spec.base or spec.none_of_these  # classes that its dataset may lack
        own = bool(more) or spec.dataset not in DATASETS  # which may be another one later
        classes = checkpoints.pack({"names": np.array(data.class_names)}) if own else None
        steps = steps_per_epoch(spec, images)
        kept = None if start else onnx_networks.packed_strokes(strokes)
        begun = start.epoch if start else 0, images, steps, classes, known, kept, preparation
        retry_while_busy(lambda: self.lease.begin(*begun))

    def _train(
        self,
        spec: TrainingSpec,
        data: Dataset,
        start: Checkpoint | None,
        base: keras.Model | None,
    ) -> tuple[Trained, bool]:
        """Train and record it; return the result, and whether it was stopped before its end."""
        from digitapp.jobs.guess_recorder import GuessRecorder
        from digitapp.jobs.pacing import Pacing
        from digitapp.jobs.recorder import Recorder
        from digitapp.training.trainer import train

        epochs = range(start.epoch if start else 0, spec.epochs)
        pacing = Pacing(self.lease, self.heartbeat, self.interrupted, self._turn)
        recorder = Recorder(self.lease, self.heartbeat, epochs, pacing, self._phase)
        guesses = GuessRecorder(self.lease, data, epochs.start, lambda: recorder.stopped)
        watchers = [guesses, recorder, *self.callbacks]  # the recorder may pause at once
        trained = train(spec, data, watchers, start, recorder.keep, base, recorder)
        return trained, recorder.stopped

    def _phase(self, name: str) -> None:
        """Record what the training is doing, for the pages; it goes on if the store fails."""
        with suppress(StoreProblem):
            self.lease.at(name)

    def _class_names(self, run: Run) -> tuple[str, ...]:
        """Return the names of the classes of a run's network."""
        try:
            return models.class_names_of(self.store, run)
        except UnknownName as error:
            raise UnknownName(f"The network that it begins with is missing. {error}") from None

    def _begin_with(self, run: Run) -> tuple[Dataset, str, str, Checkpoint | None]:
        """Return the dataset, its preparation and fingerprint, and the checkpoint to resume from.

        The dataset is converted to the network's classes, which may be more than its own.
        """
        data = catalogue.dataset(self.store, run.spec.dataset)
        preparation = catalogue.preparation(self.store, run.spec.dataset)
        known, stored = resuming.fingerprint(self.store, data), self.store.blob(run.id, CHECKPOINT)
        start = Checkpoint.from_bytes(stored) if stored else None
        names = self._class_names(run)
        if start:
            resuming.check(self.store, run, known)
            data = catalogue.as_learned(data, names, run.fingerprint)
        elif run.spec.new_output or not run.spec.base:  # it may have begun with other classes
            names = models.classes(run.spec, self.store)
        if run.spec.base or run.spec.none_of_these:
            data = catalogue.fitted(data, names)
        return data, preparation, known, start


def _finish(lease: Lease, outcome: Outcome) -> None:
    """Store the outcome; if that fails, for instance on a full disk, store at least the reason."""
    try:
        retry_while_busy(lambda: lease.finish(outcome))
    except StoreProblem as error:
        failed = Outcome(FAILED, str(error))
        retry_while_busy(lambda: lease.finish(failed))
