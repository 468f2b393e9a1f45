"""Training a Keras model from a spec and a dataset.

Knows nothing of the store and the pages; callers observe the training with Keras callbacks.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digitapp.data.datasets import Dataset
from digitapp.data.writers import Writers
from digitapp.errors import InvalidSetting
from digitapp.registry import lookup
from digitapp.training import first_check, phases
from digitapp.training.architectures import build, layers
from digitapp.training.batching import (
    Split,
    as_input,
    batch_at,
    batches,
    sizes,
    split,
    steps_per_epoch,
    targets,
)
from digitapp.training.checkpoints import Checkpoint, inherit, restore
from digitapp.training.compiled_steps import STEPS_PER_CALL, CompiledSteps, SingleSteps
from digitapp.training.spec import TrainingSpec

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

EVALUATION_BATCH = 1000


@dataclass(frozen=True)
class Trained:
    """The results of a training.

    Attributes:
        history: one value per epoch for each metric, as in Keras's `History.history`.
        test_loss, test_accuracy: on the dataset's test part; accuracy from 0 to 1.
        test_probabilities: float32 (n, classes), for the test part's images.
        seconds: wall time of `fit` alone, without the final evaluation.
        images: in the training part, after the split.
    """

    spec: TrainingSpec
    model: keras.Model
    history: dict[str, list[float]]
    test_loss: float
    test_accuracy: float
    test_probabilities: NDArray[np.float32]
    seconds: float
    images: int

    @property
    def epochs(self) -> int:
        """Number of epochs trained."""
        return len(self.history.get("loss", ()))

    @property
    def images_per_second(self) -> float:
        """Training images per second, including validation time."""
        return self.epochs * self.images / self.seconds


def train(
    spec: TrainingSpec,
    data: Dataset,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    start: Checkpoint | None = None,
    keep: Callable[[Checkpoint], None] | None = None,
    base: keras.Model | None = None,
    observer: phases.Observer | None = None,
) -> Trained:
    """Train a model as `spec` says and evaluate it on the test part.

    Args:
        callbacks: Keras callbacks that observe, or end the training by `model.stop_training`.
        start: resume from this checkpoint of the same spec, as if never interrupted.
        keep: called with a checkpoint after every epoch.
        base: the network that `spec.base` names, whose weights to begin with; unused with `start`.
        observer: hears what the training does, gets the network before its first step, and sets
            the pace, on which the weights do not depend.

    Raises:
        InvalidSetting: when the split or the training size does not fit the dataset, or when
            `base` or the images of none of the classes are missing.
        UnknownName: when the architecture or the optimizer does not exist.
        Diverged: when the loss is not finite.
        BadFile: when `start` or `base` does not fit the network.
    """
    if spec.base and base is None and start is None:
        raise InvalidSetting(f"base is {spec.base!r}, but that network was not given to train().")
    if spec.none_of_these and data.others is None:
        raise InvalidSetting("none_of_these is on, but no such images were given to train().")
    observed: phases.Observer = observer or phases.Nobody()
    observed.phase(phases.NETWORK)
    parts, classes = split(spec, data), len(data.class_names)
    model = build(spec, classes)  # starts TensorFlow, which the callbacks' module needs
    from digitapp.training.callbacks import DivergenceGuard, Keeper, ResumableEarlyStopping

    compile_model(model, spec, len(parts.x_train))
    if start:
        restore(model, start)
    elif spec.base and base is not None:
        inherit(model, base, but_output=spec.new_output)
    observed.phase(phases.FIRST_CHECK)
    untrained = None if start else first_check.scores(model, spec, parts, classes)
    observed.begin(model, partial(batch_at, spec, parts, classes), untrained)
    first, last, early_stopping = start.epoch if start else 0, spec.epochs, None
    if spec.early_stopping:
        state = start.patience if start else None
        early_stopping = ResumableEarlyStopping(spec.early_stopping, state)
        if state and state.wait >= spec.early_stopping:
            last = first  # early stopping has ended this training already
    held_back = None
    if len(parts.x_validation):
        held_back = parts.x_validation, targets(spec, parts.y_validation, classes)
    watchers = [DivergenceGuard(), *([early_stopping] if early_stopping else []), *callbacks]
    observed.phase(phases.FIRST_STEP)
    started = time.perf_counter()
    history = model.fit(
        _stream(model, spec, parts, classes, first, observed),
        steps_per_epoch=steps_per_epoch(spec, len(parts.x_train)),
        initial_epoch=first,
        epochs=last,
        validation_data=held_back,
        validation_batch_size=EVALUATION_BATCH,  # Keras's own 32 takes up to a third of an epoch
        callbacks=[*watchers, *([Keeper(keep, early_stopping)] if keep else [])],
        shuffle=False,  # the batches come shuffled
        verbose=0,
    )
    seconds = time.perf_counter() - started
    observed.phase(phases.TEST)
    scores = _score(model, spec, data)
    return Trained(spec, model, history.history, *scores, seconds, len(parts.x_train))


def check(spec: TrainingSpec, images: int, classes: int, writers: Writers | None = None) -> None:
    """Reject a spec that cannot be trained, before training begins.

    Args:
        images: number of images in the dataset's training part.
        classes: number of the network's classes.
        writers: of the dataset, as for `batching.sizes`.

    Raises:
        InvalidSetting, UnknownName: saying what does not fit.
    """
    lookup(OPTIMIZERS, "optimizer", spec.optimizer)
    sizes(spec, images, writers)
    layers(spec, classes)


def is_compiled(spec: TrainingSpec) -> bool:
    """Whether to compile the training with XLA, which is several times faster for dense networks.

    On a CPU, XLA's convolutions are several times slower than TensorFlow's own, and it does not
    support the image transforms of the augmentation.
    """
    return spec.architecture == "dense" and not spec.augmentation


def _stream(
    model: keras.Model,
    spec: TrainingSpec,
    parts: Split,
    classes: int,
    first_epoch: int,
    observer: phases.Observer,
) -> tf.data.Dataset:
    """Return what `fit` iterates over: batches, or a mere counter for the compiled steps.

    The compiled steps hold all images themselves.
    """
    import tensorflow as tf

    x, y = parts.x_train, parts.y_train
    if not is_compiled(spec):
        model.train_function = SingleSteps(model, observer)
        return batches(spec, x, y, classes, first_epoch)
    model.train_function = CompiledSteps(
        model, x, targets(spec, y, classes), spec.batch_size, spec.seed, first_epoch, observer
    )
    return tf.data.Dataset.counter()


def compile_model(model: keras.Model, spec: TrainingSpec, size: int) -> None:
    """Compile the model with the spec's optimizer, learning rate and loss, and accuracy."""
    import keras

    rate: float | keras.optimizers.schedules.LearningRateSchedule = float(spec.learning_rate)
    if spec.cosine_decay:
        steps = spec.epochs * steps_per_epoch(spec, size)
        rate = keras.optimizers.schedules.CosineDecay(float(spec.learning_rate), steps)
    compiled = is_compiled(spec)
    model.compile(
        optimizer=make_optimizer(spec.optimizer, rate, spec.momentum),
        loss=spec.loss,
        metrics=["accuracy"],
        jit_compile=compiled,
        steps_per_execution=STEPS_PER_CALL if compiled else 1,
    )


