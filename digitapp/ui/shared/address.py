"""Query parameters of a page's URL, and warnings about those the page cannot use."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import NoReturn

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from digitapp.text.escaping import markdown
from digitapp.ui.shared.kept_presses import led_on
from digitapp.ui.shared.links import unknown
from digitapp.ui.shared.session import (
    ADDRESS_PROBLEMS,
    ADDRESS_READ,
    CAME_BY_LINK,
    GOING,
    PAGE,
    Going,
)

LEAD = "The address of this page holds a setting that cannot be used."
NAMING = ("run", "experiment", "runs")  # what the Train page shows, and not how
SOON = 10.0  # seconds within which a press that was sent before may come
REST = "Everything else in it is used."


def parameters() -> dict[str, list[str]]:
    """Return the query parameters of the page's URL, each with all its values."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def arrived(page: str) -> bool:
    """Return whether the visitor has just come to this page.

    Query parameters that a page writes in its first script run are added to the old page's URL.
    """
    before = PAGE.get()
    PAGE.set(page)
    if before == page:
        return False
    GOING.pop()
    led_on()
    context = get_script_run_ctx()
    CAME_BY_LINK.set(context is None or not context.is_history_navigation)
    return True


def came_by_link() -> bool:
    """Return, once after `arrived`, whether the visitor came by a link or a button.

    The browser's Back and Forward lead to what a URL names, and never to what was shown last.
    """
    return CAME_BY_LINK.pop()


def go(parameters: Mapping[str, str]) -> NoReturn:
    """Write these query parameters into the page's URL, and run the page again with them.

    Where another press was sent before the browser has got the new URL, Streamlit runs the page for
    that one with the old URL, at once or a moment later; `arrive` then leads on to the new one.
    """
    led_on()
    GOING.set(Going(st.query_params.to_dict(), dict(parameters), time.monotonic()))
    _write(parameters)


def arrive() -> None:
    """Go on to where `go` has just led, if the page is run for a press from where that was."""
    going, context = GOING.get(), get_script_run_ctx()
    now = st.query_params.to_dict()
    if going is None or now == going.to:
        return
    led_back = context is not None and context.is_history_navigation
    soon = time.monotonic() - going.since < SOON
    # The page that was left may have written its settings into its URL in its last script run.
    left = _named(now) == _named(going.before) != _named(going.to)
    if soon and not led_back and (left or now == going.before):
        _write(going.to)
    if _named(now) != _named(going.to):
        GOING.pop()


def _named(parameters: Mapping[str, str]) -> list[str | None]:
    """Return what query parameters say is shown, and not how."""
    return [parameters.get(name) for name in NAMING]


def _write(parameters: Mapping[str, str]) -> NoReturn:
    st.query_params.from_dict(parameters)
    st.rerun()


def tell(page: str, problems: Sequence[str]) -> None:
    """Record problems with a page's URL, to be shown on that page."""
    ADDRESS_PROBLEMS.set({page: (*ADDRESS_PROBLEMS.get().get(page, ()), *problems)})


def forget_address(page: str) -> None:
    """Stop showing the problems with a page's URL."""
    if page in ADDRESS_PROBLEMS.get():
        ADDRESS_PROBLEMS.pop()


def run_number(text: str) -> int | None:
    """Return the run number in a query parameter, or None when it is not one."""
    return int(text) if text.isdecimal() and len(text) < 10 else None


def address_problems(page: str, *known: str) -> None:
    """Warn about query parameters that this page cannot use.

    Unknown names are looked for only once per visit: the app itself writes later URLs, and opening
    another link starts a new visit.

    Args:
        known: the parameter names the page understands.
    """
    if not ADDRESS_READ.get():
        ADDRESS_READ.set(True)
        tell(page, [unknown(name, known) for name in parameters() if name not in known])
    found = ADDRESS_PROBLEMS.get().get(page)
    if found:
        st.warning(f"{LEAD} {' '.join(markdown(each) for each in found)} {REST}")
