"""Weights out of Keras's HDF5 files, read without trust: numbers, and nothing else.

HDF5 can point to other files and hold anything; Keras itself never gets to see such a file here.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from digitapp.data.array_files import DAMAGE
from digitapp.errors import BadFile

if TYPE_CHECKING:
    import h5py
    import keras

DEEPEST, LONGEST_PATH, MOST_OBJECTS = 8, 200, 500
NESTED = "The weights in this file are nested as no network's are."
# What h5py raises on top, on a damaged file.
H5_DAMAGE = (*DAMAGE, AttributeError, OverflowError)

Kind = tuple[tuple[int, ...], np.dtype[Any]]
Arrays = dict[str, NDArray[Any]]


def assign_from(model: keras.Model, data: bytes) -> None:
    """Give a model the weights that another one like it has left.

    The numbers are put into the model's own weights file, and that is what Keras loads.

    Args:
        model: not compiled.
        data: the `model.weights.h5` of a `.keras` file.

    Raises:
        BadFile: when it is damaged, of another network, or holds anything but finite numbers.
    """
    import h5py

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "own.weights.h5"
        model.save_weights(path)
        with h5py.File(path, "r+") as own:
            wanted = {name: _kind(each) for name, each in _datasets(own)}
            for name, values in _read(data, wanted).items():
                own[name][...] = values
        model.load_weights(path)


def _read(data: bytes, wanted: dict[str, Kind]) -> Arrays:
    import h5py

    try:
        with h5py.File(io.BytesIO(data), "r") as file:
            found = dict(_datasets(file))
            _compare({name: _kind(each) for name, each in found.items()}, wanted)
            return {name: _finite(name, np.asarray(each[()])) for name, each in found.items()}
    except H5_DAMAGE:
        raise BadFile("The weights in this file are damaged.") from None


def _datasets(file: h5py.File) -> Iterator[tuple[str, h5py.Dataset]]:
    """All datasets of a file, however they are nested; only plain ones are allowed."""
    import h5py

    waiting, seen = [("", file)], 0
    while waiting:
        above, group = waiting.pop()
        seen += len(group)
        if seen > MOST_OBJECTS or above.count("/") > DEEPEST:
            raise BadFile(NESTED)
        for name in group:
            path = f"{above}/{name}"
            if len(path) > LONGEST_PATH:
                raise BadFile(NESTED)
            found = _inside(group, name, path)
            if isinstance(found, h5py.Group):
                waiting.append((path, found))
            else:
                yield path, _plain(found, path)


def _inside(group: h5py.Group, name: str, path: str) -> Any:
    """What has this name, if it is in this very file, and only there."""
    import h5py

    if type(group.get(name, getlink=True)) is not h5py.HardLink:
        raise BadFile(f"{path} in this file is a link to something else; that is not allowed.")
    return group[name]


def _plain(found: Any, path: str) -> h5py.Dataset:
    """A dataset that is one piece of this file: not packed, not elsewhere, not put together."""
    import h5py

    if not isinstance(found, h5py.Dataset):
        raise BadFile(f"{path} in this file is no array of numbers.")
    how = found.id.get_create_plist()
    if how.get_external_count() or how.get_layout() != h5py.h5d.CONTIGUOUS:
        raise BadFile(f"{path} in this file is not kept as Keras keeps weights.")
    return found


def _kind(found: h5py.Dataset) -> Kind:
    return found.shape, found.dtype


def _compare(found: dict[str, Kind], wanted: dict[str, Kind]) -> None:
    """Refuse weights unless all are there, of the right shape and type, and no others."""
    for path in sorted({*found, *wanted}):
        if found.get(path) != wanted.get(path):
            raise BadFile(
                "The weights in this file are of another network than its settings describe: "
                f"{path} is {_in_words(found.get(path))}; it must be "
                f"{_in_words(wanted.get(path))}."
            )


def _in_words(kind: Kind | None) -> str:
    return f"{kind[1]} {kind[0]}" if kind else "missing"


def _finite(path: str, values: NDArray[Any]) -> NDArray[Any]:
    if not np.isfinite(values).all():
        raise BadFile(f"{path} in this file holds values that are no numbers (NaN or infinite).")
    return values
