"""Robustness to distortion: a network's readings of one drawing, distorted more and more."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from digitapp.drawing.strokes import Drawing
from digitapp.evaluation.distortions import DISTORTIONS, Distortion, Scale, distorted, image
from digitapp.reading.prediction import Prediction, Probabilities
from digitapp.registry import lookup


@dataclass(frozen=True)
class Sweep:
    """One drawing, distorted more and more.

    Attributes:
        name: the entry of `DISTORTIONS` that varies.
        values: its values, in increasing order.
        images: float32 (values, 28, 28), 0 paper to 1 ink.
    """

    name: str
    values: tuple[float, ...]
    images: NDArray[np.float32]

    def at(self, how: Distortion) -> int:
        """Return the index in the sweep that is nearest to a distortion."""
        wanted = getattr(how, self.name)
        return min(range(len(self.values)), key=lambda place: abs(self.values[place] - wanted))


@dataclass(frozen=True)
class Endurance:
    """A network's readings of a sweep.

    Attributes:
        title: of the network.
        sweep: the images that were read.
        probabilities: float32 (values, classes), given that the image is one of the classes.
        others: float32 (values,), the probability that it is none of them.
        class_names: one per class.
    """

    title: str
    sweep: Sweep
    probabilities: Probabilities
    others: Probabilities
    class_names: tuple[str, ...]

    def reading(self, place: int) -> Prediction:
        """Return the network's prediction for one image of the sweep."""
        other = float(self.others[place])
        return Prediction(self.probabilities[place], self.class_names, other)

    def shares(self, digit: str) -> list[float]:
        """Return a digit's probability at each value, counting the chance of being no digit."""
        shares = self.probabilities[:, self.class_names.index(digit)] * (1 - self.others)
        return [float(share) for share in shares]

    def is_right(self, place: int, digit: str) -> bool:
        """Whether it reads one image of the sweep as the digit, without refusing it."""
        read = self.reading(place)
        return read.name == digit and not read.refused

    def right(self, digit: str) -> list[tuple[float, float]]:
        """Return the ranges of values, low and high, within which it reads the digit."""
        values, places = self.sweep.values, range(len(self.sweep.values))
        runs = itertools.groupby(places, lambda place: self.is_right(place, digit))
        stretches = [list(run) for right, run in runs if right]
        return [(values[each[0]], values[each[-1]]) for each in stretches]

    def in_words(self, digit: str) -> str:
        """Describe where it reads the digit, such as `Right from -35° to +40°.`"""
        scale, found = DISTORTIONS[self.sweep.name], self.right(digit)
        if not found:
            return "Wrong everywhere."
        if found == [(scale.low, scale.high)]:
            return f"Right everywhere, {_stretch(scale, *found[0])}."
        beyond = ", and at some values beyond" if len(found) > 1 else ""
        for low, high in found:
            if low <= scale.start <= high:
                return f"Right {_stretch(scale, low, high)}{beyond}."
        longest = max(found, key=lambda ends: ends[1] - ends[0])
        begin = f"Wrong at {scale.in_words(scale.start)}, but right"
        return f"{begin} {_stretch(scale, *longest)}{beyond}."


def sweep(strokes: Drawing, name: str, held: Distortion, again: bool = False) -> Sweep:
    """Draw all values of one distortion, while the others stay fixed.

    Args:
        strokes: in the 28x28 frame, from `preprocessing.placed_strokes`.
        name: of the distortion that varies.
        held: the values of the other distortions.
        again: as for `image`.

    Raises:
        UnknownName: when there is no such distortion.
    """
    values = lookup(DISTORTIONS, "distortion", name).values
    drawings = [distorted(strokes, replace(held, **{name: value})) for value in values]
    return Sweep(name, tuple(values), np.stack([image(each, again) for each in drawings]))


def _stretch(scale: Scale, low: float, high: float) -> str:
    if low == high:
        return f"at {scale.in_words(low)}"
    return f"from {scale.in_words(low)} to {scale.in_words(high)}"
