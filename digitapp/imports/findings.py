"""Look at a collection of images before it is kept: what is odd about it, and how to mend it.

What harms a training is noticed by what it leaves in the pixels and labels: white paper along the
edges, equal neighbours, copies to the last pixel. A network that can read already is a second
opinion about images and labels, where their classes are among its own.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from digitapp.errors import BadFile
from digitapp.imports import (
    class_findings,
    copies,
    pixel_findings,
    placement,
    published,
    reader_findings,
)
from digitapp.imports.changes import brighter, refitted
from digitapp.imports.collection import Collection
from digitapp.imports.finding import Finding, Places, Reader, Told, images_at, parts_of
from digitapp.imports.pixel_findings import BRIGHT_EDGE, Levels
from digitapp.imports.placement import Placement
from digitapp.imports.sizes import prepared

Images = NDArray[np.uint8]


def silent(_: str) -> None:
    """Tell nobody."""


def findings(
    collection: Collection,
    reader: Reader | None = None,
    preparation: str = "mnist",
    told: Told = silent,
    files: Sequence[str] = (),
) -> tuple[Finding, ...]:
    """Return what is odd about a collection, in the order in which it should be read.

    100,000 images of 28x28 pixels take some seconds. Only if their labels are often wrong, all of
    them are read, which takes longer; `told` is told before.

    Args:
        reader: a second opinion; None does without.
        preparation: the entry of `PREPARATIONS` by which drawings will be prepared.
        files: the names of what was brought.

    Raises:
        BadFile: when all images are empty.
    """
    levels = pixel_findings.measured([part.images for part in parts_of(collection)])
    if not levels.range.any():
        raise BadFile(
            f"All {len(levels.range):,} images are empty: each has one grey everywhere. There is "
            "nothing to learn from them."
        )
    pixels = pixel_findings.findings(levels)
    empty = next((each.images for each in pixels if each.name == "blank"), None)
    places = np.arange(len(levels.high))
    usable = places if empty is None else np.setdiff1d(places, empty)
    found = [*class_findings.findings(collection)]
    found += copies.findings(collection, np.setdiff1d(places, usable))
    lies, known = placement.placement(collection), None
    if reader is not None and len(usable):

        def prepare(some: Places) -> Images:
            return _as_read(collection, some, levels, lies)

        known = reader_findings.understand(collection, reader, usable, prepare)
        if known:
            found += reader_findings.findings(collection, reader, usable, prepare, known, told)
    if known is None:
        found += published.findings(collection, files)
    return (*pixels, *placement.findings(lies, preparation, known is not None), *found)


def _as_read(
    collection: Collection, places: Places, levels: Levels, lies: Placement | None
) -> Images:
    """Return images as the bundled network gets them: as MNIST was prepared, white on black."""
    images = brighter(images_at(collection, places), levels.scale)
    white = levels.bright_edge[places] > BRIGHT_EDGE
    images[white] = 255 - images[white]
    if lies is not None and not lies.is_like_mnist:
        return refitted(images)
    return prepared(images, "mnist")
