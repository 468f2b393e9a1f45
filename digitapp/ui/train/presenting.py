"""Presenter mode of the Train page: large type for a class, with the parts named in `?show=`.

The address says whether it is on, so that it can be bookmarked. The session remembers it while
another page is shown.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from digitapp.errors import UnknownName, did_you_mean
from digitapp.registry import lookup
from digitapp.text.escaping import markdown
from digitapp.text.templates import render
from digitapp.ui.shared.address import go
from digitapp.ui.shared.kept_presses import noted, pressed
from digitapp.ui.shared.session import PARTS_WIDGET, SHOW
from digitapp.ui.train.keys import KEYS, PARTS_OF_IMAGES, WORDS

PARAMETER, ALL = "show", "all"
PARTS = {  # as in the address; their titles
    "settings": "Settings",
    "controls": "Controls",
    "curves": "Curves",
    "sentences": "What the curves show",
    "first-layer": "First layer",
    "last-batch": "Last batch",
    "guesses": "Test images, guessed",
    "pinned": "Pinned digit",
    "own-drawing": "Own drawing",
    "results": "Results",
    "images": "Images, before the training",
}


def read(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the parts that a `show` names, in the order of `PARTS`, and problems with the rest.

    Args:
        text: names separated by commas; `all`, nothing, or no known name is all of them.
    """
    names = [name for each in text.split(",") if (name := _spelled(each))]
    problems = []
    for name in names:
        try:
            lookup({ALL: ALL, **PARTS}, "part", name)
        except UnknownName as error:
            problems.append(f"In show: {error}{did_you_mean(name, PARTS)}")
    known = tuple(name for name in PARTS if name in names)
    return known if known and ALL not in names else tuple(PARTS), tuple(problems)


def settle() -> None:
    """Take what is shown from the address."""
    text = st.query_params.get(PARAMETER)
    SHOW.set(None if text is None else _written(read(text)[0]))


def shown() -> tuple[str, ...] | None:
    """Return the parts to be shown, or None while the page has its usual look."""
    text = SHOW.get()
    return None if text is None else read(text)[0]


def in_address() -> dict[str, str]:
    """Return the query parameter that keeps this mode, if it is on."""
    text = SHOW.get()
    return {} if text is None else {PARAMETER: text}


def problems() -> tuple[str, ...]:
    """Return what is wrong with `show` in the address."""
    return read(st.query_params.get(PARAMETER, ""))[1]


def new_training() -> bool:
    """Show the button that leads from a run or an experiment to a new run; return if pressed."""
    st.button(
        "New training",
        icon=":material/arrow_back:",
        key="new",
        shortcut=KEYS["new"],
        on_click=noted("new"),
    )
    return pressed("new")


def buttons() -> None:
    """Show what switches this mode on and off, what chooses its parts, and the list of keys."""
    parts = shown()
    if parts is not None:
        with st.popover("Parts", icon=":material/checklist:", key="parts-shown"):
            _choice_of_parts(parts)
    with st.popover(f"Keys :small[{KEYS['help']}]", icon=":material/keyboard:", key="help"):
        rows = [(KEYS[name], word) for name, word in WORDS.items()]
        more = {"parts": PARTS_OF_IMAGES, "presenting": parts is not None}
        st.html(render("ui/train/keys.html.j2", rows=rows, **more))
    label, icon = ("Present", "present_to_all") if parts is None else ("Leave", "close_fullscreen")
    st.button(
        markdown(label),
        key="present",
        icon=f":material/{icon}:",
        shortcut=KEYS["show"],
        on_click=noted("present"),
    )
    if pressed("present"):
        SHOW.set(ALL if parts is None else None)
        others = {name: text for name, text in st.query_params.items() if name != PARAMETER}
        go({**others, **in_address()})


def _choice_of_parts(parts: Sequence[str]) -> None:
    def choose() -> None:
        text = _written(PARTS_WIDGET.get() or tuple(PARTS))
        SHOW.set(text)
        st.query_params[PARAMETER] = text

    st.pills(
        "Parts to show",
        [*PARTS],
        selection_mode="multi",
        default=[*parts],
        format_func=lambda name: markdown(PARTS[name]),
        key=PARTS_WIDGET.key,
        on_change=choose,
    )
    st.caption("The address of this page keeps the choice: bookmark it for the next lesson.")


def _written(parts: Sequence[str]) -> str:
    return ALL if len(parts) == len(PARTS) else ",".join(parts)


def _spelled(name: str) -> str:
    return name.strip().lower().replace("_", "-")
