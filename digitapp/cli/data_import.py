"""`data import`: add a dataset of one's own from files of any usual form, looked at and mended."""

from __future__ import annotations

import argparse
import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digitapp.cli import terminal
from digitapp.cli.parsing import command
from digitapp.drawing.digit import PREPARATIONS
from digitapp.errors import BadFile
from digitapp.imports.finding import NONE, Finding, Places
from digitapp.imports.mends import ALWAYS, MENDS
from digitapp.imports.orientations import ORIENTATIONS
from digitapp.library import handwriting_datasets, handwriting_files, own_datasets
from digitapp.runs import RunStore, imported_datasets
from digitapp.text.escaping import plain

if TYPE_CHECKING:
    from digitapp.imports.keeping import Prepared
    from digitapp.library.brought_files import Brought

SWITCHES = {name: mend for name, mend in MENDS.items() if name not in {*ORIENTATIONS, *ALWAYS}}
PREPARED = {"mnist": "MNIST", "fashion_mnist": "Fashion-MNIST"}
SHARE_TOLD = 0.1  # of a file, between two lines about how far its reading is
REPLACED = "It takes the place of your dataset of the same name."
WITHOUT_STROKES = (
    "How the pen moved is in the file, too; a dataset keeps the images alone. "
    f"(--name {handwriting_datasets.OWN} adds them to My handwriting, with their movements.)"
)
ABOUT = (
    "Reads an .npz or .npy file, CSV files, idx files such as MNIST's, pictures in a folder for "
    "each class, or a zip file of these; looks at the images, mends what is wrong, and keeps them. "
    "Without a test part, one image in six of each class is set aside for testing. The training "
    "images are shuffled. Both always happen in the same way."
)


def add_to(data: Any) -> None:
    """Add the command to those of `data`."""
    bring = command(data, "import", _import, "add a dataset of your own")
    bring.description = ABOUT
    bring.add_argument(
        "files", type=Path, nargs="+", metavar="FILE", help="files, folders or zip files"
    )
    bring.add_argument(
        "--name",
        help="the name of the new dataset; "
        f"{handwriting_datasets.OWN} adds a file from My handwriting to yours",
    )
    bring.add_argument(
        "--preparation",
        choices=PREPARATIONS,
        help="how images of other sizes than 28x28, and drawings to be read, are prepared; by "
        "default as the images look",
    )
    bring.add_argument("--look", action="store_true", help="look at it only, and keep nothing")
    bring.add_argument("--json", action="store_true", help="one JSON object")
    bring.set_defaults(misused=bring.error)
    _add_mends(bring)


def _add_mends(bring: argparse.ArgumentParser) -> None:
    mends = bring.add_argument_group(
        "mends", "What is suggested is mended; these options decide otherwise."
    )
    mends.add_argument(
        "--as-is", action="store_true", help="mend only what other options here ask for"
    )
    mends.add_argument(
        "--orientation",
        choices=[name.replace("_", "-") for name in ORIENTATIONS],
        help="put all images upright like this",
    )
    for name, mend in SWITCHES.items():
        mends.add_argument(
            _option(name), dest=name, action=argparse.BooleanOptionalAction, help=mend.title
        )


def _import(chosen: argparse.Namespace) -> None:
    if chosen.name is None and not chosen.look:
        chosen.misused("give --name NAME, or --look to look at the file only")
    if chosen.name == handwriting_datasets.OWN:
        _import_handwriting(chosen)
        return
    from digitapp.library import brought_files, shared_files  # which decode pictures of all kinds

    if len(chosen.files) == 1 and shared_files.is_shared(chosen.files[0]):
        _open_shared(chosen)
        return
    store = RunStore()
    name = "" if chosen.look else own_datasets.new_name(store, chosen.name, instead=True)
    names = [str(file) for file in chosen.files]
    brought = brought_files.look(
        chosen.files, names, chosen.preparation, _Progress(), terminal.progress
    )
    mends = {} if chosen.look else _mends(chosen, brought)
    values: dict[str, Any] = {
        "report": brought.report.as_json(),
        "preparation": brought.preparation,
    }
    lines = [brought.report.text(lambda each: _outcome(each, mends))]
    prepared = f"Drawings will be prepared like those of {PREPARED[brought.preparation]}."
    if not chosen.look:
        replaced = name in imported_datasets.names(store)
        kept = brought_files.keep(store, brought, name, mends, brought.preparation, instead=True)
        done = kept.told[len(brought.collection.told) :]
        values |= {"mends": [*mends], "dataset": _values(kept), "replaced": replaced}
        lines += ["", *done, prepared, *_without_strokes(chosen.files), *[REPLACED] * replaced]
        lines += ["", _kept_line(kept)]
    else:
        lines += ["", prepared]
    print(json.dumps(values) if chosen.json else plain_lines(lines))


