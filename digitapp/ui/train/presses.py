"""Presses of a run's buttons: each counts, in its order, however quickly they come.

Streamlit runs a page once for several presses that arrive while it is busy, and then hears of each
button once. So the browser numbers the presses and sends all that were not taken yet, and the
server takes those whose numbers it has not seen. Without the script, the buttons are Streamlit's.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import streamlit as st

from digitapp.ui.shared.messages import errors_kept
from digitapp.ui.shared.session import PRESSES, PRESSES_OF, PRESSES_TAKEN

Order = Callable[[int, int], None]
SCRIPT = Path(__file__).with_name("presses.js").read_text("utf-8")

_script = st.components.v2.component("digitapp.presses", js=SCRIPT, isolate_styles=False)


class Pressed(NamedTuple):
    """A button that was pressed, perhaps several times in a row.

    Attributes:
        last: the number of the last press.
    """

    run: int
    button: str
    times: int
    last: int


def presses_counted(run: int, orders: Mapping[str, Order], place: str) -> None:
    """Have the presses of a run's buttons counted, and carried out, while they are shown.

    Args:
        orders: what a button does, by its name; called with a run and how many times in a row it
            was pressed.
        place: where errors are kept.
    """
    if not PRESSES_OF.get():
        PRESSES_OF.set(uuid.uuid4().hex)

    def take() -> None:
        found = pressed(PRESSES.get()["presses"], PRESSES_OF.get(), PRESSES_TAKEN.get())
        if found:
            PRESSES_TAKEN.set(found[-1].last)
        with errors_kept(place), ExitStack() as all_of_them:  # also if one of them fails
            for each in reversed(found):
                all_of_them.callback(orders[each.button], each.run, each.times)

    data = {"session": PRESSES_OF.get(), "taken": PRESSES_TAKEN.get(), "run": run}
    with st.container(key="press-script"):
        _script(key=PRESSES.key, data=data | {"names": [*orders]}, on_presses_change=take)


def pressed(told: Mapping[str, Any], session: str, taken: int) -> list[Pressed]:
    """Return the presses that were not taken yet, in their order.

    Args:
        told: by the browser: `waiting`, its presses as number, run and button, and the `session`
            in which they were numbered, which a restart of the server ends.
        taken: the number of the last press that was taken in this session.
    """
    if told["session"] != session:
        return []
    new = [press for press in told["waiting"] if press[0] > taken]
    rows = [[*same] for _, same in groupby(new, key=lambda press: press[1:])]
    return [Pressed(run, button, len(row), last) for row in rows for last, run, button in row[-1:]]
