"""Keeping and deleting datasets of users."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np

from digitapp.data.array_files import PARTS
from digitapp.data.datasets import DATASETS, Dataset
from digitapp.errors import InvalidSetting
from digitapp.library import catalogue, dataset_names, handwriting_datasets
from digitapp.registry import lookup
from digitapp.runs import RunStore, classroom_datasets, dataset_rights, imported_datasets
from digitapp.runs.classroom_datasets import short_name


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
    name = dataset_names.cleaned(short_name(name), ())
    taken = {each.casefold() for each in catalogue.dataset_names(store)}
    begins = name[: dataset_names.LONGEST - 5].rstrip()
    found = (name, *(f"{begins} {number}" for number in range(2, 10_000)))
    return next(each for each in found if each.casefold() not in taken)


def make_for_class(store: RunStore, room: str, name: str, names: Sequence[str]) -> str:
    """Make an empty dataset that all of a room draw for; return its full name.

    Args:
        names: of its classes, 2 to 100.

    Raises:
        UnknownName: when who asks is not in this room.
        InvalidSetting: when who asks does not teach it, when the name is not valid or is taken in
            the room, or when the classes cannot be called so.
        StoreProblem: when the store fails.
    """
    taken = [short_name(each.name) for each in classroom_datasets.listed(store, room)]
    name = dataset_names.cleaned(name, taken)
    return classroom_datasets.create(store, room, name, names)


def keep(
    store: RunStore,
    data: Dataset,
    preparation: str,
    origin: str,
    told: Sequence[str] = (),
    *,
    instead: bool = False,
) -> None:
    """Keep a dataset in the store.

    Args:
        data: its name is one that `new_name` returned.
        preparation: the entry of `PREPARATIONS` by which its images were made.
        origin: where it came from.
        told: a sentence about each thing that was converted or mended.
        instead: as for `new_name`.

    Raises:
        InvalidSetting: when somebody has made one of this name meanwhile.
        StoreProblem: when the store fails.
    """
    file, arrays = io.BytesIO(), (data.x_train, data.y_train, data.x_test, data.y_test)
    np.savez_compressed(file, allow_pickle=False, **dict(zip(PARTS, arrays, strict=True)))
    images, known = len(data.x_train) + len(data.x_test), catalogue.whole_fingerprint(data)
    facts = imported_datasets.of_names(data.class_names, preparation, told)
    content = file.getvalue()
    imported_datasets.add(store, data.name, origin, images, content, known, facts, instead=instead)


def remove(store: RunStore, name: str) -> None:
    """Delete an imported dataset, or one made in the page; that of a class if one teaches it.

    Raises:
        InvalidSetting: when it is a built-in one, the users' handwriting, or that of a class that
            who asks does not teach.
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
    if dataset_rights.room_of(store, name):
        classroom_datasets.remove(store, name)
    else:
        imported_datasets.remove(store, name)
