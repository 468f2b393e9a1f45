"""Put right what was found in a collection of images, and say so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from digitapp.imports import splitting
from digitapp.imports.changes import (
    Change,
    brightened,
    every,
    inverted,
    inverted_some,
    lettered,
    refitted,
    renamed,
    softened,
    without,
    without_empty_classes,
)
from digitapp.imports.collection import Collection
from digitapp.imports.finding import Finding, Places, counted
from digitapp.imports.orientations import ORIENTATIONS
from digitapp.registry import lookup

ALWAYS = ("split", "shuffle")  # mends that are made anyway: without a test part, and always


@dataclass(frozen=True)
class Mend:
    """A way to put something right, in up to three steps.

    Attributes:
        title: for a button.
        done: what is told of the collection afterwards; `{images}` is how many were concerned.
        change: changes pixels or labels; every image stays in its place.
        leaves_out: the images of the finding are left out.
        after: arranges what is left.
        of_found: it concerns only images that were found, so there must be some.
    """

    title: str
    done: str
    change: Change | None = None
    leaves_out: bool = False
    after: Callable[[Collection], Collection] | None = None
    of_found: bool = False


def suggested(findings: Iterable[Finding]) -> dict[str, Places]:
    """Return the mends that are suggested, each with the images that it is about."""
    return {each.mend: each.images for each in findings if each.mend and each.suggested}


def mended(collection: Collection, mends: Mapping[str, Places]) -> Collection:
    """Mend a collection: pixels and labels first, then what is left out, mixed and split.

    Args:
        mends: entries of `MENDS`, in any order, each with the `images` of its finding.

    Returns:
        the collection; `told` has a sentence about each mend.

    Raises:
        UnknownName: when there is no such mend.
        InvalidSetting: when one is of no use here, or too little would be left.
    """
    for name in mends:
        lookup(MENDS, "mend", name)
    chosen = {name: mend for name, mend in MENDS.items() if name in mends}
    for name, mend in chosen.items():
        if mend.change is not None:
            collection = mend.change(collection, mends[name])
    out = [mends[name] for name, mend in chosen.items() if mend.leaves_out]
    gone: tuple[str, ...] = ()
    if out:
        collection, gone = _left(collection, np.unique(np.concatenate(out)))
    done = []
    for name, mend in chosen.items():
        arranged = mend.after(collection) if mend.after is not None else None
        if arranged is collection and mend.change is None and not mend.leaves_out:
            continue  # there is a test part already, say
        collection = arranged or collection
        done.append(mend.done.format(images=counted(len(mends[name]))))
    return replace(collection, told=(*collection.told, *done, *gone))


def _left(collection: Collection, places: Places) -> tuple[Collection, tuple[str, ...]]:
    """Leave images out, and classes that have none left to learn from, which is said."""
    before = collection.class_names
    left = without(collection, places)
    had, has = (
        np.bincount(part.labels, minlength=len(before)) > 0
        for part in (collection.train, left.train)
    )
    if not (had & ~has).any():
        return left, ()
    names = ", ".join(before[label] for label in np.flatnonzero(had & ~has))
    return without_empty_classes(left), (f"Left out, as no image was left to learn from: {names}.",)


def _left_out(title: str, done: str) -> Mend:
    return Mend(title, done, leaves_out=True, of_found=True)


MENDS: dict[str, Mend] = {
    "brighten": Mend("Make all brighter", "The images were made brighter.", brightened),
    "invert": Mend("Swap black and white", "Black and white changed places.", every(inverted)),
    "invert_bright": Mend(
        "Swap black and white where the paper is white",
        "In {images} with white paper, black and white changed places.",
        inverted_some,
        of_found=True,
    ),
    "soften": Mend("Soften the edges", "Black and white got soft edges.", every(softened)),
    **{
        name: Mend(each.title, each.done, every(each.upright))
        for name, each in ORIENTATIONS.items()
        if name != "as_is"
    },
    "refit": Mend(
        "Put the ink into the middle, as large as in drawings",
        "The ink was made as large as MNIST's and put into the middle.",
        every(refitted),
    ),
    "ten_is_zero": Mend(
        "Call the class 10 by its digit, 0",
        "The class 10 was renamed 0.",
        renamed(lambda number: 0 if number == 10 else number),
    ),
    "one_less": Mend(
        "Make every label one less", "Every label became one less.", renamed(lambda n: n - 1)
    ),
    "to_letters": Mend(
        "Call the classes A to Z", "The classes 1 to 26 were renamed A to Z.", lettered
    ),
    "leave_out_blank": _left_out("Leave empty images out", "{images} without ink left out."),
    "leave_out_repeated": _left_out("Leave copies out", "{images} left out as copies."),
    "leave_out_shared": _left_out(
        "Leave test images out of the training images",
        "{images} left out of the training images, as they are test images, too.",
    ),
    "leave_out_contradictory": _left_out(
        "Leave copies of different classes out",
        "{images} left out that were in more than one class.",
    ),
    "leave_out_mislabelled": _left_out(
        "Leave images with a doubtful label out",
        "{images} left out that the built-in network reads as something else.",
    ),
    "leave_out_surplus": _left_out(
        "Use fewer images of large classes", "{images} of large classes left out."
    ),
    "leave_out_rare": Mend(
        "Leave classes with hardly any image out",
        "Classes with hardly any image were left out, with {images}.",
        leaves_out=True,
        after=without_empty_classes,
        of_found=True,
    ),
    "split_anew": Mend(
        "Set other images aside for testing",
        "The test images were training images, too; others are set aside.",
        leaves_out=True,
        after=splitting.with_test_part,
        of_found=True,
    ),
    "split": Mend(
        "Set one in six aside for testing", splitting.SPLIT, after=splitting.with_test_part
    ),
    "shuffle": Mend("Mix the images", splitting.MIXED, after=splitting.mixed),
}