def _score(
    model: keras.Model, spec: TrainingSpec, data: Dataset
) -> tuple[float, float, NDArray[np.float32]]:
    """Return loss, accuracy and probabilities on the test part.

    Raises:
        Diverged: when the loss is not finite.
    """
    from digitapp.training.callbacks import check_loss

    x, y = as_input(data.x_test), targets(spec, data.y_test, len(data.class_names))
    scores = model.evaluate(x, y, batch_size=EVALUATION_BATCH, verbose=0, return_dict=True)
    check_loss(scores["loss"], "on the test images", model)
    probabilities = model.predict(x, batch_size=EVALUATION_BATCH, verbose=0)
    return float(scores["loss"]), float(scores["accuracy"]), probabilities


def make_optimizer(name: str, rate: object, momentum: float) -> keras.Optimizer:
    """Make the optimizer of that name in `OPTIMIZERS`; `momentum` must be 0 unless it is sgd.

    Raises:
        UnknownName: when there is no such optimizer.
    """
    import keras

    options = {"momentum": momentum} if momentum else {}
    return getattr(keras.optimizers, lookup(OPTIMIZERS, "optimizer", name))(rate, **options)


OPTIMIZERS = {"sgd": "SGD", "rmsprop": "RMSprop", "adam": "Adam", "adamw": "AdamW"}  # Keras's names
