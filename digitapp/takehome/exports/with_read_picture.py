"""A zip archive of an exported file, `read_picture.py` and a README that shows how to use both."""

from __future__ import annotations

from digitapp.library import catalogue, models
from digitapp.reading.class_words import none_of
from digitapp.reading.refusals import refusal
from digitapp.runs import Run, RunStore
from digitapp.takehome.code.picture_code import (
    READ_PICTURE,
    listed,
    preparation_argument,
    read_picture_file,
)
from digitapp.takehome.exports.formats import Exported
from digitapp.takehome.zipped_folders import zipped_files
from digitapp.text.templates import render


def zip_name(run: Run, name: str) -> str:
    """Return the suggested name of the archive with a run in the format `name`."""
    return f"{models.of_run(run.id)}-{name}.zip"


def with_read_picture(store: RunStore, run: Run, name: str, exported: Exported) -> bytes:
    """Return a zipped folder with an exported file, `read_picture.py` and a README.

    Args:
        name: the file's format, one of those with `reads_pictures`.

    Raises:
        UnknownName: if the names of the run's classes are lost with its base.
        StoreProblem: if the store fails.
    """
    folder, names = models.of_run(run.id), models.class_names_of(store, run)
    readme = render(
        "takehome/exports/read_picture.txt.j2",
        title=f"Run {run.id}: {run.title}",
        file=exported.file_name,
        kind=name,
        names=listed(names, len("    class_names = ")).splitlines(),
        preparation=preparation_argument(catalogue.preparation_of(run)),
        refuses=refusal(names) is not None,
        none=none_of(names),
        moves=name != "script" and models.reads_movement(models.of_run(run.id), store),
    )
    files = {
        exported.file_name: exported.data,
        READ_PICTURE: read_picture_file().encode(),
        "README.txt": readme.encode(),
    }
    return zipped_files(folder, files)
