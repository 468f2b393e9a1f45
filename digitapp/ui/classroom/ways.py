"""What one can do in a room: buttons that lead to the pages for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from digitapp.text.escaping import markdown


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
ABOUT_DATASETS = "The whole class draws a dataset: *Data*, *New dataset*, *A class dataset*."
OF_CLASS = ("wall", "race")


def ways(pages: Mapping[str, StreamlitPage]) -> None:
    """Show a pupil what there is to do, the first thing first.

    Args:
        pages: by their names in the address.
    """
    for name, way in WAYS.items():
        if name in pages:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                _button(way, pages[name], primary=name == "draw")
                st.caption(markdown(way.about), width="content")


def ways_of_class(pages: Mapping[str, StreamlitPage]) -> None:
    """Show a teacher the buttons to what the class does together."""
    for name in OF_CLASS:
        if name in pages:
            _button(WAYS[name], pages[name])
    st.caption(ABOUT_DATASETS, width="content")


def _button(way: Way, page: StreamlitPage, primary: bool = False) -> None:
    kind: Literal["primary", "secondary"] = "primary" if primary else "secondary"
    icon = f":material/{way.icon}:"
    if st.button(markdown(way.label), icon=icon, key=f"to-{way.icon}", type=kind, width=160):
        st.switch_page(page)
