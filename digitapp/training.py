"""Training: a spec and its data in, a trained Keras model and its history out.

Knows no store and no page; who wants to watch passes Keras callbacks.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digitapp.architectures import build
from digitapp.augmentation import augment
from digitapp.compiled import STEPS_PER_CALL, CompiledSteps, shuffled
from digitapp.datasets import Dataset
from digitapp.errors import InvalidSetting
from digitapp.registry import lookup
from digitapp.spec import TrainingSpec

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

EVALUATION_BATCH = 1000


@dataclass(frozen=True)
class Trained:
    """What a training leaves behind.

    Attributes:
        history: one value an epoch for each metric, as in Keras's `History.history`.
        test_loss, test_accuracy: on the dataset's test part; accuracy from 0 to 1.
        seconds: wall time of the training alone.
        images: in the training part, after the split.
    """

    spec: TrainingSpec
    model: keras.Model
    history: dict[str, list[float]]
    test_loss: float
    test_accuracy: float
    seconds: float
    images: int

    @property
    def epochs(self) -> int:
        """How many epochs were trained."""
        return len(self.history["loss"])

    @property
    def images_per_second(self) -> float:
        """Training images seen a second, validation's time included."""
        return self.epochs * self.images / self.seconds


@dataclass(frozen=True)
class Split:
    """A training and a validation part: images float32 (n, 28, 28), 0 to 1, labels uint8 (n,)."""

    x_train: NDArray[np.float32]
    y_train: NDArray[np.uint8]
    x_validation: NDArray[np.float32]
    y_validation: NDArray[np.uint8]


def train(
    spec: TrainingSpec, data: Dataset, callbacks: Sequence[keras.callbacks.Callback] = ()
) -> Trained:
    """Train a new model as `spec` says and score it on the test part.

    Raises:
        InvalidSetting: when the split or the training size does not fit the dataset.
        UnknownName: when the architecture or the optimizer does not exist.
    """
    parts, classes = split(spec, data), len(data.class_names)
    model = build(spec, classes)
    compile_model(model, spec, len(parts.x_train))
    started = time.perf_counter()
    history = model.fit(
        _stream(model, spec, parts, classes),
        steps_per_epoch=steps_per_epoch(spec, len(parts.x_train)),
        epochs=spec.epochs,
        validation_data=_validation_data(spec, parts, classes),
        callbacks=[*callbacks, *_early_stopping(spec)],
        shuffle=False,  # the batches come shuffled
        verbose=0,
    )
    seconds = time.perf_counter() - started
    loss, accuracy = _score(model, spec, data)
    return Trained(spec, model, history.history, loss, accuracy, seconds, len(parts.x_train))


def is_compiled(spec: TrainingSpec) -> bool:
    """Whether XLA is to compile the training: several times faster for dense networks.

    On a CPU its convolutions are several times slower than TensorFlow's own, and it cannot
    turn and stretch images.
    """
    return spec.architecture == "dense" and not spec.augmentation


def _early_stopping(spec: TrainingSpec) -> list[keras.callbacks.Callback]:
    import keras

    if spec.early_stopping is None:
        return []
    return [keras.callbacks.EarlyStopping(patience=spec.early_stopping, restore_best_weights=True)]


def _stream(model: keras.Model, spec: TrainingSpec, parts: Split, classes: int) -> tf.data.Dataset:
    """What `fit` iterates over: batches, or mere ticks when the compiled steps have the images."""
    import tensorflow as tf

    if not is_compiled(spec):
        return batches(spec, parts.x_train, parts.y_train, classes)
    targets = _targets(spec, parts.y_train, classes)
    model.train_function = CompiledSteps(model, parts.x_train, targets, spec.batch_size, spec.seed)
    return tf.data.Dataset.counter()


def split(spec: TrainingSpec, data: Dataset) -> Split:
    """Cut the training part into training and validation; the last images validate.

    Raises:
        InvalidSetting: when nothing would be left to train on.
    """
    total = len(data.x_train)
    share = spec.validation_split
    held_back = round(share * total) if share < 1 else int(share)
    left = total - held_back
    size = left if spec.train_size is None else spec.train_size
    if left <= 0:
        raise InvalidSetting(
            f"validation_split is {share}, but the dataset has {total} images to train on; "
            "some must be left."
        )
    if not 0 < size <= left:
        raise InvalidSetting(
            f"train_size is {size}, but {left} of the {total} images are left after "
            f"{held_back} were held back for validation."
        )
    return Split(
        as_input(data.x_train[:size]),
        data.y_train[:size],
        as_input(data.x_train[left:]),
        data.y_train[left:],
    )


