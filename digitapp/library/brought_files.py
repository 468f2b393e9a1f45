"""Labelled images that somebody brings: read, looked at, mended as chosen, and kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitapp.files.laid_down import laid_down
from digitapp.imports import findings as looking
from digitapp.imports import keeping, placement, reading
from digitapp.imports.collection import Collection, Labelled
from digitapp.imports.entries import MOST_MEGABYTES
from digitapp.imports.finding import Finding, Places, Told, images_at, labels_of, parts_of
from digitapp.imports.findings import silent
from digitapp.imports.keeping import Prepared
from digitapp.imports.mends import MENDS, mended, suggested
from digitapp.imports.progress import Progress, unseen
from digitapp.imports.report import Report, report
from digitapp.imports.sizes import prepared
from digitapp.library import own_datasets, second_opinion
from digitapp.runs import RunStore

OF_LABELS = ("ten_is_zero", "one_less", "to_letters")  # mends that change no pixels
Mends = Mapping[str, Places]


@dataclass(frozen=True)
class Brought:
    """What somebody brought, looked at and not yet kept.

    Attributes:
        names: of the files.
        findings: what was noticed, and how it can be mended.
        preparation: the entry of `PREPARATIONS` that fits the images, or that was asked for.
    """

    names: tuple[str, ...]
    collection: Collection
    findings: tuple[Finding, ...]
    preparation: str = "mnist"

    @property
    def report(self) -> Report:
        """The report on it."""
        return report(self.collection, self.findings)

    @property
    def size(self) -> int:
        """The bytes that the images take."""
        return sum(part.images.nbytes for part in parts_of(self.collection))

    @property
    def suggested(self) -> dict[str, Places]:
        """The mends that are suggested."""
        return suggested(self.findings)

    def chosen(self, names: Iterable[str]) -> dict[str, Places]:
        """Return the named mends, each with the images of its finding."""
        found = {each.mend: each.images for each in self.findings if each.mend}
        return {name: found[name] for name in names if name in found}


def look(
    paths: Sequence[Path],
    names: Sequence[str],
    preparation: str | None = None,
    progress: Progress = unseen,
    told: Told = silent,
    most_megabytes: int = MOST_MEGABYTES,
) -> Brought:
    """Read files and look at their images.

    Args:
        paths, names, progress: as for `reading.read`.
        preparation: the entry of `PREPARATIONS` by which drawings will be prepared; None chooses
            the one that the images look like.
        told: is told what takes long.
        most_megabytes: as for `reading.read`.

    Raises:
        BadFile: as `reading.read`, or when all images are empty.
    """
    collection = reading.read(paths, names, progress, most_megabytes)
    progress(1.0, "all")
    how = preparation or placement.preparation(collection)
    found = looking.findings(collection, second_opinion.bundled(), how, told, names)
    return Brought(tuple(names), collection, found, how)


def look_at_uploads(
    files: Sequence[tuple[str, bytes | memoryview]],
    preparation: str | None = None,
    progress: Progress = unseen,
    told: Told = silent,
    most_megabytes: int = MOST_MEGABYTES,
) -> Brought:
    """Like `look`, for the names and contents of uploaded files.

    They lie in a temporary folder while they are read, under names of our own.

    Raises:
        BadFile: as `look`, or when they cannot be laid there.
    """
    with laid_down([content for _, content in files]) as paths:
        names = [name for name, _ in files]
        return look(paths, names, preparation, progress, told, most_megabytes)


def keep(
    store: RunStore,
    brought: Brought,
    name: str,
    mends: Mends,
    preparation: str = "mnist",
    *,
    instead: bool = False,
) -> Prepared:
    """Mend what was brought, and keep it as a dataset.

    Args:
        name: one that `own_datasets.new_name` returned.
        mends: as for `mended`.
        preparation: the entry of `PREPARATIONS` for images that are not 28x28, and for drawings.
        instead: as for `own_datasets.new_name`.

    Raises:
        InvalidSetting: when too little would be left, or too little to set some aside; or
            somebody took the name meanwhile.
        StoreProblem: when the store fails.
    """
    kept = keeping.ready(mended(brought.collection, mends), name, preparation)
    origin = ", ".join(brought.names)
    own_datasets.keep(store, kept.data, preparation, origin, kept.told, instead=instead)
    return kept


@dataclass(frozen=True)
class Sample:
    """Some images of a class as they would be kept.

    Attributes:
        images: uint8 (n, 28, 28), 0 paper to 255 ink.
        count: how many there are of this class in all.
    """

    name: str
    images: NDArray[np.uint8]
    count: int


def samples(brought: Brought, mends: Mends, most: int, preparation: str = "mnist") -> list[Sample]:
    """Return the first images of each class as they would be kept, in little time.

    Args:
        mends: as for `mended`.
        most: images of each class.
    """
    collection, labels = brought.collection, labels_of(brought.collection)
    kept = np.ones(len(labels), dtype=np.bool_)
    for name, places in mends.items():
        if MENDS[name].leaves_out:
            kept[places] = False
    each_class = [np.flatnonzero(kept & (labels == n)) for n in range(len(collection.class_names))]
    shown = np.sort(np.concatenate([places[:most] for places in each_class]))
    if not len(shown):
        return []
    few = replace(
        collection, train=Labelled(images_at(collection, shown), labels[shown]), test=None
    )
    changes = [name for name in mends if MENDS[name].change is not None]
    found = mended(few, {name: np.flatnonzero(np.isin(shown, mends[name])) for name in changes})
    images = prepared(found.train.images, preparation)
    rows = []
    for label, name in enumerate(found.class_names):
        own = found.train.labels == label
        if own.any():
            before = labels[shown][own][0]  # mends may put classes into another order
            rows.append(Sample(name, images[own], len(each_class[before])))
    return rows


def shown_places(brought: Brought, finding: Finding, most: int) -> Places:
    """Return the places of some images that a finding is about, spread over all of them."""
    places = finding.images
    if not len(places):
        places = np.arange(len(labels_of(brought.collection)))
    if len(places) <= most:
        return places
    return places[np.linspace(0, len(places) - 1, most).astype(int)]


def shown_images(brought: Brought, places: Places, mends: Mends) -> NDArray[np.uint8]:
    """Return images at sorted places, with pixels mended: uint8 (n, height, width)."""
    few = Labelled(images_at(brought.collection, places), np.zeros(len(places), dtype=np.uint8))
    pixels = {
        name: np.flatnonzero(np.isin(places, mends[name]))
        for name in mends
        if MENDS[name].change is not None and name not in OF_LABELS
    }
    collection = replace(brought.collection, train=few, test=None)
    return mended(collection, pixels).train.images
