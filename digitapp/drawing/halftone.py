"""Pictures printed or scanned in dots: greys that are none, but black dots, larger or smaller.

To the eye they melt into greys; to a search for connected lines each is a line of its own, or
its gaps are holes in one. Smoothing by half the distance from dot to dot makes greys of them
again (descreening).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, spatial

from digitapp.drawing.background import Grey, Mask

MANY = 50  # dots, at least
TINY = 25  # parts of the longest side: larger ones are no dots
SPECK = 6  # pixels: nothing so small is written
FULL = 0.55  # of a dot's box; a letter's lines fill less of theirs
HOLLOW = 0.01  # of a mask: what its holes have, at least
EVEN = 0.3  # of the usual distance from dot to dot: how far most are from it
MOST = 0.7  # of the dots
SAMPLE = 1000  # dots whose neighbours are looked for
SMOOTHING = 0.5  # of the distance: what repeats with it is all but gone


def distance(mask: Mask, heavy: Mask, labels: NDArray[np.integer]) -> float:
    """How far a picture's dots are from each other, in pixels; 0 when it is not made of dots.

    Args:
        mask: (height, width), where there is ink.
        heavy: (n,), which of its components are not light beside the heaviest.
        labels: (height, width), the components' numbers from 1.
    """
    kept = np.concatenate([[False], heavy])
    if heavy.sum() >= MANY:
        return _distance(np.where(kept[labels], labels, 0))
    holes, _ = ndimage.label(~mask)
    holes = np.where(np.isin(holes, _at_edge(holes)), 0, holes)
    sizes = np.bincount(holes.ravel())[1:]
    tiny = np.concatenate([[False], (sizes > 0) & (sizes <= (max(mask.shape) / TINY) ** 2)])
    if tiny.sum() < MANY or tiny[holes].sum() < HOLLOW * mask.sum():
        return 0
    return _distance(np.where(tiny[holes], holes, 0))


def smoothed(grey: Grey, distance: float) -> Grey:
    """The greys that dots at a distance stand for, in whole levels."""
    return np.asarray(np.rint(ndimage.gaussian_filter(grey, SMOOTHING * distance)))


def _distance(labels: NDArray[np.integer]) -> float:
    """The usual distance from dot to dot, if most are dots, and about as far from each other."""
    found = [
        (number, place) for number, place in enumerate(ndimage.find_objects(labels), 1) if place
    ]
    sides = np.array([[one.stop - one.start for one in place] for _, place in found])
    corners = np.array([[one.start for one in place] for _, place in found])
    numbers = np.array([number for number, _ in found])
    fill = np.bincount(labels.ravel())[numbers] / sides.prod(axis=1)
    middles = corners + sides / 2
    sample = middles[:: -(-len(middles) // SAMPLE)]
    apart = spatial.cKDTree(middles).query(sample, 2)[0][:, 1]
    usual = float(np.median(apart))
    size = float(np.median(sides.max(axis=1)))
    regular = (np.abs(apart - usual) <= EVEN * usual).mean() >= MOST
    dots = size <= max(labels.shape) / TINY and np.median(fill) >= FULL and regular
    return usual if dots else 0


def _at_edge(labels: NDArray[np.integer]) -> NDArray[np.integer]:
    return np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
