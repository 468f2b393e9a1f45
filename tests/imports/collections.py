"""Collections of images for the tests: digits by people, and signs that no network knows."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from digitapp.data.datasets import DIGIT_NAMES, load
from digitapp.imports.collection import Collection, Labelled

Images = NDArray[np.uint8]


def digits(count: int = 600, with_test_part: bool = True) -> Collection:
    """Digits by people; one in five is for testing."""
    data = load("hands")
    x, y = data.x_test[:count], data.y_test[:count]
    if not with_test_part:
        return Collection(DIGIT_NAMES, Labelled(x, y), None, "digits")
    aside = np.arange(len(x)) % 5 == 4
    test = Labelled(x[aside], y[aside])
    return Collection(DIGIT_NAMES, Labelled(x[~aside], y[~aside]), test, "digits")


def signs(counts: tuple[int, ...], names: tuple[str, ...] = (), side: int = 20) -> Collection:
    """White marks on black paper, a different place for each class, mixed; no test part."""
    random = np.random.default_rng(5)
    labels = np.repeat(np.arange(len(counts), dtype=np.uint8), counts)
    images = np.zeros((len(labels), side, side), dtype=np.uint8)
    for image, label in zip(images, labels, strict=True):
        row, column = 2 + 3 * (label // 4 % 5), 2 + 4 * (label % 4)
        image[row : row + 4, column : column + 4] = random.integers(90, 256, (4, 4))
    order = random.permutation(len(labels))
    names = names or tuple(map(chr, range(ord("A"), ord("A") + len(counts))))
    return Collection(names, Labelled(images[order], labels[order]), None, "signs")


def of_images(given: Collection, change: Callable[[Images], Images]) -> Collection:
    """Change the images of both parts."""
    train, test = (
        part and Labelled(np.ascontiguousarray(change(part.images)), part.labels)
        for part in (given.train, given.test)
    )
    assert train is not None
    return replace(given, train=train, test=test)


def of_labels(given: Collection, change: Callable[[NDArray[np.int64]], Images]) -> Collection:
    """Change the training labels."""
    labels = np.asarray(change(given.train.labels.astype(np.int64)), dtype=np.uint8)
    return replace(given, train=Labelled(given.train.images, labels))
