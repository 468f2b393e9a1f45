"""The live reading: the network runs in the browser, and answers while the pen moves.

The JavaScript is in `digitapp/live/js`; here is what the server tells it. The server's own reading
of each finished stroke stays the record, and is all there is where the browser cannot run networks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from digitapp.drawing.digit import PREPARATIONS, stroke_steps
from digitapp.drawing.sketch_orders import CLEAR, orders
from digitapp.errors import DigitappError
from digitapp.live import browser_files
from digitapp.live import networks as live_networks
from digitapp.live.packing import packed_preparation
from digitapp.reading.prediction import Prediction
from digitapp.reading.reader import Reading
from digitapp.text.escaping import plain
from digitapp.ui.shared.drawing_keeper import PLACE as CANVAS_PROBLEM
from digitapp.ui.shared.drawing_tools import UNITS_PER_PIXEL, take_the_pen
from digitapp.ui.shared.messages import errors_kept
from digitapp.ui.shared.networks import preparation
from digitapp.ui.shared.resources import store, version
from digitapp.ui.shared.session import (
    KEEPER_NAME,
    LIVE_DRAWING,
    LIVE_VIEW,
    ORDERS_TAKEN,
    PEN,
    SKETCH,
)

SCRIPT = Path(__file__).with_name("live.js").read_text("utf-8")

_live = st.components.v2.component("digitapp.live", js=SCRIPT, isolate_styles=False)


def live_drawing(
    place: str,
    networks: Sequence[str],
    reading: Reading | None = None,
    trial: Mapping[str, Any] | None = None,
    inside: Mapping[str, Any] | None = None,
) -> None:
    """Tell the browser what is on the canvas, and with which networks to read it.

    Args:
        place: keeps the elements of several pages apart.
        networks: their names; the browser says so of one that it cannot get.
        reading: the server's reading of the drawing with the first of them, if there is one.
            Where one looks into the network, it is of the picture alone.
        trial: how the drawing is distorted before it is read, as looking.js's `Trial`.
        inside: facts about the first network where one looks into it, as scene.js's `Facts`.
    """
    sketch, pen, stored = SKETCH.get(), PEN.get(), LIVE_DRAWING[place]

    def take() -> None:
        """Do to the drawing what the browser asks for, and what was not yet done."""
        with errors_kept(CANVAS_PROBLEM):
            told = stored.get()["orders"]
            for order in orders(told, KEEPER_NAME.get(), ORDERS_TAKEN.get()):
                SKETCH.set(order.carried_out(SKETCH.get()))
                ORDERS_TAKEN.set(order.number)
                if order.act == CLEAR:
                    take_the_pen()

    data = {
        "code": browser_files.address(""),
        "objects": sketch.objects,
        "revision": sketch.revision,
        "pen": {"width": pen.width, "colour": pen.colour},
        "scale": UNITS_PER_PIXEL,
        "networks": _plain([_network(name) for name in networks]),
        "record": _plain(_record(reading)) if reading else None,
        "trial": trial,
        "inside": _plain(inside) if inside else None,
        "session": KEEPER_NAME.get(),
        "taken": ORDERS_TAKEN.get(),
    }
    _live(key=stored.key, data=data, on_orders_change=take)


def live_view(
    name: str,
    on_pick: Callable[[str], None] = lambda name: None,
    picks: Sequence[str] = (),
    place: str = "",
    **data: Any,
) -> None:
    """Show a view of the live reading, one of `VIEWS` in mounts.js.

    Args:
        on_pick: called with the choice that is pressed in the view.
        picks: the choices that can be pressed.
        place: keeps the elements of several pages apart.
        data: what the view needs to know beforehand.
    """
    stored = LIVE_VIEW[f"{place}{name}"]

    def picked() -> None:
        on_pick(str(stored.get()["picked"]))

    told = _plain({"code": browser_files.address(""), "view": name, "picks": picks, **data})
    _live(key=stored.key, data=told, on_picked_change=picked)


def _plain(value: Any) -> Any:
    """Return JSON values whose texts cannot affect the text around them; they never become HTML."""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


def _network(name: str) -> dict[str, Any]:
    told = {"name": name, "preparation": packed_preparation(PREPARATIONS[preparation(name)])}
    try:
        return told | {"address": live_networks.address(name, version(name), store())}
    except DigitappError as error:
        return told | {"address": "", "problem": str(error)}


def step_texts(model: str) -> list[dict[str, str]]:
    """Return the titles and captions of the steps by which strokes are prepared for a network."""
    steps = stroke_steps(PREPARATIONS[preparation(model)])
    return [{"title": title, "caption": caption} for title, caption in steps]


def record(read: Prediction) -> dict[str, Any]:
    """Return the server's reading, to be shown where the browser cannot run the network.

    Where two readers were combined, `parts` has what each of them says, and how much the movement
    counted.
    """
    return _said(read) | {"parts": _parts(read)}


def _said(read: Prediction) -> dict[str, Any]:
    return {
        "name": read.name,
        "sign": read.sign,
        "sure": read.sure,
        "other": read.other,
        "sentence": read.sentence,
        "refusal": read.refusal,
        "none": read.none,
        "shares": [float(each) for each in read.shares],
        "choice": read.choice,
        "refused": read.refused,
        "unsure": read.unsure,
    }


def _parts(read: Prediction) -> dict[str, Any] | None:
    parts = read.parts
    if not parts:
        return None
    said = {"picture": _said(parts.picture), "movement": _said(parts.movement)}
    return said | {"weight": parts.weight}


def _record(reading: Reading) -> dict[str, Any]:
    """Return the record with the readings of the earlier strokes."""
    timeline = [
        {
            "stroke": number,
            "sign": each.sign,
            "sure": each.sure,
            "doubtful": each.unsure or each.refused,
            "parts": _parts(each),
        }
        for number, each in reading.timeline
    ]
    return record(reading.prediction) | {"timeline": timeline}
