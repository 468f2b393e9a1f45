"""Deleting a dataset of one's own."""

from __future__ import annotations

import streamlit as st

from digitapp.library import own_datasets
from digitapp.text.escaping import markdown
from digitapp.ui.shared.messages import errors_kept, kept_error
from digitapp.ui.shared.resources import store

PLACE = "delete-dataset"


def delete_button(name: str, images: int | None = None) -> None:
    """Show, behind a button, one that deletes the dataset."""

    def delete() -> None:
        with errors_kept(PLACE):
            own_datasets.remove(store(), name)
            st.query_params.clear()  # all datasets are shown

    with st.popover("Delete", icon=":material/delete:", key="delete"):
        st.write("It cannot be brought back. Networks that learned from it stay.")
        whole = "" if images is None else f" with its {images:,} images"
        label = f"Yes, delete {markdown(name)}{whole}"
        st.button(label, key="delete-dataset", icon=":material/delete_forever:", on_click=delete)
    kept_error(PLACE)
