"""Read labelled images from whatever somebody brings: the form is told by the content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from digitapp.data import class_names
from digitapp.errors import BadFile
from digitapp.imports import class_maps
from digitapp.imports.collection import Collection, Labelled
from digitapp.imports.entries import MOST_MEGABYTES, Brought, Entry
from digitapp.imports.forms import arrays, tables
from digitapp.imports.found import Found, Part
from digitapp.imports.kinds import Kind, kind
from digitapp.imports.labels import classes
from digitapp.imports.listing import brought
from digitapp.imports.pixels import grey
from digitapp.imports.progress import Progress, unseen

SHOWN = 3  # names in a sentence


def read(
    paths: Sequence[Path],
    names: Sequence[str],
    progress: Progress = unseen,
    most_megabytes: int = MOST_MEGABYTES,
) -> Collection:
    """Read labelled images from files, folders and zip files; nothing in them is ever run.

    Args:
        paths: where they lie.
        names: what they are called, such as those of uploaded files.
        progress: is told the share that has been read, 0 to 1, and in words.
        most_megabytes: that the files may take together, unpacked.

    Raises:
        BadFile: when there are no labelled images in them, or they are damaged or too large; the
            sentence says what arrived and what is allowed.
    """
    origin = " and ".join(names) if len(names) <= SHOWN else f"{len(names):,} files"
    with brought(paths, names, most_megabytes) as files:
        found = _found(files, origin, progress)
        return collection(found, origin, tuple(files.told))


def collection(found: Found, origin: str, told: tuple[str, ...] = ()) -> Collection:
    """Convert what a file holds to grey images of bytes, and its labels to classes with names.

    Raises:
        BadFile: when the images or labels are none, or do not belong together.
    """
    if found.test and len(found.test.images) and not len(found.train.images):
        found = replace(found, train=found.test, test=None)
        told = (*told, "The training part is empty; the test part is used for everything.")
    parts = [found.train, *([found.test] if found.test and len(found.test.images) else [])]
    for part in parts:
        _check_lengths(part, origin)
    if found.test and len(parts) == 1:
        told = (*told, "The test part is empty.")
    known = classes([part.labels for part in parts], origin)
    images = grey([part.images for part in parts], origin)
    names, unused = _named(known.names, found.names)
    names, renamed = class_names.usable(names)
    labelled = [Labelled(*each) for each in zip(images.parts, known.labels, strict=True)]
    test = labelled[1] if len(labelled) > 1 else None
    said = (*found.told, *known.converted, *images.converted, *renamed, *unused, *told)
    return Collection(names, labelled[0], test, found.form, said)


def _named(
    labels: tuple[str, ...], names: Mapping[str, str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names that the file tells for labels, and a sentence if they do not fit.

    Names that are numbered from 0 also fit labels from 1, as many as there are names.
    """
    if {*labels} <= {*names}:
        return tuple(names[label] for label in labels), ()
    if names and labels == tuple(map(str, range(1, len(names) + 1))):
        return tuple(names[str(number)] for number in range(len(names))), ()
    if names:
        few = ", ".join([*names.values()][:SHOWN])
        return labels, (f"Not used: names of classes ({few} ...), which do not fit the labels.",)
    return labels, ()


def _check_lengths(part: Part, origin: str) -> None:
    images, labels = np.shape(part.images), np.shape(part.labels)
    if images[:1] != labels[:1]:
        count = labels[0] if labels else 1
        raise BadFile(
            f"{origin}: there are {images[0]:,} images and {count:,} labels; there must be one "
            "label for each image."
        )


def _found(files: Brought, origin: str, progress: Progress) -> Found:
    """Read the images in the form that most of the files have."""
    by_kind = _by_kind(files.entries)
    maps = class_maps.found(by_kind[Kind.TEXT], by_kind[Kind.PICTURE])
    used = {Kind.ARRAY}
    if by_kind[Kind.ARRAY]:
        found = arrays.read(by_kind[Kind.ARRAY], origin)
    elif by_kind[Kind.PICTURE]:
        from digitapp.imports.forms import pictures  # and all that decodes them

        used = {Kind.PICTURE, Kind.TEXT}
        texts = [entry for entry in by_kind[Kind.TEXT] if entry.name not in maps.files]
        found = pictures.read(by_kind[Kind.PICTURE], texts, files.empty, origin, progress)
    elif by_kind[Kind.TEXT]:
        used = {Kind.TEXT}
        found = tables.read(by_kind[Kind.TEXT], origin, progress)
    else:
        raise BadFile(_nothing(by_kind[Kind.OTHER], origin))
    rest = [
        entry
        for each in Kind
        for entry in by_kind[each]
        if each not in used and entry.name not in maps.files
    ]
    told = (*found.told, f"Not used: {_listed(rest)}.") if rest else found.told
    return Found(found.form, found.train, found.test, told, maps.names or found.names)


def _by_kind(entries: Sequence[Entry]) -> dict[Kind, list[Entry]]:
    found: dict[Kind, list[Entry]] = {each: [] for each in Kind}
    for entry in entries:
        found[kind(entry)[0]].append(entry)
    return found


def _nothing(entries: Sequence[Entry], origin: str) -> str:
    """Say that nothing can be read, and what is there instead."""
    known = [(entry, kind(entry)[1]) for entry in entries[:SHOWN]]
    found = "; ".join(f"{entry.name} is {what}" for entry, what in known if what)
    wanted = (
        "It must be pictures in a folder for each class, a CSV file, an .npz or .npy file, idx "
        "files such as MNIST's, or a zip file of these."
    )
    if len(entries) == 1 and found:
        return f"{origin}: this is {known[0][1]}. {wanted}"
    return f"{origin}: there are no labelled images in it{f' ({found})' if found else ''}. {wanted}"


def _listed(entries: Sequence[Entry]) -> str:
    """Name some files, and count the others."""
    names = ", ".join(entry.name for entry in entries[:SHOWN])
    more = len(entries) - SHOWN
    return f"{names} and {more:,} more" if more > 0 else names
