"""Read images to be read by a network: pixels in a file, with or without labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitapp.errors import BadFile
from digitapp.imports import pixel_findings
from digitapp.imports.collection import Collection, Labelled
from digitapp.imports.entries import Entry
from digitapp.imports.forms import arrays, csv_file, csv_layout
from digitapp.imports.found import Part
from digitapp.imports.kinds import Kind, kind
from digitapp.imports.labels import Classes, classes
from digitapp.imports.listing import brought
from digitapp.imports.mends import mended, suggested
from digitapp.imports.pixels import grey
from digitapp.imports.progress import Progress, unseen

MENDS = ("brighten", "invert", "invert_bright")  # which do not need labels, and keep every image
ANY = ("any", "other")  # classes of images whose class is not known


@dataclass(frozen=True)
class Unlabelled:
    """Images in the order of their file.

    Attributes:
        images: uint8 (n, height, width), 0 paper to 255 ink.
        classes: what the labels beside them say; None where there are none.
        told: a sentence about each conversion, and about each thing that is not used.
    """

    images: NDArray[np.uint8]
    classes: Classes | None
    told: tuple[str, ...]


def read(path: Path, name: str, as_is: bool = False, progress: Progress = unseen) -> Unlabelled:
    """Read the images in a CSV file, an `.npz` or `.npy` file, or idx files.

    Where there are several parts, the test part is read. White paper becomes black, and faint
    images become brighter, as networks here read them.

    Args:
        name: what the file is called, such as that of an uploaded file.
        as_is: leave paper and brightness as they are.

    Raises:
        BadFile: when there are no images in it, or it is damaged or too large.
    """
    with brought([path], [name]) as files:
        part, told = _part(files.entries, name, progress)
    labels, unused = _classes(part, name)
    found = grey([part.images], name)
    images, told = found.parts[0], (*told, *found.converted, *unused)
    if as_is:
        return Unlabelled(images, labels, told)
    any_class = Labelled(images, np.zeros(len(images), dtype=np.uint8))
    collection = Collection(ANY, any_class, None, "", told)
    odd = suggested(pixel_findings.findings(pixel_findings.measured([images])))
    collection = mended(collection, {mend: odd[mend] for mend in MENDS if mend in odd})
    return Unlabelled(collection.train.images, labels, collection.told)


def _part(
    entries: Sequence[Entry], origin: str, progress: Progress
) -> tuple[Part, tuple[str, ...]]:
    """Read the images, and the labels if there are any."""
    kinds = [(entry, kind(entry)[0]) for entry in entries]
    of_arrays = [entry for entry, each in kinds if each is Kind.ARRAY]
    tables = [entry for entry, each in kinds if each is Kind.TEXT]
    if of_arrays:
        return arrays.alone(of_arrays, origin)
    if len(tables) != 1:
        found = ", ".join(entry.name for entry, _ in kinds[:3])
        raise BadFile(
            f"{origin}: it holds {found}; it must be one CSV file, or an .npz, .npy or idx file."
        )
    layout = csv_layout.layout_of(tables[0])
    return csv_file.read(tables[0], layout, progress), layout.told


def _classes(part: Part, origin: str) -> tuple[Classes | None, tuple[str, ...]]:
    """Return the classes of the labels, and a sentence if there are labels that cannot be used."""
    if not len(part.labels) or len(part.labels) != len(part.images):
        return None, ()
    try:
        return classes([part.labels], origin, fewest=1), ()
    except BadFile as error:
        return None, (f"The labels in the file are not used. {error}",)
