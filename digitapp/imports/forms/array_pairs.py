"""Which arrays are images, which are labels, and of which part of a dataset.

That is told by their names (`x_train`, `trainImages`, `t10k-labels-idx1-ubyte` ...), and without
telling names by their shapes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from digitapp.errors import BadFile
from digitapp.imports.forms.array_headers import UNNAMED, Header
from digitapp.imports.part_words import HELD_BACK, PARTS, TEST, TRAIN

IMAGES = ("x", "images", "image", "imgs", "img", "data", "pixels", "features", "inputs")
LABELS = ("y", "labels", "label", "targets", "target", "classes", "class", "lbls")
IDX_WORDS = {"idx1", "idx3", "ubyte", "idx"}
WANTED = (
    "there must be images and labels, such as x_train and y_train, images and labels, or arr_0 "
    "and arr_1, one label for each image"
)


@dataclass(frozen=True)
class Pair:
    """A part's images and labels."""

    images: Header
    labels: Header


def check_sets(headers: Sequence[Header], origin: str) -> None:
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


def pairs_of(headers: Sequence[Header], origin: str) -> list[Pair]:
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
    raise BadFile(f"{origin}: {_unequal(headers)}it holds {found}; {WANTED}.")


def _unequal(headers: Sequence[Header]) -> str:
    """Say that there are not as many labels as images, if that is what is wrong."""
    for part in (TRAIN, (), TEST):
        own = [each for each in headers if each.known & PARTS == each.known & {*part}]
        images, labels = _first(own, IMAGES), _first(own, LABELS)
        if images and labels and images != labels and images.shape and labels.shape:
            count = labels.shape[0]
            return (
                f"there are {images.shape[0]:,} images in {images.shown} and {count:,} "
                f"label{'s' * (count != 1)} in {labels.shown}, so they do not belong together; "
            )
    return ""


def _named(headers: Sequence[Header], part: Sequence[str]) -> Pair | None:
    """Return the images and labels whose names say so, and which part they are of."""
    of_part = [
        each
        for each in headers
        if (each.known & {*part} if part else not each.known & {*TRAIN, *TEST, *HELD_BACK})
    ]
    images, labels = _first(of_part, IMAGES), _first(of_part, LABELS)
    if images and labels and images != labels and belong(images, labels):
        return Pair(images, labels)
    return _told_by_shape(of_part) if part else None


def _told_by_shape(headers: Sequence[Header]) -> Pair | None:
    """Return the images and labels of a part that are called by its name alone."""
    images = [each for each in headers if may_be_images(each)]
    labels = [each for each in headers if not may_be_images(each)]
    if len(images) == len(labels) == 1 and belong(images[0], labels[0]):
        return Pair(images[0], labels[0])
    return None


def _first(headers: Iterable[Header], known: Sequence[str]) -> Header | None:
    return next((each for word in known for each in headers if word in each.known), None)


def _by_shape(headers: Sequence[Header]) -> list[Pair]:
    """Pair arrays that have no telling names, by their lengths: images have more than one axis."""
    images = [each for each in headers if may_be_images(each)]
    labels = [each for each in headers if not may_be_images(each)]
    pairs = []
    for each in images:
        fitting = [label for label in labels if belong(each, label)]
        if fitting:
            labels.remove(fitting[0])
            pairs.append(Pair(each, fitting[0]))
    unnamed = all(UNNAMED.fullmatch(each.shown.split("/")[-1]) for each in headers)
    return pairs[:2] if unnamed or len(pairs) == 1 else []


def may_be_images(header: Header) -> bool:
    """Whether an array can be images, by its shape and type."""
    pixels = int(np.prod(header.shape[1:], dtype=object)) if len(header.shape) > 1 else 0
    return pixels >= 16 and header.kind.kind in "buif" and (len(header.shape) > 2 or pixels > 100)


def belong(images: Header, labels: Header) -> bool:
    """Whether there are as many labels as images."""
    return bool(images.shape and labels.shape) and images.shape[0] == labels.shape[0]
