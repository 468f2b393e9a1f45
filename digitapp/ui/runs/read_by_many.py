"""One drawing, read by many networks at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from digitapp.drawing import preprocessing
from digitapp.drawing.strokes import Drawing
from digitapp.errors import Blank
from digitapp.library import models
from digitapp.reading.prediction import NONE_OF_THESE, REFUSED_SIGN, Prediction
from digitapp.runs import Run
from digitapp.text.escaping import html as escape
from digitapp.text.percent import percent
from digitapp.ui.shared.networks import loaded_networks
from digitapp.ui.shared.page_frame import announced
from digitapp.ui.shared.verdicts import waiting

MOST_READERS = 12  # networks in memory
CARDS = "display:grid;grid-template-columns:repeat(auto-fill,minmax(13.5rem,1fr));gap:1rem"
CARD = "border-top:4px solid {colour};padding-top:.4rem;min-width:0"
HEAD = "display:flex;gap:.6rem;align-items:center;margin:.2rem 0 .4rem;line-height:1.2"
SIGN = "font-size:2.6rem;font-weight:700;line-height:1;overflow-wrap:anywhere"
WORD = "font-size:1.3rem;font-weight:700;line-height:1.1"
NAME = "font-size:.88rem;overflow:hidden;text-overflow:ellipsis;white-space:nowrap"
BARS = "display:flex;align-items:flex-end;height:3rem;gap:2px"
BAR = "flex:1;background:{colour};opacity:{opacity};height:{height}%;border-radius:2px 2px 0 0"
LABELS = "display:flex;gap:2px;font-size:.7rem;opacity:.8"
LABEL = "flex:1;text-align:center;overflow:hidden"
REFUSED = "not a digit"


def read_by_all(runs: Sequence[Run], drawing: Drawing, colours: Mapping[int, str]) -> None:
    """Show how each run's network reads the drawing, in a card of the run's colour."""
    able = [run for run in runs if run.test_accuracy is not None]
    _left_out(runs, able)
    names = {models.of_run(run.id): run for run in able[:MOST_READERS]}
    networks = loaded_networks(list(names))  # before anything is drawn too, so that they are ready
    cards = []
    for name, network in networks.items():
        try:
            image = preprocessing.stroke_image(drawing, network.preparation)
        except Blank:
            waiting("Draw a digit, and all the networks read it at once.")
            return
        run = names[name]
        cards.append(_card(run, network.predict([image])[0], colours[run.id]))
    st.html(f'<div style="{CARDS}" class="readings">{"".join(cards)}</div>')


def _left_out(runs: Sequence[Run], able: Sequence[Run]) -> None:
    without = [f"{run.id:d}" for run in runs if run not in able]
    if without:
        st.caption(f"Left out, because there is no network yet: run {', '.join(without)}.")
    if len(able) > MOST_READERS:
        st.caption(f"Only the first {MOST_READERS} of the {len(able)} networks are shown.")


def _card(run: Run, read: Prediction, colour: str) -> str:
    style = SIGN if len(read.sign) < 3 else WORD
    sure = percent(read.other if read.refused else read.sure)
    told = f"{REFUSED}: {sure}" if read.refused else f"{sure} sure"
    title = escape(f"Run {run.id}: {run.title}")
    spoken = announced(f"Run {run.id}, {run.title}: {read.sign}, {told}.")
    return (
        f'<div style="{CARD.format(colour=colour)}" class="reading" data-run="{run.id}"{spoken}>'
        f'<div style="{NAME}" title="{title}">{title}</div>'
        f'<div style="{HEAD}"><span class="sign" style="{style}">{escape(read.sign)}</span>'
        f"<span>{told}</span></div>{_bars(read, colour)}</div>"
    )


def _bars(read: Prediction, colour: str) -> str:
    bars = "".join(_bar(read, label, colour) for label in range(len(read.choices)))
    names = [_short(name) for name in read.choices]
    labels = "".join(f'<span style="{LABEL}">{escape(name)}</span>' for name in names)
    return f'<div style="{BARS}">{bars}</div><div style="{LABELS}">{labels}</div>'


def _short(name: str) -> str:
    if name == NONE_OF_THESE:
        return REFUSED_SIGN
    return name if len(name) < 3 else name[:1]


def _bar(read: Prediction, label: int, colour: str) -> str:
    share = float(read.shares[label])
    opacity = 1 if label == read.choice else 0.45
    style = BAR.format(colour=colour, opacity=opacity, height=max(2, round(100 * share)))
    return f'<div style="{style}" title="{escape(read.choices[label])}: {percent(share)}"></div>'