def as_input(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Grey levels 0 to 255 as the network takes them: float32 from 0 to 1."""
    return images.astype(np.float32) / np.float32(255)


def compile_model(model: keras.Model, spec: TrainingSpec, size: int) -> None:
    """Compile with the spec's optimizer, learning rate, loss and the accuracy metric."""
    import keras

    rate: float | keras.optimizers.schedules.LearningRateSchedule = spec.learning_rate
    if spec.cosine_decay:
        steps = spec.epochs * steps_per_epoch(spec, size)
        rate = keras.optimizers.schedules.CosineDecay(spec.learning_rate, steps)
    compiled = is_compiled(spec)
    model.compile(
        optimizer=lookup(OPTIMIZERS, "optimizer", spec.optimizer)(rate, spec.momentum),
        loss=spec.loss,
        metrics=["accuracy"],
        jit_compile=compiled,
        steps_per_execution=STEPS_PER_CALL if compiled else 1,
    )


def steps_per_epoch(spec: TrainingSpec, size: int) -> int:
    """Batches an epoch, the last partial one among them."""
    return -(-size // spec.batch_size)


def batches(
    spec: TrainingSpec,
    x: NDArray[np.float32],
    y: NDArray[np.uint8],
    classes: int,
    first_epoch: int = 0,
) -> tf.data.Dataset:
    """An endless stream of batches, each fixed by the seed and its number alone.

    So an interrupted training goes on with just the batches it would have had. The order within
    an epoch is a pseudo-random permutation computed index by index (`index_shuffle`).
    """
    import tensorflow as tf

    size, steps = len(x), steps_per_epoch(spec, len(x))
    images, labels = tf.constant(x), tf.constant(_targets(spec, y, classes))

    def batch(step: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        epoch, start = step // steps, (step % steps) * spec.batch_size
        places = tf.range(start, tf.minimum(start + spec.batch_size, size))
        places = shuffled(places, size, spec.seed, epoch)
        chosen = tf.gather(images, places)
        if spec.augmentation:
            chosen = augment(chosen, [spec.seed, step], spec.augmentation)
        return chosen, tf.gather(labels, places)

    stream = tf.data.Dataset.counter(start=first_epoch * steps)
    return stream.map(batch, num_parallel_calls=tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE)


def _targets(spec: TrainingSpec, y: NDArray[np.uint8], classes: int) -> NDArray[np.generic]:
    if spec.loss == "categorical_crossentropy":
        return np.eye(classes, dtype=np.float32)[y]
    return y


def _validation_data(
    spec: TrainingSpec, parts: Split, classes: int
) -> tuple[NDArray[np.generic], NDArray[np.generic]] | None:
    if not len(parts.x_validation):
        return None
    return parts.x_validation, _targets(spec, parts.y_validation, classes)


def _score(model: keras.Model, spec: TrainingSpec, data: Dataset) -> tuple[float, float]:
    targets = _targets(spec, data.y_test, len(data.class_names))
    scores = model.evaluate(
        as_input(data.x_test), targets, batch_size=EVALUATION_BATCH, verbose=0, return_dict=True
    )
    return float(scores["loss"]), float(scores["accuracy"])


def _keras_optimizer(name: str) -> Callable[..., keras.Optimizer]:
    """Keras's optimizer of that name, as a function that imports Keras when it is called."""

    def make(rate: object, momentum: float) -> keras.Optimizer:
        import keras

        options = {"momentum": momentum} if momentum else {}
        return getattr(keras.optimizers, name)(rate, **options)

    return make


OPTIMIZERS: dict[str, Callable[..., keras.Optimizer]] = {
    "sgd": _keras_optimizer("SGD"),
    "rmsprop": _keras_optimizer("RMSprop"),
    "adam": _keras_optimizer("Adam"),
    "adamw": _keras_optimizer("AdamW"),
}
