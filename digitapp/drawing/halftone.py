"""Halftone pictures: detect greys that were printed as black dots, and restore them.

To the eye the dots blend into greys; to a search for connected components each dot is a component,
or each gap between dots a hole in one. Smoothing by half the dot spacing restores the greys
(descreening).
"""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import NDArray

from digitapp.drawing.background import Grey, Mask, edge

MANY = 50  # dots, at least
DOT_DIVISOR = 25  # divisor of the longest side; larger components are not dots
FULL = 0.55  # of a dot's box; a letter's lines fill less of theirs
HOLLOW = 0.01  # of the ink's area: smallest total area of its tiny holes
EVEN = 0.3  # of the usual spacing: largest deviation of a regular dot
REGULAR = 0.7  # of the dots must be regular
SAMPLE = 1000  # dots whose nearest neighbour is looked up
SMOOTHING = 0.5  # of the spacing; leaves almost nothing of the dot pattern


def dot_spacing(mask: Mask, heavy: Mask, labels: NDArray[np.integer]) -> float:
    """Return the spacing of a picture's dots, in pixels; 0 when it is not made of dots.

    Args:
        mask: (height, width), true where there is ink.
        heavy: (n,), which components are not light compared with the heaviest.
        labels: (height, width), the components' numbers from 1.
    """
    kept = np.concatenate([[False], heavy])
    if heavy.sum() >= MANY:
        return _spacing(np.where(kept[labels], labels, 0))
    holes, _ = scipy.ndimage.label(~mask)
    holes = np.where(np.isin(holes, edge(holes)), 0, holes)
    sizes = np.bincount(holes.ravel())[1:]
    tiny = np.concatenate([[False], (sizes > 0) & (sizes <= (max(mask.shape) / DOT_DIVISOR) ** 2)])
    if tiny.sum() < MANY or tiny[holes].sum() < HOLLOW * mask.sum():
        return 0
    return _spacing(np.where(tiny[holes], holes, 0))


def smoothed(grey: Grey, spacing: float) -> Grey:
    """Replace dots of the given spacing by the greys they stand for, in whole levels."""
    return np.asarray(np.rint(scipy.ndimage.gaussian_filter(grey, SMOOTHING * spacing)))


def _spacing(labels: NDArray[np.integer]) -> float:
    """Return the usual dot spacing, or 0 unless most components are regularly spaced dots."""
    found = [
        (number, place)
        for number, place in enumerate(scipy.ndimage.find_objects(labels), 1)
        if place
    ]
    sides = np.array([[one.stop - one.start for one in place] for _, place in found])
    corners = np.array([[one.start for one in place] for _, place in found])
    numbers = np.array([number for number, _ in found])
    fill = np.bincount(labels.ravel())[numbers] / sides.prod(axis=1)
    middles = corners + sides / 2
    sample = middles[:: -(-len(middles) // SAMPLE)]
    apart = scipy.spatial.cKDTree(middles).query(sample, 2)[0][:, 1]
    usual = float(np.median(apart))
    size = float(np.median(sides.max(axis=1)))
    regular = (np.abs(apart - usual) <= EVEN * usual).mean() >= REGULAR
    dots = size <= max(labels.shape) / DOT_DIVISOR and np.median(fill) >= FULL and regular
    return usual if dots else 0
