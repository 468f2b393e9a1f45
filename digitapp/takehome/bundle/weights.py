"""The weights in a bundle: an `.npz` file, written by NumPy and read without trust.

Only plain arrays of the expected names, shapes and types are read, and only after all of their
headers have been checked: no pickles, and nothing that unpacks to more than the network needs.
"""

from __future__ import annotations

import io
import zipfile
from typing import IO, TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from digitapp.data.array_files import DAMAGE
from digitapp.errors import BadFile
from digitapp.takehome.bundle.archive import METHODS, list_size
from digitapp.training import checkpoints

if TYPE_CHECKING:
    import keras

SUFFIX = ".npy"
LONGEST_NAME, LONGEST_KIND = 40, 60  # characters
LONGEST_LIST = 50_000  # bytes of the list of arrays; enough for 500 of them

Kind = tuple[tuple[int, ...], np.dtype[Any]]
Arrays = dict[str, NDArray[Any]]


def assign_from(model: keras.Model, data: bytes) -> None:
    """Copy weights that `checkpoints.pack_model` wrote into a model of the same layers.

    Args:
        data: an `.npz` file from anywhere. If it is refused, the model stays as it was.

    Raises:
        BadFile: when it is damaged, of another network, or holds anything but finite numbers.
    """
    wanted = checkpoints.numbered("model", model.variables)
    found = _read(data, wanted)
    for variable, name in zip(model.variables, wanted, strict=True):
        variable.assign(found[name])


def _read(data: bytes, wanted: Arrays) -> Arrays:
    if (list_size(data) or 0) > LONGEST_LIST:
        raise BadFile("There are more weights in this file than any network has.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_members(archive.infolist())
            found = {}
            for name in archive.namelist():
                with archive.open(name) as member:
                    found[name.removesuffix(SUFFIX)] = _header(member)
            _compare(found, wanted)
            return {name: _values(archive, name, like) for name, like in wanted.items()}
    except DAMAGE:
        raise BadFile("The weights in this file are damaged.") from None


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    """Reject members that NumPy would not have written."""
    names = [member.filename for member in members]
    for name in names:
        if len(name) > LONGEST_NAME or not name.endswith(SUFFIX):
            raise BadFile("The weights in this file have names that digitapp does not give.")
    if len(set(names)) < len(names):
        raise BadFile("Two arrays of weights in this file have the same name.")
    if any(member.compress_type not in METHODS for member in members):
        raise BadFile("The weights in this file are compressed in a way that NumPy does not use.")


def _header(member: IO[bytes]) -> Kind:
    """Read the header of an array, and leave the file at its first number."""
    if np.lib.format.read_magic(member) != (1, 0):
        raise ValueError("not the version that NumPy writes for plain arrays")
    shape, by_columns, dtype = np.lib.format.read_array_header_1_0(member)
    if by_columns:
        raise ValueError("not in the order in which weights are written")
    return shape, dtype


def _compare(found: dict[str, Kind], wanted: Arrays) -> None:
    """Reject weights unless all are there, of the right shape and type, and no others."""
    kinds: dict[str, Kind] = {name: (each.shape, each.dtype) for name, each in wanted.items()}
    for name in sorted({*found, *kinds}):
        if found.get(name) != kinds.get(name):
            raise BadFile(
                "The weights in this file belong to another network than its settings describe: "
                f"{name} is {_in_words(found.get(name))}; it must be "
                f"{_in_words(kinds.get(name))}."
            )


def _in_words(kind: Kind | None) -> str:
    return f"{kind[1]} {kind[0]}"[:LONGEST_KIND] if kind else "missing"


def _values(archive: zipfile.ZipFile, name: str, like: NDArray[Any]) -> NDArray[Any]:
    with archive.open(name + SUFFIX) as member:
        _header(member)
        raw = member.read(like.nbytes + 1)
    found = np.frombuffer(raw, like.dtype).reshape(like.shape)
    if not np.isfinite(found).all():
        raise BadFile(f"{name} in this file contains NaN or infinite values.")
    return found
