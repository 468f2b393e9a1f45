"""Figures that compare runs: overlaid curves, and a scatter plot of settings and scores."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from digitapp.figures import lines, style
from digitapp.figures.curve_axes import IN_HOVER, ON_AXIS, Metric, value_scale
from digitapp.runs import Run
from digitapp.runs.comparison import (
    AXES,
    MEASURES,
    Band,
    Group,
    Value,
    band,
    pareto,
    title_of,
    value_of,
)
from digitapp.text.escaping import figure as escaped
from digitapp.text.percent import counted_percent
from digitapp.training.history import Epoch, finite

SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "x")
FEW_GROUPS = 6  # groups, up to which one hover box shows all values
TALL, ROW = 440, 10  # pixels
FAINT = 0.18
KINDS = {"training": ("", "dash", 1.5), "validation": ("val_", "solid", 2.5)}
FAR_APART = 10  # a highest value this many times the lowest gets a logarithmic axis


def colour(number: int) -> str:
    """Return the colour of the group at this index; the twelve colours repeat."""
    return style.COLOURS[number % len(style.COLOURS)]


def overlay(
    groups: Sequence[Group],
    histories: Mapping[int, Sequence[Epoch]],
    metric: Metric,
    *,
    axis: str = "epoch",
    smoothing: float = 0.0,
    log: bool = False,
) -> go.Figure:
    """Overlay the curves of many runs: a colour per group, training dashed, validation solid.

    Runs that differ only in the seed form one line, their mean, in a band from the lowest to the
    highest.

    Args:
        histories: the epochs of each run, by its id.
        axis: the x axis, a key of `comparison.AXES`.
        smoothing: from 0 (none) to below 1 (flat).
        log: use a logarithmic y axis; for the loss only. If a loss diverges, it is one anyway, and
            ends where `curve_axes` says.
    """
    traces = []
    for number, group in enumerate(groups):
        found = {
            kind: band(group, histories, f"{prefix}{metric}", axis, smoothing)
            for kind, (prefix, _, _) in KINDS.items()
        }
        named = "validation" if found["validation"].x else "training"
        for kind, each in found.items():
            if len(group.runs) > 1:
                traces.append(_spread(each, group, number, kind))
            traces.append(_mean(each, group, number, kind, metric, kind == named))
    values = [each for trace in traces if not trace.fill for each in trace.y if each is not None]
    scale = value_scale(metric, values, [], log=log)
    layout = _layout(groups, metric, axis, scale.logarithmic)
    if not values or (scale.logarithmic and not log):
        layout["yaxis"]["range"] = scale.range
    return go.Figure(traces, layout)


def scatter(
    runs: Sequence[Run], x: str, y: str, colours: Mapping[int, str], front: bool = False
) -> go.Figure:
    """Return one point per run: a setting or measure (x) against a score (y).

    Args:
        x: a name in `SETTINGS` or `comparison.MEASURES`.
        y: a name in `comparison.MEASURES`.
        colours: of highlighted runs, by id; all others are grey.
        front: draw the Pareto front: the runs that no other run beats with a lower x and a
            higher y.
    """
    known = [(run, value_of(run, x), value_of(run, y)) for run in runs]
    # Highlighted runs come last, so that they are drawn on top.
    known.sort(key=lambda each: each[0].id in colours)
    points = [
        (run, left, up)
        for run, left, up in known
        if all(isinstance(value, str) or finite(value) is not None for value in (left, up))
    ]
    numbers = [value for _, value, _ in points if not isinstance(value, str)]
    numeric = len(numbers) == len(points)
    traces = [_points(points, x, y, colours)]
    if front and numeric:
        traces.append(_front(points))
    scale = _scale([float(value or 0) for value in numbers]) if numeric else {"type": "category"}
    layout = style.bare(
        TALL,
        uirevision=f"{x} {y}",
        hovermode="closest",
        xaxis={**style.axis(title_of(x)), "tickformat": _ticks(x), **scale},
        yaxis={**style.axis(title_of(y)), "tickformat": _ticks(y)},
    )
    return go.Figure(traces, layout)


def _spread(found: Band, group: Group, number: int, kind: str) -> go.Scatter:
    """Return the band, drawn along its upper edge and back along the lower one."""
    return go.Scatter(
        x=[*found.x, *reversed(found.x)],
        y=lines.gapped([*found.high, *reversed(found.low)]),
        uid=f"{group.name} {kind} band",
        legendgroup=group.name,
        showlegend=False,
        mode="lines",
        line={"width": 0},
        fill="toself",
        fillcolor=style.faded(colour(number), FAINT),
        hoverinfo="skip",
    )


def _mean(
    found: Band, group: Group, number: int, kind: str, metric: Metric, in_legend: bool
) -> go.Scatter:
    _, dash, width = KINDS[kind]
    ranges = [""] * len(found.x)
    if len(group.runs) > 1:  # such as ` (97.10 to 97.64 %)`
        ranges = [
            f" ({low:.4f} to {high:.4f})"
            if metric == "loss"
            else f" ({low * 100:.2f} to {counted_percent(high)})"
            for low, high in zip(found.low, found.high, strict=True)
        ]
    symbol = SYMBOLS[number // len(style.COLOURS) % len(SYMBOLS)]
    alone = len(found.x) == 1 or number >= len(style.COLOURS)
    return go.Scatter(
        x=found.x,
        y=lines.gapped(found.mean),
        name=_short(group.title),
        uid=f"{group.name} {kind}",
        legendgroup=group.name,
        showlegend=in_legend,
        mode="lines+markers" if alone else "lines",
        marker={"symbol": symbol, "size": 6},
        line={"color": colour(number), "width": width, "dash": dash},
        customdata=ranges,
        hovertemplate=f"{IN_HOVER[metric]}%{{customdata}} {kind}",
        cliponaxis=False,
    )


def _layout(groups: Sequence[Group], metric: Metric, axis: str, log: bool) -> dict[str, Any]:
    # Smoothing keeps the user's zoom; a change of an axis resets it.
    revision = f"{metric} {axis} {log}"
    together = axis == "epoch" and len(groups) <= FEW_GROUPS
    value_axis = {**style.axis(metric), "tickformat": ON_AXIS[metric], "uirevision": revision}
    if log:
        value_axis |= {"type": "log", "dtick": "D2"}
    elif metric == "accuracy":
        value_axis["autorangeoptions"] = {"clipmax": 1}
    return style.bare(
        TALL + max(0, len(groups) - FEW_GROUPS) * ROW,  # the legend is long on a phone
        hovermode="x unified" if together else "closest",
        hoverlabel={"namelength": -1},
        uirevision=revision,
        xaxis={
            **style.axis(AXES[axis].title),
            "rangemode": "tozero",
            "showgrid": False,
            "uirevision": revision,
        },
        yaxis=value_axis,
    )


def _points(
    points: Sequence[tuple[Run, Value, Value]], x: str, y: str, colours: Mapping[int, str]
) -> go.Scatter:
    return go.Scatter(
        x=[escaped(value) if isinstance(value, str) else value for _, value, _ in points],
        y=[value for _, _, value in points],
        uid="runs",
        mode="markers",
        showlegend=False,
        marker={
            "color": [colours.get(run.id, style.OTHERS) for run, _, _ in points],
            "opacity": 1,
            "size": [12 if run.id in colours else 8 for run, _, _ in points],
        },
        customdata=[[run.id] for run, _, _ in points],
        text=[f"Run {run.id}: {_short(run.title)}" for run, _, _ in points],
        hovertemplate=f"%{{text}}<br>{title_of(x)} %{{x}}<br>{title_of(y)} %{{y}}<extra></extra>",
        cliponaxis=False,
    )


def _front(points: Sequence[tuple[Run, Value, Value]]) -> go.Scatter:
    pairs = [(float(x or 0), float(y or 0)) for _, x, y in points]
    found = [pairs[place] for place in pareto(pairs)]
    return go.Scatter(
        x=[x for x, _ in found],
        y=[y for _, y in found],
        name="Pareto front",
        uid="front",
        mode="lines",
        # In steps: between two points, a front is only as good as the cheaper one.
        line={"color": style.DOUBTFUL, "width": 2, "shape": "hv", "dash": "dot"},
        hoverinfo="skip",
    )


def _scale(values: Sequence[float]) -> dict[str, Any]:
    """Return a logarithmic axis for values that are far apart, as learning rates often are."""
    low, high = min(values, default=0), max(values, default=0)
    if low <= 0 or high < FAR_APART * low:
        return {}
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks = [digit * 10.0**power for power in powers for digit in (1, 2, 5)]
    return {"type": "log", "tickvals": ticks, "ticktext": [_compact(tick) for tick in ticks]}


def _compact(value: float) -> str:
    """Format a number compactly, such as `0.001`, `20` or `50k`."""
    for size, sign in ((1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g}{sign}"
    return f"{value:g}"


def _ticks(name: str) -> str | None:
    return ".2~%" if name in MEASURES and MEASURES[name].share else None


def _short(title: str, most: int = 48) -> str:
    """Shorten and escape a title, to leave room for others."""
    shown = title if len(title) <= most else f"{title[: most - 1]}\N{HORIZONTAL ELLIPSIS}"
    return escaped(shown)
