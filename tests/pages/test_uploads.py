"""Uploads and photos on the Draw page: unreadable files and why, the table, the bars."""

import io
import re

import numpy as np
import pytest
from PIL import Image
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.testing.v1 import AppTest

from digitapp.data.datasets import load
from digitapp.drawing.strokes import from_points, paint
from digitapp.reading import uploads
from tests.pages.test_draw import text
from tests.pages.test_numbers import photographed, picture
from tests.pages.test_numbers import uploaded_files as uploaded
from tests.pages.train_page import checked, figure, refusals
from tests.patterns import WORST

BLANK = io.BytesIO()
Image.new("L", (90, 90), 255).save(BLANK, "PNG")
BROKEN = {
    "homework.pdf": (b"%PDF-1.7\n", "a PDF document, not a picture; it must be PNG, JPEG"),
    "notes.png": (b"Dear teacher,", "This is text, not a picture; it must be PNG, JPEG"),
    "empty.png": (b"", "The file is empty"),
    "blank.png": (BLANK.getvalue(), "There is nothing on this picture"),
}
LETTER = ([(60, 240), (140, 40)], [(140, 40), (220, 240)], [(95, 160), (185, 160)])


def _letter() -> bytes:
    data = io.BytesIO()
    paint(from_points(LETTER, 20)).save(data, "PNG")
    return data.getvalue()


def _broken(*names: str) -> dict[str, bytes]:
    return {name: BROKEN[name][0] for name in names}


def _choose(app: AppTest, name: str) -> AppTest:
    """Choose a row, as pressing it in the table does."""
    (file,) = (each for each in app.session_state["files"] if each.name == name)
    app.session_state["chosen upload"] = file.file_id
    return checked(app.run())


def _bars(app: AppTest, way: str) -> list[float]:
    bars = figure(app, f"{way}-probabilities")["data"][0]
    assert bars["x"] == [*map(str, range(10)), "none of these"]
    assert sum(bars["y"]) == pytest.approx(1, abs=1e-3)
    return list(bars["y"])


def _has_bars(app: AppTest, way: str) -> bool:
    return f"{way}-probabilities" in [each.key for each in app.get("bidi_component")]


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_alone_is_explained_in_place_of_its_reading(name: str) -> None:
    app = uploaded(_broken(name))
    assert name in refusals(app)
    assert BROKEN[name][1] in refusals(app)
    assert not app.dataframe
    assert not app.download_button


def test_several_broken_files_have_a_sentence_each() -> None:
    app = uploaded(_broken(*BROKEN))
    assert "4 of 4 files could not be read" in refusals(app)
    assert all(
        name in refusals(app) and said in refusals(app) for name, (_, said) in BROKEN.items()
    )
    assert not app.dataframe


def test_broken_files_among_good_ones_are_explained_and_a_good_one_is_shown() -> None:
    app = uploaded({**_broken("homework.pdf", "blank.png"), "six.png": picture(6)})
    assert "2 of 3 files could not be read" in refusals(app)
    assert BROKEN["homework.pdf"][1] in refusals(app)
    assert BROKEN["blank.png"][1] in refusals(app)
    assert app.dataframe[0].value["digit"].tolist() == ["not read", "not read", "6"]
    assert "six.png: 6" in text(app)


def test_a_broken_file_that_is_chosen_tells_its_sentence_in_place_of_a_reading() -> None:
    app = _choose(uploaded({"six.png": picture(6), **_broken("blank.png")}), "blank.png")
    assert "blank.png: not read" in text(app)
    assert BROKEN["blank.png"][1] in " ".join(each.value for each in app.markdown)
    assert not _has_bars(app, "upload")


def test_all_files_read_is_no_reason_for_an_error() -> None:
    app = uploaded({"six.png": picture(6), "two.png": picture(2)})
    assert not refusals(app)
    assert "Worth a second look" not in text(app)


