"""Numbers of several digits: what was read, and where."""

from __future__ import annotations

import streamlit as st
from PIL import Image

from digitapp import figures
from digitapp.escaping import html as escape
from digitapp.escaping import markdown
from digitapp.numbers import Number, Place
from digitapp.prediction import percent
from digitapp.strokes import CANVAS_SIDE, Drawing, paint
from digitapp.thumbnails import STEP_SIDE, data_url, enlarged
from digitapp.ui.charts import chart
from digitapp.ui.reading import SIGN_STYLE, VERDICT_STYLE

LONG = 4  # digits; longer numbers are shown smaller
SWITCH = "Read several digits as a number"
NUMBER_KEY = "as-number"
SMALL = STEP_SIDE // 2


def number_toggle(place: str, on: bool) -> bool:
    """A switch: read everything as one number."""
    return bool(
        st.toggle(
            SWITCH,
            on,
            key=f"{place}{NUMBER_KEY}",
            help="The network still reads one digit at a time. The writing is cut into pieces "
            "first, and the cuts are chosen after which every piece looks most like a digit.",
        )
    )


def number_verdict(number: Number, occasion: str) -> None:
    """The number in large type, and how sure the network is of all its digits together."""
    doubtful = any(_is_doubtful(place) for place in number.places)
    size = "" if len(number.text) <= LONG else ";font-size:3.5rem"
    colour = figures.DOUBTFUL if doubtful else figures.WINNER
    digits = len(number.places)
    doubt = f"It is least sure of the {_doubted(number)}." if doubtful else ""
    st.html(
        f'<div style="{VERDICT_STYLE};flex-wrap:wrap">'
        f'<span style="{SIGN_STYLE}{size};color:{colour}">{escape(number.text)}</span> '
        f'<span><b style="font-size:1.4rem">{percent(number.confidence)} sure</b> '
        f"{escape(occasion)} <br>of {'the digit' if digits == 1 else f'all {digits} digits'}. "
        f"{escape(doubt)}</span></div>"
    )


def number_hint(number: Number) -> None:
    """A word on what is no digit but may be several."""
    if number.is_several:
        st.caption(f"Or is it the number **{markdown(number.text)}**? Switch on *{SWITCH}*.")


def number_found(number: Number, picture: Image.Image, key: str) -> None:
    """The picture with a box round each digit, and every digit as the network read it.

    Args:
        key: keeps the elements of several such apart.
    """
    marks = [_mark(place) for place in number.places]
    shown = data_url(picture.convert("RGB"), wide=True, side=picture.height)
    chart(figures.boxes(shown, picture.size, marks), f"{key}boxes")
    with st.container(horizontal=True, key=f"{key}digits"):
        for place in number.places:
            with st.container(width=SMALL + 8, gap="xsmall"):
                read = place.prediction
                st.image(enlarged(place.picture, SMALL), alt=place.sign)
                st.caption(f"**{markdown(place.sign)}**  {percent(read.confidence)}")


def drawn_number(number: Number, drawing: Drawing) -> None:
    """As `number_found`, for a drawing on the canvas."""
    number_found(number, paint(drawing, (CANVAS_SIDE, CANVAS_SIDE)), "drawn-")


def _mark(place: Place) -> figures.Mark:
    read = place.prediction
    hint = f"{place.sign}: {percent(read.confidence)} sure. {read.sentence}"
    return figures.Mark(place.box, place.sign, _is_doubtful(place), hint)


def _is_doubtful(place: Place) -> bool:
    return place.prediction.unsure or place.prediction.refused


def _doubted(number: Number) -> str:
    worst = min(number.places, key=lambda each: each.prediction.confidence - each.prediction.other)
    return "part that looks like no digit" if worst.refused else worst.sign
