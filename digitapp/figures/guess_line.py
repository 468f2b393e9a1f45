"""The line of a guess, drawn before training, among a run's curves."""

from __future__ import annotations

import plotly.graph_objects as go

from digitapp.figures import style
from digitapp.figures.curve_axes import IN_HOVER, Metric
from digitapp.training.history import Curve

NAME = "your guess"


def guess_line(curve: Curve, metric: Metric) -> go.Scatter:
    """Return the guessed line, dashed, named to the right below its middle: there the name stays.

    Args:
        curve: at least two points.
    """
    middle = (curve.x[0] + curve.x[-1]) / 2
    named = min(range(len(curve.x)), key=lambda at: abs(curve.x[at] - middle))
    label = f'<span style="color:{style.GUESSED}">\N{HORIZONTAL BAR}</span> <b>{NAME}</b>'
    return go.Scatter(
        x=curve.x,
        y=curve.y,
        name=NAME,
        uid="guess",
        mode="lines+text",
        line={"color": style.GUESSED, "width": 2.5, "dash": "dash"},
        text=[label if at == named else "" for at in range(len(curve.x))],
        textposition="bottom right",
        textfont={"color": style.INK},
        hovertemplate=IN_HOVER[metric],
    )
