"""Values that the store returns and accepts: runs, orders to their processes, outcomes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitapp.training.network_names import network_name
from digitapp.training.phases import EPOCHS
from digitapp.training.spec import TrainingSpec

STALE_AFTER = 10.0  # seconds without a heartbeat after which a run counts as lost

# Statuses. All but LOST are stored; that one is derived from the heartbeat.
QUEUED, RUNNING, PAUSED = "queued", "running", "paused"
DONE, STOPPED, FAILED, LOST = "done", "stopped", "failed", "lost"
STORED = (QUEUED, RUNNING, PAUSED, DONE, STOPPED, FAILED)
ACTIVE = (QUEUED, RUNNING, PAUSED)
RESUMABLE = (STOPPED, FAILED, LOST)

# Requests to a running run. ONE_EPOCH: go on to the end of an epoch, and pause there.
PAUSE, STOP, GO_ON, ONE_EPOCH = "pause", "stop", "", "epoch"

PACES = (0.1, 1000.0)  # slowest and fastest slow motion, in batches a second
MOST_STEPS = 1000  # batches that a run may be asked for

# Kinds of blobs.
CHECKPOINT, MODEL, TEST = "checkpoint", "model", "test"
CLASSES, ONNX, STROKE_READER = "classes", "onnx", "stroke_reader"
FIRST_LAYER, SNAPSHOT = "first layer", "snapshot"
OF_EPOCHS = (FIRST_LAYER, SNAPSHOT)  # kept of several epochs
# Only the latest is kept, while it trains, under the number of batches so far.
STEP, FIRST_LAYER_NOW, NETWORK_NOW = "step", "first layer now", "network now"
OF_NOW = (STEP, FIRST_LAYER_NOW, NETWORK_NOW)
GUESSES = "guesses"  # after each epoch: what the network says of a few test images
GUESSED_IMAGES = "guessed images"  # those images
PAUSES = "pauses"  # of each epoch with pauses: when they began, in epochs
NEW_RATES = "new rates"  # of each epoch with them: the learning rates set by hand, and when
RESUMED = "resumed"  # empty, of each epoch after which it was resumed
GUESS = "guess"  # the curve drawn before training

LEAST_JUDGED = 5  # test pictures of one's own; with fewer, the share read right is chance


@dataclass(frozen=True)
class Run:
    """One training run: its settings, its status and its results so far.

    Attributes:
        id: counted from 1.
        preset: the preset that its settings started from; empty for none.
        status: queued, running, paused, done, stopped, failed or lost (its process has died).
        request: pending request: pause, stop, to pause after the epoch, or nothing.
        created: seconds since 1970.
        error: why it failed, or was stopped by the server, in a sentence.
        images: training images per epoch; 0 before it began, like the next two.
        batches: per epoch.
        parameters: number of the network's parameters.
        epoch: number of finished epochs.
        seconds: training time over all its processes, without pauses.
        learning_rate: the last rate set by hand while it ran; None when it was never changed.
        val_accuracy: after the last epoch; None without validation images or epochs.
        ahead: number of runs on its machine that come first, while it waits for its turn.
        people_ahead: number of other people whose runs are among these.
        held_by: the limit for which it may not begin yet, whoever else waits; empty for none.
        best_val_accuracy: over all its epochs; None without validation images.
        handwriting: held-out drawings of My handwriting that its network read correctly when last
            measured, and all of them; None when it was never measured.
        note, tags, starred: users' notes about it.
        fingerprint: of its dataset; empty when it has not begun, or is of an older version.
        phase: what its process is doing, of `training.phases`; empty when it has none.
        pace: batches a second in slow motion; None for as fast as it can.
        steps: number of batches that it is still asked to take in a pause.
        experiment: `<name>/<id of its first run>` of its experiment; empty for none.
        pause_after: the epoch after which it pauses, while its request is `ONE_EPOCH`.
        preparation: how its dataset's images were made, of `PREPARATIONS`; empty as `fingerprint`.
        person: whose it is; empty for the house.
        room: the code of the room in which it was created; empty for none.
        shown: whether everybody in that room may read it.
        leaving: when it will be deleted for want of space, in seconds since 1970; None when never.
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
    fingerprint: str = ""
    phase: str = ""
    pace: float | None = None
    steps: int = 0
    experiment: str = ""
    pause_after: int = 0
    preparation: str = ""
    person: str = ""
    room: str = ""
    shown: bool = False
    leaving: float | None = None
    people_ahead: int = 0
    held_by: str = ""

    @property
    def title(self) -> str:
        """Its name, or else what its network is and what it learns from."""
        return self.name or network_name(self.spec)

    @property
    def learned(self) -> str:
        """A cache key that changes whenever its network changes."""
        return f"epoch {self.epoch}, loss {self.test_loss}"

    @property
    def active(self) -> bool:
        """Whether it is queued, running or paused."""
        return self.status in ACTIVE

    @property
    def may_change(self) -> bool:
        """Whether it is active, or lost: a lost run may come back."""
        return self.active or self.status == LOST

    @property
    def begun(self) -> bool:
        """Whether an active run has taken a step."""
        return self.epoch > 0 or self.phase == EPOCHS

    @property
    def waits(self) -> bool:
        """Whether it waits for its turn: to start, or to continue after a pause."""
        goes_on = self.request in (GO_ON, ONE_EPOCH) or self.steps > 0
        return self.status == QUEUED or (self.status == PAUSED and goes_on)

    @property
    def resumable(self) -> bool:
        """Whether it can be resumed from its last epoch."""
        return self.status in RESUMABLE

    @property
    def images_per_second(self) -> float | None:
        """Training images per second, including validation time; None before the first epoch."""
        return self.epoch * self.images / self.seconds if self.seconds else None


