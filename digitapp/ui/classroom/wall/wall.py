"""The class wall: what the class sent, each drawing in a place of its own that it keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st
from PIL import Image

from digitapp.figures.thumbnails import data_url
from digitapp.library import class_wall
from digitapp.library.class_wall import Reader, Shown
from digitapp.runs import classroom_wall
from digitapp.runs.classroom_records import Membership
from digitapp.text.escaping import plain
from digitapp.text.percent import percent
from digitapp.ui.classroom.here import teaches
from digitapp.ui.shared import networks
from digitapp.ui.shared.messages import errors_kept, kept_error
from digitapp.ui.shared.resources import predictor, store, version
from digitapp.ui.shared.session import WALL

FOLDER = Path(__file__).parent
PLACE = "class-wall"
FIT = "fit"  # as large as there is room for those that are there
SIZES = {"huge": 6, "large": 15, "medium": 32, "small": 60}  # how many there are places for
EMPTY = "Nothing is here yet. Draw something on the Draw page, and send it to the class wall."

_wall = st.components.v2.component(
    "digitapp.wall",
    js=(FOLDER / "wall.js").read_text("utf-8"),
    css=(FOLDER / "wall.css").read_text("utf-8"),
    isolate_styles=False,
)


def wall(membership: Membership, size: str, presenting: bool) -> None:
    """Show the latest drawings on the wall of a room, with buttons to hide or withdraw them.

    Args:
        size: of the drawings, one of `SIZES`, or `FIT`.
        presenting: whether they fill the screen.

    Raises:
        UnknownName: when the visitor is not in this room any more.
        BadFile, StoreProblem: when the network or the store fails.
    """
    room = membership.classroom.code
    name = networks.chosen_model()
    reader = Reader(predictor(name), name, version(name))
    found = class_wall.wall(store(), room, reader, SIZES.get(size, max(SIZES.values())))
    if size == FIT:
        count = len(found.shown)
        size = next(each for each, places in SIZES.items() if count <= places)

    @errors_kept(PLACE)
    def act() -> None:
        told = WALL.get().get("act") or {}
        drawing = int(told["id"])
        if told["act"] == "hide":
            classroom_wall.hide(store(), room, drawing)
        elif told["act"] == "withdraw":
            classroom_wall.withdraw(store(), room, drawing)

    kept_error(PLACE)
    _wall(
        key=WALL.key,
        data={
            "room": room,
            "reader": name,
            "size": size,
            "presenting": presenting,
            "empty": EMPTY,
            "more": _more(len(found.shown), found.count),
            "drawings": _told(found.shown, teaches(membership)),
        },
        on_act_change=act,
    )


def _told(shown: Sequence[Shown], leads: bool) -> list[Mapping[str, Any]]:
    return [_drawing(each, leads) for each in shown]


def _drawing(each: Shown, leads: bool) -> Mapping[str, Any]:
    """Return what wall.js's `Drawing` says."""
    read, meant = each.stages.read, each.sent.meant
    wrong = read.right(meant) is False
    return {
        "id": each.sent.id,
        "name": plain(each.name),
        "way": each.way,
        "picture": "" if each.way else data_url(Image.fromarray(255 - each.ink.image)),
        "stages": [[count, plain(sign)] for count, sign in each.stages.after],
        "sign": plain(read.sign),
        "sure": plain(read.none) if read.refused else percent(read.sure),
        "meant": plain(meant) if wrong else "",
        "doubtful": read.refused or read.unsure or wrong,
        "can": "withdraw" if each.own else "hide" if leads else "",
    }


def _more(shown: int, count: int) -> str:
    """Say how many drawings there are, if not all of them are shown."""
    return f"The latest {shown} of {count:,}" if count > shown else ""
