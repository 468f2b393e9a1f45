"""The weights in a bundle: an `.npz` file, written by NumPy and read without trust.

Only plain arrays of the expected names, shapes and types are read, and only after all of their
headers have been checked: no pickles, and nothing that unpacks to more than the network needs.
"""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Callable, Sequence
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from digitapp.data.array_files import DAMAGE
from digitapp.errors import BadFile
from digitapp.takehome.bundle.archive import METHODS, list_size
from digitapp.training.layer_specs import Variable

SUFFIX = ".npy"
LONGEST_NAME, LONGEST_KIND = 40, 60  # characters
LONGEST_LIST = 50_000  # bytes of the list of arrays; enough for 500 of them

Kind = tuple[tuple[int, ...], np.dtype[Any]]
Kinds = dict[str, Kind]


def read(data: bytes, variables: Sequence[Variable]) -> list[NDArray[Any]]:
    """Read the weights that `checkpoints.pack_model` wrote of a network with these variables.

    Args:
        data: an `.npz` file from anywhere.

    Returns:
        The values of the variables, in their order.

    Raises:
        BadFile: when it is damaged, of another network, or holds anything but finite numbers.
    """
    wanted: Kinds = {
        f"model-{number}": (each.shape, np.dtype(each.dtype))
        for number, each in enumerate(variables)
    }
    found = arrays(data, lambda kinds: _compare(kinds, wanted))
    return [found[name] for name in wanted]


def arrays(data: bytes, check: Callable[[Kinds], None]) -> dict[str, NDArray[Any]]:
    """Read plain arrays of finite numbers.

    Args:
        data: an `.npz` file from anywhere.
        check: called with shapes and types by name before any numbers are read; it raises
            `BadFile` unless they are as expected.

    Raises:
        BadFile: when the file is damaged, or holds anything else.
    """
    if (list_size(data) or 0) > LONGEST_LIST:
        raise BadFile("There are more weights in this file than any network has.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_members(archive.infolist())
            kinds = {}
            for name in archive.namelist():
                with archive.open(name) as member:
                    kinds[name.removesuffix(SUFFIX)] = _header(member)
            check(kinds)
            return {name: _values(archive, name, *kind) for name, kind in kinds.items()}
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


def _compare(found: Kinds, wanted: Kinds) -> None:
    """Reject weights unless all are there, of the right shape and type, and no others."""
    for name in sorted({*found, *wanted}):
        if found.get(name) != wanted.get(name):
            raise BadFile(
                "The weights in this file belong to another network than its settings describe: "
                f"{name} is {_in_words(found.get(name))}; it must be "
                f"{_in_words(wanted.get(name))}."
            )


def _in_words(kind: Kind | None) -> str:
    return f"{kind[1]} {kind[0]}"[:LONGEST_KIND] if kind else "missing"


def _values(
    archive: zipfile.ZipFile, name: str, shape: tuple[int, ...], dtype: np.dtype[Any]
) -> NDArray[Any]:
    with archive.open(name + SUFFIX) as member:
        _header(member)
        raw = member.read(math.prod(shape) * dtype.itemsize + 1)
    found = np.frombuffer(raw, dtype).reshape(shape)
    if not np.isfinite(found).all():
        raise BadFile(f"{name} in this file contains NaN or infinite values.")
    return found
