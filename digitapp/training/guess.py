"""A curve drawn before training: where somebody thinks the accuracy will go."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from digitapp.errors import InvalidSetting
from digitapp.training.history import Curve

MOST_POINTS = 2001
NO_GUESS = "The drawn guess is not a curve from left to right with accuracies from 0 to 100 %."


@dataclass(frozen=True)
class Guess:
    """A guessed curve: points joined by straight lines.

    Attributes:
        at: where the points are, from 0 (before training) to 1 (after the last planned epoch),
            each further right than the one before; at least two.
        accuracy: there, from 0 to 1.

    Raises:
        InvalidSetting: when they are something else.
    """

    at: tuple[float, ...]
    accuracy: tuple[float, ...]

    def __post_init__(self) -> None:
        """Check the points."""
        if not 2 <= len(self.at) == len(self.accuracy) <= MOST_POINTS:
            raise InvalidSetting(NO_GUESS)
        if not all(0 <= value <= 1 for value in (*self.at, *self.accuracy)):
            raise InvalidSetting(NO_GUESS)
        if not all(left < right for left, right in pairwise(self.at)):
            raise InvalidSetting(NO_GUESS)

    @classmethod
    def from_points(cls, points: Any) -> Guess | None:
        """Return the guess of points `[at, accuracy]`; None for fewer than two.

        Raises:
            InvalidSetting: when they are not points of a curve.
        """
        try:
            found = [(float(at), float(accuracy)) for at, accuracy in points]
        except (TypeError, ValueError):
            raise InvalidSetting(NO_GUESS) from None
        if len(found) < 2:
            return None
        return cls(*zip(*found, strict=True))

    @property
    def points(self) -> list[tuple[float, float]]:
        """Its points, as `from_points` takes them."""
        return list(zip(self.at, self.accuracy, strict=True))

    def curve(self, planned: int) -> Curve:
        """Return it over the epochs of a training that is planned to have so many."""
        return Curve([at * planned for at in self.at], list(self.accuracy))

    def after(self, epoch: float, planned: int) -> float | None:
        """Return the guessed accuracy after so many epochs; None where nothing was drawn."""
        share = epoch / planned
        if not self.at[0] <= share <= self.at[-1]:
            return None
        return float(np.interp(share, self.at, self.accuracy))

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Any]) -> Guess:
        """Return the guess of the arrays that `arrays` returned.

        Raises:
            InvalidSetting: when they are damaged.
        """
        at, accuracy = (np.ravel(arrays.get(name, ())) for name in ("at", "accuracy"))
        if not all(np.issubdtype(each.dtype, np.floating) for each in (at, accuracy)):
            raise InvalidSetting(NO_GUESS)
        return cls(tuple(map(float, at)), tuple(map(float, accuracy)))

    @property
    def arrays(self) -> dict[str, np.ndarray[Any, np.dtype[np.float64]]]:
        """Its points as float64 arrays `at` and `accuracy`."""
        return {name: np.array(getattr(self, name), np.float64) for name in ("at", "accuracy")}


def covered(guess: Guess, numbers: Sequence[int], planned: int) -> dict[int, float]:
    """Return the guessed accuracy after each of these epochs for which there is one."""
    found = {number: guess.after(number, planned) for number in numbers}
    return {number: value for number, value in found.items() if value is not None}


def known_accuracy(validation: float | None, training: float) -> float | None:
    """Return the accuracy that a guess is about: of validation, where there is one."""
    value = training if validation is None else validation
    return value if math.isfinite(value) else None
