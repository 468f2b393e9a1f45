"""Boxes that accept any typed value; the value shown is the value used."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from digitapp.text.escaping import plain

SCRIPT = Path(__file__).with_name("text_boxes.js").read_text("utf-8")
STYLE = ".st-key-typed-script { position: absolute; }"  # takes no space

_script = st.components.v2.component("digitapp.typed", js=SCRIPT, css=STYLE, isolate_styles=False)


def take_what_is_typed() -> None:
    """Make the page's boxes accept typed text when they lose focus, not only on Enter."""
    with st.container(key="typed-script"):
        _script(key="typed")


def typed_box(
    label: str,
    options: Sequence[str],
    now: str,
    key: str,
    *,
    about: str | None = None,
    width: int | None = None,
    on_change: Callable[[], None] | None = None,
) -> str:
    """Show a select box of usual values that also accepts any other; return what it shows.

    Args:
        now: the initial value, which need not be one of the options.
    """
    shown = [*options, *([] if now in options else [now])]
    with st.container(key=f"typed-{key}", width=width or "stretch"):
        picked = st.selectbox(
            label,
            shown,
            shown.index(now),
            key=key,
            help=about,
            on_change=on_change,
            accept_new_options=True,
        )
    return now if picked is None else str(picked).strip()


def typed_tags(label: str, options: Sequence[str], now: Sequence[str], key: str) -> list[str]:
    """Show a choice of any number of words that also accepts new ones; return the words."""
    with st.container(key=f"typed-{key}"):
        return st.multiselect(
            label,
            options,
            list(now),
            key=key,
            format_func=plain,
            accept_new_options=True,
            placeholder="Choose, or type a new one",
        )


def number_box(
    label: str, now: int, key: str, *, about: str | None = None, width: int | None = None
) -> float:
    """Show a box for a whole number; return what it shows, as an integer if it is one.

    The box has no limits and accepts fractions: otherwise it would display a value outside them
    without ever sending it, and the value could not be reported as wrong.
    """
    found = st.number_input(
        label,
        value=float(now),
        step=1.0,
        format="%s",
        key=key,
        help=about,
        width=width or "stretch",
    )
    return int(found) if found == int(found) else found
