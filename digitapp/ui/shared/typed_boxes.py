"""Boxes into which anything can be typed; what one shows is what is used."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from digitapp.text.escaping import plain

SCRIPT = Path(__file__).with_name("typed.js").read_text("utf-8")
STYLE = ".st-key-typed-script { position: absolute; }"  # takes no room

_script = st.components.v2.component("digitapp.typed", js=SCRIPT, css=STYLE, isolate_styles=False)


def take_what_is_typed() -> None:
    """Let the page's boxes take what is typed into them when they are left, not only on Enter."""
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
    """A choice of usual values, into which any other can be typed; what it shows.

    Args:
        now: what it begins with, one of the options or not.
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
    """A choice of any number of words, to which others can be typed."""
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
) -> str:
    """A box for a whole number; what it shows, as text.

    It has no limits of its own, and takes fractions: what does not fit them would stand in the
    box, and never arrive here to be told.
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
    return str(int(found) if found == int(found) else found)
