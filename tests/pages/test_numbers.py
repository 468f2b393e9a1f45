"""Numbers on the Draw page: one digit or several, the alternative reading, corrections."""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
import streamlit as st
from PIL import Image
from streamlit.testing.v1 import AppTest

from digitapp.drawing.strokes import from_points, paint
from digitapp.runs import RunStore, corrected_drawings
from tests.digits import DIGITS
from tests.pages.test_draw import APP, CAMERA, UPLOAD, text, two_digits
from tests.pages.train_page import checked, press


@dataclass(frozen=True)
class Photo:
    """A file as returned by the camera widget."""

    data: bytes
    name: str = "photo.png"
    file_id: str = "photo-1"

    def getvalue(self) -> bytes:
        """Return the file's content."""
        return self.data


def picture(*digits: int, apart: int = 280) -> bytes:
    sheet = Image.new("L", (280 + apart * (len(digits) - 1), 280), 255)
    for place, digit in enumerate(digits):
        sheet.paste(paint(from_points(DIGITS[digit], 20)), (apart * place, 0))
    data = io.BytesIO()
    sheet.save(data, "PNG")
    return data.getvalue()


def uploaded(data: bytes) -> AppTest:
    return uploaded_files({"some.png": data})


def uploaded_files(files: Mapping[str, bytes]) -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=60)
    app.session_state["way"] = UPLOAD
    app.run()
    arrived = [(name, data, "image/png") for name, data in files.items()]
    app.file_uploader(key="files").set_value(arrived).run()
    return checked(app.run())


def photographed(data: bytes, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setattr(st, "camera_input", lambda *_, **__: Photo(data))
    app = AppTest.from_file(str(APP), default_timeout=60)
    app.session_state["way"] = CAMERA
    return checked(app.run())


def _drawn() -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=60)
    app.session_state["sketch"] = two_digits(4, 0)
    app.run()
    app.toggle(key="draw-as-number").set_value(True)
    return checked(app.run())


def test_an_upload_of_two_digits_is_a_number_and_can_be_read_as_one_digit() -> None:
    app = uploaded(picture(4, 2))
    assert "some.png: 42" in text(app)
    assert "Taken for a number." in text(app)
    press(app, "upload-other-way")
    assert "some.png: 42" not in text(app)
    assert "Taken for one digit." in text(app)
    press(app, "upload-other-way")
    assert "some.png: 42" in text(app)


def test_an_upload_of_one_digit_has_no_other_way() -> None:
    app = uploaded(picture(4))
    assert "some.png: 4, " in text(app)
    assert "Taken for" not in text(app)


def test_the_camera_reads_numbers_and_has_the_switch(monkeypatch: pytest.MonkeyPatch) -> None:
    app = photographed(picture(4, 2), monkeypatch)
    assert re.search(r"\b42\s+[\d.]+ % sure\s+on your photo", text(app))
    press(app, "camera-other-way")
    assert "of all 2 digits" not in text(app)
    press(app, "camera-other-way")
    app.toggle(key="camera-as-number").set_value(False)
    assert "of all 2 digits" not in text(checked(app.run()))


def test_the_camera_reads_one_digit_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    app = photographed(picture(4), monkeypatch)
    assert re.search(r"\b4\s+[\d.]+ % sure\s+on your photo", text(app))
    assert "Taken for" not in text(app)


def test_a_photo_of_nothing_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    data = io.BytesIO()
    Image.new("L", (300, 300), 255).save(data, "PNG")
    assert "There is nothing on this picture" in text(photographed(data.getvalue(), monkeypatch))


@pytest.mark.parametrize("way", ["draw", "upload", "camera"])
def test_a_misread_number_is_corrected_as_a_whole(
    way: str, store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = {
        "draw": _drawn,
        "upload": lambda: uploaded(picture(4, 0)),
        "camera": lambda: photographed(picture(4, 0), monkeypatch),
    }
    app = pages[way]()
    app.text_input(key=f"{way}-number-was").set_value("48")
    _press_keep(app)
    (kept,) = corrected_drawings.read(store)
    assert (kept.label, kept.guess) == (8, "0")
    assert (kept.strokes is not None) == (way == "draw")
    assert "Kept a digit in My handwriting: 8." in text(app)
    press(app, f"{way}-undo-number")
    assert corrected_drawings.read(store) == []


def test_another_correction_of_the_same_number_replaces_the_first(store: RunStore) -> None:
    app = _drawn()
    for said in ("48", "19"):
        app.text_input(key="draw-number-was").set_value(said)
        _press_keep(app)
    assert [each.label for each in corrected_drawings.read(store)] == [1, 9]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("4", "'4' has 1"),
        ("4a", "cannot be '4a'"),
        ("4x", "digits alone are kept"),
        ("", "''"),
    ],
)
def test_what_is_no_such_number_is_refused(said: str, told: str, store: RunStore) -> None:
    app = _drawn()
    app.text_input(key="draw-number-was").set_value(said)
    _press_keep(app)
    assert told in text(app)
    assert corrected_drawings.read(store) == []


def test_one_digit_of_a_number_is_corrected(store: RunStore) -> None:
    app = _drawn()
    app.session_state["draw-which-of-2"] = 1
    app.run()
    press(checked(app), "draw-one-correct-6")
    (kept,) = corrected_drawings.read(store)
    assert (kept.label, kept.guess) == (6, "0")
    assert len(kept.strokes or ()) == len(DIGITS[0])
    assert "Kept as a **6**" in text(app)


def _press_keep(app: AppTest) -> None:
    (button,) = (each for each in app.button if each.label == "Keep")
    button.click().run()
    checked(app)


def test_a_number_that_was_read_right_has_nothing_to_correct(store: RunStore) -> None:
    app = _drawn()
    app.text_input(key="draw-number-was").set_value("40")
    _press_keep(app)
    assert "nothing to correct" in text(app)
    assert corrected_drawings.read(store) == []