def test_a_doubtful_file_is_told_whichever_is_chosen() -> None:
    app = uploaded({"six.png": picture(6), "letter.png": _letter()})
    assert "six.png: 6" in text(app)
    told = r"\*\*letter.png\*\*: This doesn't look like a digit to me. (What comes|No digit comes)"
    assert re.search(told, text(app))


def test_the_bars_are_those_of_the_file_that_is_chosen() -> None:
    app = uploaded({"six.png": picture(6), "two.png": picture(2), "letter.png": _letter()})
    assert np.argmax(_bars(app, "upload")) == 6
    assert np.argmax(_bars(_choose(app, "two.png"), "upload")) == 2
    assert np.argmax(_bars(_choose(app, "letter.png"), "upload")) == 10


def test_one_file_is_read_in_large_type_as_on_the_canvas() -> None:
    app = uploaded({"six.png": picture(6)})
    assert "% sure  in your picture" in text(app)
    assert not app.dataframe


def test_a_number_is_shown_by_its_digits_and_has_no_bars() -> None:
    app = uploaded({"year.png": picture(4, 2)})
    assert "of all 2 digits" in text(app)
    assert not _has_bars(app, "upload")
    checked(app.button(key="upload-other-way").click().run())
    assert len(_bars(app, "upload")) == 11


def test_a_photo_has_bars_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    assert np.argmax(_bars(photographed(picture(4), monkeypatch), "camera")) == 4


def test_a_photo_of_a_number_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not _has_bars(photographed(picture(4, 2), monkeypatch), "camera")


def test_a_photo_of_nothing_says_so_and_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    app = photographed(BLANK.getvalue(), monkeypatch)
    assert BROKEN["blank.png"][1] in refusals(app)
    assert not _has_bars(app, "camera")


def test_the_worst_of_pictures_are_read_or_refused_with_a_sentence() -> None:
    files = {}
    for name, pattern in WORST.items():
        data = io.BytesIO()
        Image.fromarray(pattern(250)).save(data, "PNG")
        files[f"{name}.png"] = data.getvalue()
    app = uploaded(files)
    read = {row["file"]: row["digit"] for row in app.dataframe[0].value.to_dict("records")}
    assert [*read] == [*files]
    for name, digit in read.items():
        assert (digit == "not read") == (f"**{name}**:" in refusals(app).replace("\\", ""))


def test_nobody_reads_on_when_the_tab_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    read = uploads.read

    def closing(predictor: object, name: str, data: bytes, as_number: bool) -> uploads.Upload:
        seen.append(name)
        if len(seen) == 2:
            context = get_script_run_ctx()
            assert context
            context.script_requests.request_stop()
        return read(predictor, name, data, as_number)

    monkeypatch.setattr(uploads, "read", closing)
    app = uploaded({})
    app.file_uploader(key="files").set_value(
        [(f"{n}.png", picture(n), "image/png") for n in range(5)]
    ).run()
    assert seen == ["0.png", "1.png"]


def _table(count: int = 30) -> bytes:
    data = load("hands")
    names = ",".join(f"pixel{n}" for n in range(784))
    rows = data.x_test[:count].reshape(count, -1).tolist()
    return "\n".join([names, *(",".join(map(str, row)) for row in rows)]).encode()


def test_a_table_of_many_images_is_answered_as_a_table() -> None:
    app = uploaded({"test.csv": _table()})
    assert "**test.csv**: Read 30 images." in text(app)
    (table,) = app.dataframe
    read = [*table.value["class"]]
    assert table.value["number"].tolist() == [*range(1, 21)]
    assert np.mean(read == load("hands").y_test[:20].astype(str)) > 0.9
    assert not app.error


def test_pictures_and_tables_are_read_side_by_side() -> None:
    app = uploaded({"test.csv": _table(), "letter.png": _letter(), "bad.csv": b"milk\neggs\n"})
    assert "**test.csv**: Read 30 images." in text(app)
    assert "letter.png" in text(app)
    assert "bad.csv: " in refusals(app)
