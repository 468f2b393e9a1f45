"""The second stage of the bundled network's training: real hands, canvases, photographs, refusal.

It goes on from the network of the first stage, the preset `recogniser`, in three phases: `GENERAL`
with what the project draws by itself, and the two of `WITH_HANDS` with the real hands of 90 writers
among it, the last one longer and with smaller random changes.
Every batch has a fixed share of each group of images, so that batch normalisation sees the same
mixture at every step. What is measured on real hands comes from folds by writer: six networks, each
of which has gone through the last two phases without a sixth of the writers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digitapp.data.picture_pool import Group, joined
from digitapp.training.augmentation import augment
from digitapp.training.spec import Augmentation

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

BATCH = 256
WARM_UP = 30  # steps
LARGE_CHANGES = Augmentation(
    rotate=10,
    shift=1.5,
    scale=0.1,
    slant=0.15,
    thickness=0.5,
    blur=0.5,
    pressure=0.3,
    breaks=0.4,
    noise=0.1,
)
SMALL_CHANGES = Augmentation(
    rotate=8,
    shift=1,
    scale=0.08,
    slant=0.12,
    thickness=0.3,
    blur=0.3,
    pressure=0.2,
    breaks=0.2,
    noise=0.05,
)


@dataclass(frozen=True)
class Phase:
    """How long to train, how fast, and with which images.

    Attributes:
        images: number of images presented, a batch at a time.
        learning_rate: of Adam, after a short warm-up.
        last_rate: to which the learning rate falls, along half a cosine.
        changes: the largest random changes to each image.
        shares: of each batch, by the name of the group; relative to each other.
    """

    images: int
    learning_rate: float
    last_rate: float
    changes: Augmentation
    shares: Mapping[str, float]


GENERAL = Phase(
    images=1_600_000,
    learning_rate=8e-4,
    last_rate=2e-4,
    changes=LARGE_CHANGES,
    shares={
        "mnist": 0.34,
        "pen": 0.12,
        "others": 0.1,
        "digits, canvas": 0.12,
        "digits, paint": 0.06,
        "digits, photograph": 0.06,
        "signs": 0.1,
        "things": 0.1,
    },
)
WITH_HANDS = (
    Phase(
        images=160_000,
        learning_rate=5e-4,
        last_rate=0,
        changes=LARGE_CHANGES,
        shares={
            "mnist": 0.34,
            "pen": 0.05,
            "digits, canvas": 0.05,
            "digits, photograph": 0.02,
            "digits, paint": 0.02,
            "hands, redrawn": 0.11,
            "hands, canvas": 0.17,
            "hands, paint": 0.03,
            "hands, photograph": 0.03,
            "others": 0.05,
            "signs": 0.06,
            "things": 0.04,
            "parts and pairs": 0.04,
        },
    ),
    Phase(
        images=480_000,
        learning_rate=4e-4,
        last_rate=0,
        changes=SMALL_CHANGES,
        shares={
            "mnist": 0.36,
            "pen": 0.04,
            "digits, canvas": 0.05,
            "digits, photograph": 0.02,
            "digits, paint": 0.02,
            "hands, redrawn": 0.09,
            "hands, canvas": 0.17,
            "hands, paint": 0.03,
            "hands, photograph": 0.02,
            "others": 0.06,
            "signs": 0.08,
            "things": 0.04,
            "parts and pairs": 0.04,
        },
    ),
)


def train(
    model: keras.Model,
    phase: Phase,
    groups: Mapping[str, Group],
    seed: int,
    fold: int | None = None,
    told: Callable[[int, float], None] = lambda step, loss: None,
) -> None:
    """Go on training a network, in place.

    Args:
        model: of the preset `recogniser`, with eleven outputs.
        groups: the images, as `picture_pool.all_groups` makes them.
        fold: leave out the writers of this fold.
        told: called after each step with its number and its loss.
    """
    import keras
    import tensorflow as tf

    used = [groups[name] for name in phase.shares]
    optimizer = keras.optimizers.Adam(phase.learning_rate)
    optimizer.build(model.trainable_variables)
    step = tf.function(_step(model, optimizer, joined(used), phase.changes, seed))
    batches = order(phase, used, seed, fold)
    for number, chosen in enumerate(batches):
        optimizer.learning_rate.assign(rate(phase, number, len(batches)))
        told(number, float(step(tf.constant(chosen), tf.constant(number))))


def _step(
    model: keras.Model,
    optimizer: keras.Optimizer,
    group: Group,
    changes: Augmentation,
    seed: int,
) -> Callable[[tf.Tensor, tf.Tensor], tf.Tensor]:
    """Return a function that learns from chosen images, changed at random; it returns the loss."""
    import keras
    import tensorflow as tf

    images, labels = tf.constant(group.images), tf.constant(group.labels)
    loss_of = keras.losses.SparseCategoricalCrossentropy()

    def step(chosen: tf.Tensor, number: tf.Tensor) -> tf.Tensor:
        seen = tf.cast(tf.gather(images, chosen), tf.float32) / 255.0
        seen = augment(seen, [seed, number], changes)
        with tf.GradientTape() as tape:
            loss = loss_of(tf.gather(labels, chosen), model(seen, training=True))
        optimizer.apply(tape.gradient(loss, model.trainable_variables))
        return loss

    return step


def rate(phase: Phase, step: int, steps: int) -> float:
    """Return the learning rate of a step: a short warm-up, then half a cosine down to the last."""
    falling = 0.5 * (1 + np.cos(np.pi * step / steps))
    reached = phase.last_rate + (phase.learning_rate - phase.last_rate) * falling
    return float(reached * min(1, (step + 1) / WARM_UP))


def order(
    phase: Phase, groups: Sequence[Group], seed: int, fold: int | None = None
) -> NDArray[np.int32]:
    """Return which images are in each batch: int32 (steps, `BATCH`), places in all groups joined.

    Each group is gone through in a random order, and then again in another.

    Args:
        groups: in the order of `phase.shares`.
        fold: leave out the images that writers of this fold had a part in.
    """
    from digitapp.data.hands import fold_of

    rng, steps, start = np.random.default_rng(seed), phase.images // BATCH, 0
    shares = np.array([*phase.shares.values()])
    counts = np.diff(np.rint(np.cumsum([0, *shares / shares.sum()]) * BATCH)).astype(int)
    columns = []
    for group, count in zip(groups, counts, strict=True):
        kept = np.flatnonzero((group.writers < 0) | (fold_of(group.writers) != fold))
        rounds = -(-steps * count // len(kept))
        places = np.concatenate([rng.permutation(kept) for _ in range(rounds)])
        columns.append(start + places[: steps * count].reshape(steps, count))
        start += len(group.labels)
    return np.concatenate(columns, axis=1).astype(np.int32)
