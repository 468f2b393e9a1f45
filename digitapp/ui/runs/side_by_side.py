"""Ticked runs side by side: curves in one figure, differences, scores against settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from digitapp import figures
from digitapp.runs import Run
from digitapp.runs.comparison import MEASURES, differences, formatted, groups, title_of
from digitapp.text.escaping import markdown
from digitapp.text.templates import render
from digitapp.training.settings import SETTINGS
from digitapp.ui.shared.charts import chart, pickable_chart
from digitapp.ui.shared.histories import histories

WAY_TITLES = {"epoch": "Epochs", "images": "Images seen", "time": "Time"}
LEGEND = "Solid lines: validation. Dashed lines: training. Press a name to hide its lines."
SEEDS_CAPTION = "A band shows how much runs differ when only the seed is different."
DIVERGES = (
    "A loss went above 10, so the axis is logarithmic: each step up is ten times as much. What is "
    "above 100,000 is cut off."
)
SAME = "All these runs have the same settings."
ABOUT_FRONT = (
    "The dotted line is the *Pareto front*: it joins the runs that no other run beats in "
    "both. Below it, another run has a better score at the same cost, or the same at a lower one."
)
CROSS = {"": "What you choose", "parameters": "Against weights", "seconds": "Against time"}


def colours(runs: Sequence[Run]) -> dict[int, str]:
    """Return the colour of each run; runs that differ only in the seed share one."""
    return {
        run.id: figures.colour(number)
        for number, group in enumerate(groups(runs))
        for run in group.runs
    }


def overlaid(runs: Sequence[Run]) -> None:
    """Show the curves of all runs in one figure, with its controls.

    Raises:
        StoreProblem: when the store fails.
    """
    found = groups(runs)
    with st.container(horizontal=True, gap="medium", key="overlay-settings"):
        metric = _choice(
            "Show", {name: markdown(name.capitalize()) for name in figures.CURVES}, "overlay-metric"
        )
        way = _choice("Along", WAY_TITLES, "overlay-way")
        smoothing = st.slider("Smoothing", 0.0, 0.95, 0.0, 0.05, key="overlay-smooth", width=200)
        log = st.toggle("Logarithmic loss", key="overlay-log", disabled=metric != "loss")
    epochs = histories(runs)
    shown: figures.Metric = "loss" if metric == "loss" else "accuracy"
    figure = figures.overlay(found, epochs, shown, axis=way, smoothing=smoothing, log=log)
    chart(figure, "overlay", zoomable=True)
    if figure.layout.yaxis.type == "log" and not (log and metric == "loss"):
        st.caption(DIVERGES)
    bands = any(len(group.runs) > 1 for group in found)
    st.caption(f"{LEGEND} {SEEDS_CAPTION}" if bands else LEGEND)


def what_differs(runs: Sequence[Run]) -> None:
    """Show a table of the scores and the settings that differ between runs."""
    rows = [(row.title, row.values) for row in differences(runs)]
    if len(runs) == 1:
        st.caption("Tick a second run to see what differs.")
    elif not rows:
        st.info(SAME)
    rows += [
        (each.title, tuple(formatted(run, name) for run in runs)) for name, each in MEASURES.items()
    ]
    shown = [(title, values) for title, values in rows if any(values)]
    st.html(render("ui/runs/differences.html.j2", runs=runs, colours=colours(runs), rows=shown))


def scores(runs: Sequence[Run], chosen: Sequence[Run]) -> int | None:
    """Plot any setting against any score, one point a run; return the id of a clicked run."""
    kind = _choice("Plot", CROSS, "scatter-kind")
    differing = [row.name for row in differences(runs)]
    first = next((name for name in differing if name != "seed"), [*differing, "learning_rate"][0])
    with st.container(horizontal=True, gap="medium"):
        x = kind or _select("What", [*SETTINGS, *MEASURES], first, "scatter-x")
        known = [name for name, each in MEASURES.items() if each.is_score]
        y = _select("against the score", known, known[0], "scatter-y")
    front = x in ("parameters", "seconds")
    figure = figures.scatter(runs, x, y, colours(chosen), front)
    picked = pickable_chart(figure, "scatter")
    st.caption("Each point is a run in the table above; press one to tick or untick it.")
    if front:
        st.caption(ABOUT_FRONT)
    return int(picked[0]) if picked else None


def _choice(label: str, titles: Mapping[str, str], key: str) -> str:
    return str(
        st.segmented_control(
            label,
            list(titles),
            format_func=lambda name: titles[name],
            default=next(iter(titles)),
            required=True,
            key=key,
        )
    )


def _select(label: str, names: Sequence[str], first: str, key: str) -> str:
    place = list(names).index(first)
    return str(st.selectbox(label, names, place, format_func=title_of, key=key, width=280))
