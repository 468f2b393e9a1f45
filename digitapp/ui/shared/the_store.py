"""The store of runs, as the visitor of this page may use it."""

from __future__ import annotations

import streamlit as st

from digitapp.runs import RunStore
from digitapp.runs.access import HOUSE
from digitapp.ui.shared import visitor
from digitapp.ui.shared.session import EVERYBODYS


@st.cache_resource(show_spinner=False)
def whole() -> RunStore:
    """Return the store with everything in it, opened once per server; pages use `store`.

    Raises:
        StoreProblem: when it cannot be opened.
    """
    return RunStore()


def store() -> RunStore:
    """Return the store as the page's visitor may use it: others' things do not exist in it.

    Raises:
        StoreProblem: when it cannot be opened, or fails.
    """
    everything = whole()
    seen = everything.seen_by(visitor.person(everything))
    lists_all = seen.person == HOUSE and visitor.has_page() and EVERYBODYS.get()
    return seen if lists_all else seen.own
