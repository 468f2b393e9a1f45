"""The weights of the first layer as pictures, which change with the training."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import streamlit as st

from digitapp.figures.thumbnails import data_url, weight_pictures
from digitapp.runs import Run
from digitapp.runs.records import FIRST_LAYER, FIRST_LAYER_NOW
from digitapp.runs.watching import Followed
from digitapp.text.templates import render
from digitapp.training import checkpoints
from digitapp.ui.shared import caching, messages
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.session import LAYER_EPOCH, LAYER_PLAYED
from digitapp.ui.train.by_epoch import Player, latest_or_by_epoch

TITLE = "What the first layer looks for"
ABOUT = (
    "Each picture is one node of the first layer: where it is blue, ink excites the node; where "
    "it is orange, ink calms it. Before the first epoch the weights are random."
)
NOT_YET = "What the first layer looks for appears here once the network is built."
NOT_KEPT = "The weights of the first layer were not kept."
PLAYER = Player(TITLE, ABOUT, NOT_YET, NOT_KEPT, "layer", LAYER_EPOCH, LAYER_PLAYED)


def first_layer(run: Run, seen: Followed) -> None:
    """Show the first layer's weights: the latest, or those of a run that has ended by epoch."""
    latest_or_by_epoch(
        run,
        seen.kept(FIRST_LAYER),
        PLAYER,
        lambda epoch: _nodes(run, epoch),
        lambda epoch: _latest(run, epoch, seen.kept(FIRST_LAYER_NOW)),
    )


def _latest(run: Run, epoch: int, now: Sequence[int]) -> None:
    """Show the first layer as it is now, if that is known, or else after the last epoch kept."""
    if now and run.batches and now[-1] > epoch * run.batches:
        done, batch = divmod(now[-1] - 1, run.batches)
        st.caption(f"In epoch {done + 1:d}, after batch {batch + 1:,} of {run.batches:,}.")
        _nodes(run, now[-1], FIRST_LAYER_NOW)
        return
    st.caption(f"After epoch {epoch:d}." if epoch else "Before the first epoch.")
    _nodes(run, epoch)


def _nodes(run: Run, at: int, kind: str = FIRST_LAYER) -> None:
    """Show the nodes after an epoch, or after so many batches, by the kind of what is kept."""
    when = f"after epoch {at}" if at else "before the first epoch"
    if kind == FIRST_LAYER_NOW:
        when = "as they are now"
    with messages.errors_shown():  # here, as a fragment is run without its page
        pictures = _pictures(run.id, kind, at, run.epoch)
        if pictures:
            columns, rows = _grid(len(pictures))
            sides = {"columns": columns, "rows": rows}
            st.html(render("ui/train/first_layer.html.j2", pictures=pictures, when=when, **sides))


def _grid(count: int) -> tuple[int, int]:
    """Return columns and rows for so many squares in a rectangle twice as wide as it is high."""
    columns = next(columns for columns in itertools.count(2) if columns * (columns // 2) >= count)
    return columns, -(-count // columns)


@caching.data(max_entries=100, show_spinner=False)
def _pictures(run: int, kind: str, at: int, trained: int) -> list[str]:
    """Return the pictures of the nodes as data URLs; cached while `trained`, the last epoch, is.

    None of what was replaced by a newer one just now.
    """
    data = store().blob(run, kind, at)
    if data is None and kind == FIRST_LAYER_NOW:
        return []
    weights = checkpoints.unpack(data or b"")["weights"]
    return [data_url(each) for each in weight_pictures(weights)]
