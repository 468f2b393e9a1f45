"""Users' own datasets in a store, for tests of what becomes of them."""

from pathlib import Path

from digitapp.data.datasets import Dataset
from digitapp.imports import keeping, reading
from digitapp.library import own_datasets
from digitapp.runs import RunStore


def kept(store: RunStore, path: Path, name: str) -> Dataset:
    """Import a file without looking at its images; one of the same name is replaced."""
    name = own_datasets.new_name(store, name, instead=True)
    found = keeping.ready(reading.read([path], [str(path)]), name, "mnist")
    own_datasets.keep(store, found.data, "mnist", str(path), found.told, instead=True)
    return found.data
