"""The images that a run was tested on, if they are on this machine."""

from __future__ import annotations

from collections.abc import Sequence

from digitapp.data import datasets
from digitapp.data.datasets import DATASETS, Dataset, local_folder
from digitapp.errors import BadFile, InvalidSetting
from digitapp.library import catalogue
from digitapp.runs import RunStore


def here(store: RunStore, name: str, class_names: Sequence[str]) -> Dataset | None:
    """A dataset of which only the test part is looked at; None when it cannot be had here.

    Nothing is downloaded, and no training part is put together for it.

    Args:
        name: of the dataset.
        class_names: those of the network that was tested, which may be more than the dataset's.

    Raises:
        StoreProblem: when the store fails.
    """
    try:
        if name in DATASETS:
            return _built_in(name, class_names)
        if name not in catalogue.dataset_names(store):
            return None
        return catalogue.in_terms_of(catalogue.dataset(store, name), class_names)
    except (BadFile, InvalidSetting):  # damaged, with too little in it, or of other classes
        return None


def _built_in(name: str, class_names: Sequence[str]) -> Dataset | None:
    joined = DATASETS[name].made_of
    tested = joined[0] if joined else name  # the test part is the first one's alone
    source = DATASETS[tested]
    if source.files and local_folder(source) is None:
        return None
    return catalogue.in_terms_of(datasets.load(tested), class_names)
