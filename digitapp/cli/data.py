"""`data`: list datasets, show one, and import or delete one of your own."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from digitapp.cli import data_import, data_share
from digitapp.cli.parsing import command, subcommands
from digitapp.data.datasets import DATASETS, where
from digitapp.errors import BadFile, cause
from digitapp.library import catalogue, handwriting_datasets, own_datasets
from digitapp.runs import RunStore, imported_datasets
from digitapp.text.escaping import plain


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the commands."""
    data = subcommands(parser)
    listing = command(data, "list", _list, "the datasets, and where they are")
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    show = command(data, "show", _show, "a picture with images of every class")
    show.add_argument("name", metavar="NAME", help=", ".join(DATASETS))
    show.add_argument("--out", type=Path, required=True, metavar="PICTURE.png")
    data_import.add_to(data)
    data_share.add_to(data)
    remove = command(data, "delete", _delete, "delete a dataset of your own")
    remove.add_argument("name", metavar="NAME")


def _list(chosen: argparse.Namespace) -> None:
    rows = [
        {"name": name, "title": each.title, "about": each.about, "where": where(each)}
        for name, each in DATASETS.items()
    ]
    store = RunStore()
    for name in handwriting_datasets.names(store):
        known = {"title": catalogue.title(name), "about": catalogue.about(name)}
        rows.append({"name": name, **known, "where": "kept on the Draw page"})
    for own in imported_datasets.listed(store):
        about = own.problem or ("Drawn by you." if own.facts.made else "Imported by you.")
        where_from = own.origin if own.facts.made else f"from {own.origin}"
        rows.append({"name": own.name, "title": own.name, "about": about, "where": where_from})
    for row in rows:
        print(
            json.dumps(row) if chosen.json else plain("{name:20} {about} [{where}]".format(**row))
        )


def _show(chosen: argparse.Namespace) -> None:
    from digitapp.data.sample_sheet import sample_sheet

    data = catalogue.dataset(RunStore(), chosen.name)
    try:
        sample_sheet(data).save(chosen.out)
    except (OSError, ValueError) as error:
        raise BadFile(f"{chosen.out}: cannot be written ({cause(error)}).") from None
    print(
        f"{chosen.out}: ten images of each of {len(data.class_names)} classes; "
        f"{len(data.x_train):,} training and {len(data.x_test):,} test images in all."
    )


def _delete(chosen: argparse.Namespace) -> None:
    own_datasets.remove(RunStore(), chosen.name)
    print(f"Deleted {chosen.name}.")
