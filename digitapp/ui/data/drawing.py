"""Drawing examples one after the other: what the server tells the browser, and hears from it.

The browser keeps, clears and counts by itself (`digitapp/live/js/examples`), so that the pen never
waits; here its orders are carried out.
"""

from __future__ import annotations

import uuid
from pathlib import Path

import streamlit as st

from digitapp.drawing.digit import PREPARATIONS
from digitapp.library import drawn_datasets, example_orders
from digitapp.library.example_orders import Taken
from digitapp.live import browser_files
from digitapp.live import examples as live_examples
from digitapp.live.packing import packed_preparation
from digitapp.runs.classroom_datasets import IN_CLASS
from digitapp.runs.imported_datasets import Facts
from digitapp.text.escaping import plain
from digitapp.ui.classroom import doing
from digitapp.ui.shared.kept_presses import noted
from digitapp.ui.shared.messages import errors_kept, kept_error
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.session import (
    CLASS_EDITS,
    EDITED_CLASS,
    EXAMPLE_CLASS,
    EXAMPLES,
    EXAMPLES_TAKEN,
    Value,
)

HERE = Path(__file__)
PLACE = "examples"
TRAIN = "train-on-drawn"  # a press, of the button that the browser shows once all is drawn
OF_CLASS_APART = 8.0  # seconds between two looks at what the others in a class have drawn
LATEST = 300  # ids, and errors, that the browser may not know yet

_examples = st.components.v2.component(
    "digitapp.examples",
    js=HERE.with_name("examples.js").read_text("utf-8"),
    css=HERE.with_name("examples.css").read_text("utf-8"),
    isolate_styles=False,
)


def drawing(name: str, known: Facts) -> None:
    """Show the classes of a dataset, the paper to draw on, and the examples."""
    taken = _taken()

    def take() -> None:
        with errors_kept(PLACE):
            example_orders.carry_out(store(), taken, EXAMPLES.get()["orders"])
        if taken.drawn is not None:
            doing.drew(*taken.drawn)
            taken.drawn = None

    def choose() -> None:
        """Offer the class that is drawn in the forms below, too."""
        for form in _forms():
            form.set(int(EXAMPLES.get()["chosen"]))

    apart = OF_CLASS_APART if IN_CLASS.fullmatch(name) else 0.0
    names = dict(known.classes)
    for form in _forms():
        if form.get() not in names:
            form.set(known.classes[0][0])
    data = {
        "code": browser_files.address(""),
        "dataset": name,
        "session": taken.session,
        "taken": taken.last,
        "wrong": {str(number): why for number, why in [*taken.wrong.items()][-LATEST:]},
        "ids": dict([*taken.ids.items()][-LATEST:]),
        "address": live_examples.address(name, known),
        "foreign": str(example_orders.met(taken, name, drawn_datasets.version(known), apart)),
        "classes": [{"id": number, "name": plain(own)} for number, own in known.classes],
        "how": packed_preparation(PREPARATIONS[known.preparation]),
        "aim": drawn_datasets.AIM,
        "chosen": _forms()[0].get(),
    }
    _examples(
        key=EXAMPLES.key,
        data=data,
        on_orders_change=take,
        on_train_change=noted(TRAIN),
        on_chosen_change=choose,
    )
    kept_error(PLACE)


def _forms() -> tuple[Value[int], Value[int]]:
    """Return the classes that are chosen in the forms below."""
    edits = CLASS_EDITS.get()
    return EXAMPLE_CLASS[edits], EDITED_CLASS[edits]


def _taken() -> Taken:
    """Return what was carried out in this session."""
    found = EXAMPLES_TAKEN.get()
    if found is None:
        found = Taken(uuid.uuid4().hex)
        EXAMPLES_TAKEN.set(found)
    return found
