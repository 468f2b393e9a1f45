"""Strokes written once more, as the same person might write them: nearly the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from digitapp.data.stroke_variations import every
from digitapp.drawing.strokes import Drawing, Points

# Standard deviations.
TURN = 0.07  # radians
SLANT = 0.08  # sideways shift per unit of height
ASPECT = 0.06  # of the logarithm
# Shares of the longer side.
STROKE_SHIFT = 0.015
WAVE_HEIGHT, WAVE_COUNT = 0.012, 0.8  # height, and periods across the drawing
SHAKE = 0.003
COARSE, KEPT_POINT = 0.25, 3  # how often one in so many points is left


def gently_varied(drawing: Drawing, rng: np.random.Generator) -> Drawing:
    """Turn, slant, stretch, bend and shake a drawing a little; move each stroke a little.

    Order and direction stay as they are, and so do the numbers of strokes and, mostly, of points.
    """
    points = np.concatenate([stroke.points for stroke in drawing])
    low, high = points.min(axis=0), points.max(axis=0)
    size = float(max((high - low).max(), 1.0))
    middle = (low + high) / 2
    around, waves = _affine(rng), rng.normal(0, WAVE_COUNT, (2, 2))
    phases, heights = rng.uniform(0, 1, 2), rng.normal(0, WAVE_HEIGHT, 2)
    coarse = rng.random() < COARSE
    found = []
    for stroke in drawing:
        own = (stroke.points - middle) / size
        own = own + heights * np.sin(2 * np.pi * (own @ waves + phases))
        own = own @ around + rng.normal(0, STROKE_SHIFT, 2) + rng.normal(0, SHAKE, own.shape)
        kept = every(own, KEPT_POINT) if coarse else own
        found.append(replace(stroke, points=kept * size + middle))
    return tuple(found)


def _affine(rng: np.random.Generator) -> Points:
    """Return a 2x2 matrix that turns, slants and stretches points, (n, 2) @ (2, 2)."""
    angle, aspect = rng.normal(0, TURN), np.exp(rng.normal(0, ASPECT))
    cos, sin = np.cos(angle), np.sin(angle)
    stretched = np.diag([aspect, 1 / aspect])
    slanted = np.array([[1, 0], [rng.normal(0, SLANT), 1]])
    return np.asarray(stretched @ slanted @ np.array([[cos, sin], [-sin, cos]]))
