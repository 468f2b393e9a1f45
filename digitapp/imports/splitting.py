"""Set images aside for testing, and mix the others: always in the same way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from digitapp.errors import InvalidSetting
from digitapp.imports.collection import Collection, Labelled

SHARE = 6  # one in so many images of each class is for testing
FEWEST_TO_SHARE = 4  # images of a class; of fewer, none is set aside if other classes have more
SPLIT_SEED, MIXING_SEED = 20_271_129, 20_261_121

SPLIT = "One in six images of each class was set aside for testing, always the same ones."
MIXED = "The training images were shuffled, always in the same way."


def with_test_part(collection: Collection) -> Collection:
    """Set one in six images of each class aside for testing, if there is no test part yet.

    At least one of each class that has four images or more is set aside; where no class has so
    many, one of each that has two.

    Raises:
        InvalidSetting: when every class has a single image.
    """
    if collection.test is not None and len(collection.test):
        return collection
    train = collection.train
    counts = np.bincount(train.labels, minlength=len(collection.class_names))
    aside = np.where(counts >= FEWEST_TO_SHARE, np.maximum(1, np.rint(counts / SHARE)), 0)
    if not aside.any():
        aside = np.where(counts > 1, 1, 0)
    if not aside.any():
        raise InvalidSetting(
            f"{len(train)} images, one of a class, are too few to hold some out for testing."
        )
    of_test = _first_of_each(train.labels, aside.astype(np.int64))
    return replace(
        collection,
        train=Labelled(train.images[~of_test], train.labels[~of_test]),
        test=Labelled(train.images[of_test], train.labels[of_test]),
    )


def _first_of_each(labels: NDArray[np.uint8], counts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Select so many of each class, at random."""
    random = np.random.default_rng(SPLIT_SEED)
    chosen = np.zeros(len(labels), dtype=np.bool_)
    for label, count in enumerate(counts):
        chosen[random.permutation(np.flatnonzero(labels == label))[:count]] = True
    return chosen


def mixed(collection: Collection) -> Collection:
    """Mix the training images: the last ones check the network while it learns."""
    train = collection.train
    order = np.random.default_rng(MIXING_SEED).permutation(len(train))
    return replace(collection, train=Labelled(train.images[order], train.labels[order]))
