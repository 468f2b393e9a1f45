"""Keeping, importing and deleting datasets of users."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from digitapp.data.array_files import PARTS, Arrays, checked, read_arrays
from digitapp.data.datasets import DATASETS, DIGIT_NAMES, Dataset
from digitapp.errors import BadFile, InvalidSetting
from digitapp.files import opening
from digitapp.files.sizes import megabytes
from digitapp.library import catalogue, dataset_names, handwriting_datasets
from digitapp.registry import lookup
from digitapp.runs import RunStore, imported_datasets

MAX_MEGABYTES = 500
TEST_SHARE = 6  # without a test part, one in so many images is held out for it
MIXING_SEED = 20_261_121


def new_name(store: RunStore, name: str, instead: bool = False) -> str:
    """Return the name for a new dataset, cleaned.

    Args:
        instead: whether it may take the place of an imported dataset of exactly this name.

    Raises:
        InvalidSetting: when it is not a valid name, or is taken.
        StoreProblem: when the store fails.
    """
    name = " ".join(name.split())
    built_in = [*DATASETS, *handwriting_datasets.HANDWRITING_DATASETS]
    if name.casefold() in built_in:
        raise InvalidSetting(f"The name {name!r} is taken by a built-in dataset; choose another.")
    own = imported_datasets.listed(store)
    taken = [each.name for each in own if not instead or each.facts.made or each.name != name]
    return dataset_names.cleaned(name, taken)


def free_name(store: RunStore, name: str) -> str:
    """Return a name like this one that is not taken: with a number behind it if need be.

    Raises:
        InvalidSetting: when no dataset can be called so.
        StoreProblem: when the store fails.
    """
    name = dataset_names.cleaned(name, ())
    taken = {each.casefold() for each in catalogue.dataset_names(store)}
    begins = name[: dataset_names.LONGEST - 5]
    found = (name, *(f"{begins} {number}" for number in range(2, 10_000)))
    return next(each for each in found if each.casefold() not in taken)


def keep(
    store: RunStore, data: Dataset, preparation: str, origin: str, told: Sequence[str] = ()
) -> None:
    """Keep a dataset in the store; an imported one of the same name is replaced.

    Args:
        data: its name is one that `new_name` returned.
        preparation: the entry of `PREPARATIONS` by which its images were made.
        origin: where it came from.
        told: a sentence about each thing that was converted or mended.

    Raises:
        StoreProblem: when the store fails.
    """
    file, arrays = io.BytesIO(), (data.x_train, data.y_train, data.x_test, data.y_test)
    np.savez_compressed(file, allow_pickle=False, **dict(zip(PARTS, arrays, strict=True)))
    images, known = len(data.x_train) + len(data.x_test), catalogue.whole_fingerprint(data)
    facts = imported_datasets.of_names(data.class_names, preparation, told)
    imported_datasets.add(store, data.name, origin, images, file.getvalue(), known, facts)


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
    found = Dataset(new_name(store, name, instead=True), DIGIT_NAMES, *_read(path))
    keep(store, found, "mnist", str(path))
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
