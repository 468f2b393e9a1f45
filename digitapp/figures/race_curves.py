"""Figure of a race: a line for each run, those in front thick and named where they end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from digitapp.figures import lines, style
from digitapp.figures.curve_axes import IN_HOVER, Metric, Scale, epoch_axis, value_axis, value_scale
from digitapp.figures.run_overlay import colour
from digitapp.text.escaping import figure as escaped
from digitapp.training.history import Curve, Epoch, after_epochs

NAMED = 5  # runs in front that are named where they end
THICK, THIN = 4.0, 1.75
FAINT = 0.55
HEIGHT, ROOM_FOR_NAMES = 440, 150  # pixels; the room is to the right of the plot
TEXT, MARKER = 16, 8  # pixels
LONGEST = 16  # letters of a name at its line
LOOKS = (
    ("circle", "\N{BLACK CIRCLE}"),
    ("square", "\N{BLACK SQUARE}"),
    ("diamond", "\N{BLACK DIAMOND}"),
)


@dataclass(frozen=True)
class Racer:
    """A run in the race.

    Attributes:
        run: its number.
        name: of the person whose it is.
        network: what it is, in a few words.
        epochs: from epoch 0 on, if that is known.
    """

    run: int
    name: str
    network: str
    epochs: Sequence[Epoch]


def race(racers: Sequence[Racer], metric: Metric, total: int) -> go.Figure:
    """Return the curves of runs: of validation, or of training where there is no validation.

    Names at the ends of lines that end close to each other are moved apart where the figure is
    shown (`board.js`).

    Args:
        racers: those in front first; each has its colour by its place.
        total: the highest planned number of epochs, where the x axis ends.
    """
    curves = [_curve(each, metric) for each in racers]
    values = [y for curve in curves for y in curve.y]
    scale = value_scale(metric, values, [], close=True)
    traces = [
        _line(each, curve, number, metric)
        for number, (each, curve) in enumerate(zip(racers, curves, strict=True))
    ]
    layout = style.bare(
        HEIGHT,
        margin={"l": 4, "r": ROOM_FOR_NAMES, "t": 12, "b": 4},
        font={"size": TEXT},
        showlegend=False,
        hovermode="closest",
        hoverlabel={"namelength": -1},
        uirevision=metric,
        xaxis={**epoch_axis(total), "uirevision": metric},
        yaxis=value_axis(metric, scale, values),
        annotations=_names(racers, curves, scale),
    )
    return go.Figure(traces[::-1], layout)  # those in front are drawn last


def _curve(racer: Racer, metric: Metric) -> Curve:
    found = after_epochs(racer.epochs, f"val_{metric}")
    return found if found.x else after_epochs(racer.epochs, metric)


def _line(racer: Racer, curve: Curve, number: int, metric: Metric) -> go.Scatter:
    leads = number < NAMED
    who = f"{escaped(racer.name)}: {escaped(racer.network)}"
    return go.Scatter(
        x=curve.x,
        y=lines.gapped(curve.y),
        name=who,
        uid=f"run {racer.run}",
        mode="lines+markers",
        opacity=1 if leads else FAINT,
        line={"color": colour(number), "width": THICK if leads else THIN},
        marker={"symbol": _look(number)[0], "size": MARKER if leads else 5},
        hovertemplate=f"<b>{who}</b> (run {racer.run})<br>{IN_HOVER[metric]}<extra></extra>",
        cliponaxis=False,
    )


def _look(number: int) -> tuple[str, str]:
    """Return the marker of the run at this place, as Plotly names it and as a sign."""
    return LOOKS[number // len(style.COLOURS) % len(LOOKS)]


def _names(racers: Sequence[Racer], curves: Sequence[Curve], scale: Scale) -> list[dict[str, Any]]:
    """Return the names of those in front beside the ends of their lines."""
    low, high = scale.range
    ends = [
        (number, curve.x[-1], curve.y[-1])
        for number, curve in enumerate(curves[:NAMED])
        if curve.x and math.isfinite(curve.y[-1])
    ]
    return [
        {
            "name": "end",
            "x": x,
            "y": low + scale.share(y) * (high - low),  # of a logarithmic axis, the exponent
            "text": f'<span style="color:{colour(number)}">{_look(number)[1]}</span> '
            f"<b>{escaped(_short(racers[number].name))}</b>",
            "font": {"color": style.INK},
            "showarrow": False,
            "xanchor": "left",
            "yanchor": "middle",
            "xshift": MARKER + 2,
        }
        for number, x, y in ends
    ]


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
