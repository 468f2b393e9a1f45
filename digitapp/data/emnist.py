"""EMNIST: handwritten letters and digits by some 3,600 people, from its published zip file.

G. Cohen, S. Afshar, J. Tapson, A. van Schaik: EMNIST, an extension of MNIST to handwritten letters
(2017). The file holds six sets as gzipped idx files; their images are transposed, and the labels of
the letters begin with 1.
"""

from __future__ import annotations

import gzip
import string
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from digitapp.data.array_files import Arrays, Counts, checked, parsed_idx
from digitapp.errors import BadFile, cause

FILE = "emnist/gzip.zip"
HASH = "md5:58c8d27c78d21e728a6bc7b3cc06412e"  # as torchvision has it
MOST_BYTES = 2**30  # of an array, unpacked
PARTS = ("train", "test")
DAMAGE = (
    *(OSError, EOFError, IndexError, ValueError, RuntimeError, NotImplementedError),
    *(zipfile.BadZipFile, zlib.error, struct.error),
)


@dataclass(frozen=True)
class Split:
    """One of the sets in the file.

    Attributes:
        class_names: in the order of its labels.
        first: the label of the first class.
    """

    class_names: tuple[str, ...]
    first: int


SPLITS: Mapping[str, Split] = {
    # Each class is an upper-case and a lower-case letter.
    "letters": Split(tuple(string.ascii_uppercase), 1),
    # Lower-case letters that look like their upper case are one class with it.
    "balanced": Split(tuple(string.digits + string.ascii_uppercase + "abdefghnqrt"), 0),
}


def read(folder: Path, name: str) -> Arrays:
    """Read one of `SPLITS` from the published file in a folder.

    Returns:
        x_train, y_train, x_test, y_test: images uint8 (n, 28, 28), upright, 0 paper to 255 ink, and
        labels uint8 (n,).

    Raises:
        BadFile: when the file is missing, damaged or another one.
    """
    path, found = folder / FILE, []
    with _opened(path) as archive:
        for part in PARTS:
            images = _member(archive, f"emnist-{name}-{part}-images-idx3-ubyte.gz")
            labels = _member(archive, f"emnist-{name}-{part}-labels-idx1-ubyte.gz")
            found += [parsed_idx(images), parsed_idx(labels)]
    return _upright(found, SPLITS[name], str(path))


def counts(folder: Path, name: str) -> Counts:
    """Return the numbers of training and test images, reading only the headers of the labels.

    Raises:
        BadFile: as `read`.
    """
    with _opened(folder / FILE) as archive:
        heads = [
            _member(archive, f"emnist-{name}-{part}-labels-idx1-ubyte.gz", most=8) for part in PARTS
        ]
        train, test = (int(struct.unpack(">4xI", head)[0]) for head in heads)
    return train, test


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open the file; what is wrong with it is a sentence."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except DAMAGE as error:
        raise BadFile(f"{path}: not EMNIST's zip file ({cause(error)}).") from None


def _member(archive: zipfile.ZipFile, name: str, most: int = MOST_BYTES) -> bytes:
    """Return the first bytes of a file in it, unpacked, in whatever folder it lies.

    Raises:
        ValueError: when it is not there.
    """
    place = next((each for each in archive.namelist() if each.rpartition("/")[2] == name), None)
    if place is None:
        raise ValueError(f"{name} is not in it")
    with archive.open(place) as packed, gzip.open(packed) as file:
        return file.read(most)


def _upright(arrays: Sequence[np.ndarray], split: Split, origin: str) -> Arrays:
    x_train, y_train, x_test, y_test = arrays
    parts = []
    for x, y in ((x_train, y_train), (x_test, y_test)):
        upright = x.swapaxes(1, 2) if x.ndim == 3 else x
        images, labels = checked(
            upright, y.astype(np.int64) - split.first, origin, len(split.class_names)
        )
        parts += [np.ascontiguousarray(images), labels]
    return parts[0], parts[1], parts[2], parts[3]
