"""Catalogue of datasets: built-in ones, the users' handwriting, and imported ones.

Listing, loading, importing, deleting and fingerprinting datasets, and matching their classes to a
network's.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitapp.data import datasets
from digitapp.data.array_files import PARTS, Arrays, checked, read_arrays
from digitapp.data.datasets import DATASETS, DIGIT_NAMES, Dataset
from digitapp.data.non_digit_shapes import NOT_A_DIGIT
from digitapp.errors import BadFile, InvalidSetting, UnknownName
from digitapp.files import opening
from digitapp.files.sizes import megabytes
from digitapp.library import handwriting_datasets
from digitapp.registry import lookup
from digitapp.runs import RunStore, corrected_drawings, imported_datasets

NAME_PATTERN = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
MAX_MEGABYTES = 500
TEST_SHARE = 6  # without a test part, one in so many images is held out for it
MIXING_SEED = 20_261_121


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
    return "" if name in DATASETS else imported_datasets.version(store, name)


def dataset(store: RunStore, name: str) -> Dataset:
    """Load a dataset by name, from wherever it is.

    Raises:
        UnknownName: when there is none of that name.
        BadFile, DatasetUnavailable: as `datasets.load`.
        InvalidSetting: when it is the users' handwriting and has too few drawings.
        StoreProblem: when the store fails.
    """
    if name in DATASETS:
        return datasets.load(name)
    if name in handwriting_datasets.HANDWRITING_DATASETS:
        return handwriting_datasets.dataset(store, name)
    found = imported_datasets.read(store, name)
    if found is None:
        names = ", ".join(dataset_names(store))
        raise UnknownName(f"Unknown dataset {name!r}. Available: {names}.")
    origin, data = found
    x_train, y_train, x_test, y_test = read_arrays(io.BytesIO(data), PARTS, origin)
    train, test = checked(x_train, y_train, origin), checked(x_test, y_test, origin)
    return Dataset(name, DIGIT_NAMES, *train, *test)


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


def bring(store: RunStore, path: Path, name: str) -> Dataset:
    """Import a user's dataset: check it and keep it in the store.

    Args:
        path: an `.npz` archive of x_train uint8 (n, 28, 28), 0 paper to 255 ink, and y_train
            (n,), whole numbers from 0 to 9; optionally x_test and y_test. Without them, one in six
            images is held out for testing. The training images are shuffled, always in the same
            way: the last ones are for validation, and in a sorted file those would all be of one
            class.
        name: of the dataset; an imported one of the same name is replaced.

    Raises:
        InvalidSetting: when the name is taken by a built-in dataset, or is not a valid name.
        BadFile: when the file is not of this form.
    """
    if name in DATASETS or name in handwriting_datasets.HANDWRITING_DATASETS:
        raise InvalidSetting(f"The name {name!r} is taken by a built-in dataset; choose another.")
    if not NAME_PATTERN.fullmatch(name):
        raise InvalidSetting(
            f"The name {name!r} cannot be used; it must be at most 40 lower-case letters, digits, "
            "- and _, beginning with a letter or a digit."
        )
    arrays = _read(path)
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **dict(zip(PARTS, arrays, strict=True)))
    found = Dataset(name, DIGIT_NAMES, *arrays)
    images, known = len(found.x_train) + len(found.x_test), whole_fingerprint(found)
    imported_datasets.add(store, name, str(path), images, file.getvalue(), known)
    return found


def remove(store: RunStore, name: str) -> None:
    """Delete an imported dataset.

    Raises:
        InvalidSetting: when it is a built-in one, or the users' handwriting.
        UnknownName: when there is none of that name.
    """
    if name in handwriting_datasets.HANDWRITING_DATASETS:
        raise InvalidSetting(
            f"The dataset {name!r} consists of the drawings that you corrected; delete them on the "
            "page My handwriting."
        )
    if name in DATASETS:
        raise InvalidSetting(f"The dataset {name!r} is built in and cannot be deleted.")
    lookup(dict.fromkeys(imported_datasets.names(store)), "dataset of yours", name)
    imported_datasets.remove(store, name)


def _read(path: Path) -> Arrays:
    opening.check(path, "an .npz file")
    if path.is_file() and _size(path) > MAX_MEGABYTES * 2**20:
        raise BadFile(
            f"{path}: {megabytes(_size(path), MAX_MEGABYTES)} MB when unpacked; at most "
            f"{MAX_MEGABYTES} MB are allowed."
        )
    found_x, found_y = read_arrays(path, PARTS[:2])
    x, y = checked(found_x, found_y, str(path))
    order = np.random.default_rng(MIXING_SEED).permutation(len(x))
    x, y = x[order], y[order]
    with np.load(path, allow_pickle=False) as found:
        has_test_part = not {*PARTS[2:]}.isdisjoint(found.files)
    if has_test_part:  # both arrays, or `read_arrays` rejects the file
        x_test, y_test = read_arrays(path, PARTS[2:])
        return x, y, *checked(x_test, y_test, f"{path}, test part")
    aside = np.arange(len(x)) % TEST_SHARE == TEST_SHARE - 1
    if not aside.any():
        raise BadFile(f"{path}: {len(x)} images are too few to hold some out for testing.")
    return x[~aside], y[~aside], x[aside], y[aside]


def _size(path: Path) -> int:
    """Return the size of a file in bytes, unpacked if it is an archive."""
    try:
        with zipfile.ZipFile(path) as archive:
            return sum(part.file_size for part in archive.infolist())
    except (OSError, zipfile.BadZipFile):
        return path.stat().st_size


def class_counts(labels: NDArray[np.uint8], classes: int) -> list[int]:
    """Count the images of each class."""
    return [int(count) for count in np.bincount(labels, minlength=classes)]


def class_names(name: str) -> tuple[str, ...]:
    """Return the names of a dataset's classes; imported datasets have the ten digits."""
    return DATASETS[name].class_names if name in DATASETS else DIGIT_NAMES


def preparation(name: str) -> str:
    """Return the entry of `PREPARATIONS` for drawings read by a network trained on this dataset."""
    return DATASETS[name].preparation if name in DATASETS else "mnist"
