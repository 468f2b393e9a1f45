"""A form that takes one file from the visitor's computer."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile


def file_form(key: str, kind: str, button: str, most_megabytes: int) -> UploadedFile | None:
    """Show the form; return a file when it is handed over, and None otherwise.

    Args:
        key: of the form on the page; the uploader's is `<key>-file`.
        kind: of file, such as `An .npz file`.
        button: hands the file over.
        most_megabytes: the largest file allowed.
    """
    with st.form(key, border=False, clear_on_submit=True):
        file = st.file_uploader(kind, key=f"{key}-file", max_upload_size=most_megabytes)
        pressed = st.form_submit_button(button, type="primary")
    return file if pressed else None
