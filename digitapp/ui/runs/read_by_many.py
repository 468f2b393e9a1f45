"""One drawing, read by many networks at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from digitapp.drawing import pen_path, preprocessing
from digitapp.drawing.marks import UNREAD
from digitapp.drawing.strokes import Drawing, remaining_ink
from digitapp.library import models
from digitapp.reading.prediction import Prediction, Predictor
from digitapp.reading.refusals import NONE_OF_THESE
from digitapp.runs import Run
from digitapp.text.templates import render
from digitapp.ui.shared import live
from digitapp.ui.shared.networks import choices, loaded_networks
from digitapp.ui.shared.verdicts import waiting

MOST_READERS = 12  # networks in memory
INVITATION = "Draw a digit, and all the networks read it at once."


def read_by_all(runs: Sequence[Run], drawing: Drawing, colours: Mapping[int, str]) -> None:
    """Show how each run's network reads the drawing, in a card of the run's colour."""
    able = [run for run in runs if run.test_accuracy is not None]
    _left_out(runs, able)
    names = {models.of_run(run.id): run for run in able[:MOST_READERS]}
    networks = loaded_networks(list(names))  # before anything is drawn too, so that they are ready
    read = _readings(networks, drawing)
    with st.container(key="readings-record"):
        if read:
            cards = [(names[name], each, colours[names[name].id]) for name, each in read.items()]
            st.html(render("ui/runs/reading_cards.html.j2", cards=cards, shortened=_shortened))
        else:
            waiting(INVITATION)
    live.live_view(
        "readings",
        invitation=INVITATION,
        cards=[_card(name, names[name], colours, read.get(name)) for name in networks],
    )
    live.live_drawing("runs-", list(networks))


def _readings(networks: Mapping[str, Predictor], drawing: Drawing) -> dict[str, Prediction]:
    """Return the record: what each network reads on the server; nothing when there is no ink."""
    ink = remaining_ink(drawing)
    if not ink:
        return {}
    ways = {each.preparation for each in networks.values()}
    images = {how: preprocessing.stroke_image(ink, how) for how in ways}
    moved = any(each.reads_movement for each in networks.values())
    paths = [pen_path.of_drawing(ink)] if moved else None
    return {
        name: network.predict([images[network.preparation]], paths)[0]
        for name, network in networks.items()
    }


def _card(
    name: str, run: Run, colours: Mapping[int, str], read: Prediction | None
) -> dict[str, Any]:
    return {
        "name": name,
        "run": run.id,
        "title": f"Run {run.id}: {run.title}",
        "colour": colours[run.id],
        "choices": choices(name),
        "record": live.record(read) if read else None,
    }


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
