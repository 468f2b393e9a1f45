"""Digits written by real people, point by point: 8,694 by 90 writers, bundled with the project.

`hands`: 7,494 digits by 30 people with a pen on a tablet: E. Alpaydin, F. Alimoglu, *Pen-Based
Recognition of Handwritten Digits*, UCI Machine Learning Repository (1996), training part.
`uji`: 1,200 digits by 60 people: F. Prat, M. J. Castro, D. Llorens, A. Marzal, J. M. Vilar, *UJI
Pen Characters (Version 2)*, UCI Machine Learning Repository (2009). Both are under CC BY 4.0;
`assets/hands.md` says what was changed.

The writers of both share one numbering: 0 to 29 wrote `hands`, 30 to 89 `uji`. Whatever is
measured on them must be measured on writers that the network never learned from: digits by one
person resemble each other.
"""

from __future__ import annotations

from functools import cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from digitapp.data import hand_files
from digitapp.data.hand_files import WrittenDigit
from digitapp.errors import BadFile, cause
from digitapp.files.folders import ASSETS
from digitapp.registry import lookup

FOLDS = 6
Writer = TypeVar("Writer", int, NDArray[np.int64])
CREDITS = {
    "hands": "E. Alpaydin, F. Alimoglu: Pen-Based Recognition of Handwritten Digits. UCI Machine "
    "Learning Repository, 1996. Licence: CC BY 4.0. The training part, its digits scaled.",
    "uji": "F. Prat, M. J. Castro, D. Llorens, A. Marzal, J. M. Vilar: UJI Pen Characters "
    "(Version 2). UCI Machine Learning Repository, 2009. Licence: CC BY 4.0. Its digits only, "
    "scaled.",
}
FILES = {name: ASSETS / f"{name}.npz" for name in ("hands", "uji")}


def fold_of(writer: Writer) -> Writer:
    """Return the fold of a writer, or of each in an array, 0 to 5: 15 writers are in each."""
    return writer % FOLDS


def read(name: str = "") -> tuple[WrittenDigit, ...]:
    """Return the digits of `hands` or `uji`, or without a name of both; they are kept in memory.

    Raises:
        UnknownName: when it is neither.
        BadFile: when a file is missing or damaged.
    """
    if not name:
        return tuple(digit for each in FILES for digit in _read(each))
    lookup(FILES, "handwriting", name)
    return _read(name)


def writers(name: str) -> NDArray[np.uint8]:
    """Return the writer of each digit of `read(name)`, without reading strokes: uint8 (n,).

    Raises:
        UnknownName, BadFile: as `read`.
    """
    return hand_files.writers(lookup(FILES, "handwriting", name))


def content(name: str) -> bytes:
    """Return the content of the file of `hands` or `uji`, by which it is identified.

    Raises:
        UnknownName, BadFile: as `read`.
    """
    path = lookup(FILES, "handwriting", name)
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadFile(f"{path}: cannot be read ({cause(error)}).") from None


@cache
def _read(name: str) -> tuple[WrittenDigit, ...]:
    return hand_files.read(FILES[name])
