"""Arrays with names: those of `.npz` and `.npy` files, and of idx files such as MNIST's own.

Which of them are images, which are labels, and of which part, is told by their names (`x_train`,
`trainImages`, `t10k-labels-idx1-ubyte` ...), and without telling names by their shapes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO

import numpy as np

from digitapp.data.array_files import DAMAGE
from digitapp.errors import BadFile, cause
from digitapp.files.sizes import MEGABYTE, megabytes
from digitapp.imports.entries import Entry
from digitapp.imports.found import Array, Found, Part
from digitapp.imports.kinds import NPY, idx_header
from digitapp.imports.part_words import HELD_BACK, PARTS, TEST, TRAIN, words

MOST_MEGABYTES = 1000  # of all arrays that are read together
MOST_ARRAYS = 1000
MOST_IMAGES = 5_000_000
LONGEST_HEADER = 10_000  # bytes
IMAGES = ("x", "images", "image", "imgs", "img", "data", "pixels", "features", "inputs")
LABELS = ("y", "labels", "label", "targets", "target", "classes", "class", "lbls")
IDX_WORDS = {"idx1", "idx3", "ubyte", "idx"}
UNNAMED = re.compile(r"arr_\d+")
WANTED = (
    "there must be images and labels, such as x_train and y_train, images and labels, or arr_0 "
    "and arr_1, one label for each image"
)


@dataclass(frozen=True)
class Header:
    """Shape and type of an array in a file, without its values.

    Attributes:
        entry: the file.
        shown: its name in a sentence.
        known: the words of its name.
        is_idx: whether the file is an idx file, otherwise it is an `.npy` file.
    """

    shape: tuple[int, ...]
    kind: np.dtype[np.generic]
    entry: Entry
    shown: str
    known: frozenset[str]
    is_idx: bool = False

    @property
    def bytes(self) -> int:
        """The size of its values."""
        return int(np.prod(self.shape, dtype=object)) * self.kind.itemsize


@dataclass(frozen=True)
class Pair:
    """A part's images and labels."""

    images: Header
    labels: Header


def read(entries: Sequence[Entry], origin: str) -> Found:
    """Read images and labels from arrays; nothing in the files is ever run.

    Args:
        entries: `.npy` and idx files, those of an `.npz` file among them.
        origin: the name of what was brought, in an error message.

    Raises:
        BadFile: when a file is damaged or too large, holds Python objects, or no array can be told
            to be images, or labels.
    """
    if len(entries) > MOST_ARRAYS:
        raise BadFile(f"{origin}: it holds {len(entries):,} arrays; at most {MOST_ARRAYS:,}.")
    headers, told = _headers(entries)
    _check_sets(headers, origin)
    pairs = _pairs(headers, origin)
    used = [header for pair in pairs for header in (pair.images, pair.labels)]
    size = sum(each.bytes for each in used)
    if size > MOST_MEGABYTES * MEGABYTE:
        raise BadFile(
            f"{origin}: its arrays take {megabytes(size, MOST_MEGABYTES)} MB; at most "
            f"{MOST_MEGABYTES:,} MB are allowed. Save the images as uint8, or fewer of them."
        )
    parts = [Part(_values(pair.images), _values(pair.labels)) for pair in pairs]
    rest = [each.shown for each in headers if each not in used]
    if rest:
        told = (*told, f"Not used: {', '.join(rest)}.")
    return Found(_form(used), parts[0], parts[1] if len(parts) > 1 else None, told)


def _headers(entries: Sequence[Entry]) -> tuple[list[Header], tuple[str, ...]]:
    """Return the headers of all arrays, without their values, and a sentence about those twice.

    (torchvision keeps `train-labels-idx1-ubyte` beside `train-labels-idx1-ubyte.gz`.)
    """
    shared = len(_shared([entry.parts[:-1] for entry in entries]))
    found: dict[object, Header] = {}
    twice = []
    for entry in sorted(entries, key=lambda each: each.gzipped):
        shape, kind, is_idx = _header(entry)
        name = entry.parts[-1].removesuffix(".npy")
        around = entry.parts[shared:-1]
        known = words(name)
        if around and (UNNAMED.fullmatch(name) or not known & PARTS):
            known |= words(" ".join(around))
        header = Header(shape, kind, entry, "/".join((*around, name)), known, is_idx)
        key = (known, shape) if is_idx else entry.parts
        if found.setdefault(key, header) is not header:
            twice.append(header.shown)
    order = {entry.parts: at for at, entry in enumerate(entries)}
    told = (f"There twice, used once: {', '.join(twice)}.",) if twice else ()
    return sorted(found.values(), key=lambda each: order[each.entry.parts]), told


