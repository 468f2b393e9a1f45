"""Folders for what TensorFlow writes, and as one file."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def new_folder(name: str) -> Iterator[Path]:
    """An empty folder of this name for TensorFlow to write into; gone when the context is left.

    Raises:
        OSError: when TensorFlow cannot write, which has errors of its own for that.
    """
    import tensorflow as tf

    with tempfile.TemporaryDirectory() as around:
        folder = Path(around) / name
        folder.mkdir()
        try:
            yield folder
        except tf.errors.OpError as error:
            reason = str(error.message).rpartition("; ")[2].partition(" [")[0]
            raise OSError(reason) from None


def zipped(folder: Path) -> bytes:
    """A folder, its own name included, as the bytes of a zip archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder.parent).as_posix())
    return file.getvalue()
