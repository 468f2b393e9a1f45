"""The link by which pupils join a room, for who is in it already."""

from __future__ import annotations

import streamlit as st

from digitapp.library import classroom_links
from digitapp.runs.classroom_joining import BETWEEN
from digitapp.ui.classroom.here import here


def in_it_already() -> None:
    """Take the code of the visitor's own room out of the address: it asks for nothing more."""
    joined = here()
    asked = st.query_params.get(classroom_links.JOIN, "")
    if joined and asked.partition(BETWEEN)[0].upper() == joined.classroom.code:
        st.query_params.clear()
        st.rerun()
