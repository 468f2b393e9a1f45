"""Arithmetic on curves before they are drawn: gaps, smoothing, thinning, what is to be seen."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from digitapp.training.history import Curve, Epoch, Point, smoothed, within_epochs

MOST_POINTS = 600
OUTLIERS = 0.02
ROOM = 0.05

Gapped = list[float | None]


def gapped(values: Sequence[float]) -> Gapped:
    """The values with None, a gap in the line, where one is infinite or not a number."""
    return [float(value) if math.isfinite(value) else None for value in values]


def noisy(points: Sequence[Point] | Curve, metric: str, batches: int, smoothing: float) -> Curve:
    """How a metric moved within the epochs: smoothed over the gaps, and thinned.

    Args:
        points: in the order they were noted; or what `Moving` made of them.
        metric: `loss` or `accuracy`.
        batches: an epoch.
        smoothing: 0 (as it was) to below 1 (flat).
    """
    curve = points if isinstance(points, Curve) else within_epochs(points, metric, batches)
    if not smoothing:
        return thinned(curve)
    known = iter(smoothed([value for value in curve.y if math.isfinite(value)], smoothing))
    y = [next(known) if math.isfinite(value) else math.nan for value in curve.y]
    return thinned(Curve(curve.x, y))


def thinned(curve: Curve, most: int = MOST_POINTS) -> Curve:
    """At most so many points: means of neighbours, between the first point and the last.

    The groups double in size as points are added, and never move otherwise: a line that grows
    does not shiver. A group with a gap is a gap.
    """
    if len(curve.x) <= most:
        return curve
    size = 2
    while math.ceil(len(curve.x) / size) > most - 2:
        size *= 2
    return Curve(_means(curve.x, size), _means(curve.y, size))


def _means(values: Sequence[float], size: int) -> list[float]:
    """Of groups of this size, between the first value and the last."""
    whole = len(values) // size * size
    means = np.reshape(values[:whole], (-1, size)).mean(axis=1).tolist()
    rest = [float(np.mean(values[whole:]))] if whole < len(values) else []
    return [values[0], *means, *rest, values[-1]]


def measured(epochs: Sequence[Epoch]) -> list[Epoch]:
    """The epochs whose validation loss is no NaN: among others, none is the lowest."""
    return [epoch for epoch in epochs if epoch.val_loss is None or math.isfinite(epoch.val_loss)]


def span(after: Sequence[float], within: Sequence[float]) -> tuple[float, float] | None:
    """The lowest and highest value worth the space; None when no epoch is finished.

    All values after epochs are within it. Of those within epochs, the few most extreme are not:
    the first batches would press all the rest into a corner.
    """
    known = [value for value in after if math.isfinite(value)]
    if not known:
        return None
    finite = [value for value in within if math.isfinite(value)] or known
    low = min(*known, *np.quantile(finite, [OUTLIERS]).tolist())
    high = max(*known, *np.quantile(finite, [1 - OUTLIERS]).tolist())
    room = ROOM * ((high - low) or abs(high) or 1.0)
    return low - room, high + room
