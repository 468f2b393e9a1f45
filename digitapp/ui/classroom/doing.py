"""What the visitor does, for the teacher of her room to see; and what she shows, if she leads.

Pages call `doing` after each answer.
"""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitapp.drawing import IMAGE_SIDE
from digitapp.reading.reader import Reading
from digitapp.runs.classroom_screens import DRAWN, Doing, ScreenWriter
from digitapp.ui.classroom import leading
from digitapp.ui.classroom.here import here, teaches
from digitapp.ui.shared.address import run_number
from digitapp.ui.shared.resources import whole
from digitapp.ui.shared.session import FOLLOWING

FOLLOWS = "following"  # in place of the page of who follows the teacher


def doing(page: str, reading: Reading | None = None, run: int | None = None) -> None:
    """Tell what the visitor does; nothing is told of who is in no room.

    Args:
        page: its name in the address.
        reading: of what is drawn, if anything is.
        run: the id of the run that is shown.
    """
    found = here()
    if found is None:
        return
    if teaches(found):
        leading.show(found, page)
        return
    follows = FOLLOWING.get() is not None
    told = Doing(FOLLOWS if follows else page, run)
    if reading is not None and not follows:  # the drawing may be the teacher's own
        image = np.rint(reading.image * 255).astype(np.uint8).reshape(IMAGE_SIDE, IMAGE_SIDE)
        read = reading.prediction
        guess = "" if read.refused else read.name
        told = Doing(page, run, image, reading.strokes, guess, read.sure)
    screen_writer().show(found.member.person, told)


def drew(image: NDArray[np.uint8], meant: str) -> None:
    """Tell which example of a dataset the visitor has drawn.

    Args:
        image: uint8 (28, 28).
        meant: the name of its class.
    """
    found = here()
    if found is not None and not teaches(found):
        screen_writer().show(found.member.person, Doing("data", None, image, None, meant, DRAWN))


def run_in_address() -> int | None:
    """Return the id of the run that the page's address names; None without any."""
    return run_number(st.query_params.get("run", ""))


@st.cache_resource(show_spinner=False)
def screen_writer() -> ScreenWriter:
    """Return what writes the screens of this server, one for all visitors."""
    return ScreenWriter(whole())
