"""A dataset that is not drawn in the page: its classes, counts and pictures."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from digitapp.library import catalogue
from digitapp.runs import imported_datasets
from digitapp.text.escaping import markdown
from digitapp.training.spec import PRESETS
from digitapp.ui.shared.resources import store
from digitapp.ui.train import preview, sidebar


def look(name: str) -> None:
    """Show the classes with pictures and counts, and what was done to the files.

    Raises:
        UnknownName, BadFile, DatasetUnavailable, InvalidSetting, StoreProblem: as
            `catalogue.dataset`.
    """
    preview.images(replace(PRESETS[sidebar.DEFAULT_PRESET], dataset=name, validation_split=0.0))
    facts = imported_datasets.facts(store(), name)
    for told in facts.told if facts else ():
        st.markdown(f"- {markdown(told)}")


def title(name: str) -> str:
    """Return the heading of a dataset's page."""
    return catalogue.title(name)
