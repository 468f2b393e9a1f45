"""Figure of the stress test: confidence in the right digit as the drawing is distorted."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from digitapp.evaluation.distortions import DISTORTIONS
from digitapp.evaluation.endurance import Endurance
from digitapp.figures import style
from digitapp.text.escaping import figure as escaped
from digitapp.text.percent import percent

# A colour for each network, and a dash pattern (in pixels) for readers who cannot tell the colours
# apart.
DASHES = ("", "9,4", "2,4", "12,4,2,4", "16,6", "6,3,2,3,2,3")
LINES = tuple(zip(style.COLOURS, DASHES, strict=False))
MOST_NETWORKS = len(LINES)
WIDTH, MARK = 2.5, 10
EDGE = 0.01  # share of the axis: room for the outermost numbers


def endurance(
    found: Sequence[Endurance], digit: str, place: int, names: Sequence[str] = ()
) -> go.Figure:
    """Return one line per network: its probability for the right digit, by distortion.

    A vertical line, and a marker on each network's line, show the current distortion.

    Args:
        found: at least one result, all of the same sweep.
        digit: the name of the right class.
        place: index of the distortion to mark.
        names: identify the networks from one figure to the next; by default their titles.
    """
    name, values = found[0].sweep.name, found[0].sweep.values
    names = names or [each.title for each in found]
    traces = [
        trace
        for number, (each, uid) in enumerate(zip(found, names, strict=True))
        for trace in (_line(each, digit, number, uid), _mark(each, digit, place, number, uid))
    ]
    scale = DISTORTIONS[name]
    margin = EDGE * (scale.high - scale.low)
    here = {"x0": values[place], "x1": values[place], "y0": 0, "y1": 1, "yref": "paper"}
    line = {"color": style.OTHERS, "width": 2}
    layout = style.bare(
        hovermode="x unified",
        dragmode=False,
        shapes=[{**here, "type": "line", "layer": "below", "line": line}],
        xaxis={
            **style.axis(scale.title),
            "range": [scale.low - margin, scale.high + margin],
            "ticksuffix": scale.unit,
            "fixedrange": True,
            "tick0": 0,
            "dtick": scale.tick,
        },
        yaxis={
            **style.axis(f"how sure that it is {escaped(digit)}"),
            "range": [-0.02, 1.02],
            "tickformat": ".0%",
            "fixedrange": True,
        },
    )
    return go.Figure(traces, layout)


def _line(found: Endurance, digit: str, number: int, uid: str) -> go.Scatter:
    colour, dash = LINES[number % MOST_NETWORKS]
    return go.Scatter(
        x=list(found.sweep.values),
        y=[round(share, 5) for share in found.shares(digit)],
        name=escaped(found.title),
        uid=uid,
        legendgroup=uid,
        mode="lines",
        line={"color": colour, "width": WIDTH, "dash": dash or "solid"},
        customdata=[_said(found, digit, place) for place in range(len(found.sweep.values))],
        hovertemplate="%{customdata}",
    )


def _mark(found: Endurance, digit: str, place: int, number: int, uid: str) -> go.Scatter:
    return go.Scatter(
        x=[found.sweep.values[place]],
        y=[found.shares(digit)[place]],
        uid=f"{uid} now",
        legendgroup=uid,
        showlegend=False,
        mode="markers",
        marker={"color": LINES[number % MOST_NETWORKS][0], "size": MARK},
        cliponaxis=False,
        hoverinfo="skip",
    )


def _said(found: Endurance, digit: str, place: int) -> str:
    """Return a hover text such as `12.0 %, reads 9`."""
    share, read = found.shares(digit)[place], found.reading(place)
    return f"{percent(share)}, reads {read.none if read.refused else escaped(read.name)}"
