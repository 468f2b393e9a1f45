"""A run as the store tells it, and what belongs to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitapp.training.spec import PRESETS, TrainingSpec

STALE_AFTER = 10.0  # seconds without a heartbeat, and a run counts as lost

# Statuses. All but LOST are stored; that one is seen from the heartbeat.
QUEUED, RUNNING, PAUSED = "queued", "running", "paused"
DONE, STOPPED, FAILED, LOST = "done", "stopped", "failed", "lost"
STORED = (QUEUED, RUNNING, PAUSED, DONE, STOPPED, FAILED)
ACTIVE = (QUEUED, RUNNING, PAUSED)
RESUMABLE = (STOPPED, FAILED, LOST)

# Requests to a running run.
PAUSE, STOP, GO_ON = "pause", "stop", ""

# Kinds of blobs.
CHECKPOINT, MODEL, TEST, FIRST_LAYER = "checkpoint", "model", "test", "first layer"
CLASSES = "classes"

WATCHED_SIDE = 28


@dataclass(frozen=True)
class Run:
    """A training that was asked for.

    Attributes:
        id: counted from 1.
        preset: whose settings it started from; empty when from none.
        status: queued, running, paused, done, stopped, failed or lost (its process is gone).
        request: what it was asked to do and has not done yet: pause, stop or nothing.
        created: seconds since 1970.
        error: why it failed, in a sentence.
        images: trained on in each epoch; 0 before it began, as the next two.
        batches: an epoch.
        parameters: of the network.
        epoch: how many are done.
        seconds: of training, over all its processes, without pauses.
        learning_rate: what it was last changed to while running; None when it was not.
        val_accuracy: after the last epoch; None when nothing was held back, or before the first.
        ahead: how many runs on its machine come first, while it waits for its turn.
        best_val_accuracy: over all its epochs; None when nothing was held back.
        handwriting: how many of the drawings that are put aside of My handwriting its network
            read right when that was last measured, and of how many; None when it was not.
        note, tags, starred: what people noted about it.
    """

    id: int
    name: str
    preset: str
    spec: TrainingSpec
    status: str
    request: str
    created: float
    error: str
    images: int
    batches: int
    parameters: int
    epoch: int
    seconds: float
    learning_rate: float | None
    val_accuracy: float | None
    test_loss: float | None
    test_accuracy: float | None
    ahead: int
    best_val_accuracy: float | None = None
    handwriting: tuple[int, int] | None = None
    note: str = ""
    tags: tuple[str, ...] = ()
    starred: bool = False

    @property
    def title(self) -> str:
        """What people call it, or else what it is."""
        if self.name or not self.preset:
            return self.name or f"{self.spec.architecture} on {self.spec.dataset}"
        changed = self.spec != PRESETS.get(self.preset)
        return f"{self.preset}, changed" if changed else self.preset

    @property
    def learned(self) -> str:
        """Tells what it has learned now from what it had before it went on: for caches."""
        return f"epoch {self.epoch}, loss {self.test_loss}"

    @property
    def active(self) -> bool:
        """Whether a process is training it, or it waits for that."""
        return self.status in ACTIVE

    @property
    def waits(self) -> bool:
        """Whether it waits for its turn: to begin, or to go on after a pause."""
        return self.status == QUEUED or (self.status == PAUSED and self.request == GO_ON)

    @property
    def resumable(self) -> bool:
        """Whether it can go on from its last epoch."""
        return self.status in RESUMABLE

    @property
    def images_per_second(self) -> float | None:
        """Training images seen a second, validation's time included; None before an epoch."""
        return self.epoch * self.images / self.seconds if self.seconds else None


@dataclass(frozen=True)
class DamagedRun:
    """A run that cannot be read: its row is damaged, or another version of digitapp wrote it.

    Attributes:
        name: what people call it, if that much can be told.
        why: what is wrong, in a sentence.
    """

    id: int
    name: str
    why: str

    @property
    def sentence(self) -> str:
        """That it cannot be read, and why."""
        named = f" “{self.name}”" if self.name else ""
        return f"Run {self.id}{named} cannot be read by this version of digitapp. {self.why}"


@dataclass(frozen=True)
class Orders:
    """What a running process is to do.

    Attributes:
        request: pause, stop or nothing.
        learning_rate: to be used from now on; None leaves it.
        watched: float32 (28, 28), a digit to predict after each epoch.
    """

    request: str
    learning_rate: float | None
    watched: NDArray[np.float32] | None


@dataclass(frozen=True)
class Compared:
    """How a network reads a test part, and how the one that it began with read it.

    Attributes:
        data: the dataset whose test part it is.
        before: how many images the other network read right; None when it is gone.
        after: how many this one reads right.
        total: how many there are.
    """

    data: str
    before: int | None
    after: int
    total: int


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    Attributes:
        status: done, stopped or failed.
        model: the network's variables, as `checkpoints.pack` makes them.
        test: what it said of the test images, packed likewise.
        compared: with the network that it began with, if it did with one.
        handwriting: as in `Run`.
        traceback: Python's, when the training broke for a reason that has no sentence of its own.
    """

    status: str
    error: str = ""
    test_loss: float | None = None
    test_accuracy: float | None = None
    model: bytes | None = None
    test: bytes | None = None
    compared: tuple[Compared, ...] = ()
    handwriting: tuple[int, int] | None = None
    traceback: str = ""
