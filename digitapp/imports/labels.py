"""Labels in any usual form, as classes with names: numbers, text, one-hot rows, columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitapp.data.class_names import FEWEST, LONGEST, MOST
from digitapp.errors import BadFile

MANY = 1000  # different labels: more are refused at once
WHOLE = re.compile(r"([+-]?[0-9]+)(\.0*)?")
ZEROS = re.compile(r"[+-]?0[0-9]")  # how a number begins that is written like 007
NUMBER = re.compile(r"[+-]?[0-9]{1,20}(\.[0-9]{0,20})?([eE][+-]?[0-9]{1,3})?")
LARGEST = 1e9  # of a label that is a number

Labels = NDArray[np.uint8]


@dataclass(frozen=True)
class Classes:
    """The classes of a dataset, and the labels of its parts.

    Attributes:
        names: different from each other, numbers in their order, and text in the alphabet's.
        labels: uint8 (n,) for each part, indices into `names`.
        converted: a sentence about each conversion.
    """

    names: tuple[str, ...]
    labels: tuple[Labels, ...]
    converted: tuple[str, ...]


def classes(parts: Sequence[NDArray[np.generic]], origin: str, fewest: int = FEWEST) -> Classes:
    """Find the classes in the labels of a dataset's parts, all in the same form.

    Args:
        parts: for each part (n,) or (n, 1) numbers or text, or (n, classes) one-hot rows.
        origin: the file's name in an error message.
        fewest: classes; more than one to learn from, and one will do to be read.

    Raises:
        BadFile: when they are something else, or there are too few or too many classes.
    """
    shapes = {part.shape[1:] for part in parts if len(part)}
    if not shapes:
        raise BadFile(f"{origin}: there are no labels.")
    if len(shapes) > 1:
        found = " and ".join(str(part.shape) for part in parts)
        raise BadFile(f"{origin}: the labels are {found}; all parts must have the same form.")
    shape = shapes.pop()
    kinds = {part.dtype for part in parts if part.dtype.kind not in "buifSU"}
    if kinds:
        raise BadFile(f"{origin}: the labels are {kinds.pop()}; they must be numbers or text.")
    if len(shape) == 1 and shape[0] > 1:
        return _one_hot(parts, origin)
    if shape not in ((), (1,)):
        raise BadFile(
            f"{origin}: the labels are {parts[0].dtype} {parts[0].shape}; they must be one for "
            "each image, or a row for each with a 1 at its class."
        )
    unique = [np.unique_all(part.ravel()) for part in parts]
    for each in unique:
        if len(each.values) > MANY:
            _check(tuple(map(str, each.values[:MANY])), origin, fewest, len(each.values))
    texts = [
        [
            _text(value, int(row), origin)
            for value, row in zip(each.values, each.indices, strict=True)
        ]
        for each in unique
    ]
    shorter = _without_zeros({text for part in texts for text in part})
    texts = [[shorter[text] for text in part] for part in texts]
    names = _in_order(shorter.values())
    _check(names, origin, fewest)
    labels = tuple(
        np.array([names.index(text) for text in part], dtype=np.uint8)[each.inverse_indices]
        for part, each in zip(texts, unique, strict=True)
    )
    return Classes(names, labels, _told(parts, names))


def _one_hot(parts: Sequence[NDArray[np.generic]], origin: str) -> Classes:
    """Read rows with one 1 each; the classes are named by their places."""
    count = max(part.shape[1] for part in parts if len(part))
    names = tuple(map(str, range(count)))
    _check(names, origin, FEWEST)
    labels = []
    for part in parts:
        rows = part.astype(np.float64) if part.dtype.kind in "buif" else np.full(part.shape, np.nan)
        wrong = np.flatnonzero(~(np.isin(rows, (0, 1)).all(axis=1) & (rows.sum(axis=1) == 1)))
        if len(wrong):
            raise BadFile(
                f"{origin}: row {wrong[0] + 1} of the labels, {_shown(part[wrong[0]])}, is not one "
                "1 and otherwise zeros."
            )
        labels.append(rows.argmax(axis=1).astype(np.uint8) if len(rows) else np.zeros(0, np.uint8))
    said = f"The labels were one-hot rows; their {count} classes are named 0 to {count - 1}."
    return Classes(names, tuple(labels), (said,))


def plain(texts: Sequence[str]) -> NDArray[np.generic]:
    """Return labels as whole numbers if all are such, otherwise as text: (n,).

    `3`, `3.0` and `3.000e+00`, as NumPy writes it, are the same.
    """
    different = {*texts}
    numbers = {text: float(text) for text in different if NUMBER.fullmatch(text)}
    if not different or len(numbers) < len(different):
        return np.array(texts, dtype=str)
    if not all(each.is_integer() and abs(each) < LARGEST for each in numbers.values()):
        return np.array(texts, dtype=str)
    whole = {text: int(number) for text, number in numbers.items()}
    if len({*whole.values()}) < len(different) and any(map(ZEROS.match, different)):
        return np.array(texts, dtype=str)  # 007 and 7 are two classes
    return np.array([whole[text] for text in texts], dtype=np.int64)


def _text(label: object, row: int, origin: str) -> str:
    """Return a label as text: whole numbers without a point."""
    if isinstance(label, bytes):
        try:
            label = label.decode("utf-8")
        except UnicodeDecodeError:
            raise BadFile(f"{origin}: label {row + 1} is {label!r}, not UTF-8 text.") from None
    if isinstance(label, (bool, np.bool_)):
        label = int(label)
    if isinstance(label, (float, np.floating)) and not float(label).is_integer():
        raise BadFile(f"{origin}: label {row + 1} is {label:g}; numbers must be whole.")
    text = unicodedata.normalize("NFC", str(label)).strip()
    if not text:
        raise BadFile(f"{origin}: label {row + 1} is empty.")
    if len(text) > LONGEST:
        raise BadFile(
            f"{origin}: label {row + 1}, {text[:LONGEST]!r}..., has {len(text)} characters; at "
            f"most {LONGEST} are allowed."
        )
    number = WHOLE.fullmatch(text)
    return number[1].removeprefix("+") if number else text


def _without_zeros(names: Iterable[str]) -> dict[str, str]:
    """Return numbers without zeros before them, unless two would then be the same: 007 and 7."""
    known = {name: str(int(name)) if WHOLE.fullmatch(name) else name for name in names}
    return known if len({*known.values()}) == len(known) else {name: name for name in known}


def _in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Sort names: whole numbers by their value, before text by the alphabet."""
    numbers = sorted({name for name in names if WHOLE.fullmatch(name)}, key=lambda x: (int(x), x))
    return (*numbers, *sorted({*names} - {*numbers}))


def _check(names: Sequence[str], origin: str, fewest: int, count: int | None = None) -> None:
    """Refuse too few or too many classes, of which the names may be only the first."""
    count = len(names) if count is None else count
    if fewest <= count <= MOST:
        return
    few = ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")
    classes = "class" if count == 1 else "classes"
    raise BadFile(
        f"{origin}: its labels name {count:,} {classes} ({few}); there must be {fewest} to {MOST}."
    )


def _told(parts: Sequence[NDArray[np.generic]], names: Sequence[str]) -> tuple[str, ...]:
    """Say how labels were converted, if they were."""
    kind = parts[0].dtype.kind
    if kind in "SU":
        return () if not all(map(WHOLE.fullmatch, names)) else ("The labels were numbers as text.",)
    return ("The labels were whole numbers with a decimal point.",) if kind == "f" else ()


def _shown(row: NDArray[np.generic]) -> str:
    most = 6
    text = " ".join(
        f"{value:g}" if row.dtype.kind in "buif" else str(value) for value in row[:most]
    )
    return f"{text} ..." if len(row) > most else text
