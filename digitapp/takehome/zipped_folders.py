"""Temporary folders for TensorFlow and Keras to write into, and zip archives of them."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from digitapp.errors import ExportProblem, cause


@contextmanager
def new_folder(name: str) -> Iterator[Path]:
    """Yield an empty folder `name` for TensorFlow to write into; it is deleted on exit.

    Raises:
        ExportProblem: if it cannot be written, with the reason.
    """
    import tensorflow as tf

    try:
        with tempfile.TemporaryDirectory() as around:
            folder = Path(around) / name
            folder.mkdir()
            yield folder
    except OSError as error:
        raise _unwritten(cause(error)) from None
    except tf.errors.OpError as error:
        reason = str(error.message).rpartition("; ")[2].partition(" [")[0]
        raise _unwritten(reason) from None


def zipped_files(folder: str, files: Mapping[str, bytes]) -> bytes:
    """Return files, by name, as a zip archive of a folder with them."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(f"{folder}/{name}", data)
    return file.getvalue()


def zipped(folder: Path) -> bytes:
    """Return a folder, including its own name, as a zip archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder.parent).as_posix())
    return file.getvalue()


def _unwritten(reason: str) -> ExportProblem:
    return ExportProblem(f"The files of the export cannot be written ({reason}).")
