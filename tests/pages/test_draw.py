"""The Draw page's script, run without a browser."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from digitapp.sketch import Sketch
from digitapp.strokes import from_points, paint
from tests.digits import DIGITS, Stroke

APP = Path(__file__).resolve().parent.parent.parent / "app.py"


def fabric(stroke: Stroke) -> dict[str, Any]:
    """A stroke as the canvas would send it."""
    xs, ys = [x for x, _ in stroke], [y for _, y in stroke]
    return {
        "type": "Path",
        "originX": "center",
        "left": (min(xs) + max(xs)) / 2,
        "top": (min(ys) + max(ys)) / 2,
        "stroke": "#000000",
        "strokeWidth": 20,
        "path": [["L" if n else "M", x, y] for n, (x, y) in enumerate(stroke)],
    }


def opened(sketch: Sketch | None = None) -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=60)
    if sketch:
        app.session_state["sketch"] = sketch
    return app.run()


def text(app: AppTest) -> str:
    """All that is said on the page, without its markup."""
    parts = [*app.get("html"), *app.markdown, *app.caption, *app.error]
    bodies = [getattr(part, "body", "") or getattr(part.proto, "body", "") for part in parts]
    return re.sub(r"<[^>]+>", " ", " ".join(map(str, bodies)))


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
    assert f"stroke {strokes}: {digit}, " in text(app)


def test_nothing_is_guessed_when_all_was_erased() -> None:
    eraser = {**fabric(DIGITS[1][0]), "stroke": "#ffffff", "strokeWidth": 60}
    app = opened(Sketch(objects=(fabric(DIGITS[1][0]), eraser)))
    assert not app.exception
    assert "Draw a digit from 0 to 9" in text(app)


def test_a_broken_drawing_is_a_sentence_not_a_traceback() -> None:
    app = opened(Sketch(objects=({**fabric(DIGITS[1][0]), "path": [["M", "x", None]]},)))
    assert not app.exception
    assert "no drawing" in text(app)


def test_a_missing_model_file_is_a_sentence_not_a_traceback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import streamlit as st

    from digitapp import models

    broken = models.MODELS["recogniser"].__class__("Broken", Path("none.keras"), (), "mnist")
    monkeypatch.setitem(models.MODELS, "recogniser", broken)
    st.cache_resource.clear()
    app = opened(Sketch(objects=tuple(map(fabric, DIGITS[1]))))
    st.cache_resource.clear()
    assert not app.exception
    assert "none.keras" in text(app)


def test_a_drawing_and_an_upload_may_be_open_at_once() -> None:
    app = opened(Sketch(objects=tuple(map(fabric, DIGITS[7]))))
    picture = io.BytesIO()
    paint(from_points(DIGITS[6], 20)).save(picture, "PNG")
    app.session_state["way"] = ":material/upload: Upload"
    app.run()
    app.file_uploader(key="files").upload("six.png", picture.getvalue(), "image/png").run()
    app.run()
    assert not app.exception
    assert "six.png: 6" in text(app)
    assert re.search(r"7\s+[\d.]+ % sure", text(app))
