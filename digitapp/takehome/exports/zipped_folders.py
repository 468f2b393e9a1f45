"""Temporary folders for TensorFlow to write into, and zip archives of them."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def new_folder(name: str) -> Iterator[Path]:
    """Yield an empty folder `name` for TensorFlow to write into; it is deleted on exit.

    Raises:
        OSError: if TensorFlow cannot write; its own error classes are converted.
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
    """Return a folder, including its own name, as a zip archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder.parent).as_posix())
    return file.getvalue()
