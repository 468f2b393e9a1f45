"""Figure of the pinned digit: the network's probabilities for it after each epoch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from digitapp.figures import lines, style
from digitapp.figures.curve_axes import epoch_axis
from digitapp.text.escaping import figure as escaped
from digitapp.text.percent import percent
from digitapp.training.history import Epoch

# M. A. Petroff, "Accessible Color Sequences for Data Visualization" (2021): ten colours that the
# colour-blind can tell apart, too. The symbols help where a line stands alone.
CLASS_COLOURS = (
    *("#3f90da", "#ffa90e", "#bd1f01", "#94a4a2", "#832db6"),
    *("#a96b59", "#e76300", "#b9ac70", "#717581", "#92dadd"),
    style.INK,  # for the class "not a digit"
)
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "x", "star")
THIN, THICK = 1.5, 4
READABLE, MOST_LINES = 12, 10  # classes
ROOM_UP_TO = 0.7  # share of the x axis, up to which the label fits to the right of the line


def pinned_digit(
    epochs: Sequence[Epoch], class_names: Sequence[str], total_epochs: int, revision: str = ""
) -> go.Figure:
    """Return the probabilities of the pinned digit after each epoch, with one line per class.

    The line of the class that is most probable at the end is thicker and labelled. Epochs without
    a pinned digit are left out. Of more than `READABLE` classes, those have lines that were the
    most probable ones at some time.

    Args:
        total_epochs: the planned number, where the x axis ends.
        revision: while it stays the same, Plotly keeps the user's zoom and hidden traces.
    """
    seen = [(epoch.number, epoch.watched) for epoch in epochs if epoch.watched is not None]
    winner = None  # the most probable class at the end, if all probabilities are finite
    if seen and all(map(math.isfinite, seen[-1][1])):
        winner = max(range(len(class_names)), key=lambda label: seen[-1][1][label])
    shown = _shown([shares for _, shares in seen], len(class_names))
    traces = [
        _line(label, name, [(number, shares[label]) for number, shares in seen], label == winner)
        for label, name in enumerate(class_names)
        if label in shown
    ]
    layout = style.bare(
        hovermode="x unified",
        hoversort="value descending",
        uirevision=revision,
        xaxis={**epoch_axis(total_epochs), "uirevision": revision},
        yaxis={
            **style.axis("how sure"),
            "range": [-0.02, 1.02],
            "tickformat": ".0%",
            "uirevision": revision,
        },
    )
    figure = go.Figure(traces, layout)
    if winner is not None:
        number, shares = seen[-1]
        figure.add_annotation(_name(class_names[winner], number, shares[winner], total_epochs))
    return figure


def _shown(seen: Sequence[Sequence[float]], classes: int) -> set[int]:
    """Return the classes that have lines: of many, those with the highest shares at any time."""
    if classes <= READABLE:
        return {*range(classes)}
    highest = [
        max((s[label] for s in seen if s[label] == s[label]), default=0.0)
        for label in range(classes)
    ]
    return {*sorted(range(classes), key=lambda label: -highest[label])[:MOST_LINES]}


def _line(
    label: int, name: str, shares: Sequence[tuple[int, float]], is_winner: bool
) -> go.Scatter:
    return go.Scatter(
        x=[number for number, _ in shares] or [0],
        y=lines.gapped([share for _, share in shares]) or [None],
        name=escaped(name),
        uid=str(label),
        mode="lines+markers",
        line={
            "color": CLASS_COLOURS[label % len(CLASS_COLOURS)],
            "width": THICK if is_winner else THIN,
        },
        marker={"symbol": SYMBOLS[label % len(SYMBOLS)], "size": 6},
        cliponaxis=False,
        customdata=[percent(share) for _, share in shares],
        hovertemplate="%{customdata}",
    )


def _name(name: str, number: int, share: float, total: int) -> dict[str, Any]:
    """Return a label to the right of the line's end or, lacking room, on its emptier side."""
    label = {
        "x": number,
        "y": share,
        "text": f"<b>{escaped(name)}</b> {percent(share)}",
        "font": {"color": style.INK},
        "showarrow": False,
    }
    if number <= ROOM_UP_TO * total:
        return {**label, "xanchor": "left", "yanchor": "middle", "xshift": 8}
    if share > 0.5:
        return {**label, "xanchor": "right", "yanchor": "top", "yshift": -8}
    return {**label, "xanchor": "right", "yanchor": "bottom", "yshift": 8}
