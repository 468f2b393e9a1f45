"""Changes of a collection of images: of pixels, of labels, and leaving some out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from string import ascii_uppercase

import numpy as np
from numpy.typing import NDArray

from digitapp.errors import InvalidSetting
from digitapp.imports import pixel_findings
from digitapp.imports.collection import Collection, Labelled
from digitapp.imports.finding import Places, parts_of
from digitapp.imports.sizes import prepared

Images = NDArray[np.uint8]
Change = Callable[[Collection, Places], Collection]

FULL = 255
FEWEST_CLASSES = 2
AT_ONCE = 4_000_000  # pixels that are changed together, which bounds the memory


def brighter(images: Images, scale: int) -> Images:
    """Return a copy in which the grey level `scale` and all above it have become white."""
    levels = np.minimum(np.arange(FULL + 1) * FULL / max(1, scale), FULL)
    return np.rint(levels).astype(np.uint8)[images]


def inverted(images: Images) -> Images:
    """Return a copy in which black and white have changed places."""
    return FULL - images


def every(change: Callable[[Images], Images]) -> Change:
    """Make a change of all images of a collection."""

    def changed(collection: Collection, _: Places) -> Collection:
        train, test = collection.train, collection.test
        return replace(
            collection,
            train=Labelled(np.ascontiguousarray(change(train.images)), train.labels),
            test=test and Labelled(np.ascontiguousarray(change(test.images)), test.labels),
        )

    return changed


def brightened(collection: Collection, places: Places) -> Collection:
    """Make all images brighter, so that the brightest pixel of nearly all is white."""
    parts = [part.images for part in parts_of(collection)]
    scale = pixel_findings.measured(parts).scale
    return every(lambda images: brighter(images, scale))(collection, places)


def inverted_some(collection: Collection, places: Places) -> Collection:
    """Invert the images at these places."""

    def changed(part: Labelled, first: int) -> Labelled:
        inside = places[(places >= first) & (places < first + len(part))] - first
        images = part.images.copy()
        images[inside] = FULL - images[inside]
        return Labelled(images, part.labels)

    train, test = collection.train, collection.test
    return replace(collection, train=changed(train, 0), test=test and changed(test, len(train)))


def softened(images: Images) -> Images:
    """Blur images a little, with the weights 1, 2, 1 in both directions."""
    found = np.empty_like(images)
    step = max(1, AT_ONCE // max(1, images.shape[1] * images.shape[2]))
    for start in range(0, len(images), step):
        some = images[start : start + step].astype(np.uint16)
        high = np.pad(some, ((0, 0), (1, 1), (0, 0)), mode="edge")
        some = high[:, :-2] + 2 * high[:, 1:-1] + high[:, 2:]
        wide = np.pad(some, ((0, 0), (0, 0), (1, 1)), mode="edge")
        found[start : start + step] = (wide[..., :-2] + 2 * wide[..., 1:-1] + wide[..., 2:]) // 16
    return found


def refitted(images: Images) -> Images:
    """Prepare images as MNIST was, even those of 28x28 pixels: uint8 (n, 28, 28)."""
    return prepared(np.pad(images, ((0, 0), (1, 1), (1, 1)), mode="edge"), "mnist")


def renamed(rename: Callable[[int], int]) -> Change:
    """Make a change of class names that are whole numbers; they are put in order again."""

    def changed(collection: Collection, _: Places) -> Collection:
        names = collection.class_names
        if not all(name.isdecimal() for name in names):
            found = ", ".join(names)
            raise InvalidSetting(f"The classes are {found}; only whole numbers can be shifted.")
        new = [rename(int(name)) for name in names]
        if min(new) < 0 or len({*new}) < len(new):
            raise InvalidSetting(f"The classes {', '.join(names)} cannot be shifted.")
        order = sorted(new)
        places = np.array([order.index(number) for number in new], dtype=np.uint8)
        train, test = collection.train, collection.test
        return replace(
            collection,
            class_names=tuple(map(str, order)),
            train=Labelled(train.images, places[train.labels]),
            test=test and Labelled(test.images, places[test.labels]),
        )

    return changed


def lettered(collection: Collection, _: Places) -> Collection:
    """Call the classes 1 to 26 by the letters A to Z.

    Raises:
        InvalidSetting: when they are called otherwise.
    """
    numbers = [int(name) if name.isdecimal() else 0 for name in collection.class_names]
    if not all(1 <= number <= len(ascii_uppercase) for number in numbers):
        found = ", ".join(collection.class_names)
        raise InvalidSetting(f"The classes are {found}; only 1 to 26 can become letters.")
    return replace(collection, class_names=tuple(ascii_uppercase[number - 1] for number in numbers))


def without(collection: Collection, places: Places) -> Collection:
    """Leave the images at these places out.

    Raises:
        InvalidSetting: when no training images would be left.
    """

    def kept(part: Labelled, first: int) -> Labelled:
        keep = ~np.isin(np.arange(first, first + len(part)), places)
        return Labelled(part.images[keep], part.labels[keep])

    train, test = collection.train, collection.test
    left = kept(train, 0)
    if not len(left):
        raise InvalidSetting("All training images would be left out; leave out less.")
    tested = None if test is None else kept(test, len(train))
    return replace(collection, train=left, test=tested if tested and len(tested) else None)


def without_empty_classes(collection: Collection) -> Collection:
    """Forget classes without any training image.

    Raises:
        InvalidSetting: when fewer than two are left.
    """
    used = np.bincount(collection.train.labels, minlength=len(collection.class_names)) > 0
    if used.sum() < FEWEST_CLASSES:
        raise InvalidSetting("Only one class would be left; there must be at least two.")
    places = np.cumsum(used) - 1

    def moved(part: Labelled) -> Labelled:
        keep = used[part.labels]
        return Labelled(part.images[keep], places[part.labels[keep]].astype(np.uint8))

    names = tuple(np.array(collection.class_names, dtype=object)[used])
    test = collection.test and moved(collection.test)
    return replace(collection, class_names=names, train=moved(collection.train), test=test)
