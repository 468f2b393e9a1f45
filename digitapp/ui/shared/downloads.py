"""Download buttons whose file is made when it is asked for, on behalf of the visitor who asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from digitapp.ui.shared import visitor
from digitapp.ui.shared.the_store import whole

Made = bytes | str


def download_button(
    label: str, make: Callable[[], Made], file_name: str, mime: str | None = None, **options: Any
) -> None:
    """Show a download button; the page does not run again when it is pressed.

    Args:
        make: makes the file. The server calls it in a thread of its own, which has no page; `store`
            is the visitor's there all the same.
        options: further ones of `st.download_button`.
    """
    person = visitor.person(whole())

    def made() -> Made:
        with visitor.acting_for(person):
            return make()

    st.download_button(label, made, file_name, mime, on_click="ignore", **options)