def _shared(folders: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the folders that all files lie in."""
    first, last = min(folders), max(folders)
    count = next((at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), None)
    return first[: min(len(first), len(last)) if count is None else count]


def _header(entry: Entry) -> tuple[tuple[int, ...], np.dtype[np.generic], bool]:
    """Read shape and type of an array, and whether its file is an idx file.

    Raises:
        BadFile: when its file is damaged, is shorter than it says, or holds Python objects.
    """
    try:
        with entry.opened() as file:
            start = file.read(LONGEST_HEADER)
            is_idx = not start.startswith(NPY)
            if is_idx:
                shape, code, place = idx_header(start)
                kind: np.dtype[np.generic] = np.dtype(code)
            else:
                file.seek(0)
                shape, kind = npy_header(file)
                place = file.tell()
    except DAMAGE as error:
        raise BadFile(f"{entry.name}: this array cannot be read ({cause(error)}).") from None
    size = int(np.prod(shape, dtype=object)) * kind.itemsize
    if not entry.gzipped and place + size > entry.size:
        raise BadFile(
            f"{entry.name}: its start tells of {kind} {shape}, but the file is too short for that; "
            "it is damaged or cut short."
        )
    if min(shape, default=0) < 0 or max(shape, default=0) > MOST_IMAGES:
        raise BadFile(
            f"{entry.name}: an array of {shape}; at most {MOST_IMAGES:,} images are read."
        )
    return shape, kind, is_idx


def npy_header(file: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[np.generic]]:
    """Read the header of an `.npy` file.

    Raises:
        ValueError: when there is none, or it says that the array holds Python objects.
    """
    version = np.lib.format.read_magic(file)
    first = version == (1, 0)
    read_header = (
        np.lib.format.read_array_header_1_0 if first else np.lib.format.read_array_header_2_0
    )
    shape, _, kind = read_header(file, LONGEST_HEADER)
    if kind.hasobject:
        raise ValueError("it holds Python objects, which are never loaded")
    return shape, kind


def _values(header: Header) -> Array:
    """Read an array.

    Raises:
        BadFile: when its file is damaged or cut short.
    """
    try:
        with header.entry.opened() as file:
            if not header.is_idx:
                found: Array = np.lib.format.read_array(file, allow_pickle=False)
                return found
            file.read(4 + 4 * len(header.shape))
            content = file.read(header.bytes)
            if len(content) < header.bytes:
                raise EOFError("it is cut short")
            return np.frombuffer(content, header.kind).reshape(header.shape)
    except DAMAGE as error:
        raise BadFile(f"{header.entry.name}: cannot be read ({cause(error)}).") from None


def _check_sets(headers: Sequence[Header], origin: str) -> None:
    """Refuse the files of several datasets, such as EMNIST's zip file of six.

    Raises:
        BadFile: with their names.
    """
    sets: dict[str, list[Header]] = {}
    for each in headers:
        if each.is_idx:
            own = each.known - PARTS - {*IMAGES} - {*LABELS} - IDX_WORDS
            sets.setdefault(" ".join(word for word in sorted(own)), []).append(each)
    whole = [name for name, some in sets.items() if len(some) > 1]
    if len(whole) > 1:
        raise BadFile(
            f"{origin}: it holds {len(whole)} datasets ({', '.join(whole)}); bring the files of "
            "one of them."
        )


def _pairs(headers: Sequence[Header], origin: str) -> list[Pair]:
    """Return the training part, and the test part if there is one.

    Raises:
        BadFile: when they cannot be told.
    """
    train = _named(headers, TRAIN) or _named(headers, ())
    test = _named(headers, TEST) or _named(headers, HELD_BACK)
    if train:
        return [train, test] if test and test != train else [train]
    pairs = _by_shape(headers) or ([test] if test else [])
    if pairs:
        return pairs
    found = ", ".join(f"{each.shown} ({each.kind} {each.shape})" for each in headers[:8])
    raise BadFile(f"{origin}: it holds {found}; {WANTED}.")


def _named(headers: Sequence[Header], part: Sequence[str]) -> Pair | None:
    """Return the images and labels whose names say so, and which part they are of."""
    of_part = [
        each
        for each in headers
        if (each.known & {*part} if part else not each.known & {*TRAIN, *TEST, *HELD_BACK})
    ]
    images, labels = _first(of_part, IMAGES), _first(of_part, LABELS)
    if images and labels and images != labels and _belong(images, labels):
        return Pair(images, labels)
    return _told_by_shape(of_part) if part else None


def _told_by_shape(headers: Sequence[Header]) -> Pair | None:
    """Return the images and labels of a part that are called by its name alone."""
    images = [each for each in headers if _may_be_images(each)]
    labels = [each for each in headers if not _may_be_images(each)]
    if len(images) == len(labels) == 1 and _belong(images[0], labels[0]):
        return Pair(images[0], labels[0])
    return None


def _first(headers: Iterable[Header], known: Sequence[str]) -> Header | None:
    return next((each for word in known for each in headers if word in each.known), None)


def _by_shape(headers: Sequence[Header]) -> list[Pair]:
    """Pair arrays that have no telling names, by their lengths: images have more than one axis."""
    images = [each for each in headers if _may_be_images(each)]
    labels = [each for each in headers if not _may_be_images(each)]
    pairs = []
    for each in images:
        fitting = [label for label in labels if _belong(each, label)]
        if fitting:
            labels.remove(fitting[0])
            pairs.append(Pair(each, fitting[0]))
    unnamed = all(UNNAMED.fullmatch(each.shown.split("/")[-1]) for each in headers)
    return pairs[:2] if unnamed or len(pairs) == 1 else []


def _may_be_images(header: Header) -> bool:
    pixels = int(np.prod(header.shape[1:], dtype=object)) if len(header.shape) > 1 else 0
    return pixels >= 16 and header.kind.kind in "buif" and (len(header.shape) > 2 or pixels > 100)


def _belong(images: Header, labels: Header) -> bool:
    return bool(images.shape and labels.shape) and images.shape[0] == labels.shape[0]


def _form(used: Sequence[Header]) -> str:
    """Say in words what the arrays were."""
    names = [each.shown for each in used]
    packed = "idx files" if all(each.is_idx for each in used) else "arrays"
    if {each.entry.archive[-4:].lower() for each in used} == {".npz"}:
        packed = "an .npz file" if len({each.entry.archive for each in used}) == 1 else ".npz files"
    return f"{packed} with {', '.join(names[:-1])} and {names[-1]}"


def alone(entries: Sequence[Entry], origin: str) -> tuple[Part, tuple[str, ...]]:
    """Read images that need no labels: those of the test part, or the only ones there are.

    Returns:
        the images with the labels that belong to them, none where there are no such; and a
        sentence about what is not used.

    Raises:
        BadFile: as `read`, or when there are several and none is called a test part.
    """
    headers, told = _headers(entries)
    images = [each for each in headers if _may_be_images(each)]
    chosen = [each for each in images if each.known & {*TEST}] or images
    if len(chosen) != 1:
        found = ", ".join(f"{each.shown} ({each.kind} {each.shape})" for each in headers[:8])
        raise BadFile(
            f"{origin}: it holds {found}; there must be one array of images, or one that is called "
            "test, such as x_test."
        )
    header = chosen[0]
    if header.bytes > MOST_MEGABYTES * MEGABYTE:
        raise BadFile(
            f"{origin}: its images take {megabytes(header.bytes, MOST_MEGABYTES)} MB; at most "
            f"{MOST_MEGABYTES:,} MB are allowed."
        )
    labels = [
        each
        for each in headers
        if not _may_be_images(each)
        and _belong(header, each)
        and each.known & PARTS == header.known & PARTS
    ]
    used = [header, *labels[:1]]
    rest = [each.shown for each in headers if each not in used]
    if rest:
        told = (*told, f"Not used: {', '.join(rest)}.")
    of_labels = _values(labels[0]) if labels else np.zeros(0, "U1")
    return Part(_values(header), of_labels), told
