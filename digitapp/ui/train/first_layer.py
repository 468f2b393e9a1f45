"""The weights of the first layer as pictures, which change with the training."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from digitapp.figures.thumbnails import data_url, weight_pictures
from digitapp.runs import Run
from digitapp.runs.records import FIRST_LAYER, LOST
from digitapp.text.templates import render
from digitapp.training import checkpoints
from digitapp.ui.shared import messages
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.session import LAYER_EPOCH, LAYER_PLAYED

PLAYED_EVERY = 0.5  # seconds an epoch
ABOUT = (
    "Each picture is one node of the first layer: where it is blue, ink excites the node; where "
    "it is orange, ink calms it. Before the first epoch the weights are random."
)


def first_layer(run: Run) -> None:
    """Show the first layer's weights: the latest, or those of a run that has ended by epoch."""
    stored = store().blob_epochs(run.id, FIRST_LAYER)
    if not stored:
        if run.test_accuracy is not None:
            st.caption("The weights of the first layer were not kept.")
        return
    st.markdown("**What the first layer looks for**")
    st.caption(ABOUT)
    if run.active or run.status == LOST:  # a lost run may come back
        st.caption(f"After epoch {stored[-1]:d}." if stored[-1] else "Before the first epoch.")
        _nodes(run, stored[-1])
    elif len(stored) == 1:
        _nodes(run, stored[0])
    else:
        played = LAYER_PLAYED[run.id].get() is not None
        st.fragment(_by_epoch, run_every=PLAYED_EVERY if played else None)(run, stored)


def _by_epoch(run: Run, stored: Sequence[int]) -> None:
    """Show the epoch that was chosen with the slider, or all of them, one after the other."""
    played, chosen = LAYER_PLAYED[run.id], LAYER_EPOCH[run.id]
    place = played.get()
    if place is not None and place < len(stored):
        chosen.set(stored[place])
        played.set(place + 1)
    elif place is not None:
        played.pop()
        st.rerun()
    elif chosen.get() not in stored:
        chosen.set(stored[-1])
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if place is None:
            if st.button("Play", icon=":material/play_arrow:", key="play-layer"):
                played.set(0)
                st.rerun()
        elif st.button("Hold", icon=":material/pause:", key="hold-layer"):
            played.pop()
            st.rerun()
        epoch = st.select_slider(
            "After epoch", stored, format_func=lambda number: f"{number:d}", key=chosen.key
        )
    _nodes(run, int(epoch))


def _nodes(run: Run, epoch: int) -> None:
    when = f"after epoch {epoch}" if epoch else "before the first epoch"
    with messages.errors_shown():  # here, as a fragment is run without its page
        pictures = _pictures(run.id, epoch, run.epoch)
        st.html(render("ui/train/first_layer.html.j2", pictures=pictures, when=when))


@st.cache_data(max_entries=100, show_spinner=False)
def _pictures(run: int, epoch: int, trained: int) -> list[str]:
    """Return the pictures of the nodes as data URLs; cached while `trained`, the last epoch, is."""
    data = store().blob(run, FIRST_LAYER, epoch)
    weights = checkpoints.unpack(data or b"")["weights"]
    return [data_url(each) for each in weight_pictures(weights)]
