"""Images that are there more than once, to the last pixel."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from digitapp.imports.collection import Collection
from digitapp.imports.finding import Finding, Places, counted, labels_of, parts_of

HASH_BYTES = 16
FEW = 0.002  # of the images; fewer copies than that do no harm
MOST_SHARED = 0.9  # of the training images; if more are test images as well, it is one part twice


def findings(collection: Collection, empty: Places) -> list[Finding]:
    """Return what is there more than once.

    Args:
        empty: the places of empty images, which are all alike and are not counted.
    """
    train, labels = collection.train, labels_of(collection)
    groups = _groups([part.images for part in parts_of(collection)])
    places = np.setdiff1d(np.arange(len(labels)), empty)
    of_test = places >= len(train)
    contradictory = _contradictory(groups, labels, places)
    rest = ~np.isin(places, contradictory)
    shared = rest & ~of_test & np.isin(groups[places], groups[places[of_test]])
    learned = places[rest & ~of_test & ~shared]
    again = np.concatenate([_again(groups, learned), _again(groups, places[rest & of_test])])
    found = [
        _told_contradictory(contradictory),
        _told_shared(places[shared], places[of_test], groups, len(train)),
        _told_again(again, len(labels)),
    ]
    return [each for each in found if each]


def _groups(parts: list[NDArray[np.uint8]]) -> NDArray[np.int64]:
    """Number the images so that two have the same number if all their pixels are the same."""
    known: dict[bytes, int] = {}
    images = (image for part in parts for image in part)
    numbers = (
        known.setdefault(blake2b(image.tobytes(), digest_size=HASH_BYTES).digest(), number)
        for number, image in enumerate(images)
    )
    return np.fromiter(numbers, dtype=np.int64)


def _contradictory(groups: NDArray[np.int64], labels: NDArray[np.uint8], places: Places) -> Places:
    """Return the places of all copies of images that have more than one label."""
    pairs = np.unique(np.stack([groups[places], labels[places]], axis=1), axis=0)
    numbers, counts = np.unique(pairs[:, 0], return_counts=True)
    return places[np.isin(groups[places], numbers[counts > 1])]


def _again(groups: NDArray[np.int64], places: Places) -> Places:
    """Return the places of all copies but the first."""
    _, first = np.unique(groups[places], return_index=True)
    return np.delete(places, first)


def _told_contradictory(places: Places) -> Finding | None:
    if not len(places):
        return None
    said = (
        f"{counted(len(places))} are copies of each other, but belong to different classes. "
        "Only one of those can be right."
    )
    mend = "leave_out_contradictory"
    return Finding("contradictory", said, places, mend, suggested=True)


def _told_shared(
    places: Places, of_test: Places, groups: NDArray[np.int64], learned: int
) -> Finding | None:
    if not len(places):
        return None
    if len(places) > MOST_SHARED * learned:
        said = (
            "Nearly all training images are test images, too. A network would be tested on what "
            "it has learned by heart; new test images have to be set aside."
        )
        return Finding("same_parts", said, of_test, "split_anew", suggested=True)
    known = int(np.isin(groups[of_test], groups[places]).sum())
    said = (
        f"{counted(known, 'test image')} of {len(of_test):,} are training images, too. The test "
        "is too easy if a network has learned its answers by heart."
    )
    return Finding("shared", said, places, "leave_out_shared", suggested=True)


def _told_again(places: Places, count: int) -> Finding | None:
    if len(places) <= FEW * count:
        return None
    said = (
        f"{counted(len(places))} of {count:,} are copies of others. They teach nothing new, and "
        "where some are set aside for testing, the test is too easy."
    )
    return Finding("repeated", said, places, "leave_out_repeated", suggested=True)
