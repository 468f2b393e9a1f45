"""Read untrusted array files (.npz and gzipped idx), never unpickling anything."""

from __future__ import annotations

import gzip
import os
import tokenize
import zipfile
import zlib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from digitapp.errors import BadFile, cause
from digitapp.files.file_kinds import LOOKED_AT, mistaken

Images = NDArray[np.uint8]
Labels = NDArray[np.uint8]
Arrays = tuple[Images, Labels, Images, Labels]  # x_train, y_train, x_test, y_test
Counts = tuple[int, int]  # images to train on, and to test on

PARTS = ("x_train", "y_train", "x_test", "y_test")
IDX_PARTS = ("train", "t10k")

# Raised by NumPy and zipfile on a file that is not an archive of arrays, or is incomplete.
DAMAGE = (
    OSError,
    EOFError,
    ValueError,
    TypeError,
    KeyError,
    RuntimeError,
    MemoryError,
    SyntaxError,
    tokenize.TokenError,
    zipfile.BadZipFile,
    zlib.error,
)


def read_arrays(
    file: Path | BinaryIO, names: Sequence[str], origin: str = ""
) -> list[NDArray[np.generic]]:
    """Read the named arrays from an `.npz` file.

    Args:
        file: its path, or the opened file.
        names: the names of the arrays.
        origin: the file's name in an error message; by default its path.

    Raises:
        BadFile: when it is missing, damaged, lacks an array or contains Python objects.
    """
    try:
        with np.load(file, allow_pickle=False) as found:
            return [np.asarray(found[name]) for name in names]
    except DAMAGE as error:
        raise _no_archive(file, origin, names, error) from None


def _no_archive(
    file: Path | BinaryIO, origin: str, names: Sequence[str], error: Exception
) -> BadFile:
    # NumPy takes anything but an archive for pickled objects, and explains how to load them.
    if isinstance(error, (ValueError, TypeError)) and not zipfile.is_zipfile(file):
        error = ValueError(_known(file) or "it is not an .npz file")
    return BadFile(f"{origin or file}: not an archive of {', '.join(names)} ({cause(error)}).")


def count(file: Path | BinaryIO, origin: str = "") -> Counts:
    """Count the images in a dataset's `.npz` file, reading only the headers of its labels.

    Raises:
        BadFile: as `read_arrays`.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            return _labels(archive, "y_train"), _labels(archive, "y_test")
    except DAMAGE as error:
        raise _no_archive(file, origin, ("y_train", "y_test"), error) from None


def checksums(path: Path) -> str:
    """Return the checksums that an `.npz` or `.gz` file keeps of its content.

    They are read without unpacking anything.

    Raises:
        BadFile: when it is missing, or is not such a file.
    """
    try:
        if path.suffix == ".gz":  # ends with the CRC-32 and the size of its content
            with path.open("rb") as file:
                file.seek(-min(8, path.stat().st_size), os.SEEK_END)
                return file.read().hex()
        with zipfile.ZipFile(path) as archive:
            return " ".join(f"{part.filename} {part.CRC:08x}" for part in archive.infolist())
    except (OSError, zipfile.BadZipFile) as error:
        raise BadFile(f"{path}: cannot be read ({cause(error)}).") from None


def _labels(archive: zipfile.ZipFile, name: str) -> int:
    with archive.open(f"{name}.npy") as member:
        version = np.lib.format.read_magic(member)
        first = version == (1, 0)
        read = np.lib.format.read_array_header_1_0 if first else np.lib.format.read_array_header_2_0
        (length,) = read(member)[0]
        return int(length)


def count_idx(folder: Path) -> Counts:
    """Count the images in a folder of idx files, reading only the headers of their labels.

    Raises:
        BadFile: as `read_idx`.
    """
    found = []
    for part in IDX_PARTS:
        path = folder / f"{part}-labels-idx1-ubyte.gz"
        try:
            with gzip.open(path) as file:
                head = file.read(8)
            if head[:4] != b"\0\0\x08\x01" or len(head) < 8:
                raise ValueError("it does not start like an idx file of labels")
        except (OSError, ValueError, EOFError, zlib.error) as error:
            raise BadFile(f"{path}: not a gzipped idx file ({error}).") from None
        found.append(int.from_bytes(head[4:], "big"))
    train, test = found
    return train, test


def _known(file: Path | BinaryIO) -> str:
    """Say what a file is if it is not an `.npz` file; empty when its format is unknown."""
    if not isinstance(file, Path):
        return ""
    with suppress(OSError), file.open("rb") as opened:
        return mistaken(opened.read(LOOKED_AT), "an .npz file")
    return ""


def read_idx(path: Path) -> NDArray[np.uint8]:
    """Read the array in a gzipped idx file.

    Its header is two zero bytes, the type (8: uint8), the rank and the shape.

    Raises:
        BadFile: when it is missing, damaged or in another format.
    """
    try:
        return parsed_idx(gzip.decompress(path.read_bytes()))
    except (OSError, ValueError, IndexError, EOFError, zlib.error) as error:
        raise BadFile(f"{path}: not a gzipped idx file ({error}).") from None


def parsed_idx(raw: bytes) -> NDArray[np.uint8]:
    """Return the array in the bytes of an idx file.

    Raises:
        ValueError, IndexError: when they are damaged or in another format.
    """
    rank = raw[3]
    shape = np.frombuffer(raw, ">i4", rank, 4)
    if raw[:3] != b"\0\0\x08":
        raise ValueError("it does not start like an idx file of bytes")
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * rank).reshape(shape)


def checked(x: object, y: object, origin: str, classes: int = 10) -> tuple[Images, Labels]:
    """Check the shape, type and range of images and labels, and return them as uint8 arrays.

    Args:
        origin: the file's name in an error message.
        classes: the number of classes.

    Raises:
        BadFile: when one of them is wrong; its message says what arrived and what is allowed.
    """
    images, labels = np.asarray(x), np.asarray(y)
    if images.dtype != np.uint8 or images.ndim != 3 or images.shape[1:] != (28, 28):
        raise BadFile(
            f"{origin}: the images are {images.dtype} {images.shape}; "
            "they must be uint8 (n, 28, 28)."
        )
    if labels.shape != (len(images),) or not np.issubdtype(labels.dtype, np.integer):
        raise BadFile(
            f"{origin}: the labels are {labels.dtype} {labels.shape}; "
            f"they must be {len(images)} whole numbers."
        )
    if not len(labels) or labels.min() < 0 or labels.max() >= classes:
        raise BadFile(f"{origin}: there must be labels, each from 0 to {classes - 1}.")
    return images, labels.astype(np.uint8)
