"""The Draw page's script, run without a browser."""

import html
import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from digitapp.data.datasets import DIGIT_NAMES
from digitapp.data.example_drawings import tricky
from digitapp.drawing.sketch import Sketch
from digitapp.drawing.strokes import CANVAS_SIDE, canvas_objects, from_points, paint
from digitapp.library import models
from digitapp.runs import RunStore
from tests.digits import DIGITS, fabric
from tests.pages.train_page import component, record

UPLOAD, CAMERA = ":material/upload: Upload", ":material/photo_camera: Camera"  # tabs
PIXELS = 560  # of the canvas
APP = Path(__file__).resolve().parent.parent.parent / "app.py"


def opened(sketch: Sketch | None = None, **state: str) -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=60)
    for name, value in state.items():
        app.session_state[name] = value
    if sketch:
        app.session_state["sketch"] = sketch
    return app.run()


def text(app: AppTest) -> str:
    """Return all text on the page, without markup."""
    parts = [*app.get("html"), *app.markdown, *app.caption, *app.error]
    bodies = [getattr(part, "body", "") or getattr(part.proto, "body", "") for part in parts]
    return html.unescape(re.sub(r"<[^>]+>", " ", " ".join(map(str, bodies))))


def test_an_empty_page_invites_to_draw() -> None:
    app = opened()
    assert not app.exception
    assert "Draw a digit from 0 to 9" in text(app)


@pytest.mark.parametrize("digit", DIGITS)
def test_a_drawing_is_read_with_its_timeline(digit: int) -> None:
    app = opened(Sketch(objects=tuple(map(fabric, DIGITS[digit]))))
    assert not app.exception
    strokes = len(DIGITS[digit])
    assert re.search(rf"{digit}\s+[\d.]+ % sure\s+after {strokes} stroke", text(app))
    found = record(app)
    assert found is not None
    assert found["sign"] == str(digit)
    assert [each["stroke"] for each in found["timeline"]] == [*range(1, strokes + 1)]
    assert found["timeline"][-1]["sign"] == str(digit)


def test_the_record_says_what_picture_and_movement_say_each() -> None:
    app = opened(Sketch(objects=tuple(canvas_objects(tricky("7"), CANVAS_SIDE / PIXELS))))
    said = text(app)
    assert "It looks like a 2, but was drawn like a 7." in said
    assert re.search(r"From the picture: 2, \d+ %\. From the movement: 7, \d+ %; it counts", said)
    assert component(app, "live-answer")["movement"]
    assert component(app, "live-seen")["movement"]


def test_a_network_of_ones_own_reads_the_picture_alone(runs: RunStore) -> None:
    app = opened(Sketch(objects=tuple(map(fabric, DIGITS[7]))), reader=models.of_run(1))
    assert "From the picture" not in text(app)
    answer = component(app, "live-answer")
    assert (answer["movement"], answer["examples"]) == (False, [])
    assert not component(app, "live-seen")["movement"]


def test_nothing_is_guessed_when_all_was_erased() -> None:
    eraser = {**fabric(DIGITS[1][0]), "stroke": "#ffffff", "strokeWidth": 60}
    app = opened(Sketch(objects=(fabric(DIGITS[1][0]), eraser)))
    assert not app.exception
    assert "Draw a digit from 0 to 9" in text(app)


def test_a_broken_drawing_is_a_sentence_not_a_traceback() -> None:
    app = opened(Sketch(objects=({**fabric(DIGITS[1][0]), "path": [["M", "x", None]]},)))
    assert not app.exception
    assert "not a drawing" in text(app)


def test_a_missing_model_file_is_a_sentence_not_a_traceback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken = models.Entry("Broken", Path("none.keras"), DIGIT_NAMES, "mnist")
    monkeypatch.setitem(models.MODELS, "broken", broken)
    app = opened(Sketch(objects=tuple(map(fabric, DIGITS[1]))), reader="broken")
    assert not app.exception
    assert "none.onnx" in text(app)


def test_a_drawing_and_an_upload_may_be_open_at_once() -> None:
    app = opened(Sketch(objects=tuple(map(fabric, DIGITS[7]))))
    picture = io.BytesIO()
    paint(from_points(DIGITS[6], 20)).save(picture, "PNG")
    app.session_state["way"] = UPLOAD
    app.run()
    app.file_uploader(key="files").upload("six.png", picture.getvalue(), "image/png").run()
    app.run()
    assert not app.exception
    assert "six.png: 6" in text(app)
    assert re.search(r"7\s+[\d.]+ % sure", text(app))


def two_digits(left: int, right: int) -> Sketch:
    """Two digits side by side on the canvas."""
    strokes = [
        [(x * 0.45 + shift, y * 0.45 + 70) for x, y in stroke]
        for digit, shift in ((left, -15), (right, 120))
        for stroke in DIGITS[digit]
    ]
    return Sketch(objects=tuple({**fabric(stroke), "strokeWidth": 8} for stroke in strokes))


def test_a_star_is_no_digit_and_the_page_says_what_comes_closest_if_any_does() -> None:
    star = [
        (60.0, 260.0),
        (140.0, 20.0),
        (220.0, 260.0),
        (20.0, 110.0),
        (260.0, 110.0),
        (60.0, 260.0),
    ]
    app = opened(Sketch(objects=(fabric(star),)))
    assert not app.exception
    assert "This doesn't look like a digit to me." in text(app)
    assert re.search(r"What comes closest is an? \d\.|No digit comes close\.", text(app))
    assert "% sure" not in text(app)


@pytest.mark.parametrize(("digit", "letters"), [(5, ["S"]), (7, [])])
def test_the_page_names_a_letter_that_looks_the_same(digit: int, letters: list[str]) -> None:
    app = opened(Sketch(objects=tuple(map(fabric, DIGITS[digit]))))
    assert re.findall(r"The letter (\w) looks the same to this network\.", text(app)) == letters


def test_two_digits_are_a_number_when_the_switch_is_on() -> None:
    app = opened(two_digits(4, 0))
    assert "This doesn't look like a digit to me." in text(app)
    assert "Or is it the number **40**?" in text(app)
    app.toggle(key="draw-as-number").set_value(True).run()
    assert not app.exception
    assert re.search(r"\b40\s+[\d.]+ % sure\s+after \d stroke", text(app))
    assert "of all 2 digits" in text(app)
    assert re.search(r"\*\*4\*\* .*\*\*0\*\*", text(app))


def test_the_switch_invites_to_write_a_number() -> None:
    app = opened()
    app.toggle(key="draw-as-number").set_value(True).run()
    assert not app.exception
    assert "Write a number, such as 2026" in text(app)


LETTER = ([(60, 240), (140, 40)], [(140, 40), (220, 240)], [(95, 160), (185, 160)])


@pytest.mark.parametrize("strokes", [LETTER, DIGITS[7], ()], ids=["a letter", "a 7", "nothing"])
def test_the_bars_are_shares_of_one_whole_with_one_for_none_of_these(strokes: Any) -> None:
    app = opened(Sketch(objects=tuple(map(fabric, strokes))))
    assert component(app, "live-answer")["choices"] == [*map(str, range(10)), "none of these"]
    found = record(app)
    assert (found is not None) == bool(strokes)
    if found:
        assert sum(found["shares"]) == pytest.approx(1, abs=1e-3)
        assert np.argmax(found["shares"]) == (10 if strokes is LETTER else 7)
