"""`runs export` and `runs report`: write a run's network, code, history or report to files."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from digitapp.cli.parsing import add_run
from digitapp.errors import BadFile, DigitappError, cause
from digitapp.library import models
from digitapp.runs import Run, RunStore
from digitapp.takehome.code.picture_code import READ_PICTURE, read_picture_file
from digitapp.takehome.exports import EXPORTS, export, file_name
from digitapp.text.percent import counted_percent

if TYPE_CHECKING:
    from digitapp.takehome.exports import ConversionCheck

ALL = "all"


def add_export(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `export`."""
    _add_out(parser)
    names = ", ".join(EXPORTS)
    parser.add_argument(
        "--format", required=True, metavar="NAME", help=f"one of: {names}; or {ALL}, in a folder"
    )


def add_report(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `report`."""
    _add_out(parser)
    parser.set_defaults(format="report")


def _add_out(parser: argparse.ArgumentParser) -> None:
    add_run(parser, _export)
    parser.add_argument("--out", type=Path, metavar="FILE", help="by default run-ID here")
    parser.add_argument("--force", action="store_true", help="replace an existing file")


def _export(chosen: argparse.Namespace) -> int:
    store = RunStore()
    run = store.get(chosen.id)
    if chosen.format == ALL:
        return _all(store, run, chosen.out or Path(models.of_run(run.id)), chosen.force)
    usual = file_name(run, chosen.format)
    out = chosen.out or Path(usual)
    path = out / usual if os.path.isdir(out) else out
    _write(store, run, chosen.format, path, chosen.force)
    if EXPORTS[chosen.format].reads_pictures:
        _write_read_picture(path.parent, chosen.force)
    return 0


def _all(store: RunStore, run: Run, folder: Path, force: bool) -> int:
    """Write every format; report those that fail and return 1 if there are any.

    Raises:
        BadFile: if the folder cannot be created, with the reason.
    """
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise BadFile(f"{folder}: cannot be created ({cause(error)}).") from None
    failed = 0
    for name in EXPORTS:
        try:
            _write(store, run, name, folder / file_name(run, name), force)
        except DigitappError as error:
            print(f"{name}: {error}", file=sys.stderr, flush=True)
            failed = 1
    _write_read_picture(folder, force)
    return failed


def _write(store: RunStore, run: Run, name: str, path: Path, force: bool) -> None:
    if os.path.exists(path) and not force:
        raise BadFile(f"{path} already exists; give another --out, or --force to replace it.")
    found = export(store, run, name)
    _save(path, found.data)
    print(f"{path}: {found.size}.{_accuracy(run, name, found.measured)}", flush=True)


def _write_read_picture(folder: Path, force: bool) -> None:
    """Write the file that prepares pictures for a network; leave another of its name alone."""
    path, data = folder / READ_PICTURE, read_picture_file().encode()
    if os.path.exists(path) and not force:
        same = path.is_file() and path.read_bytes() == data
        kept = "is there already" if same else "is another file, and stays; --force replaces it"
        print(f"{path}: {kept}.", flush=True)
        return
    _save(path, data)
    print(f"{path}: it prepares pictures as the app does; its first lines say how.", flush=True)


def _accuracy(run: Run, name: str, measured: ConversionCheck | None) -> str:
    if measured:
        return f" {measured.sentence}"
    if EXPORTS[name].read:
        return f" It could not be measured: the images of {run.spec.dataset} are not here."
    if EXPORTS[name].of_network and run.test_accuracy is not None:
        return f" Test accuracy {counted_percent(run.test_accuracy)}, as in the run."
    return ""


def _save(path: Path, data: bytes) -> None:
    """Write a file atomically: completely or not at all.

    Raises:
        BadFile: if it cannot be written, with the reason.
    """
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        raise BadFile(f"{path}: cannot be written ({cause(error)}).") from None
    finally:
        with suppress(OSError):
            part.unlink()
