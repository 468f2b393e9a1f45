"""Draw a digit, upload pictures or use the camera, and see what the network reads."""

from contextlib import suppress

import streamlit as st

from digitapp import figures, ui
from digitapp.drawing.pictures import FORMATS_IN_WORDS, MAX_FILE_MEGABYTES
from digitapp.drawing.strokes import Drawing
from digitapp.errors import BadPicture, Blank, TooMuch
from digitapp.reading import numbers
from digitapp.reading.reader import Reading, read_drawing
from digitapp.reading.uploads import Upload

INVITATION = "Draw a digit from 0 to 9 on the white square, and the network will read it."
NUMBER_INVITATION = "Write a number, such as 2026, with some room between the digits."
PHOTO_INVITATION = "Take a photo, and the network will read it."
ANSWER, BARS = 160, 220  # pixels
FILES_KEY, PHOTO_KEY = "files", "photo"


def page() -> None:
    """Show the page."""
    ui.arrived("draw")
    st.markdown("# Draw a digit for the network")
    ui.address_problems("draw")
    draw, upload, camera = st.tabs(
        [":material/draw: Draw", ":material/upload: Upload", ":material/photo_camera: Camera"],
        on_change="rerun",
        key="way",
    )
    with draw:
        _draw()
    # A tab that was used stays, open or not: what is not shown, Streamlit forgets.
    if upload.open or st.session_state.get(FILES_KEY):
        with upload:
            _upload()
    if camera.open or st.session_state.get(PHOTO_KEY):
        with camera:
            _camera()
    ui.load_ahead()


@st.fragment
def _draw() -> None:
    left, right = st.columns([1, 2], gap="medium")
    with left:
        drawing = _drawing()
        as_number = ui.number_toggle("draw-", on=False)
    if as_number:
        with right:
            _drawn_number(drawing)
        return
    with right:
        answer = ui.room("prediction", ANSWER)
        bars = ui.room("bars", BARS)
        correction = ui.correction_room()
        model = ui.model_picker()
        pin = st.container()
        timeline = st.container(key="timeline")  # the last: it grows
    details = st.container()
    with answer:
        reading = _reading(drawing, model)
    with bars:
        _bars(reading, model)
    with pin:
        _pin(reading)
    if reading:
        with correction:
            ui.correction(reading, model)
        with timeline:
            ui.timeline(reading.timeline)
        with details:
            _details(reading)


def _drawn_number(drawing: Drawing) -> None:
    answer = ui.room("number", ANSWER)
    model = ui.model_picker()
    places = st.container()  # the last: they grow, and so does the correction
    with answer, ui.errors_shown():
        if drawing:
            with suppress(Blank):
                number = numbers.read_drawing(ui.predictor(model), drawing)
                ui.number_verdict(number, _after(len(drawing)))
                with places:
                    ui.drawn_number(number, drawing)
                    ui.number_correction(number, model, "draw-")
                return
        ui.waiting(NUMBER_INVITATION)


def _pin(reading: Reading | None) -> None:
    label, icon = "Pin this digit for training", ":material/keep:"
    if st.button(label, icon=icon, key="pin", disabled=not reading) and reading:
        ui.pin(reading.digit.image)
        st.toast("Pinned: the next training reads it after every epoch.")


def _drawing() -> Drawing:
    st.caption("Draw here")
    paper = st.container(key="paper")
    erasing, width = ui.pen_picker()
    with paper, ui.errors_shown():
        return ui.canvas(width, erasing)
    return ()


def _reading(drawing: Drawing, model: str) -> Reading | None:
    with ui.errors_shown():
        reading = None
        if drawing:
            with suppress(Blank):  # the eraser took it all
                reading = read_drawing(ui.predictor(model), drawing)
        if reading:
            ui.verdict(reading.prediction, _after(len(drawing)))
            if reading.prediction.refused:
                with suppress(TooMuch):
                    ui.number_hint(numbers.read_drawing(ui.predictor(model), drawing))
        else:
            ui.waiting(INVITATION)
        return reading
    return None


