"""Who looks at this page: the house alone at home, or one of the people of a shared server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from digitapp.runs import RunStore, visitors
from digitapp.runs.access import HOUSE
from digitapp.ui.shared.session import TOKEN

NOBODY = "nobody"  # no person: ids have 22 characters
_acting_for: ContextVar[str | None] = ContextVar("acting_for", default=None)
WITHOUT_COOKIES = (
    "This browser keeps no cookies for this page. What you make here is yours while this tab stays "
    "open, and lost to you afterwards."
)


def person(whole: RunStore) -> str:
    """Return on whose behalf the page runs; HOUSE for the house, whose everything is.

    Args:
        whole: the store, with everything in it.

    Raises:
        StoreProblem: when the store fails.
    """
    context = get_script_run_ctx(suppress_warning=True)
    if context is None and (acting := _acting_for.get()) is not None:
        return acting
    if not among_others():
        return HOUSE
    if context is None:  # a thread of the server's own
        return NOBODY
    host = st.context.headers.get("host", "")
    # Streamlit parses cookies as Python does, and gives up at what other apps may have set.
    sent = visitors.tokens("; ".join(st.context.headers.get_all("cookie")), host)
    found = visitors.visitor(whole, visitors.token_among(whole, sent))
    visitors.note_session(context.session_id, found)
    return _of_this_tab(whole) if found is None else found


@contextmanager
def acting_for(person: str) -> Iterator[None]:
    """Do something for a visitor in a thread that has no page.

    Args:
        person: what `person` returned on the visitor's page.
    """
    token = _acting_for.set(person)
    try:
        yield
    finally:
        _acting_for.reset(token)


def has_page() -> bool:
    """Return whether this runs for a page, and not in a thread of the server's own."""
    return get_script_run_ctx(suppress_warning=True) is not None


def among_others() -> bool:
    """Return whether the server is shared, so that its visitor is a person among others."""
    headers: dict[str, str] = {}
    if has_page():
        headers = {name.lower(): value for name, value in st.context.headers.items()}
    return visitors.is_shared(visitors.is_open(st.get_option("server.address")), headers)


def _of_this_tab(whole: RunStore) -> str:
    """Return a person that lasts as long as the tab's session."""
    token = TOKEN.get()
    if not token:
        token = visitors.new_token(whole)
        TOKEN.set(token)
        st.toast(WITHOUT_COOKIES, icon=":material/info:", duration="long")
    found = visitors.visitor(whole, token)
    assert found is not None
    return found
