"""NumPy archives from anywhere, read without trust: no pickles, no surprises."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from digitapp.errors import BadFile

PARTS = ("x_train", "y_train", "x_test", "y_test")

# What NumPy and zipfile raise on a file that is no archive of arrays, or not a whole one.
DAMAGE = (
    OSError,
    EOFError,
    ValueError,
    TypeError,
    KeyError,
    RuntimeError,
    MemoryError,
    zipfile.BadZipFile,
    zlib.error,
)


def read_arrays(
    file: Path | BinaryIO, names: Sequence[str], origin: str = ""
) -> list[NDArray[np.generic]]:
    """The arrays of these names in an `.npz` file.

    Args:
        file: its path, or its bytes.
        names: of the arrays.
        origin: what the file is called in an error; by default its path.

    Raises:
        BadFile: when it is missing, damaged, lacks one of them or holds Python objects.
    """
    try:
        with np.load(file, allow_pickle=False) as found:
            return [np.asarray(found[name]) for name in names]
    except DAMAGE as error:
        wanted = ", ".join(names)
        if "trust" in str(error):  # NumPy goes on to say how to load it all the same
            error = ValueError("it is not an .npz file")
        raise BadFile(f"{origin or file}: not an archive of {wanted} ({error}).") from None
