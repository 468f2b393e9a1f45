"""The datasets `hands` and `uji`: images of the bundled handwriting, drawn by this project.

Each digit is drawn again from its strokes, as a drawing on the page is, so that networks learn from
such images as they will read. Nobody is in two parts: the writers of the last fold are for the
test, and the others, fold by fold, for training. So the last ones, which a training holds back, are
from all over the source too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitapp.data import hands, image_cache
from digitapp.data.array_files import Arrays, Counts, Images, Labels
from digitapp.data.hand_files import WrittenDigit
from digitapp.data.hands import FOLDS, fold_of
from digitapp.data.writers import Writers
from digitapp.drawing.digit import PREPARATIONS, shown

VERSION = 1  # increase it when the same strokes give different images than before
PREPARATION = "mnist"
TEST_FOLD = FOLDS - 1


def load(name: str, folder: Path | None = None) -> Arrays:
    """Return a dataset, from its cache file if there is one; otherwise draw and cache it.

    Args:
        name: `hands` or `uji`.
        folder: of the cache file, as for `image_cache.path`.

    Returns:
        x_train, y_train, x_test, y_test: images uint8 (n, 28, 28), 0 paper to 255 ink, and labels
        uint8 (n,); both parts ordered by writer.

    Raises:
        BadFile: when the bundled file is missing or damaged.
    """
    file = image_cache.path(f"{name}-v{VERSION}", folder)
    return image_cache.load(file, fingerprint(name), lambda: _drawn(name))


def fingerprint(name: str) -> str:
    """Return a hash that identifies images drawn from exactly these strokes in this way.

    Raises:
        BadFile: as `load`.
    """
    made_by = repr((VERSION, PREPARATIONS[PREPARATION], FOLDS)).encode()
    return hashlib.sha256(made_by + hands.content(name)).hexdigest()


def counts(name: str) -> Counts:
    """Return the numbers of training and test images, without drawing any.

    Raises:
        BadFile: as `load`.
    """
    train, test = _order(hands.writers(name))
    return len(train), len(test)


def writers(name: str) -> Writers:
    """Return who wrote the images, without drawing any.

    Raises:
        BadFile: as `load`.
    """
    known = hands.writers(name)
    train, test = (known[part] for part in _order(known))
    last = np.flatnonzero(np.diff(train, append=-1))
    return Writers(tuple(int(place) + 1 for place in last), len(np.unique(test)))


def _order(known: NDArray[np.uint8]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the places of the training and the test digits, ordered by fold and writer."""
    folds = fold_of(known.astype(np.int64))
    order = np.lexsort((known, folds))
    return order[folds[order] != TEST_FOLD], order[folds[order] == TEST_FOLD]


def _drawn(name: str) -> Arrays:
    digits = hands.read(name)
    train, test = _order(hands.writers(name))
    return *_images([digits[place] for place in train]), *_images([digits[n] for n in test])


def _images(digits: Sequence[WrittenDigit]) -> tuple[Images, Labels]:
    from digitapp.drawing.preprocessing import stroke_image  # also reads every kind of picture

    images = [shown(stroke_image(digit.drawing(), PREPARATION)) for digit in digits]
    return np.stack(images), np.array([digit.label for digit in digits], dtype=np.uint8)
