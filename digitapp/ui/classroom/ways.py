"""What one can do in a room: buttons that lead to the pages for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

import streamlit as st
from streamlit.navigation.page import StreamlitPage


class Way(NamedTuple):
    """A page to go to: its button, and what there is to do."""

    label: str
    icon: str
    about: str


WAYS = {
    "draw": Way("Draw", "draw", "Draw a digit, and the network reads it. Your teacher sees it."),
    "train": Way("Train", "model_training", "Let a network of your own learn."),
    "wall": Way("Class wall", "dashboard", "What the class has drawn and sent to the wall."),
    "race": Way("Race", "trophy", "Whose network reads best? Enter yours."),
}
OF_CLASS = ("wall", "race")


def ways(pages: Mapping[str, StreamlitPage]) -> None:
    """Show a pupil what there is to do, the first thing first.

    Args:
        pages: by their names in the address.
    """
    for name, page in pages.items():
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            _button(name, page, primary=name == "draw")
            st.caption(WAYS[name].about, width="content")


def ways_of_class(pages: Mapping[str, StreamlitPage]) -> None:
    """Show a teacher the buttons to what the class does together."""
    for name in OF_CLASS:
        if name in pages:
            _button(name, pages[name])


def _button(name: str, page: StreamlitPage, primary: bool = False) -> None:
    way = WAYS[name]
    kind: Literal["primary", "secondary"] = "primary" if primary else "secondary"
    icon = f":material/{way.icon}:"
    if st.button(way.label, icon=icon, key=f"to-{name}", type=kind, width=160):
        st.switch_page(page)
