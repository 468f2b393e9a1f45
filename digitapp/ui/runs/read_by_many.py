"""One drawing, read by many networks at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from digitapp.drawing import preprocessing
from digitapp.drawing.marks import UNREAD
from digitapp.drawing.strokes import Drawing
from digitapp.errors import Blank
from digitapp.library import models
from digitapp.reading.refusals import NONE_OF_THESE
from digitapp.runs import Run
from digitapp.text.templates import render
from digitapp.ui.shared.networks import loaded_networks
from digitapp.ui.shared.verdicts import waiting

MOST_READERS = 12  # networks in memory


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
        cards.append((run, network.predict([image])[0], colours[run.id]))
    st.html(render("ui/runs/reading_cards.html.j2", cards=cards, shortened=_shortened))


def _left_out(runs: Sequence[Run], able: Sequence[Run]) -> None:
    without = [f"{run.id:d}" for run in runs if run not in able]
    if without:
        st.caption(f"Left out, because there is no network yet: run {', '.join(without)}.")
    if len(able) > MOST_READERS:
        st.caption(f"Only the first {MOST_READERS} of the {len(able)} networks are shown.")


def _shortened(name: str) -> str:
    if name == NONE_OF_THESE:
        return UNREAD
    return name if len(name) < 3 else name[:1]
