"""A dataset that is not drawn in the page: its classes, counts and pictures."""

from __future__ import annotations

import streamlit as st

from digitapp.library import catalogue
from digitapp.runs import imported_datasets
from digitapp.text.escaping import markdown
from digitapp.ui.shared.resources import store
from digitapp.ui.train import preview


def look(name: str) -> None:
    """Show the classes with pictures and counts, and what was done to the files.

    Raises:
        UnknownName, BadFile, DatasetUnavailable, InvalidSetting, StoreProblem: as
            `catalogue.dataset`.
    """
    origin = imported_datasets.names(store()).get(name)
    st.markdown(markdown(f"From {origin}." if origin else catalogue.about(name)))
    facts = imported_datasets.facts(store(), name)
    if facts and facts.told:
        st.markdown("\n".join(f"- {markdown(each)}" for each in facts.told))
    preview.class_table(name)


def title(name: str) -> str:
    """Return the heading of a dataset's page."""
    return catalogue.title(name)
