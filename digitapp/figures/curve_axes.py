"""Axes of curves over the epochs: fixed from the start, so that a growing curve stays in place.

The accuracy axis goes from 0 to 100 %. The loss axis ends a little above the loss of guessing, and
grows in a few large steps if it must; a diverging loss gets a logarithmic axis. An axis only ever
grows, as the values so far do.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from digitapp.figures import lines, style
from digitapp.text.losses import in_figures

Metric = Literal["loss", "accuracy"]

IN_HOVER = {"accuracy": "%{y:.2%}", "loss": "%{y:.4f}"}
ON_AXIS = {"accuracy": ".2~%", "loss": ",~g"}
FEW_EPOCHS = 8
CLASSES = 10

TOPS = (1.0, 2.5, 5.0, 10.0)  # where a linear loss axis may end
LOWEST, FIRST_LOW = 1e-6, 0.01  # of a logarithmic loss axis
FIRST_HIGH, HIGHEST = 10**0.5, 1e5
FEW_DECADES = 3
# The first steps of a normal training may overshoot: so many values may leave the axis at its top.
OVERSHOOTING = 5
HEADROOM = 0.04  # above 100 %, for markers and names


@dataclass(frozen=True)
class Scale:
    """A value axis.

    Attributes:
        low, high: the values at its ends.
        logarithmic: whether equal ratios are equally far apart.
        said: what the reader must know about it, in a sentence; empty for an ordinary axis.
    """

    low: float
    high: float
    logarithmic: bool = False
    said: str = ""

    @property
    def range(self) -> list[float]:
        """Its ends as Plotly wants them: exponents of ten if it is logarithmic."""
        return [self._placed(self.low), self._placed(self.high)]

    def share(self, value: float) -> float:
        """Return how far up a finite value is drawn, from 0 (bottom) to 1 (top)."""
        low, high = self.range
        if self.logarithmic and value <= 0:
            return 0.0
        return min(max((self._placed(value) - low) / (high - low), 0.0), 1.0)

    def _placed(self, value: float) -> float:
        return math.log10(value) if self.logarithmic else value


def value_scale(
    metric: Metric,
    after: Sequence[float],
    within: Sequence[float],
    *,
    log: bool = False,
    close: bool = False,
    classes: int = CLASSES,
) -> Scale:
    """Return the value axis of a curve.

    Args:
        after: the values after the epochs, of training and validation.
        within: the values within the epochs.
        log: use a logarithmic axis, for the loss only.
        close: fit the axis to the values after the epochs, once there are some.
        classes: the network's number of classes; guessing has a loss of their logarithm.
    """
    if metric == "loss" and (log or diverges(after, within)):
        return _logarithmic(after, within, log)
    low, high = (0.0, 1 + HEADROOM) if metric == "accuracy" else (0.0, _top(after, within, classes))
    found = lines.span(after, []) if close else None
    return Scale(max(found[0], low), min(found[1], high)) if found else Scale(low, high)


def diverges(after: Sequence[float], within: Sequence[float]) -> bool:
    """Whether the loss is too high for a linear axis."""
    return max(_demanding(after, within), default=0.0) > TOPS[-1]


def value_axis(
    metric: Metric, scale: Scale, after: Sequence[float] = (), within: Sequence[float] = ()
) -> dict[str, Any]:
    """Return a y axis of this scale; a double-click fits it to the values, without outliers."""
    axis = {**style.axis(metric), "tickformat": ON_AXIS[metric], "range": scale.range}
    if scale.logarithmic:
        few = scale.range[1] - scale.range[0] <= FEW_DECADES
        return {**axis, "type": "log", "dtick": "D2" if few else 1}  # D2: 1, 2, 5, 10
    low, high = lines.span(after, within) or (0.0, math.inf)
    most = 1.0 if metric == "accuracy" else high
    clip = {"clipmin": max(low, 0.0), "clipmax": most if math.isfinite(most) else None}
    return {**axis, "autorangeoptions": clip}


def epoch_axis(total: int) -> dict[str, Any]:
    """Return an x axis from 0 to the last epoch; panning and zooming stay within it."""
    last = max(total, 1)
    return {
        **style.axis("epoch"),
        "range": [0, last],
        "minallowed": 0,
        "maxallowed": last,
        "autorangeoptions": {"clipmin": 0, "clipmax": last},
        "unifiedhovertitle": {"text": "epoch %{x:.2~f}"},
        "showgrid": False,
        "dtick": 1 if last <= FEW_EPOCHS else None,
    }


def _demanding(after: Sequence[float], within: Sequence[float]) -> list[float]:
    """Return the finite values that must be on the axis: not the few highest within epochs."""
    known = sorted(filter(math.isfinite, within))
    return [*filter(math.isfinite, after), *known[: max(len(known) - OVERSHOOTING, 0)]]


def _top(after: Sequence[float], within: Sequence[float], classes: int) -> float:
    highest = max([*_demanding(after, within), math.log(classes)])
    return next((top for top in TOPS if highest <= top), TOPS[-1])


def _logarithmic(after: Sequence[float], within: Sequence[float], asked: bool) -> Scale:
    known = [value for value in _demanding(after, within) if value > 0]
    least, most = min(known, default=FIRST_LOW), max(known, default=FIRST_HIGH)
    low = min(max(10.0 ** math.floor(math.log10(least)), LOWEST), FIRST_LOW)
    high = FIRST_HIGH if most <= FIRST_HIGH else min(10.0 ** math.ceil(math.log10(most)), HIGHEST)
    said = []
    if not asked:
        said.append(
            f"The loss went above {TOPS[-1]:g}, so its axis is logarithmic: each step up is ten "
            "times as much."
        )
    if (beyond := max(filter(math.isfinite, after), default=0.0)) > high:
        said.append(f"A triangle at the top is a loss beyond the axis, up to {in_figures(beyond)}.")
    return Scale(low, high, True, " ".join(said))
