"""Draw page: draw a digit, upload pictures or use the camera, and see what the network reads."""

from contextlib import suppress

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from digitapp.data.datasets import knows_digits
from digitapp.drawing.pictures import FORMATS_IN_WORDS, MAX_FILE_MEGABYTES
from digitapp.drawing.strokes import Drawing
from digitapp.errors import BadPicture, Blank, InvalidSetting, TooMuch
from digitapp.reading import class_words, lookalikes, numbers
from digitapp.reading.reader import Reading
from digitapp.reading.uploads import Upload
from digitapp.text.escaping import markdown
from digitapp.ui.classroom import doing
from digitapp.ui.classroom.drawing_row import drawing_row
from digitapp.ui.draw import (
    correcting,
    examples,
    number_correcting,
    number_reading,
    uploaded_files,
    uploaded_pixels,
)
from digitapp.ui.shared import (
    address,
    drawing_tools,
    live,
    messages,
    networks,
    page_frame,
    resources,
    session,
    verdicts,
)
from digitapp.ui.shared.drawing_record import after, drawing_record
from digitapp.ui.train import pinned_digit

INVITATION = "{}, and the network will read it."
NUMBER_INVITATION = "Write a number, such as 2026 or 12.5. Signs such as + and = are read, too."
PHOTO_INVITATION = "Take a photo, and the network will read it."
WHY = (
    "The network learned from images that were all prepared like this. The first picture below is "
    "your drawing, prepared. The second is your drawing just squeezed to 28 by 28 pixels, with the "
    "same network's answer to it. Point at a pixel to see its value: 0 is paper, 1 is ink."
)
ANSWER, MESSAGE, NUMBER = 130, 40, 160  # pixels


def page(inside: StreamlitPage | None = None) -> None:
    """Show the page.

    Args:
        inside: the page to look into the network, to which this one then links.
    """
    address.arrived("draw")
    with st.container(key="title"):  # seen by screen readers alone
        st.markdown("# Draw for the network")
    address.address_problems("draw")
    with st.container(key="reader"):
        model = networks.model_picker()
    draw, upload, camera = st.tabs(
        [":material/draw: Draw", ":material/upload: Upload", ":material/photo_camera: Camera"],
        on_change="rerun",
        key="way",
    )
    with draw:
        _draw(model, inside)
    # Keep showing a tab that was used, even when closed: Streamlit forgets widgets not shown.
    if upload.open or session.FILES.get():
        with upload:
            _upload()
    if camera.open or session.PHOTO.get():
        with camera:
            _camera()


@st.fragment
def _draw(model: str, inside_page: StreamlitPage | None) -> None:
    with st.container(key="instrument"):
        paper, seen, answer = (st.container(key=each) for each in ("paper", "seen", "answer"))
        inside = st.container(key="inside")
    names = networks.class_names(model)  # before the canvas: a stroke may come in any later moment
    digits = knows_digits(names)
    with paper:
        drawing = drawing_tools.canvas()
        as_number = number_reading.number_toggle("draw-", on=False, digits=digits)
        for_class = st.container()
    if as_number:
        with answer:
            _drawn_number(drawing, model)
        return
    with answer:
        invitation = INVITATION.format(class_words.invitation(names))
        with page_frame.room("prediction", ANSWER):
            reading = drawing_record(drawing, model, invitation)
            examples.answer_with_examples(model, invitation)
        correcting.bars_to_press(reading, model)
        live.live_view("timeline")
        with page_frame.room("correction", MESSAGE):
            said = correcting.correction_said(reading, model)
            if reading and reading.prediction.refused:
                with suppress(TooMuch, InvalidSetting):  # or the network knows no digits
                    number = numbers.read_drawing(resources.predictor(model), drawing)
                    number_reading.number_hint(number)
            elif reading and not said and (remark := lookalikes.remark(reading.prediction)):
                st.caption(markdown(remark))
    with seen:
        live.live_view(
            "seen", steps=live.step_texts(model), movement=networks.reads_movement(model)
        )
        pinned_digit.pin_button(reading.image if reading else None, names)
    with inside:
        if inside_page:
            st.page_link(inside_page, label="Look inside", icon=":material/zoom_in:")
        live.live_view("inside")
    with for_class:
        drawing_row(reading)
    live.live_drawing("", [model], reading)
    doing.doing("draw", reading)
    if reading:
        _comparison(reading)