def _bars(reading: Reading | None, model: str, place: str = "") -> None:
    """How probable each class is; `place` keeps the tabs' elements apart."""
    found = reading.prediction if reading else None
    ui.chart(figures.probabilities(found, ui.choices(model)), f"{place}probabilities")


def _after(strokes: int) -> str:
    return f"after {strokes} stroke{'s' if strokes > 1 else ''}"


def _details(reading: Reading, place: str = "") -> None:
    """The steps and the comparison; `place` keeps the tabs' elements apart."""
    st.markdown("## What the network sees")
    ui.steps_shown(reading.digit.steps, place)
    st.markdown("## Why all these steps?")
    st.write(
        "The network learned from digits that were all prepared like this. The first picture "
        "below is yours, prepared; the second is the same, just squeezed to 28 by 28 pixels, "
        "with what the same network says to it. Point at a pixel to see its value: 0 is paper, "
        "1 is ink."
    )
    ui.compared(reading, place)


@st.fragment
def _upload() -> None:
    files = st.file_uploader(
        f"Pictures of digits: {FORMATS_IN_WORDS}, up to {MAX_FILE_MEGABYTES} MB each",
        accept_multiple_files=True,  # of any type: what is no picture is told so, with advice
        max_upload_size=MAX_FILE_MEGABYTES,
        key=FILES_KEY,
    )
    if not files:
        st.caption("Dark ink on light paper, or chalk on a board: both are fine.")
        return
    model = ui.chosen_model()
    with ui.errors_shown():
        ui.predictor(model)
        as_number = ui.number_toggle("upload-", on=True)
        read = ui.read_uploads(model, files, as_number)
        rows = {file: ui.other_way(found, file) for file, found in read.items()}
        ui.unread_uploads(rows)
        ui.upload_table(rows)
        ui.csv_download(rows)
        chosen = ui.chosen_upload(rows)
        if chosen:
            _chosen(*chosen, model)


def _chosen(file: str, found: Upload, model: str) -> None:
    """The file that is shown; a number's boxes need all the room, and show its picture."""
    if found.number:
        right = st.container()
    else:
        left, right = st.columns([1, 2], gap="medium")
        with left:
            ui.uploaded_picture(found)
    with right:
        _found(file, found, model, "upload-", "in your picture")
    _found_details(found, "upload-")


def _found(file: str, found: Upload, model: str, place: str, occasion: str) -> None:
    """What was read in a picture, as one digit or a number, and the other way to read it."""
    with st.container(key=f"{place}prediction"):
        if found.number:
            ui.number_verdict(found.number, occasion)
        elif found.reading:
            ui.verdict(found.reading.prediction, occasion)
    ui.other_way_button(found, file, place)
    if found.number and found.picture:
        ui.number_found(found.number, found.picture, place)
        ui.number_correction(found.number, model, place)
    elif found.reading:
        _bars(found.reading, model, place)
        ui.correction(found.reading, model, place)


def _found_details(found: Upload, place: str) -> None:
    if found.reading and not found.number:
        _details(found.reading, place)


@st.fragment
def _camera() -> None:
    left, right = st.columns([1, 2], gap="medium")
    with left:
        photo = st.camera_input(
            "Hold a digit or a number in front of the camera, large and alone", key=PHOTO_KEY
        )
        as_number = ui.number_toggle("camera-", on=True)
    below = st.container()
    with right, ui.errors_shown():
        if not photo:
            ui.waiting(PHOTO_INVITATION)
            return
        model = ui.chosen_model()
        ui.predictor(model)
        read = ui.read_uploads(model, [photo], as_number)[photo.file_id]
        found = ui.other_way(read, photo.file_id)
        if not found.reading:
            raise BadPicture(found.problem)
        _found(photo.file_id, found, model, "camera-", "on your photo")
        with below:
            _found_details(found, "camera-")
