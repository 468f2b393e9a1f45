"""The class of everything else, which some networks have learned beside their own classes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from digitapp.data.non_digit_shapes import NOT_A_DIGIT

NONE_OF_THESE = "none of these"
TINY = 1e-30  # keeps the shares from all being zero


def readable(class_names: Sequence[str]) -> tuple[str, ...]:
    """Return the classes that an image can be read as: all but `NOT_A_DIGIT`."""
    return tuple(name for name in class_names if name != NOT_A_DIGIT)


def choices(class_names: Sequence[str]) -> tuple[str, ...]:
    """Return the options that a network with these classes chooses from: `Prediction.choices`."""
    names = readable(class_names)
    return names if refusal(class_names) is None else (*names, NONE_OF_THESE)


def refusal(class_names: Sequence[str]) -> int | None:
    """Return the index of the class `NOT_A_DIGIT`; None for a network without it."""
    return class_names.index(NOT_A_DIGIT) if NOT_A_DIGIT in class_names else None


def split_outputs(
    outputs: NDArray[np.float32], class_names: Sequence[str]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Split a network's outputs into probabilities of the `readable` classes and of none of them.

    Args:
        outputs: (n, classes), probabilities from the network.
        class_names: one per class, `NOT_A_DIGIT` anywhere among them or not at all.

    Returns:
        probabilities (n, readable classes) that sum to 1, and the probability of none (n,).
    """
    place = refusal(class_names)
    if place is None:
        return outputs, np.zeros(len(outputs), dtype=np.float32)
    shares = np.maximum(np.delete(outputs, place, axis=1), TINY)
    return shares / shares.sum(axis=1, keepdims=True), outputs[:, place]
