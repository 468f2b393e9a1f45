"""Test images of a dataset without downloading anything, and stored answers to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitapp.data.array_files import Images, Labels
from digitapp.data.datasets import DATASETS, Dataset, local_folder
from digitapp.errors import BadFile, InvalidSetting
from digitapp.library import catalogue
from digitapp.library.handwriting_datasets import HANDWRITING_DATASETS
from digitapp.runs import RunStore
from digitapp.runs.records import TEST
from digitapp.training import checkpoints

KEPT_BYTES = 2**21  # of images


class Answers(NamedTuple):
    """A network's answers to the test images of its dataset.

    Attributes:
        probabilities: float32 (n, classes).
        fingerprint: `catalogue.fingerprint` of the dataset; None in runs of older versions.
        images: uint8 (n, 28, 28), where they are kept with the answers; else None.
        labels: uint8 (n,), of these images.
    """

    probabilities: NDArray[np.float32]
    fingerprint: int | None
    images: Images | None = None
    labels: Labels | None = None

    def tested(self, name: str, class_names: Sequence[str]) -> Dataset | None:
        """Return the images that are kept as the test part of a dataset; None if none are.

        Args:
            class_names: of the network.
        """
        if self.images is None or self.labels is None:
            return None
        none = np.zeros((0, *self.images.shape[1:]), np.uint8), np.zeros(0, np.uint8)
        found = Dataset(name, tuple(class_names), *none, self.images, self.labels)
        return found if self.belong_to(found) else None

    def belong_to(self, data: Dataset) -> bool:
        """Whether they can be answers to the test images of this dataset, as far as is known."""
        if self.fingerprint not in (None, catalogue.fingerprint(data)):
            return False
        return self.probabilities.shape == (len(data.y_test), len(data.class_names))


def pack_answers(probabilities: NDArray[np.float32], data: Dataset) -> bytes:
    """Pack a network's answers to a dataset's test images for the store.

    The images are packed with them if they are few and from a dataset of the user's own, which may
    grow or go: to add some drawings is what one does after a first training.
    """
    found = {"probabilities": probabilities, "fingerprint": np.array(catalogue.fingerprint(data))}
    own = data.name not in (*DATASETS, *HANDWRITING_DATASETS)
    if own and data.x_test.nbytes <= KEPT_BYTES:
        found |= {"images": data.x_test, "labels": data.y_test}
    return checkpoints.pack(found)


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
    probabilities = found["probabilities"].astype(np.float32, copy=False)
    return Answers(probabilities, fingerprint, found.get("images"), found.get("labels"))


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
