"""`.npz` files: images and labels under any usual names, or under none (`arr_0` ...)."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np

from digitapp.data.array_files import DAMAGE
from digitapp.errors import BadFile, cause
from digitapp.files.sizes import MEGABYTE, megabytes
from digitapp.imports.found import Found, Part

MOST_MEGABYTES = 1000  # of all its arrays together, unpacked
MOST_ARRAYS = 1000
IMAGES = ("x", "images", "image", "imgs", "img", "data", "pixels", "features")
LABELS = ("y", "labels", "label", "targets", "target", "classes", "class")
TRAIN = ("train", "training", "tr")
TEST = ("test", "testing", "te", "t10k")
HELD_BACK = ("val", "valid", "validation", "dev")
UNNAMED = re.compile(r"arr_\d+")


@dataclass(frozen=True)
class Header:
    """Shape and type of an array in an archive, without its values."""

    shape: tuple[int, ...]
    kind: np.dtype[np.generic]

    @property
    def bytes(self) -> int:
        """Its size, unpacked."""
        return int(np.prod(self.shape, dtype=object)) * self.kind.itemsize


@dataclass(frozen=True)
class Pair:
    """The names of a part's images and labels."""

    images: str
    labels: str


def read(path: Path, origin: str) -> Found:
    """Read the images and labels of an `.npz` file; nothing in it is ever run.

    Args:
        origin: the file's name in an error message.

    Raises:
        BadFile: when it is damaged or too large, holds Python objects, or no array of it can be
            told to be images, or labels.
    """
    try:
        headers = _headers(path)
        _check_size(headers, origin)
        pairs = _pairs(headers, origin)
        with np.load(path, allow_pickle=False) as archive:
            parts = [Part(archive[pair.images], archive[pair.labels]) for pair in pairs]
    except DAMAGE as error:
        raise BadFile(f"{origin}: this .npz file cannot be read ({cause(error)}).") from None
    used = [name for pair in pairs for name in (pair.images, pair.labels)]
    rest = [name for name in headers if name not in used]
    told = (f"Not used: {', '.join(rest)}.",) if rest else ()
    form = f"an .npz file with {', '.join(used[:-1])} and {used[-1]}"
    return Found(form, parts[0], parts[1] if len(parts) > 1 else None, told)


def _headers(path: Path) -> dict[str, Header]:
    """Return the header of each array, reading nothing else."""
    found = {}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist()[:MOST_ARRAYS]:
            if name.endswith(".npy"):
                with archive.open(name) as member:
                    found[name.removesuffix(".npy")] = header(member)
    return found


def header(file: IO[bytes]) -> Header:
    """Read the header of an array.

    Raises:
        ValueError: when there is none, or it says that the array holds Python objects.
    """
    version = np.lib.format.read_magic(file)
    first = version == (1, 0)
    read_header = (
        np.lib.format.read_array_header_1_0 if first else np.lib.format.read_array_header_2_0
    )
    shape, _, kind = read_header(file)
    if kind.hasobject:
        raise ValueError("it holds Python objects, which are never loaded")
    return Header(shape, kind)


def _check_size(headers: Mapping[str, Header], origin: str) -> None:
    size = sum(each.bytes for each in headers.values())
    if size > MOST_MEGABYTES * MEGABYTE:
        raise BadFile(
            f"{origin}: its arrays take {megabytes(size, MOST_MEGABYTES)} MB; at most "
            f"{MOST_MEGABYTES:,} MB are allowed. Save the images as uint8, or fewer of them."
        )


def _pairs(headers: Mapping[str, Header], origin: str) -> list[Pair]:
    """Return the names of the training part, and of the test part if there is one.

    Raises:
        BadFile: when they cannot be told.
    """
    plain = {name: _words(name) for name in headers}
    train = _named(plain, headers, TRAIN) or _named(plain, headers, ())
    test = _named(plain, headers, TEST) or _named(plain, headers, HELD_BACK)
    if train:
        return [train, test] if test and test != train else [train]
    unnamed = _by_shape(headers)
    if unnamed:
        return unnamed
    found = ", ".join(f"{name} {_shown(each)}" for name, each in headers.items()) or "no arrays"
    raise BadFile(
        f"{origin}: this .npz file holds {found}; there must be images and labels, such as x_train "
        "and y_train, images and labels, or arr_0 and arr_1, one label for each image."
    )


def _words(name: str) -> frozenset[str]:
    """Split a name into words: `trainImages`, `x_train` and `X-train` alike."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    words = re.split(r"[^a-z0-9]+", spaced.lower())
    return frozenset(word for each in words for word in _apart(each) if word)


def _apart(word: str) -> tuple[str, ...]:
    """Split `xtrain` and `trainlabels`, which have no sign between their words."""
    for part in sorted((*TRAIN, *TEST, *HELD_BACK), key=len, reverse=True):
        if word.startswith(part) and word.removeprefix(part) in (*IMAGES, *LABELS):
            return part, word.removeprefix(part)
        if word.endswith(part) and word.removesuffix(part) in (*IMAGES, *LABELS):
            return word.removesuffix(part), part
    return (word,)


def _named(
    plain: Mapping[str, frozenset[str]], headers: Mapping[str, Header], part: Sequence[str]
) -> Pair | None:
    """Return the images and labels whose names say so, and which part they are of."""
    of_part = [
        name
        for name, words in plain.items()
        if (words & {*part} if part else not words & {*TRAIN, *TEST, *HELD_BACK})
    ]
    images = _first(of_part, plain, IMAGES)
    labels = _first(of_part, plain, LABELS)
    if images and labels and _belong(headers[images], headers[labels]):
        return Pair(images, labels)
    return None


def _first(
    names: Iterable[str], plain: Mapping[str, frozenset[str]], words: Sequence[str]
) -> str | None:
    return next((name for word in words for name in names if word in plain[name]), None)


def _by_shape(headers: Mapping[str, Header]) -> list[Pair]:
    """Pair arrays that have no telling names, by their lengths: images have more than one axis."""
    images = [name for name, each in headers.items() if _may_be_images(each)]
    labels = [name for name, each in headers.items() if not _may_be_images(each)]
    pairs = []
    for name in images:
        fitting = [each for each in labels if _belong(headers[name], headers[each])]
        if fitting:
            labels.remove(fitting[0])
            pairs.append(Pair(name, fitting[0]))
    return pairs[:2] if all(UNNAMED.fullmatch(name) for name in headers) or len(pairs) == 1 else []


def _may_be_images(header: Header) -> bool:
    pixels = int(np.prod(header.shape[1:], dtype=object)) if len(header.shape) > 1 else 0
    return pixels >= 16 and header.kind.kind in "buif" and (len(header.shape) > 2 or pixels > 100)


def _belong(images: Header, labels: Header) -> bool:
    return bool(images.shape and labels.shape) and images.shape[0] == labels.shape[0]


def _shown(header: Header) -> str:
    return f"({header.kind} {header.shape})"
