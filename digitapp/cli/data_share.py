"""`data share` and `data open`: a dataset of one's own as one file, and back."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from digitapp.cli.parsing import command
from digitapp.errors import BadFile, cause
from digitapp.runs import RunStore
from digitapp.text.escaping import plain


def add_to(data: Any) -> None:
    """Add the commands to those of `data`."""
    share = command(data, "share", _share, "write a dataset of your own into one file")
    share.description = (
        "Writes classes, pictures and strokes into an .npz file, which `data open`, the page Data "
        "and NumPy open."
    )
    share.add_argument("name", metavar="NAME")
    share.add_argument("--out", type=Path, metavar="FILE.npz", help="by default NAME.npz")
    opened = command(data, "open", _open, "add a dataset from a file that was shared")
    opened.add_argument("file", type=Path, metavar="FILE.npz")
    opened.add_argument("--name", default="", help="of the new dataset; by default its own")


def _share(chosen: argparse.Namespace) -> None:
    from digitapp.library import shared_files

    data = shared_files.archive(RunStore(), chosen.name)
    path = chosen.out or Path(f"{chosen.name}.npz")
    if chosen.out is None and path.exists():  # perhaps what the dataset was imported from
        raise BadFile(f"{path}: there is such a file already. Say where to write with --out.")
    try:
        path.write_bytes(data)
    except OSError as error:
        raise BadFile(f"{path}: cannot be written ({cause(error)}).") from None
    print(plain(f"Wrote {path} ({len(data):,} bytes)."))


def _open(chosen: argparse.Namespace) -> None:
    from digitapp.library import shared_files

    shared = shared_files.read_path(chosen.file)
    name = shared_files.keep(RunStore(), shared, chosen.name)
    images = len(shared.arrays[0]) + len(shared.arrays[2])
    print(plain(f"{name}: {images:,} images of {len(shared.class_names)} classes."))
