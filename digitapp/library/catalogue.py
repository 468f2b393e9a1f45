"""Catalogue of datasets: built-in ones, the users' handwriting, and their own.

Listing, loading and fingerprinting datasets, and matching their classes to a network's.
"""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from digitapp.data import datasets
from digitapp.data.array_files import PARTS, checked, read_arrays
from digitapp.data.datasets import DATASETS, DIGIT_NAMES, Dataset
from digitapp.data.non_digit_shapes import NOT_A_DIGIT
from digitapp.drawing.digit import PREPARATIONS
from digitapp.errors import InvalidSetting, UnknownName
from digitapp.library import drawn_datasets, handwriting_datasets
from digitapp.runs import Run, RunStore, corrected_drawings, imported_datasets


def dataset_names(store: RunStore) -> list[str]:
    """Return the names of all datasets: built-in ones, the users' handwriting, imported ones."""
    return [*DATASETS, *handwriting_datasets.names(store), *imported_datasets.names(store)]


def title(name: str) -> str:
    """Return a dataset's title for users."""
    known = DATASETS.get(name) or handwriting_datasets.HANDWRITING_DATASETS.get(name)
    return known.title if known else name


def about(name: str) -> str:
    """Describe a dataset in a sentence."""
    known = DATASETS.get(name) or handwriting_datasets.HANDWRITING_DATASETS.get(name)
    return known.about if known else "A dataset of your own."


def version(store: RunStore, name: str) -> str:
    """Return a fingerprint of a dataset's current content; empty for a built-in dataset.

    It is also empty for a dataset imported by an older version.

    Raises:
        StoreProblem: when the store fails.
    """
    if name in handwriting_datasets.HANDWRITING_DATASETS:
        return corrected_drawings.version(store)
    if name in DATASETS:
        return ""
    own = imported_datasets.facts(store, name)
    if own and own.made:
        return drawn_datasets.version(own)
    return imported_datasets.version(store, name)


def dataset(store: RunStore, name: str) -> Dataset:
    """Load a dataset by name, from wherever it is.

    Raises:
        UnknownName: when there is none of that name.
        BadFile, DatasetUnavailable: as `datasets.load`.
        Unreadable: when what is kept about it is damaged.
        InvalidSetting: when it was made in the page and has too few examples, or is the users'
            handwriting and has too few drawings.
        StoreProblem: when the store fails.
    """
    if name in DATASETS:
        return datasets.load(name)
    if name in handwriting_datasets.HANDWRITING_DATASETS:
        return handwriting_datasets.dataset(store, name)
    found = imported_datasets.whole(store, name)
    if found is None:
        names = ", ".join(dataset_names(store))
        raise UnknownName(f"Unknown dataset {name!r}. Available: {names}.")
    origin, data, facts = found
    if facts.made:
        return drawn_datasets.dataset(store, name)
    x_train, y_train, x_test, y_test = read_arrays(io.BytesIO(data), PARTS, origin)
    own = facts.class_names
    train = checked(x_train, y_train, origin, len(own))
    test = checked(x_test, y_test, origin, len(own))
    return Dataset(name, own, *train, *test)


def check_classes(name: str, own: Sequence[str], class_names: Sequence[str]) -> None:
    """Raise InvalidSetting if a network's `class_names` lack some of a dataset's `own` ones."""
    if not {*own} <= {*class_names}:
        raise InvalidSetting(
            f"The network knows the classes {', '.join(class_names)}, but the dataset {name} has "
            f"{', '.join(own)}. Choose another network, or another dataset."
        )


def in_terms_of(data: Dataset, class_names: Sequence[str]) -> Dataset:
    """Convert a dataset's labels to a network's classes, which may be more than the dataset's.

    Raises:
        InvalidSetting: when the network does not know one of the dataset's classes.
    """
    if data.class_names == tuple(class_names):
        return data
    check_classes(data.name, data.class_names, class_names)
    places = np.array([class_names.index(name) for name in data.class_names], dtype=np.uint8)
    y_train, y_test = places[data.y_train], places[data.y_test]
    return replace(data, class_names=tuple(class_names), y_train=y_train, y_test=y_test)


def as_learned(data: Dataset, class_names: Sequence[str], learned: str) -> Dataset:
    """Return a dataset with the names that its classes had when a network learned from it.

    Classes can be renamed. As long as images and labels are the same, the networks that learned
    from them still mean these classes, by the names that were theirs.

    Args:
        class_names: of the network; `NOT_A_DIGIT` may be among them.
        learned: the fingerprint of what it learned from, as `whole_fingerprint` makes it.
    """
    own = tuple(name for name in class_names if name != NOT_A_DIGIT)
    if own == data.class_names or len(own) != len(data.class_names):
        return data
    return replace(data, class_names=own) if whole_fingerprint(data) == learned else data


def dataset_for(store: RunStore, name: str, class_names: Sequence[str]) -> Dataset:
    """Load a dataset for training a network with these classes, as `fitted` prepares it.

    Raises:
        InvalidSetting: as `in_terms_of`.
        UnknownName, BadFile, DatasetUnavailable, StoreProblem: as `dataset`.
    """
    return fitted(dataset(store, name), class_names)


def fitted(data: Dataset, class_names: Sequence[str]) -> Dataset:
    """Prepare a dataset for training a network with these classes.

    Labels are converted to the network's classes. *My handwriting, mixed* also gets non-digits, if
    the network has a class for them.

    Raises:
        InvalidSetting: as `in_terms_of`.
    """
    data = in_terms_of(data, class_names)
    mixed = data.name == handwriting_datasets.MIXED and NOT_A_DIGIT in class_names
    return handwriting_datasets.with_others(data) if mixed else data


def fingerprint(data: Dataset) -> int:
    """Return a checksum of the test part."""
    return zlib.crc32(data.y_test.tobytes(), zlib.crc32(data.x_test.tobytes()))


def whole_fingerprint(data: Dataset) -> str:
    """Return a hash of the dataset: images and labels of both parts, including their order."""
    told = hashlib.blake2b(digest_size=16)
    for part in (data.x_train, data.y_train, data.x_test, data.y_test):
        told.update(repr(part.shape).encode())
        told.update(np.ascontiguousarray(part).data)
    return told.hexdigest()


def class_counts(labels: NDArray[np.uint8], classes: int) -> list[int]:
    """Count the images of each class."""
    return [int(count) for count in np.bincount(labels, minlength=classes)]


def class_names(store: RunStore, name: str) -> tuple[str, ...]:
    """Return the names of a dataset's classes; the digits when there is no such dataset.

    Raises:
        StoreProblem: when the store fails.
        Unreadable: when what is kept about it is damaged.
    """
    if name in DATASETS:
        return DATASETS[name].class_names
    own = imported_datasets.facts(store, name)
    return own.class_names if own else DIGIT_NAMES


def preparation(store: RunStore, name: str) -> str:
    """Return the entry of `PREPARATIONS` by which a dataset's images were made.

    MNIST's when there is no such dataset.

    Raises:
        StoreProblem, Unreadable: as `class_names`.
    """
    if name in DATASETS:
        return DATASETS[name].preparation
    own = imported_datasets.facts(store, name)
    return own.preparation if own else "mnist"


def preparation_of(run: Run) -> str:
    """Return the entry of `PREPARATIONS` for drawings that a run's network reads.

    It is kept with the run, since its dataset may be another one by now; runs of older versions
    have those of the built-in datasets, or MNIST's.
    """
    if run.preparation in PREPARATIONS:
        return run.preparation
    known = DATASETS.get(run.spec.dataset)
    return known.preparation if known else "mnist"
