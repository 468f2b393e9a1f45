"""Arrays with names: those of `.npz` and `.npy` files, and of idx files such as MNIST's own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from digitapp.data.class_names import FEWEST, LONGEST, MOST
from digitapp.errors import BadFile
from digitapp.files.sizes import MEGABYTE, megabytes
from digitapp.imports.entries import Entry
from digitapp.imports.forms import class_arrays
from digitapp.imports.forms.array_headers import Header, headers_of, values
from digitapp.imports.forms.array_pairs import belong, check_sets, may_be_images, pairs_of
from digitapp.imports.found import Found, Part
from digitapp.imports.part_words import PARTS, TEST

MOST_MEGABYTES = 1000  # of all arrays that are read together
MOST_ARRAYS = 1000
MOST_BYTES_OF_NAMES = 100_000
LONGEST_LABEL = 4000  # bytes of a label that is text
NAMES = ("names", "classes", "categories", "class")  # words in the name of an array of names


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
    headers, told = headers_of(entries)
    check_sets(headers, origin)
    if class_arrays.are_classes(headers):
        _check_size(headers, origin)
        return class_arrays.read(headers, told)
    pairs = pairs_of(headers, origin)
    used = [header for pair in pairs for header in (pair.images, pair.labels)]
    _check_size(used, origin)
    for label in (pair.labels for pair in pairs):
        if label.kind.kind in "SU" and label.kind.itemsize > LONGEST_LABEL:
            raise BadFile(
                f"{origin}: the labels in {label.shown} are {label.kind}; each may have at most "
                f"{LONGEST} characters."
            )
    parts = [Part(values(pair.images), values(pair.labels)) for pair in pairs]
    named = next((each for each in headers if each not in used and _may_be_names(each)), None)
    names = _names(named) if named else {}
    rest = [each.shown for each in headers if each not in used and not (names and each is named)]
    if rest:
        told = (*told, f"Not used: {', '.join(rest)}.")
    return Found(_form(used), parts[0], parts[1] if len(parts) > 1 else None, told, names)


def _check_size(headers: Sequence[Header], origin: str) -> None:
    size = sum(each.bytes for each in headers)
    if size > MOST_MEGABYTES * MEGABYTE:
        raise BadFile(
            f"{origin}: its arrays take {megabytes(size, MOST_MEGABYTES)} MB; at most "
            f"{MOST_MEGABYTES:,} MB are allowed. Save the images as uint8, or fewer of them."
        )


def _may_be_names(header: Header) -> bool:
    """Whether an array can be the names of the classes, by its name, shape and type."""
    fits = len(header.shape) == 1 and FEWEST <= header.shape[0] <= MOST and header.kind.kind in "SU"
    return fits and header.bytes <= MOST_BYTES_OF_NAMES and bool(header.known & {*NAMES})


def _names(header: Header) -> dict[str, str]:
    """Return the names of the classes by their numbers; empty where they cannot all be names."""
    found = [
        each.decode("utf-8", "replace") if isinstance(each, bytes) else str(each)
        for each in values(header).tolist()
    ]
    usable = all(each.strip() and len(each) <= LONGEST for each in found)
    return {str(number): each.strip() for number, each in enumerate(found)} if usable else {}


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
    headers, told = headers_of(entries)
    images = [each for each in headers if may_be_images(each)]
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
        if not may_be_images(each)
        and belong(header, each)
        and each.known & PARTS == header.known & PARTS
    ]
    used = [header, *labels[:1]]
    rest = [each.shown for each in headers if each not in used]
    if rest:
        told = (*told, f"Not used: {', '.join(rest)}.")
    of_labels = values(labels[0]) if labels else np.zeros(0, "U1")
    return Part(values(header), of_labels), told
