"""Training in a process of its own: started by a page, or run by the command line itself.

Page and process share only the store. A process waits for its turn by itself, so that the queue
moves on whether or not a server runs.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from digitapp import backend, checkpoints, finetuning, library, models, ownhand, resuming
from digitapp.checkpoints import Checkpoint
from digitapp.datasets import Dataset
from digitapp.errors import (
    DigitappError,
    InvalidSetting,
    StoreBusy,
    StoreProblem,
    Superseded,
    WorkerProblem,
)
from digitapp.heart import Heart
from digitapp.runs import Lease, Outcome, Run, RunStore
from digitapp.runs.database import DATABASE_VARIABLE
from digitapp.runs.patience import patiently
from digitapp.runs.values import CHECKPOINT, DONE, FAILED, STOPPED, Compared
from digitapp.spec import TrainingSpec

if TYPE_CHECKING:
    import keras

    from digitapp.training import Trained

AT_ONCE_VARIABLE = "DIGITAPP_WORKERS"
MOST_AT_ONCE = 64
POLITENESS = 10  # of 19: the server's answers come first
LOOKS_EVERY = 0.3  # seconds, while waiting for its turn
ROOT = Path(__file__).resolve().parent.parent


def launch(store: RunStore, run: int) -> None:
    """Start a process that trains a queued run, of lower priority than this one.

    Raises:
        WorkerProblem: when no process can be started; the run is then shown as failed.
    """
    said = tempfile.TemporaryFile()  # noqa: SIM115 - read and closed when the process ends
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, DATABASE_VARIABLE: store.database.url, "PYTHONPATH": path}
    command = [sys.executable, "-m", "digitapp", "work", str(run)]
    nothing = subprocess.DEVNULL
    try:
        process = subprocess.Popen(
            command, env=environment, stdin=nothing, stdout=nothing, stderr=said, **_detached()
        )
    except OSError as error:
        problem = f"The training process could not be started: {error.strerror or error}."
        store.fail_unstarted(run, problem)
        raise WorkerProblem(problem) from None
    threading.Thread(target=_see_off, args=(store, run, process, said), daemon=True).start()


def execute(
    store: RunStore,
    run: int,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    interrupted: Callable[[], bool] = lambda: False,
) -> Run:
    """Wait for the run's turn and train it in this process, from its last epoch if it has one.

    Args:
        callbacks: Keras callbacks that watch.
        interrupted: whether to stop, and keep what was learned; looked at after every step.

    Returns:
        the run as it ended: done, stopped or failed.

    Raises:
        UnknownName: when there is no such run.
        Superseded: when it is not queued, or is deleted or taken over meanwhile.
        StoreProblem: when its end could not be stored.
    """
    patiently(lambda: store.get(run))
    lease = Lease(store, run)
    patiently(lease.take)
    with store.database.kept_open():
        heart = Heart(lease)
        try:
            _finish(lease, _Job(store, run, lease, heart, callbacks, interrupted).outcome())
        finally:
            heart.stop()
    return patiently(lambda: store.get(run))


def at_once() -> int:
    """How many runs may be trained at once here: cores less one, or `DIGITAPP_WORKERS`.

    Raises:
        InvalidSetting: when that variable is no number from 1 to 64.
    """
    text = os.environ.get(AT_ONCE_VARIABLE, "")
    if not text:
        return max(1, (os.cpu_count() or 1) - 1)
    if not text.isdecimal() or not 1 <= int(text) <= MOST_AT_ONCE:
        raise InvalidSetting(
            f"{AT_ONCE_VARIABLE} is {text!r}; it must be a whole number from 1 to {MOST_AT_ONCE}."
        )
    return int(text)


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
        allowed = at_once()
        while not self._turn(allowed):
            self.heart.orders()
            if self.interrupted():
                return False
            time.sleep(LOOKS_EVERY)
        return True

    def _turn(self, allowed: int) -> bool:
        """Whether it is the run's turn; not while the store is busy."""
        try:
            return self.lease.turn(allowed)
        except StoreBusy:
            return False

    def _trained(self) -> Outcome:
        backend.start()
        from digitapp.batching import sizes, steps_per_epoch
        from digitapp.recorder import Recorder
        from digitapp.training import train

        spec = patiently(lambda: self.store.get(self.run)).spec
        data, known, start = patiently(lambda: self._begin_with(spec))
        base = patiently(lambda: finetuning.base(self.store, spec, going_on=start is not None))
        images, _ = sizes(spec, len(data.x_train))
        epochs = range(start.epoch if start else 0, spec.epochs)
        classes = checkpoints.pack({"names": np.array(data.class_names)}) if spec.base else None
        steps = steps_per_epoch(spec, images)
        patiently(lambda: self.lease.begin(epochs.start, images, steps, classes, known))
        recorder = Recorder(self.lease, self.heart, epochs, self.interrupted)
        trained = train(spec, data, [recorder, *self.callbacks], start, recorder.keep, base)
        compared = finetuning.compared(data, base, trained.model) if spec.base else ()
        outcome = _kept(trained, STOPPED if recorder.stopped else DONE, data, compared)
        return replace(outcome, handwriting=self._own(trained, data))

    def _own(self, trained: Trained, data: Dataset) -> tuple[int, int] | None:
        """How it reads one's own hand; what was learned is kept even if that cannot be told."""
        with suppress(StoreProblem):
            model, names = trained.model, data.class_names
            return patiently(lambda: ownhand.score(self.store, model, names))
        return None

    def _begin_with(self, spec: TrainingSpec) -> tuple[Dataset, str, Checkpoint | None]:
        """What to learn from, by what it is known, and where to go on, if it is so."""
        found = library.dataset(self.store, spec.dataset)
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
        return library.fitted(data, models.class_names(models.of_run(self.run), self.store))


def _finish(lease: Lease, outcome: Outcome) -> None:
    """Store the outcome; when there is no room for the network, at least why it is missing."""
    try:
        patiently(lambda: lease.finish(outcome))
    except StoreProblem as error:
        failed = Outcome(FAILED, str(error))
        patiently(lambda: lease.finish(failed))


def _kept(trained: Trained, status: str, data: Dataset, compared: tuple[Compared, ...]) -> Outcome:
    answers = {"probabilities": trained.test_probabilities}
    answers["fingerprint"] = np.array(library.fingerprint(data))
    return Outcome(
        status,
        test_loss=trained.test_loss,
        test_accuracy=trained.test_accuracy,
        model=checkpoints.pack(checkpoints.numbered("model", trained.model.variables)),
        test=checkpoints.pack(answers),
        compared=compared,
    )


def _detached() -> dict[str, Any]:
    """How to start a process that outlives this one and does not take its Ctrl-C."""
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.BELOW_NORMAL_PRIORITY_CLASS
        return {"creationflags": flags | subprocess.CREATE_NO_WINDOW}
    return {"start_new_session": True}


def _see_off(store: RunStore, run: int, process: subprocess.Popen[bytes], said: IO[bytes]) -> None:
    """Wait for the process to end; if it never took its run, note why."""
    if process.wait():
        said.seek(0)
        text = said.read().decode("utf-8", "replace")
        lines = text.strip().splitlines()
        reason = lines[-1] if lines else f"it ended with status {process.returncode}"
        error = f"The training process could not start: {reason}"
        with suppress(StoreProblem):  # pages meet it, too, and say so
            patiently(lambda: store.fail_unstarted(run, error, text))
    said.close()
