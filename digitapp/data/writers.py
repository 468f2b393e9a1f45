"""Splits that never cut a person's images in two.

Digits by one person resemble each other: a network that has learned from some of them reads the
others better than a stranger's. What is held back to check it is therefore by whole people.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass


@dataclass(frozen=True)
class Writers:
    """Who wrote the images of a dataset, whose training images are ordered by writer.

    Attributes:
        ends: for each writer of the training part, in their order, the number of training images
            up to and including their last.
        tests: how many other people wrote the test part.
    """

    ends: tuple[int, ...]
    tests: int

    def cut(self, wanted: int) -> int:
        """Return the end of a writer that is nearest to `wanted` images, never the last writer's.

        Of two equally near, it is the larger. The exported code has the same rule.
        """
        return min(self.ends[:-1], key=lambda end: (abs(end - wanted), -end))

    def people(self, first: int, last: int) -> int:
        """Return how many people wrote the training images from `first` up to before `last`."""
        if last <= first:
            return 0
        return bisect_left(self.ends, last) - bisect_left(self.ends, first + 1) + 1
