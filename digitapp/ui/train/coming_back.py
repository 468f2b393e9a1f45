"""Back on the Train page, what was shown when it was left: a run, an experiment, presenter mode."""

from __future__ import annotations

import streamlit as st

from digitapp.ui.shared import address
from digitapp.ui.shared.session import SHOWN_EXPERIMENT, SHOWN_RUN
from digitapp.ui.train import kept_address
from digitapp.ui.train.experiment_address import RUN, in_address


def as_before() -> None:
    """Show what was shown last, if the visitor has just come by a link that names nothing else.

    The script is run again when that changes the URL: the frame of the page depends on it.
    """
    if not address.came_by_link():
        return
    named = st.query_params.to_dict()
    last = {} if {*named} - {*kept_address.NAMES} else _shown_last()
    wanted = {**kept_address.in_address(), **last, **named}
    if wanted != named:
        address.go(wanted)


def _shown_last() -> dict[str, str]:
    experiment, run = SHOWN_EXPERIMENT.get(), SHOWN_RUN.get()
    if experiment is not None:
        return in_address(*experiment)
    return {} if run is None else {RUN: str(run)}
