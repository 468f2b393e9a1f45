"""What is odd about the classes: sorted, rare, uneven, and none set aside for testing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digitapp.imports.collection import Collection
from digitapp.imports.finding import Finding, counted, labels_of

SORTED = 0.6  # of the way from neighbours by chance to neighbours always of the same class
FEWEST = 5  # images of a class
UNEVEN = 5  # times as many images as the smallest class has
KEPT = 3  # times as many images as the smallest class has are kept of each
SURPLUS_SEED = 20_271_127
MOST_NAMED = 5  # classes named in a sentence


def findings(collection: Collection) -> list[Finding]:
    """Return what is odd about the classes."""
    names, labels = collection.class_names, collection.train.labels
    counts = np.bincount(labels, minlength=len(names))
    found = [
        _no_test_part(collection),
        _sorted(labels, names),
        _rare(collection, counts),
        _uneven(labels, names, counts),
    ]
    return [each for each in found if each]


def _no_test_part(collection: Collection) -> Finding | None:
    if collection.test is not None and len(collection.test):
        return None
    said = (
        "No images are set aside for testing. One in six of each class can be: a network is then "
        "tested on images that it has never seen."
    )
    return Finding("no_test_part", said, mend="split", suggested=True)


def _sorted(labels: NDArray[np.uint8], names: tuple[str, ...]) -> Finding | None:
    """Compare how often neighbours are of the same class with how often they are by chance."""
    if len(labels) < 2 * len(names):
        return None
    shares = np.bincount(labels) / len(labels)
    by_chance = float((shares**2).sum())
    same = float((labels[1:] == labels[:-1]).mean())
    if by_chance == 1 or same < by_chance + SORTED * (1 - by_chance):
        return None
    first, then = (names[labels[place]] for place in (0, int((labels != labels[0]).argmax())))
    said = (
        f"The images are sorted by class: first many of {first}, then many of {then}. They have "
        "to be mixed, as the last ones are used to check the network while it learns."
    )
    return Finding("sorted", said, mend="shuffle", suggested=True)


def _rare(collection: Collection, counts: NDArray[np.int64]) -> Finding | None:
    rare = counts < FEWEST
    if not rare.any():
        return None
    names = _named([collection.class_names[each] for each in np.flatnonzero(rare)])
    most = int(counts[rare].max())
    said = (
        f"Of {names} there {'is' if most == 1 else 'are'} at most {counted(most, 'image')} to "
        f"learn from. A network needs at least {FEWEST} of each class, and better 20 or more."
        if most
        else f"Of {names} there are no images to learn from, so no network can know "
        f"{'it' if rare.sum() == 1 else 'them'}."
    )
    places = np.flatnonzero(rare[labels_of(collection)])
    mend = "leave_out_rare" if (~rare).sum() > 1 else None
    return Finding("rare_classes", said, places, mend, suggested=mend is not None and most == 0)


def _uneven(
    labels: NDArray[np.uint8], names: tuple[str, ...], counts: NDArray[np.int64]
) -> Finding | None:
    """Compare the largest class with the smallest that is not rare."""
    usual = np.flatnonzero(counts >= FEWEST)
    if len(usual) < 2:
        return None
    smallest, largest = usual[counts[usual].argmin()], usual[counts[usual].argmax()]
    if counts[largest] < UNEVEN * counts[smallest]:
        return None
    most = KEPT * int(counts[smallest])
    said = (
        f"There are {counted(int(counts[largest]))} of {names[largest]}, but only "
        f"{int(counts[smallest]):,} of {names[smallest]}. A network learns to say "
        f"{names[largest]} too often. It can be trained on at most {most:,} of each class."
    )
    random = np.random.default_rng(SURPLUS_SEED)
    surplus = [
        random.permutation(np.flatnonzero(labels == label))[most:] for label in range(len(names))
    ]
    return Finding("uneven", said, np.sort(np.concatenate(surplus)), "leave_out_surplus")


def _named(names: list[str]) -> str:
    """Return names in a row, not more than a few."""
    more = len(names) - MOST_NAMED
    if more > 0:
        others = counted(more, "other class", "other classes")
        return f"{', '.join(names[:MOST_NAMED])} and {others}"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
