"""What a run's network says of a few test images after each epoch, in the store.

They are kept to be shown. Nothing is chosen by them: no weights, no setting, no epoch.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitapp.errors import BadFile
from digitapp.runs.listing import Listing
from digitapp.runs.records import GUESSED_IMAGES, GUESSES
from digitapp.training.checkpoints import pack, unpack


@dataclass(frozen=True)
class GuessedImages:
    """The test images of which a run's network is asked, in the order in which they are shown.

    Attributes:
        images: uint8 (n, 28, 28); 0 is paper, 255 is ink.
        labels: uint8 (n,), places among the network's classes.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]

    def packed(self) -> bytes:
        """Return them as bytes for the store."""
        return pack({"images": self.images, "labels": self.labels})


def pack_answers(probabilities: NDArray[np.float32]) -> bytes:
    """Pack what the network says of the images after an epoch: float32 (n, classes)."""
    return pack({"said": probabilities})


def images(store: Listing, run: int) -> GuessedImages | None:
    """Return the images of which a run's network is asked; None where none were kept.

    Raises:
        BadFile: when they are damaged.
        StoreProblem: when the store fails.
    """
    data = store.blob(run, GUESSED_IMAGES)
    if data is None:
        return None
    found = unpack(data)
    shown, labels = found.get("images"), found.get("labels")
    if shown is None or labels is None or shown.shape != (len(labels), 28, 28):
        raise BadFile(f"The test images kept with run {run} are damaged.")
    return GuessedImages(shown, labels)


def answers(store: Listing, run: int, epoch: int) -> NDArray[np.float32]:
    """Return what the network said of the images after an epoch: float32 (n, classes).

    Raises:
        BadFile: when the answers are missing or damaged.
        StoreProblem: when the store fails.
    """
    said = unpack(store.blob(run, GUESSES, epoch) or b"").get("said")
    if said is None or said.ndim != 2:
        raise BadFile(f"What run {run} said of the test images after epoch {epoch} is damaged.")
    return said