@dataclass(frozen=True)
class DamagedRun:
    """A run that cannot be read: its row is damaged, or another version of digitapp wrote it.

    Attributes:
        name: its name, if that can still be read.
        why: what is wrong, in a sentence.
    """

    id: int
    name: str
    why: str

    @property
    def sentence(self) -> str:
        """The error message: that it cannot be read, and why."""
        named = f" “{self.name}”" if self.name else ""
        return f"Run {self.id}{named} cannot be read by this version of digitapp. {self.why}"


@dataclass(frozen=True)
class Orders:
    """Orders to the process that trains a run.

    Attributes:
        request: pause, stop, to pause after the epoch, or nothing.
        learning_rate: to be used from now on; None leaves it unchanged.
        watched: float32 (28, 28), a digit to predict after each epoch.
        pace: batches a second; None for as fast as it can.
        steps: number of batches to take although it is to pause.
        pause_after: as in `Run`.
    """

    request: str
    learning_rate: float | None
    watched: NDArray[np.float32] | None
    pace: float | None = None
    steps: int = 0
    pause_after: int = 0


@dataclass(frozen=True)
class BeforeAndAfter:
    """How well a network reads a test part, compared with the base network that it began with.

    Attributes:
        data: the dataset that the test part belongs to.
        before: number of images that the base network read correctly; None when it was deleted.
        after: number of images that this network reads correctly.
        total: number of images.
    """

    data: str
    before: int | None
    after: int
    total: int

    @property
    def too_few(self) -> bool:
        """Whether there are too few images to judge a network by."""
        return self.total < LEAST_JUDGED


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    Attributes:
        status: done, stopped or failed.
        model: the network's variables, packed by `checkpoints.pack`.
        test: its answers to the test images, packed likewise.
        compared: comparisons with the network that it began with; empty for fresh weights.
        handwriting: as in `Run`.
        traceback: Python's traceback, when the training failed with an unexpected exception.
        onnx: the network as an ONNX file, packed by `library.onnx_networks`.
        strokes: the stroke reader beside it, packed likewise; None if there is none.
    """

    status: str
    error: str = ""
    test_loss: float | None = None
    test_accuracy: float | None = None
    model: bytes | None = None
    test: bytes | None = None
    compared: tuple[BeforeAndAfter, ...] = ()
    handwriting: tuple[int, int] | None = None
    traceback: str = ""
    onnx: bytes | None = None
    strokes: bytes | None = None
