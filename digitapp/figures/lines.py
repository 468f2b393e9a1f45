"""Prepare curves for plotting: gaps, smoothing, thinning and axis ranges."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from digitapp.training.history import Curve, finite, smoothed

MOST_POINTS = 600
OUTLIERS = 0.02
AXIS_MARGIN = 0.05

Gapped = list[float | None]


def gapped(values: Sequence[float]) -> Gapped:
    """Replace infinity and NaN by None, which Plotly draws as a gap in the line."""
    return [finite(float(value)) for value in values]


def noisy(curve: Curve, smoothing: float) -> Curve:
    """Prepare the curve of a metric within epochs: smoothed across gaps, and thinned.

    Args:
        smoothing: from 0 (none) to below 1 (flat).
    """
    if not smoothing:
        return thinned(curve)
    known = iter(smoothed([value for value in curve.y if math.isfinite(value)], smoothing))
    y = [next(known) if math.isfinite(value) else math.nan for value in curve.y]
    return thinned(Curve(curve.x, y))


def thinned(curve: Curve, most: int = MOST_POINTS) -> Curve:
    """Reduce a curve to at most `most` points: means of groups, between its first and last point.

    Groups double in size as points are added, and otherwise stay in place, so a growing line does
    not jitter. A group that contains a gap becomes a gap.
    """
    if len(curve.x) <= most:
        return curve
    size = 2
    while math.ceil(len(curve.x) / size) > most - 2:
        size *= 2
    return Curve(_means(curve.x, size), _means(curve.y, size))


def _means(values: Sequence[float], size: int) -> list[float]:
    """Return the first value, the means of groups of `size` values, and the last value."""
    whole = len(values) // size * size
    means = np.reshape(values[:whole], (-1, size)).mean(axis=1).tolist()
    rest = [float(np.mean(values[whole:]))] if whole < len(values) else []
    return [values[0], *means, *rest, values[-1]]


def span(after: Sequence[float], within: Sequence[float]) -> tuple[float, float] | None:
    """Return a range for the y axis as (low, high); None if no epoch is finished.

    It includes all values after epochs, but not the most extreme ones within epochs: the first
    batches would squeeze everything else into a corner.
    """
    known = [value for value in after if math.isfinite(value)]
    if not known:
        return None
    usual = [value for value in within if math.isfinite(value)] or known
    low = min(*known, *np.quantile(usual, [OUTLIERS]).tolist())
    high = max(*known, *np.quantile(usual, [1 - OUTLIERS]).tolist())
    room = AXIS_MARGIN * ((high - low) or abs(high) or 1.0)
    return low - room, high + room
