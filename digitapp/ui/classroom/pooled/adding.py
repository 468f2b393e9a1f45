"""On the Draw page: adding a drawing to a class dataset, and taking it out again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from digitapp.library import new_examples
from digitapp.reading.class_words import with_article
from digitapp.reading.reader import Reading
from digitapp.runs import classroom_datasets, drawn_examples
from digitapp.runs.classroom_datasets import short_name
from digitapp.runs.drawn_examples import NewExample
from digitapp.runs.imported_datasets import Facts, Listed
from digitapp.text.escaping import markdown, plain
from digitapp.ui.shared.messages import errors_kept, errors_shown, kept_error
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.session import (
    POOLED,
    POOLED_CLASS,
    POOLED_INTO,
    POOLING,
    GivenToClass,
)

PLACE = "pooling"


def add_button(room: str, reading: Reading | None) -> None:
    """Show, behind a button, how a drawing becomes an example of a class dataset of a room.

    Args:
        reading: of the drawing as it is now; None when nothing is drawn.
    """
    with errors_shown():
        found = classroom_datasets.listed(store(), room)
        if not found:
            return
        asked = POOLING.pop()
        if asked and reading:
            _add(found, reading, *asked)
        given = POOLED.get()
        if reading and given and given.image == reading.image.tobytes():
            _added(given)
            return
        with st.popover(
            "Add to dataset",
            icon=":material/library_add:",
            key="pool",
            disabled=reading is None,
        ):
            if reading:
                _form(found, reading)
    kept_error(PLACE)


def _form(found: Sequence[Listed], reading: Reading) -> None:
    facts = {each.name: each.facts for each in found if not each.problem}
    name = st.selectbox(
        "Class dataset",
        list(facts),
        format_func=lambda each: plain(short_name(each)),
        key=POOLED_INTO.key,
    )
    if name is None:
        return
    names = dict(facts[name].classes)
    chosen = POOLED_CLASS[name]
    guessed = [number for number, own in names.items() if own == reading.guess]
    if chosen.get() not in names:
        chosen.set(guessed[0] if guessed else None)
    number = st.selectbox(
        "What is it?",
        list(names),
        format_func=lambda each: plain(names.get(each, "")),
        placeholder="Choose",
        key=chosen.key,
    )
    st.button(
        "Add it",
        type="primary",
        key="pool-it",
        disabled=number is None,
        on_click=POOLING.set,
        args=((name, number),),
    )


def _add(found: Sequence[Listed], reading: Reading, name: str, number: int) -> None:
    """Keep the drawing as one of this class; here, as a stroke may have come with the press."""
    known = next((each.facts for each in found if each.name == name), Facts())
    with errors_kept(PLACE):
        kept = drawn_examples.keep(store(), name, [_example(number, reading, known)])[0]
        POOLED_CLASS[name].pop()
        own = dict(known.classes)[number]
        POOLED.set(GivenToClass(kept, name, reading.image.tobytes()))
        what, where = markdown(with_article(own)), markdown(short_name(name))
        st.toast(f"Added as {what} to **{where}**.", icon=":material/library_add:")


def _example(number: int, reading: Reading, known: Facts) -> NewExample:
    """Return a drawing as an example, prepared as the dataset's images are."""
    if reading.strokes is not None:
        return new_examples.drawn(number, reading.strokes, known.preparation)
    return NewExample(number, np.rint(reading.image * 255).astype(np.uint8))


def _added(given: GivenToClass) -> None:
    """Say where it is, and offer to take it out."""
    if drawn_examples.class_of(store(), given.place, given.id) is None:
        POOLED.pop()
        st.caption("It is not in the class dataset any more.")
        return

    @errors_kept(PLACE)
    def undo() -> None:
        POOLED.pop()
        drawn_examples.remove(store(), given.place, [given.id])

    st.button("Undo adding", icon=":material/undo:", key="undo-pooled", on_click=undo)
    kept_error(PLACE)
