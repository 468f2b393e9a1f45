"""Test images of a dataset without downloading anything, and stored answers to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitapp.data.datasets import DATASETS, Dataset, local_folder
from digitapp.errors import BadFile, InvalidSetting
from digitapp.library import catalogue
from digitapp.runs import RunStore
from digitapp.runs.records import TEST
from digitapp.training import checkpoints


class Answers(NamedTuple):
    """A network's answers to the test images of its dataset.

    Attributes:
        probabilities: float32 (n, classes).
        fingerprint: `catalogue.fingerprint` of the dataset; None in runs of older versions.
    """

    probabilities: NDArray[np.float32]
    fingerprint: int | None

    def belong_to(self, data: Dataset) -> bool:
        """Whether they can be answers to the test images of this dataset, as far as is known."""
        if self.fingerprint not in (None, catalogue.fingerprint(data)):
            return False
        return self.probabilities.shape == (len(data.y_test), len(data.class_names))


def pack_answers(probabilities: NDArray[np.float32], data: Dataset) -> bytes:
    """Pack a network's answers to a dataset's test images for the store."""
    fingerprint = np.array(catalogue.fingerprint(data))
    return checkpoints.pack({"probabilities": probabilities, "fingerprint": fingerprint})


def answers(store: RunStore, run: int) -> Answers | None:
    """Return a run's answers to its test images; None when none are stored.

    Raises:
        BadFile: when they are damaged.
        StoreProblem: when the store fails.
    """
    stored = store.blob(run, TEST)
    if stored is None:
        return None
    found = checkpoints.unpack(stored)
    if "probabilities" not in found:
        raise BadFile(f"The answers of run {run} to the test images are damaged.")
    fingerprint = int(found["fingerprint"]) if "fingerprint" in found else None
    return Answers(found["probabilities"].astype(np.float32, copy=False), fingerprint)


def here(
    store: RunStore, name: str, class_names: Sequence[str], learned: str = ""
) -> Dataset | None:
    """Return a dataset whose test part is needed; None when it is not available on this machine.

    Nothing is downloaded. For a dataset made of several, the first one is returned, since it alone
    provides the test part.

    Args:
        class_names: of the tested network, which may have more classes than the dataset.
        learned: the fingerprint of what it learned from, as for `catalogue.as_learned`.

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
        data = catalogue.as_learned(catalogue.dataset(store, name), class_names, learned)
        return catalogue.in_terms_of(data, class_names)
    except (BadFile, InvalidSetting):  # damaged, too few images, or other classes
        return None
