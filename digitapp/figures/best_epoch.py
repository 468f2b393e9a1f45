"""The best epoch in a figure of a run's history: a star, and words where nothing else stands.

It is the epoch in which the figure's own validation line is at its best, so that nobody looks for
another. The epoch of the highest accuracy is often not that of the lowest loss.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import plotly.graph_objects as go

from digitapp.figures import lines, style, words_at_lines
from digitapp.figures.curve_axes import IN_HOVER, Metric
from digitapp.figures.words_at_lines import Point
from digitapp.training.history import Epoch, after_epochs, best, most_accurate


class BestWords(NamedTuple):
    """Words about the best epoch, and on which side of its star; or words behind a line's name."""

    words: str = ""
    side: str = ""
    behind_name: str = ""


BEST = {"accuracy": most_accurate, "loss": best}


def words(
    epochs: Sequence[Epoch], metric: Metric, total: int, ends: Mapping[str, Point]
) -> BestWords:
    """Return the words about the best epoch: beside its star, or behind the name of validation.

    Args:
        total: the epoch at which the horizontal axis ends.
        ends: where the lines end, by their names, in shares of the axes.
    """
    found = BEST[metric](epochs)
    if found is None or "validation" not in ends:
        return BestWords()
    end = ends["validation"][0]
    newest = found == epochs[-1]
    text = f"best: epoch {found.number}"
    side = words_at_lines.side_of(end if newest else found.number / max(total, 1), end)
    if side:
        return BestWords(text, side)
    return BestWords(behind_name=", best" if newest else f", {text}")


def star(epochs: Sequence[Epoch], metric: Metric, told: BestWords) -> go.Scatter:
    """Return a star at the best epoch, with its words unless they stand behind a line's name."""
    found = BEST[metric](epochs)
    curve = after_epochs([found] if found else [], f"val_{metric}")
    # Below a validation accuracy and above a validation loss, there is seldom another line; an
    # empty line keeps the words away from the curve.
    upright, words = (
        ("bottom", f"<br>{told.words}") if metric == "accuracy" else ("top", f"{told.words}<br> ")
    )
    return go.Scatter(
        x=curve.x,
        y=lines.gapped(curve.y),
        name="best epoch",
        uid="best",
        mode="markers+text",
        marker={"symbol": "star", "size": 15, "color": style.VALIDATION},
        text=[words] if found and told.side else [],
        textposition=f"{upright} {told.side or 'center'}",
        textfont={"color": style.INK},
        cliponaxis=False,
        hovertemplate=f"{IN_HOVER[metric]} after epoch %{{x}}",
    )
