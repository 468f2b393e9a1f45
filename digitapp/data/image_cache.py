"""Cache files of datasets, in the user's cache folder.

They are there for what takes long: images that this project draws itself, and compressed files. So
they are not compressed; their checksums are checked whenever they are read.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from digitapp.data.array_files import PARTS, Arrays, checksums, read_arrays
from digitapp.errors import BadFile
from digitapp.files.folders import cache_folder

VERSION = 1  # of what `of_files` keeps
LARGE = 2**20  # bytes: unpacking more takes a notable part of a second


def path(name: str, folder: Path | None = None) -> Path | None:
    """Return the path of a cache file; None if the user has no cache folder.

    Args:
        folder: of the file; by default `digitapp` in the user's cache.
    """
    place = folder or cache_folder()
    return place / f"{name}.npz" if place else None


def load(file: Path | None, fingerprint: str, draw: Callable[[], Arrays]) -> Arrays:
    """Return the images in a cache file; otherwise draw them and, if possible, keep them there.

    Args:
        file: as `path` returns it; the images are drawn each time if it cannot be written.
        fingerprint: changes with whatever changes the images.
        draw: returns the images, whatever that takes.
    """
    if file and is_cached(file, fingerprint):
        with suppress(BadFile):  # damaged
            parts = (each.astype(np.uint8, copy=False) for each in read_arrays(file, PARTS))
            x_train, y_train, x_test, y_test = parts
            found = x_train, y_train, x_test, y_test
            if _is_compressed(file):  # by an earlier version
                _keep(file, fingerprint, found)
            return found
    arrays = draw()
    if file:
        _keep(file, fingerprint, arrays)
    return arrays


def of_files(name: str, files: Sequence[Path], read: Callable[[], Arrays]) -> Arrays:
    """Return the images in a dataset's files, which are unpacked only once if they are large.

    Args:
        name: of the dataset.
        files: with checksums of their content; what `read` returns depends on them alone.
        read: reads and checks them.

    Raises:
        BadFile: when a file is damaged, as `read` tells.
    """
    size = sum(file.stat().st_size for file in files)
    if size < LARGE or not any(map(_is_compressed, files)):
        return read()
    try:
        known = f"{VERSION} {' '.join(map(checksums, files))}"
    except BadFile:
        return read()  # which tells more
    return load(path(name), known, read)


def is_cached(file: Path | None, fingerprint: str) -> bool:
    """Return whether `load` finds the images in the cache file, as far as its start tells."""
    if not file:
        return False
    with suppress(BadFile):  # missing or damaged
        (mark,) = read_arrays(file, ("fingerprint",))
        return str(mark) == fingerprint
    return False


def _is_compressed(file: Path) -> bool:
    if file.suffix in (".gz", ".zip"):  # a zip file holds packed files
        return True
    with suppress(OSError, zipfile.BadZipFile), zipfile.ZipFile(file) as archive:
        return any(each.compress_type != zipfile.ZIP_STORED for each in archive.infolist())
    return False


def _keep(file: Path, fingerprint: str, arrays: Arrays) -> None:
    """Write the file atomically, if possible: readers find all of it or none."""
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=file.parent, suffix=".part", delete=False) as part:
            kept: dict[str, Any] = dict(zip(PARTS, arrays, strict=True))
            try:
                np.savez(part, fingerprint=np.array(fingerprint), **kept)
                part.close()
                os.replace(part.name, file)
            finally:
                Path(part.name).unlink(missing_ok=True)
