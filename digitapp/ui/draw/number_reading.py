"""Numbers of several digits on the Draw page: verdict, boxes round the digits, other way."""

from __future__ import annotations

import streamlit as st
from PIL import Image

from digitapp import figures
from digitapp.drawing.strokes import CANVAS_SIDE, Drawing, paint
from digitapp.figures.thumbnails import STEP_SIDE, data_url, enlarged
from digitapp.reading.number_layout import Number, Place
from digitapp.reading.uploads import Upload
from digitapp.text.escaping import markdown
from digitapp.text.percent import percent
from digitapp.ui.shared.charts import chart
from digitapp.ui.shared.session import READ_OTHER_WAY
from digitapp.ui.shared.verdicts import in_large_type

LONG = 4  # digits; longer numbers are shown in smaller type
SURE_GROUPING = 0.7  # least probability that the strokes were grouped correctly
SWITCH = "Read several digits as a number"
NUMBER_KEY = "as-number"
SMALL_SIDE = STEP_SIDE // 2
UNREAD_HEADLINE = "Not all of it was read"
UNREAD_MARK = "?: a sign that the network does not know."


def number_toggle(place: str, on: bool, digits: bool = True) -> bool:
    """Show a switch to read everything as one number; return its state.

    Args:
        on: its state at first.
        digits: whether the network knows the digits; without them, it cannot be switched on.
    """
    return digits & bool(
        st.toggle(
            SWITCH,
            on,
            key=f"{place}{NUMBER_KEY}",
            disabled=not digits,
            help="The network still reads one digit at a time. The writing is first cut into "
            "pieces; the cuts chosen are those that make every piece look most like a digit.",
        )
    )


def number_verdict(number: Number, occasion: str) -> None:
    """Show the number in large type, and how sure the network is of all digits together."""
    doubt = number_doubt(number)
    parts = len(number.places)
    headline = f"{percent(number.confidence)} sure"
    signs = "signs" if any(place.mark for place in number.places) else "digits"
    whole = "of the digit." if parts == 1 else f"of all {parts} {signs}."
    if number.unread:
        headline, whole, doubt = UNREAD_HEADLINE, "", _unread(number)
    spoken = f"{number.text}: {headline} {occasion}. {doubt}"
    in_large_type(
        doubtful=bool(doubt),
        sign=number.text,
        headline=headline,
        occasion=occasion,
        explanation=f"{whole} {doubt}",
        small=len(number.text) > LONG,
        wraps=True,
        spoken=spoken,
    )


def number_doubt(number: Number) -> str:
    """Return a sentence about the doubtful digits; an empty string when there are none."""
    if number.unread:
        return f"{UNREAD_HEADLINE}: {_unread(number)}"
    if any(place.doubtful for place in number.places):
        least = min(number.places, key=lambda each: each.confidence)
        return f"It is least sure of the {least.sign}."
    if number.grouping < SURE_GROUPING:
        return "It is not sure which strokes belong together."
    return ""


def other_way(found: Upload, file: str) -> Upload:
    """Return the reading of a file, or its other reading if the user asked for that.

    Args:
        file: the id the file was given on upload.
    """
    other = found.other_way
    return other if other and file in READ_OTHER_WAY.get() else found


def other_way_button(found: Upload, file: str, place: str) -> None:
    """Show whether a picture was read as one digit or a number, and a button to switch.

    Args:
        found: the reading shown.
        file: the id the file was given on upload.
        place: keeps the elements of several tabs apart.
    """
    if not found.other_way:
        return

    def turn() -> None:
        READ_OTHER_WAY.set(READ_OTHER_WAY.get() ^ {file})

    said = f"Taken for {'a number' if found.number else 'one digit'}."
    wanted = "Read it as one digit" if found.number else "Read it as a number"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(said, width="content")
        st.button(wanted, key=f"{place}other-way", icon=":material/swap_horiz:", on_click=turn)


def number_hint(number: Number) -> None:
    """Suggest reading a drawing as a number, if it may be several digits."""
    if number.is_several:
        st.caption(f"Or is it the number **{markdown(number.text)}**? Switch on *{SWITCH}*.")


def number_found(number: Number, picture: Image.Image, key: str) -> None:
    """Show the picture with a box round each digit, and each digit as the network read it.

    Args:
        key: keeps the elements of several numbers apart.
    """
    marks = [
        figures.LabelledBox(place.box, place.sign, place.doubtful, _hint(place))
        for place in number.places
    ]
    shown = data_url(picture.convert("RGB"), wide=True, side=picture.height)
    chart(figures.boxes(shown, picture.size, marks), f"{key}boxes")
    with st.container(horizontal=True, key=f"{key}digits"):
        for place in number.places:
            with st.container(width=SMALL_SIDE + 8, gap="xsmall"):
                st.image(enlarged(place.picture, SMALL_SIDE), alt=place.sign)
                sure = "not read" if place.refused else percent(place.confidence)
                st.caption(f"**{markdown(place.sign)}**  {sure}")


def drawn_number(number: Number, drawing: Drawing) -> None:
    """Like `number_found`, for a drawing on the canvas."""
    number_found(number, paint(drawing, (CANVAS_SIDE, CANVAS_SIDE)), "drawn-")


def _hint(place: Place) -> str:
    if place.mark:
        return UNREAD_MARK if place.refused else f"{place.sign}: read by its shape and position."
    sure = "not read" if place.refused else f"{percent(place.confidence)} sure"
    return f"{place.sign}: {sure}. {place.prediction.sentence}"


def _unread(number: Number) -> str:
    """Return a sentence that explains the question marks."""
    count = number.unread
    return f"{'One part is' if count == 1 else f'{count} parts are'} shown as ?."
