"""Training input: the training and validation split, and reproducible batches."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digitapp.data.datasets import Dataset
from digitapp.data.non_digit_shapes import NOT_A_DIGIT
from digitapp.data.writers import Writers
from digitapp.errors import InvalidSetting
from digitapp.training.augmentation import augment
from digitapp.training.phases import Batch
from digitapp.training.random_labels import with_random_labels
from digitapp.training.spec import TrainingSpec

if TYPE_CHECKING:
    import tensorflow as tf


@dataclass(frozen=True)
class Split:
    """Training and validation part: images float32 (n, 28, 28), 0 to 1; labels uint8 (n,).

    The training labels are those that the network is told, some of them random if the spec says so.
    """

    x_train: NDArray[np.float32]
    y_train: NDArray[np.uint8]
    x_validation: NDArray[np.float32]
    y_validation: NDArray[np.uint8]


def split(spec: TrainingSpec, data: Dataset) -> Split:
    """Split the training part into training and validation; the last images are for validation.

    Where it is known who wrote them, they are the last writers', as many as come nearest. Images of
    none of the classes are all for training.

    Raises:
        InvalidSetting: when nothing would be left to train on.
    """
    size, held_back = sizes(spec, len(data.x_train), data.writers)
    left = len(data.x_train) - held_back
    images, told = data.x_train[:size], data.y_train[:size]
    if data.others is not None:
        none = np.full(len(data.others), data.class_names.index(NOT_A_DIGIT), told.dtype)
        images, told = np.concatenate([images, data.others]), np.concatenate([told, none])
    if spec.random_labels:
        told = with_random_labels(told, spec.random_labels, len(data.class_names), spec.seed)
    return Split(
        as_input(images),
        told,
        as_input(data.x_train[left:]),
        data.y_train[left:],
    )


def wanted_validation(spec: TrainingSpec, total: int) -> int:
    """Return how many of `total` images the spec asks to hold back for validation."""
    share = spec.validation_split
    return round(share * total) if share < 1 else int(share)


def sizes(spec: TrainingSpec, total: int, writers: Writers | None = None) -> tuple[int, int]:
    """Return how many of `total` images are for training, and how many for validation.

    Args:
        writers: of a dataset in which nobody's images may be in both parts. Then whole writers are
            held back, at least one if any validation is asked for.

    Raises:
        InvalidSetting: when no images would be left to train on, when `train_size` is larger than
            what is left, or when early stopping would have no validation images.
    """
    share, held_back = spec.validation_split, wanted_validation(spec, total)
    if writers and share and held_back < total:
        held_back = total - writers.cut(total - held_back)
    left = total - held_back
    size = left if spec.train_size is None else spec.train_size
    if left <= 0:
        raise InvalidSetting(
            f"validation_split is {share}, but the dataset has {total} images to train on; "
            "some must be left.",
            "validation_split",
        )
    if spec.early_stopping and not held_back:
        raise InvalidSetting(
            f"early_stopping is {spec.early_stopping}, but validation_split is {share}, which "
            f"holds back none of the {total} images for validation; set validation_split higher, "
            "or early_stopping to no.",
            "validation_split",
            "early_stopping",
        )
    if not 0 < size <= left:
        raise InvalidSetting(
            f"train_size is {size}, but {left} of the {total} images are left after "
            f"{held_back} were held back for validation.",
            "train_size",
            "validation_split",
        )
    return size, held_back


def as_input(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Convert grey levels from 0 to 255 to the network's input: float32 from 0 to 1."""
    return np.divide(images, np.float32(255), dtype=np.float32)


def steps_per_epoch(spec: TrainingSpec, size: int) -> int:
    """Return the number of batches per epoch, including a last partial one."""
    return -(-size // spec.batch_size)


def batches(
    spec: TrainingSpec,
    x: NDArray[np.float32],
    y: NDArray[np.uint8],
    classes: int,
    first_epoch: int = 0,
) -> tf.data.Dataset:
    """Return an endless stream of batches, each determined by the seed and its number alone.

    So a resumed run gets the same batches as an uninterrupted one. The order within an epoch is a
    pseudo-random permutation, computed index by index (`index_shuffle`).
    """
    from digitapp.training import exported_functions

    change = partial(augment, how=spec.augmentation) if spec.augmentation else None
    labels = targets(spec, y, classes)
    return exported_functions.batches(x, labels, spec.batch_size, spec.seed, change, first_epoch)


def batch_at(spec: TrainingSpec, parts: Split, classes: int, number: int) -> Batch:
    """Return a batch of the training, the same one that `batches` and `CompiledSteps` take.

    Args:
        number: of the batch, counted from 0 over all epochs.
    """
    import tensorflow as tf

    from digitapp.training.compiled_steps import epoch_order

    size = len(parts.x_train)
    epoch, place = divmod(number, steps_per_epoch(spec, size))
    order = epoch_order(size, spec.seed, epoch).numpy()
    places = order[place * spec.batch_size : (place + 1) * spec.batch_size]
    images, labels = parts.x_train[places], parts.y_train[places]
    if spec.augmentation:
        seeds = [spec.seed, tf.constant(number, tf.int64)]
        images = np.asarray(augment(tf.constant(images), seeds, how=spec.augmentation))
    return Batch(images, labels, targets(spec, labels, classes))


def targets(spec: TrainingSpec, y: NDArray[np.uint8], classes: int) -> NDArray[np.generic]:
    """Return the labels in the form that the loss needs: (n,), or one-hot float32 (n, classes)."""
    if spec.loss == "categorical_crossentropy":
        return np.eye(classes, dtype=np.float32)[y]
    return y
