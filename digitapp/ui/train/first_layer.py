"""The weights of the first layer as pictures, which change with the training."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from digitapp.figures.thumbnails import data_url, weight_pictures
from digitapp.runs import Run
from digitapp.runs.records import FIRST_LAYER
from digitapp.text.templates import render
from digitapp.training import checkpoints
from digitapp.ui.shared.resources import store

ABOUT = (
    "Each picture is one node of the first layer: where it is blue, ink excites the node; where "
    "it is orange, ink calms it. Before the first epoch the weights are random."
)


def first_layer(run: Run) -> None:
    """Show the first layer's weights: the latest, or with a slider over the epochs."""
    stored = store().blob_epochs(run.id, FIRST_LAYER)
    if not stored:
        if run.test_accuracy is not None:
            st.caption("The weights of the first layer were not kept.")
        return
    st.markdown("**What the first layer looks for**")
    st.caption(ABOUT)
    epoch = _epoch(run, stored)
    pictures = _pictures(run.id, epoch, run.epoch)
    when = f"after epoch {epoch}" if epoch else "before the first epoch"
    with st.container(key="first-layer"):
        if run.active:
            st.caption(f"After epoch {epoch:d}." if epoch else "Before the first epoch.")
        st.html(render("ui/train/first_layer.html.j2", pictures=pictures, when=when))


def _epoch(run: Run, stored: Sequence[int]) -> int:
    """Return which epoch to show; once the run has ended, it can be chosen."""
    if run.active or len(stored) == 1:
        return stored[-1]
    return int(
        st.select_slider(
            "After epoch",
            stored,
            stored[-1],
            format_func=lambda number: f"{number:d}",
            key=f"layer-of-{run.id}",
        )
    )


@st.cache_data(max_entries=100, show_spinner=False)
def _pictures(run: int, epoch: int, trained: int) -> list[str]:
    """Return the pictures of the nodes as data URLs; cached while `trained`, the last epoch, is."""
    data = store().blob(run, FIRST_LAYER, epoch)
    weights = checkpoints.unpack(data or b"")["weights"]
    return [data_url(each) for each in weight_pictures(weights)]
