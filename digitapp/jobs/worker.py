"""Training a run in this process, which is a worker or the command line's own process.

Pages and worker processes share only the store.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from digitapp import backend
from digitapp.data.datasets import Dataset
from digitapp.errors import DigitappError, StoreBusy, StoreProblem, Superseded
from digitapp.jobs import finetuning, resuming, stroke_lessons
from digitapp.jobs.heartbeat import Heartbeat
from digitapp.jobs.launching import AT_ONCE_VARIABLE, at_once, launch, look_after, warm_up
from digitapp.jobs.priority import step_back
from digitapp.library import (
    catalogue,
    handwriting_accuracy,
    handwriting_datasets,
    models,
    onnx_networks,
    test_sets,
)
from digitapp.library.handwriting_accuracy import NO_PATHS
from digitapp.library.handwriting_datasets import Paths
from digitapp.reading.prediction import Predictor
from digitapp.reading.stroke_reader import StrokeReader
from digitapp.runs import Lease, Outcome, Run, RunStore
from digitapp.runs.records import CHECKPOINT, DONE, FAILED, STOPPED
from digitapp.runs.retrying import retry_while_busy
from digitapp.training import checkpoints, phases
from digitapp.training.checkpoints import Checkpoint
from digitapp.training.spec import TrainingSpec

if TYPE_CHECKING:
    import keras

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
    retry_while_busy(lambda: store.get(run))
    lease = Lease(store, run, owner)
    retry_while_busy(lease.take)
    with store.database.kept_open():
        heartbeat = Heartbeat(lease)
        try:
            job = _Job(store, run, lease, heartbeat, callbacks, interrupted, start_tensorflow)
            _finish(lease, job.outcome())
        finally:
            heartbeat.stop()
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
        at_once()  # raises now if the setting is invalid
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

        False while the store is busy.
        """
        try:
            return self.lease.turn(at_once())
        except StoreBusy:
            return False

    def _trained(self) -> Outcome:
        run = retry_while_busy(lambda: self.store.get(self.run))
        spec = run.spec
        backend.check_can_train()  # before any image is fetched
        self._phase(phases.IMAGES)
        data, known, start = retry_while_busy(lambda: self._begin_with(run))
        self._phase(phases.TENSORFLOW)
        self.start_tensorflow()
        from digitapp.jobs.recorder import Recorder
        from digitapp.jobs.test_guesses import GuessRecorder
        from digitapp.training.batching import sizes, steps_per_epoch
        from digitapp.training.trainer import train

        base = retry_while_busy(
            lambda: finetuning.base(self.store, spec, going_on=start is not None)
        )
        images, _ = sizes(spec, len(data.x_train), data.writers)
        epochs = range(start.epoch if start else 0, spec.epochs)
        classes = checkpoints.pack({"names": np.array(data.class_names)}) if spec.base else None
        strokes = retry_while_busy(
            lambda: stroke_lessons.begun_with(self.store, run, going_on=start is not None)
        )
        steps = steps_per_epoch(spec, images)
        kept = None if start else onnx_networks.packed_strokes(strokes)
        begun = epochs.start, images, steps, classes, known, kept
        retry_while_busy(lambda: self.lease.begin(*begun))
        recorder = Recorder(self.lease, self.heartbeat, epochs, self.interrupted, self._turn)
        before = retry_while_busy(lambda: models.load(spec.base, self.store)) if base else None
        guesses = GuessRecorder(self.lease, data, epochs.start, lambda: recorder.stopped)
        watchers = [guesses, recorder, *self.callbacks]  # the recorder may pause at once
        trained = train(spec, data, watchers, start, recorder.keep, base, recorder)
        self._phase(phases.SAVING)
        model = checkpoints.pack_model(trained.model.variables)
        onnx = onnx_networks.made(spec, data.class_names, model)
        strokes, paths = self._taught(strokes, spec)
        moves = StrokeReader(strokes) if strokes else None
        after = Predictor(onnx, data.class_names, strokes=moves)
        compare = finetuning.scores_before_and_after
        compared = compare(data, before, after, paths) if spec.base else ()
        return Outcome(
            STOPPED if recorder.stopped else DONE,
            test_loss=trained.test_loss,
            test_accuracy=trained.test_accuracy,
            model=model,
            onnx=onnx_networks.packed(onnx, model),
            strokes=onnx_networks.packed_strokes(strokes),
            test=test_sets.pack_answers(trained.test_probabilities, data),
            compared=compared,
            handwriting=self._own(after),
        )

    def _phase(self, name: str) -> None:
        """Record what the training is doing, for the pages; it goes on if the store fails."""
        with suppress(StoreProblem):
            self.lease.at(name)

    def _taught(self, strokes: bytes, spec: TrainingSpec) -> tuple[bytes, Paths]:
        """Teach a stroke reader, if there is one, the strokes of My handwriting.

        Returns:
            the stroke reader, empty if there is none, and the paths of the drawings.
        """
        if not strokes:
            return b"", NO_PATHS
        self._phase(phases.MOVEMENTS)
        own = retry_while_busy(lambda: handwriting_datasets.written(self.store))
        paths = retry_while_busy(lambda: handwriting_datasets.paths(self.store))
        return stroke_lessons.taught(strokes, own, spec), paths

    def _own(self, predictor: Predictor) -> tuple[int, int] | None:
        """Score the network on My handwriting; None if the store fails: the network is kept."""
        self._phase(phases.HANDWRITING)
        with suppress(StoreProblem):
            return retry_while_busy(lambda: handwriting_accuracy.score(self.store, predictor))
        return None

    def _begin_with(self, run: Run) -> tuple[Dataset, str, Checkpoint | None]:
        """Return the dataset, its fingerprint, and the checkpoint to resume from, if any.

        With a base network, the dataset is converted to that network's classes.
        """
        data = catalogue.dataset(self.store, run.spec.dataset)
        known, stored = resuming.fingerprint(self.store, data), self.store.blob(run.id, CHECKPOINT)
        if run.spec.base:
            data = catalogue.fitted(data, models.class_names_of(self.store, run))
        start = Checkpoint.from_bytes(stored) if stored else None
        if start:
            resuming.check(run, known)
        return data, known, start


def _finish(lease: Lease, outcome: Outcome) -> None:
    """Store the outcome; if that fails, for instance on a full disk, store at least the reason."""
    try:
        retry_while_busy(lambda: lease.finish(outcome))
    except StoreProblem as error:
        failed = Outcome(FAILED, str(error))
        retry_while_busy(lambda: lease.finish(failed))
