"""What there is to learn from and to read with: built in, and what the store holds."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitapp import datasets
from digitapp.archives import PARTS, read_arrays
from digitapp.datasets import DATASETS, DIGIT_NAMES, Dataset, checked
from digitapp.errors import BadFile, InvalidSetting, UnknownName
from digitapp.registry import lookup
from digitapp.runs import RunStore, brought

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
MAX_MEGABYTES = 500
TEST_SHARE = 6  # without a test part, every sixth image becomes one


def dataset_names(store: RunStore) -> list[str]:
    """All datasets: the built-in ones, then those that users brought."""
    return [*DATASETS, *brought.names(store)]


def dataset(store: RunStore, name: str) -> Dataset:
    """A dataset by name, from wherever it is.

    Raises:
        UnknownName: when there is none of that name.
        BadFile, DatasetUnavailable: as `datasets.load`.
        StoreProblem: when the store fails.
    """
    if name in DATASETS:
        return datasets.load(name)
    found = brought.read(store, name)
    if found is None:
        names = ", ".join(dataset_names(store))
        raise UnknownName(f"Unknown dataset {name!r}. Available: {names}.")
    origin, data = found
    x_train, y_train, x_test, y_test = read_arrays(io.BytesIO(data), PARTS, origin)
    train, test = checked(x_train, y_train, origin), checked(x_test, y_test, origin)
    return Dataset(name, DIGIT_NAMES, *train, *test)


def bring(store: RunStore, path: Path, name: str) -> Dataset:
    """Check a user's dataset and keep it in the store.

    Args:
        path: an `.npz` archive of x_train uint8 (n, 28, 28), 0 paper to 255 ink, and y_train
            whole numbers 0 to 9 (n,); perhaps x_test and y_test, too. Without them, every
            sixth image is put aside to test on.
        name: what it is to be called; one of the same name that was brought before is replaced.

    Raises:
        InvalidSetting: when the name is taken by a built-in dataset, or is none.
        BadFile: when the file is not of this form.
    """
    _check_name(name)
    x_train, y_train, x_test, y_test = _read(path)
    file = io.BytesIO()
    np.savez_compressed(
        file, allow_pickle=False, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test
    )
    found = Dataset(name, DIGIT_NAMES, x_train, y_train, x_test, y_test)
    brought.add(store, name, str(path), len(x_train) + len(x_test), file.getvalue())
    return found


def remove(store: RunStore, name: str) -> None:
    """Delete a dataset that a user brought.

    Raises:
        InvalidSetting: when it is a built-in one.
        UnknownName: when there is none of that name.
    """
    if name in DATASETS:
        raise InvalidSetting(f"The dataset {name!r} is built in and cannot be deleted.")
    lookup(dict.fromkeys(brought.names(store)), "dataset of yours", name)
    brought.remove(store, name)


def _check_name(name: str) -> None:
    if name in DATASETS:
        raise InvalidSetting(f"The name {name!r} is taken by a built-in dataset; choose another.")
    if not NAME.fullmatch(name):
        raise InvalidSetting(
            f"The name {name!r} cannot be used; it must be small letters, digits, - and _, "
            "at most 40."
        )


def _read(path: Path) -> datasets.Arrays:
    if path.is_file() and _size(path) > MAX_MEGABYTES * 2**20:
        megabytes = _size(path) / 2**20
        raise BadFile(
            f"{path}: {megabytes:,.0f} MB when unpacked; at most {MAX_MEGABYTES} MB are allowed."
        )
    found_x, found_y = read_arrays(path, PARTS[:2])
    x, y = checked(found_x, found_y, str(path))
    if _has_test_part(path):
        x_test, y_test = read_arrays(path, PARTS[2:])
        return x, y, *checked(x_test, y_test, f"{path}, test part")
    aside = np.arange(len(x)) % TEST_SHARE == TEST_SHARE - 1
    if not aside.any():
        raise BadFile(f"{path}: {len(x)} images are too few to put some aside to test on.")
    return x[~aside], y[~aside], x[aside], y[aside]


def _size(path: Path) -> int:
    """How many bytes a file holds, unpacked if it is an archive."""
    try:
        with zipfile.ZipFile(path) as archive:
            return sum(part.file_size for part in archive.infolist())
    except (OSError, zipfile.BadZipFile):
        return path.stat().st_size


def _has_test_part(path: Path) -> bool:
    """Whether the archive names a test part; half of one is an error that `_read` meets."""
    with np.load(path, allow_pickle=False) as found:
        return bool({*PARTS[2:]} & {*found.files})


def class_counts(labels: NDArray[np.uint8], classes: int) -> list[int]:
    """How many images there are of each class."""
    return [int(count) for count in np.bincount(labels, minlength=classes)]


def class_names(name: str) -> tuple[str, ...]:
    """What a dataset's classes are called; datasets that users bring are of digits."""
    return DATASETS[name].class_names if name in DATASETS else DIGIT_NAMES


def preparation(name: str) -> str:
    """The entry of `PREPARATIONS` that drawings need for a network that learned this dataset."""
    return DATASETS[name].preparation if name in DATASETS else "mnist"
