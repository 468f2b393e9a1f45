"""Test images of a dataset without downloading anything."""

from __future__ import annotations

from collections.abc import Sequence

from digitapp.data.datasets import DATASETS, Dataset, local_folder
from digitapp.errors import BadFile, InvalidSetting
from digitapp.library import catalogue
from digitapp.runs import RunStore


def here(store: RunStore, name: str, class_names: Sequence[str]) -> Dataset | None:
    """Return a dataset whose test part is needed; None when it is not available on this machine.

    Nothing is downloaded. For a dataset made of several, the first one is returned, since it alone
    provides the test part.

    Args:
        class_names: of the tested network, which may have more classes than the dataset.

    Raises:
        StoreProblem: when the store fails.
    """
    if name in DATASETS:
        joined = DATASETS[name].made_of
        name = joined[0] if joined else name
        if DATASETS[name].files and local_folder(DATASETS[name]) is None:
            return None
    elif name not in catalogue.dataset_names(store):
        return None
    try:
        return catalogue.in_terms_of(catalogue.dataset(store, name), class_names)
    except (BadFile, InvalidSetting):  # damaged, too few images, or other classes
        return None