def _import_handwriting(chosen: argparse.Namespace) -> None:
    if len(chosen.files) > 1:
        raise BadFile("Drawings for My handwriting come from one file at a time.")
    if chosen.look or chosen.json:
        raise BadFile(
            f"Drawings for My handwriting are added as they are; --look and --json go with another "
            f"--name than {handwriting_datasets.OWN}."
        )
    print(handwriting_files.bring_file(RunStore(), chosen.files[0]).sentence)


def _open_shared(chosen: argparse.Namespace) -> None:
    """Keep a shared dataset as it is, with its settings and strokes."""
    from digitapp.library import shared_files

    shared = shared_files.read_path(chosen.files[0])
    names = list(shared.class_names)
    values: dict[str, Any] = {"shared": True, "preparation": shared.preparation, "classes": names}
    lines = [f"{chosen.files[0]}: a dataset that was shared, with its settings and strokes."]
    lines.append(
        f"{len(shared.arrays[0]):,} training and {len(shared.arrays[2]):,} test images of "
        f"{len(names)} classes: {', '.join(names)}."
    )
    if not chosen.look:
        name = shared_files.keep(RunStore(), shared, chosen.name)
        values["dataset"] = {"name": name, "classes": names}
        train = f"python -m digitapp train --dataset {shlex.quote(name)}"
        lines.append(f"Kept as {name}, as it is. Train on it with: {train}")
    print(json.dumps(values) if chosen.json else plain_lines(lines))


def plain_lines(lines: list[str]) -> str:
    """Return lines without anything that could command a terminal."""
    return "\n".join(plain(line) for text in lines for line in text.split("\n"))


def _mends(chosen: argparse.Namespace, brought: Brought) -> dict[str, Places]:
    """Return the mends that are suggested, as far as the options do not decide otherwise."""
    mends = {} if chosen.as_is else brought.suggested
    images = brought.chosen(MENDS)
    if chosen.orientation is not None:
        mends = {name: places for name, places in mends.items() if name not in ORIENTATIONS}
        orientation = chosen.orientation.replace("-", "_")
        mends |= {orientation: NONE} if orientation in MENDS else {}
    for name, mend in SWITCHES.items():
        wanted = getattr(chosen, name)
        if wanted is False:
            mends.pop(name, None)
        elif wanted and mend.of_found and name not in images:
            terminal.progress(f"{_option(name)}: no such images were found.")
        elif wanted:
            mends[name] = images.get(name, NONE)
    return mends


def _outcome(finding: Finding, mends: dict[str, Places]) -> str:
    """Say how to mend something that is not mended."""
    if finding.mend is None or finding.mend in mends or finding.mend in ALWAYS:
        return ""
    option = _option(finding.mend)
    if finding.mend in ORIENTATIONS:
        option = f"--orientation {finding.mend.replace('_', '-')}"
    return f" ({MENDS[finding.mend].title}: {option}.)"


def _values(kept: Prepared) -> dict[str, Any]:
    return {
        "name": kept.data.name,
        "training_images": len(kept.data.x_train),
        "test_images": len(kept.data.x_test),
        "classes": list(kept.data.class_names),
        "told": list(kept.told),
    }


def _kept_line(kept: Prepared) -> str:
    data = kept.data
    name = shlex.quote(data.name)
    return (
        f"{data.name}: {len(data.x_train):,} training and {len(data.x_test):,} test images of "
        f"{len(data.class_names)} classes. "
        f"Train on it with: python -m digitapp train --dataset {name}"
    )


def _without_strokes(files: list[Path]) -> list[str]:
    return [WITHOUT_STROKES] if any(map(handwriting_files.has_strokes, files)) else []


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


class _Progress:
    """Tells how far the reading of a large file is, ten times at most."""

    def __init__(self) -> None:
        self._told = 0.0

    def __call__(self, share: float, words: str) -> None:
        """Print a line if there is something new to tell."""
        if share < 1 and share - self._told >= SHARE_TOLD:
            self._told = share
            terminal.progress(f"Read {words}.")
