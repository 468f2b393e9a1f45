"""What the address of a page says that the page cannot use; told as long as the page is shown."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from digitapp.text.escaping import markdown
from digitapp.ui.shared.links import unknown

READ, TOLD = "address was read", "wrong in the address"
LEAD = "The address of this page holds a setting that cannot be used."
REST = "Everything else in it is used."


def parameters() -> dict[str, list[str]]:
    """The names in the page's address, each with its values."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def tell(page: str, problems: Sequence[str]) -> None:
    """Keep what is wrong in the address of a page, to be shown on it."""
    before = st.session_state.get(TOLD, {}).get(page, ())
    st.session_state[TOLD] = {page: (*before, *problems)}


def names_are_read() -> None:
    """Say that the page has looked through all names in its address by itself."""
    st.session_state[READ] = True


def forget_address(page: str) -> None:
    """Tell no longer what was wrong in the address of a page."""
    st.session_state.get(TOLD, {}).pop(page, None)


def run_number(text: str) -> int | None:
    """The number of a run that stands in an address; None when it is none."""
    return int(text) if text.isdecimal() and len(text) < 10 else None


def address_problems(page: str, *known: str) -> None:
    """Show what is wrong in the address of this page, if anything is.

    Unknown names are looked for in the address that a visit began with: later ones were written
    by the app itself, and another link begins another visit.

    Args:
        known: the names that the page understands.
    """
    if not st.session_state.get(READ):
        st.session_state[READ] = True
        tell(page, [unknown(name, known) for name in parameters() if name not in known])
    found = st.session_state.get(TOLD, {}).get(page)
    if found:
        st.warning(f"{LEAD} {' '.join(markdown(each) for each in found)} {REST}")
