"""Labels drawn at random in place of the true ones: what a network can learn by heart.

After C. Zhang, S. Bengio, M. Hardt, B. Recht and O. Vinyals, "Understanding Deep Learning Requires
Rethinking Generalization" (2017): a network large enough learns any labels, but then it knows
nothing of other images.

Exported code takes the functions from the text of this file, without their type hints, and imports
NumPy (as `np`) before them. So they use only their arguments and NumPy, and their comments are for
someone who sees nothing else of digitapp.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def random_count(share: float, images: int) -> int:
    """Return how many of so many training images get a random label."""
    return round(share * images)


def share_in_words(share: float) -> str:
    """Return a share from 0 to 1, such as `50 %`."""
    return f"{100 * share:.4g} %"


def with_random_labels(
    labels: NDArray[np.uint8], share: float, classes: int, seed: int
) -> NDArray[np.uint8]:
    """Return a copy of the labels, a share of them (0 to 1) drawn anew, evenly from all classes.

    The images to get a random label are chosen at random, `round(share * n)` of n. By luck, one in
    `classes` of these labels is the true one. Seed, share and numbers alone determine the outcome,
    in any version of NumPy: the numbers of `RandomState` never change (NEP 19).

    Args:
        labels: uint8 (n,), from 0 to `classes` - 1.
    """
    # RandomState draws the same numbers in every version of NumPy; default_rng may not.
    random = np.random.RandomState(seed)
    given = labels.copy()
    chosen = random.permutation(len(labels))[: random_count(share, len(labels))]
    given[chosen] = random.randint(0, classes, len(chosen))
    return given
