"""Training a run in this process: one that `dispatching` has started, or the command line's own.

Pages and processes share only the store.
"""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from digitapp import backend
from digitapp.data.datasets import Dataset
from digitapp.errors import DigitappError, StoreBusy, StoreProblem, Superseded
from digitapp.jobs import finetuning, resuming
from digitapp.jobs.dispatching import AT_ONCE_VARIABLE, at_once, launch, look_after
from digitapp.jobs.heartbeat import Heart
from digitapp.library import catalogue, handwriting_accuracy, models
from digitapp.runs import Lease, Outcome, Run, RunStore
from digitapp.runs.patience import patiently
from digitapp.runs.values import CHECKPOINT, DONE, FAILED, STOPPED, Compared
from digitapp.training import checkpoints
from digitapp.training.checkpoints import Checkpoint
from digitapp.training.spec import TrainingSpec

if TYPE_CHECKING:
    import keras

    from digitapp.training.trainer import Trained

__all__ = ["AT_ONCE_VARIABLE", "at_once", "execute", "launch", "look_after", "step_back"]

POLITENESS = 10  # of 19: the server's answers come first
LOOKS_EVERY = 0.3  # seconds, while waiting for its turn
LOOKS_AFTER_OTHERS_EVERY = 5.0  # seconds: whether anybody starts those that come first


def execute(
    store: RunStore,
    run: int,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    interrupted: Callable[[], bool] = lambda: False,
    owner: str = "",
) -> Run:
    """Wait for the run's turn and train it in this process, from its last epoch if it has one.

    Args:
        callbacks: Keras callbacks that watch.
        interrupted: whether to stop, and keep what was learned; looked at after every step.
        owner: who has the run already, if it was made or resumed for this process.

    Returns:
        the run as it ended: done, stopped or failed.

    Raises:
        UnknownName: when there is no such run.
        Superseded: when it is not queued, or is deleted or taken over meanwhile.
        StoreProblem: when its end could not be stored.
    """
    patiently(lambda: store.get(run))
    lease = Lease(store, run, owner)
    patiently(lease.take)
    with store.database.kept_open():
        heart = Heart(lease)
        try:
            _finish(lease, _Job(store, run, lease, heart, callbacks, interrupted).outcome())
        finally:
            heart.stop()
    return patiently(lambda: store.get(run))


def step_back() -> None:
    """Give this process a lower priority, where that can be done from inside."""
    if hasattr(os, "nice"):
        os.nice(POLITENESS)


@dataclass(frozen=True)
class _Job:
    """What `execute` was given, and the lease and the heartbeat it works with."""

    store: RunStore
    run: int
    lease: Lease
    heart: Heart
    callbacks: Sequence[keras.callbacks.Callback]
    interrupted: Callable[[], bool]

    def outcome(self) -> Outcome:
        """Wait and train; what goes wrong becomes part of the outcome."""
        try:
            return self._trained() if self._wait() else Outcome(STOPPED)
        except Superseded:
            raise
        except DigitappError as error:
            return Outcome(FAILED, str(error))
        except Exception as error:  # this process ends here: the reason must reach the page
            said = f"The training broke off: {type(error).__name__}: {error}"
            return Outcome(FAILED, said, traceback=traceback.format_exc())

    def _wait(self) -> bool:
        """Wait for the run's turn; False when interrupted before."""
        at_once()  # a wrong setting is a sentence, now
        next_look = time.monotonic() + LOOKS_AFTER_OTHERS_EVERY
        while not self._turn():
            self.heart.orders()
            if self.interrupted():
                return False
            if time.monotonic() > next_look:
                look_after(self.store)
                next_look = time.monotonic() + LOOKS_AFTER_OTHERS_EVERY
            time.sleep(LOOKS_EVERY)
        return True

    def _turn(self) -> bool:
        """Whether it is the run's turn, which it takes then; not while the store is busy."""
        try:
            return self.lease.turn(at_once())
        except StoreBusy:
            return False

    def _trained(self) -> Outcome:
        backend.start()
        from digitapp.jobs.recorder import Recorder
        from digitapp.training.batching import sizes, steps_per_epoch
        from digitapp.training.trainer import train

        spec = patiently(lambda: self.store.get(self.run)).spec
        data, known, start = patiently(lambda: self._begin_with(spec))
        base = patiently(lambda: finetuning.base(self.store, spec, going_on=start is not None))
        images, _ = sizes(spec, len(data.x_train))
        epochs = range(start.epoch if start else 0, spec.epochs)
        classes = checkpoints.pack({"names": np.array(data.class_names)}) if spec.base else None
        steps = steps_per_epoch(spec, images)
        patiently(lambda: self.lease.begin(epochs.start, images, steps, classes, known))
        recorder = Recorder(self.lease, self.heart, epochs, self.interrupted, self._turn)
        trained = train(spec, data, [recorder, *self.callbacks], start, recorder.keep, base)
        compared = finetuning.compared(data, base, trained.model) if spec.base else ()
        outcome = _kept(trained, STOPPED if recorder.stopped else DONE, data, compared)
        return replace(outcome, handwriting=self._own(trained, data))

    def _own(self, trained: Trained, data: Dataset) -> tuple[int, int] | None:
        """How it reads one's own hand; what was learned is kept even if that cannot be told."""
        with suppress(StoreProblem):
            model, names = trained.model, data.class_names
            return patiently(lambda: handwriting_accuracy.score(self.store, model, names))
        return None

    def _begin_with(self, spec: TrainingSpec) -> tuple[Dataset, str, Checkpoint | None]:
        """What to learn from, by what it is known, and where to go on, if it is so."""
        found = catalogue.dataset(self.store, spec.dataset)
        known, data = resuming.fingerprint(self.store, found), self._fitted(found, spec)
        stored = self.store.blob(self.run, CHECKPOINT)
        start = Checkpoint.from_bytes(stored) if stored else None
        if start:
            resuming.check(self.store, self.run, spec.dataset, known)
        return data, known, start

    def _fitted(self, data: Dataset, spec: TrainingSpec) -> Dataset:
        """What to learn from, with the classes that the network has."""
        if not spec.base:
            return data
        return catalogue.fitted(data, models.class_names(models.of_run(self.run), self.store))


def _finish(lease: Lease, outcome: Outcome) -> None:
    """Store the outcome; when there is no room for the network, at least why it is missing."""
    try:
        patiently(lambda: lease.finish(outcome))
    except StoreProblem as error:
        failed = Outcome(FAILED, str(error))
        patiently(lambda: lease.finish(failed))


def _kept(trained: Trained, status: str, data: Dataset, compared: tuple[Compared, ...]) -> Outcome:
    answers = {"probabilities": trained.test_probabilities}
    answers["fingerprint"] = np.array(catalogue.fingerprint(data))
    return Outcome(
        status,
        test_loss=trained.test_loss,
        test_accuracy=trained.test_accuracy,
        model=checkpoints.pack(checkpoints.numbered("model", trained.model.variables)),
        test=checkpoints.pack(answers),
        compared=compared,
    )