def _drawn_number(drawing: Drawing, model: str) -> None:
    answer = page_frame.room("number", NUMBER)
    places = st.container()  # comes last because it grows, as does the correction
    with answer, messages.errors_shown():
        if drawing:
            with suppress(Blank):
                number = numbers.read_drawing(resources.predictor(model), drawing)
                number_reading.number_verdict(number, after(len(drawing)))
                with places:
                    number_reading.drawn_number(number, drawing)
                    number_correcting.number_correction(number, model, "draw-")
                return
        verdicts.waiting(NUMBER_INVITATION)


def _comparison(reading: Reading, place: str = "") -> None:
    """Offer the comparison with a drawing just squeezed; `place` makes the tab's keys unique."""
    why = st.expander("Why all these steps?", on_change="rerun", key=f"{place}why")
    if why.open:
        with why:
            st.markdown(WHY)
            verdicts.prepared_and_squeezed(reading, place)


def _details(reading: Reading, place: str) -> None:
    """Show the preparation steps of a picture, and the comparison."""
    st.markdown("## What the network sees")
    verdicts.steps_shown(reading.digit.steps, place)
    _comparison(reading, place)


@st.fragment
def _upload() -> None:
    files = st.file_uploader(
        f"Pictures: {FORMATS_IN_WORDS}, up to {MAX_FILE_MEGABYTES} MB each; or many "
        "images in a CSV or .npz file",
        accept_multiple_files=True,  # of any type: non-pictures get an error with advice
        max_upload_size=uploaded_pixels.MAX_MEGABYTES,
        key=session.FILES.key,
    )
    if not files:
        st.caption("Dark ink on light paper, or chalk on a board: both are fine.")
        return
    model = networks.chosen_model()
    with messages.errors_shown():
        resources.predictor(model)
        files = uploaded_pixels.answered(model, files)
        if not files:
            return
        as_number = number_reading.number_toggle(
            "upload-", on=True, digits=knows_digits(networks.class_names(model))
        )
        read = uploaded_files.read_uploads(model, files, as_number)
        rows = {file: number_reading.other_way(found, file) for file, found in read.items()}
        uploaded_files.unread_uploads(rows)
        uploaded_files.upload_table(rows)
        uploaded_files.csv_download(rows)
        chosen = uploaded_files.chosen_upload(rows)
        if chosen:
            _chosen(*chosen, model)


def _chosen(file: str, found: Upload, model: str) -> None:
    """Show the chosen file; for a number, the figure with its boxes replaces the picture."""
    if found.number:
        right = st.container()
    else:
        left, right = st.columns([1, 2], gap="medium")
        with left:
            uploaded_files.uploaded_picture(found)
    with right:
        _found(file, found, model, "upload-", "in your picture")
    _found_details(found, "upload-")


def _found(file: str, found: Upload, model: str, place: str, occasion: str) -> None:
    """Show the reading of a picture, as a digit or a number, and a button for the other way."""
    with st.container(key=f"{place}prediction"):
        if found.number:
            number_reading.number_verdict(found.number, occasion)
        elif found.reading:
            verdicts.verdict(found.reading.prediction, occasion)
    number_reading.other_way_button(found, file, place)
    if found.number and found.picture:
        number_reading.number_found(found.number, found.picture, place)
        number_correcting.number_correction(found.number, model, place)
    elif found.reading:
        read = found.reading.prediction
        verdicts.probability_bars(read, f"{place}probabilities")
        correcting.correction(found.reading, model, place)


def _found_details(found: Upload, place: str) -> None:
    if found.reading and not found.number:
        _details(found.reading, place)


@st.fragment
def _camera() -> None:
    left, right = st.columns([1, 2], gap="medium")
    with left:
        digits = knows_digits(networks.class_names(networks.chosen_model()))
        what = "a digit or a number" if digits else "what you have drawn"
        photo = st.camera_input(
            f"Hold {what} in front of the camera, large and alone", key=session.PHOTO.key
        )
        as_number = number_reading.number_toggle("camera-", on=True, digits=digits)
    below = st.container()
    with right, messages.errors_shown():
        if not photo:
            verdicts.waiting(PHOTO_INVITATION)
            return
        model = networks.chosen_model()
        resources.predictor(model)
        read = uploaded_files.read_uploads(model, [photo], as_number)[photo.file_id]
        found = number_reading.other_way(read, photo.file_id)
        if not found.reading:
            raise BadPicture(found.problem)
        _found(photo.file_id, found, model, "camera-", "on your photo")
        with below:
            _found_details(found, "camera-")
