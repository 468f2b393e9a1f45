"""Vertical lines in a figure over the epochs, with words: what happened then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from digitapp.figures import style
from digitapp.figures.words_at_lines import Room
from digitapp.text.escaping import figure as escaped
from digitapp.training.moments import Moment

MOST = 6  # in words; of more, the latest
TOWARDS_THE_LEFT = 0.55  # from this share of the axis on, words end at their line
CHARACTER, GAP = 0.022, 0.03  # widths as shares of a narrow plot
ROW, FIRST_ROW = 0.085, 0.02  # heights as shares of a plot
ROWS = 5


def marks(
    moments: Sequence[Moment], total_epochs: int, at_top: bool, names: Sequence[Room] = ()
) -> dict[str, Any]:
    """Return shapes and annotations of a layout that mark moments.

    Words that would overlap, or stand on the name of a line, are in different rows.

    Args:
        total_epochs: where the x axis ends.
        at_top: write the words at the top of the plot, not at its bottom.
        names: where the names of lines stand.
    """
    shapes = [
        {
            **{"type": "line", "xref": "x", "yref": "paper", "x0": each.at, "x1": each.at},
            **{"y0": 0, "y1": 1, "layer": "below"},
            "line": {"color": style.MARKED, "width": 1.5, "dash": "dot"},
        }
        for each in moments
    ]
    told = moments[-MOST:]
    rows = _rows([_extent(each, total_epochs) for each in told], at_top, names)
    words = [
        _words(each, row, each.at / total_epochs >= TOWARDS_THE_LEFT, at_top)
        for each, row in zip(told, rows, strict=True)
    ]
    return {"shapes": shapes, "annotations": words}


def _extent(moment: Moment, total: int) -> tuple[float, float]:
    """Return where the words of a moment begin and end, as shares of the x axis."""
    share, width = moment.at / total, len(moment.words) * CHARACTER + GAP
    return (share - width, share) if share >= TOWARDS_THE_LEFT else (share, share + width)


def _rows(extents: Sequence[tuple[float, float]], at_top: bool, names: Sequence[Room]) -> list[int]:
    """Return a row for each, the first in which nothing is in its way."""
    taken: list[list[tuple[float, float]]] = [[] for _ in range(ROWS)]
    found = []
    for low, high in extents:
        free = [
            row
            for row, others in enumerate(taken)
            if all(high <= left or right <= low for left, right in others)
            and not any(Room(low, high, _height(row, at_top)).meets(name) for name in names)
        ]
        found.append(free[0] if free else ROWS - 1)
        taken[found[-1]].append((low, high))
    return found


def _height(row: int, at_top: bool) -> float:
    """Return how high the middle of the words in a row is, as a share of the plot."""
    up = FIRST_ROW + (row + 0.5) * ROW
    return 1 - up if at_top else up


def _words(moment: Moment, row: int, to_the_left: bool, at_top: bool) -> dict[str, Any]:
    up = FIRST_ROW + row * ROW
    return {
        "x": moment.at,
        "xref": "x",
        "y": 1 - up if at_top else up,
        "yref": "paper",
        "text": escaped(moment.words),
        "font": {"color": style.INK},
        "showarrow": False,
        "xanchor": "right" if to_the_left else "left",
        "yanchor": "top" if at_top else "bottom",
        "xshift": -2 if to_the_left else 2,
    }
