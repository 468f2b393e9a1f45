"""What a network that can read already notices: turned images, shifted and wrong labels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitapp.imports.collection import Collection
from digitapp.imports.finding import (
    Finding,
    Places,
    Reader,
    Told,
    counted,
    labels_of,
)
from digitapp.imports.orientations import ORIENTATIONS

TRIED = 400  # images that are read in each of the eight orientations
LOOKED_AT = 3_000  # images whose labels are checked, before it is worth checking all
MOST_CHECKED = 100_000  # images, which bounds the time
READ_AT_ONCE = 4_000
SAMPLE_SEED = 20_271_128
FEWEST = 20  # images to judge by
KNOWN = 0.6  # of the images must be read as labelled, or they are not what the reader knows
BETTER = 0.25  # of the images more are read as labelled when turned
OWN, OTHER = 0.02, 0.95  # probabilities of the label at most, and of another class at least
WRONG = 0.005  # of the images; a reader is as often wrong about good ones
FEWEST_WRONG = 2
WHOLE_CLASS = 0.5  # of a class's images; if more seem wrong, it is the class that is
WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

Prepare = Callable[[Places], NDArray[np.uint8]]  # images at places, as the reader gets them
Names = tuple[str, ...]


@dataclass(frozen=True)
class _Naming:
    """A way to understand labels: what they mean, and the mend that makes it so."""

    means: Names
    mend: str | None = None


@dataclass(frozen=True)
class Understood:
    """How images and labels fit what the reader knows best.

    Attributes:
        orientation: the entry of `ORIENTATIONS`.
        meant: for each class its place among the reader's; -1 where it is none of them.
        agreement, as_they_are: the share of images read as labelled, upright and as they lie.
    """

    orientation: str
    naming: _Naming
    meant: NDArray[np.int64]
    agreement: float
    as_they_are: float


def findings(
    collection: Collection,
    reader: Reader,
    usable: Places,
    prepare: Prepare,
    understood: Understood,
    told: Told,
) -> list[Finding]:
    """Return what a reader notices.

    Args:
        usable, prepare: as for `understand`.
        understood: what that returned.
    """
    labels = labels_of(collection)
    found = [_turned(understood), _renamed(understood, collection.class_names)]
    found += _wrong(collection.class_names, labels, reader, usable, prepare, understood, told)
    return [each for each in found if each]


def understand(
    collection: Collection, reader: Reader, usable: Places, prepare: Prepare
) -> Understood | None:
    """Read a sample in each of the eight orientations, and compare with all namings.

    Args:
        usable: the places of images that are not empty.
        prepare: returns images uint8 (n, 28, 28), 0 paper to 255 ink.

    Returns:
        how images and labels fit; None if the reader does not know most of what it is shown.
    """
    labels = labels_of(collection)
    namings = [
        (each, _meant(each.means, reader.class_names)) for each in _namings(collection.class_names)
    ]
    known = np.any([meant >= 0 for _, meant in namings], axis=0)
    places = _sample(labels, usable[known[labels[usable]]], TRIED)
    if len(places) < FEWEST:
        return None
    images, found = prepare(places), []
    for name, orientation in ORIENTATIONS.items():
        read = reader(np.ascontiguousarray(orientation.upright(images))).argmax(axis=1)
        for naming, meant in namings:
            found.append((float((read == meant[labels[places]]).mean()), name, naming, meant))
    agreement, name, naming, meant = max(found, key=lambda each: each[0])
    as_they_are = max(each[0] for each in found if each[1] == "as_is")
    if agreement - as_they_are < BETTER:
        upright = [each for each in found if each[1] == "as_is"]
        agreement, name, naming, meant = max(upright, key=lambda each: each[0])
    if agreement < KNOWN:
        return None
    return Understood(name, naming, meant, agreement, as_they_are)


def _namings(names: Names) -> list[_Naming]:
    """Return the ways to understand names: as they are, 10 as 0, or each one too high."""
    found = [_Naming(names)]
    if not all(name.isdecimal() and 1 <= int(name) <= 10 for name in names):
        return found
    if "10" in names:
        ten = tuple("0" if name == "10" else name for name in names)
        found.append(_Naming(ten, "ten_is_zero"))
    return [*found, _Naming(tuple(str(int(name) - 1) for name in names), "one_less")]


def _meant(names: Names, known: Sequence[str]) -> NDArray[np.int64]:
    """Return each name's place among the reader's classes; -1 for one that is not there."""
    places = {name: place for place, name in enumerate(known)}
    places |= {word: places[str(n)] for n, word in enumerate(WORDS) if str(n) in places}
    return np.array([places.get(name.casefold(), -1) for name in names])


def _sample(labels: NDArray[np.uint8], usable: Places, count: int) -> Places:
    """Choose sorted places, as evenly from all classes as there are images."""
    mixed = np.random.default_rng(SAMPLE_SEED).permutation(usable)
    order = np.argsort(labels[mixed], kind="stable")
    sorted_labels = labels[mixed][order]
    starts = np.searchsorted(sorted_labels, sorted_labels)
    rank = np.arange(len(order)) - starts  # within its class
    return np.sort(mixed[order][np.argsort(rank, kind="stable")[:count]])


def _turned(understood: Understood) -> Finding | None:
    name = understood.orientation
    if name == "as_is":
        return None
    said = (
        f"The images {ORIENTATIONS[name].words}. The built-in network reads "
        f"{understood.as_they_are:.0%} of them as they are, and {understood.agreement:.0%} once "
        "they are upright."
    ).replace("%", " %")
    return Finding("turned", said, mend=name, suggested=True)


def _renamed(understood: Understood, names: Names) -> Finding | None:
    mend = understood.naming.mend
    if mend is None:
        return None
    if mend == "ten_is_zero":
        said = "The class 10 means 0: that is what the built-in network reads in its images."
    else:
        said = (
            f"Every label is one too high: the images of {names[0]} show "
            f"{understood.naming.means[0]}, those of {names[1]} show {understood.naming.means[1]}, "
            "and so on. So the built-in network reads them."
        )
    return Finding("labels_from_one", said, mend=mend, suggested=True)


def _wrong(
    names: Names,
    labels: NDArray[np.uint8],
    reader: Reader,
    usable: Places,
    prepare: Prepare,
    understood: Understood,
    told: Told,
) -> list[Finding]:
    """Look for images whose label the reader clearly contradicts."""
    known = usable[(understood.meant >= 0)[labels[usable]]]
    upright = ORIENTATIONS[understood.orientation].upright

    def doubted(places: Places) -> Places:
        found = []
        for start in range(0, len(places), READ_AT_ONCE):
            some = places[start : start + READ_AT_ONCE]
            read = reader(np.ascontiguousarray(upright(prepare(some))))
            own = read[np.arange(len(some)), understood.meant[labels[some]]]
            found.append(some[(own < OWN) & (read.max(axis=1) > OTHER)])
        return np.concatenate(found)

    looked_at = _sample(labels, known, LOOKED_AT)
    wrong = doubted(looked_at)
    if len(wrong) < max(FEWEST_WRONG, WRONG * len(looked_at)):
        return []
    if len(looked_at) < len(known):
        known = _sample(labels, known, MOST_CHECKED)
        told(f"Reading {len(known):,} images, as some may have the wrong label.")
        wrong = doubted(known)
    return _told_wrong(names, labels, wrong, known)


def _told_wrong(
    names: Names, labels: NDArray[np.uint8], wrong: Places, known: Places
) -> list[Finding]:
    """Tell single images from whole classes that seem to have the wrong label."""
    counts, all_counts = (
        np.bincount(labels[places], minlength=len(names)) for places in (wrong, known)
    )
    whole = counts > np.maximum(WHOLE_CLASS * all_counts, FEWEST_WRONG)
    found = [
        Finding(
            "misnamed_class",
            f"Most images of {names[label]} look like something else to the built-in network: "
            f"{int(counts[label]):,} of {int(all_counts[label]):,}. Is the class named right?",
            wrong[labels[wrong] == label],
        )
        for label in np.flatnonzero(whole)
    ]
    single = wrong[~whole[labels[wrong]]]
    if len(single) >= max(FEWEST_WRONG, WRONG * len(known)):
        said = (
            f"{counted(len(single))} of {len(known):,} may have the wrong label: the built-in "
            "network clearly reads something else. Look at them first, as it can be wrong, too."
        )
        found.append(Finding("mislabelled", said, single, "leave_out_mislabelled"))
    return found
