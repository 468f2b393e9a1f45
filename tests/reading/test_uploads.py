"""Uploads: many files, some unreadable, and the table of readings."""

import base64
import csv
import io
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from digitapp.data.datasets import CLOTHES_NAMES, DIGIT_NAMES
from digitapp.drawing.digit import Digit
from digitapp.drawing.preprocessing import stroke_image
from digitapp.drawing.strokes import from_points, paint
from digitapp.figures.thumbnails import ROW_SIDE, data_url
from digitapp.reading.prediction import Prediction, Predictor
from digitapp.reading.reader import Reading
from digitapp.reading.uploads import Upload, as_csv, read
from tests.digits import DIGITS

HEADER = ["file", "digit", "confidence", "unsure", "refused", *(f"p{n}" for n in range(10))]
HEADER += ["number", "problem"]
PREFIX = "data:image/png;base64,"


class NearestDigit:
    """A recogniser without TensorFlow: the nearest of ten images, shifted by up to a pixel."""

    def __init__(self, sharpness: float = 200, names: tuple[str, ...] = DIGIT_NAMES) -> None:
        self.preparation = "mnist"
        self.class_names = names
        self.sharpness = sharpness
        self.known = [stroke_image(from_points(DIGITS[digit], 20)) for digit in range(10)]

    def predict(self, images: Sequence[NDArray[np.float32]]) -> list[Prediction]:
        return [Prediction(self._shares(image), self.class_names) for image in images]

    def _shares(self, image: NDArray[np.float32]) -> NDArray[np.float32]:
        moves = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)]
        near = [np.roll(image, move, (0, 1)) for move in moves]
        away = [min(np.abs(each - known).mean() for each in near) for known in self.known]
        shares = np.exp(-self.sharpness * (np.array(away) - min(away)))
        return (shares / shares.sum()).astype(np.float32)


def _file(picture: Image.Image, form: str = "PNG") -> bytes:
    data = io.BytesIO()
    picture.save(data, form)
    return data.getvalue()


def _digit(digit: int) -> bytes:
    return _file(paint(from_points(DIGITS[digit], 20)))


def _table(rows: Sequence[Upload]) -> list[list[str]]:
    return list(csv.reader(io.StringIO(as_csv(rows), newline="")))


def _decoded(url: str) -> Image.Image:
    assert url.startswith(PREFIX)
    picture = Image.open(io.BytesIO(base64.b64decode(url.removeprefix(PREFIX), validate=True)))
    assert picture.format == "PNG"
    return picture


BAD_FILES: dict[str, tuple[bytes, str]] = {
    "empty.png": (b"", "empty"),
    "letter.txt": (b"Dear teacher,", "not a picture"),
    "half.png": (_digit(3)[:300], "damaged or cut short"),
    "tiny.png": (_file(Image.new("L", (1, 1))), "at least 5 x 5"),
    "blank.png": (_file(Image.new("L", (90, 90), 255)), "nothing on this picture"),
}


@pytest.fixture(scope="module")
def predictor() -> NearestDigit:
    return NearestDigit()


@pytest.mark.parametrize("digit", DIGITS)
def test_a_file_is_read(digit: int, predictor: NearestDigit) -> None:
    row = read(predictor, f"{digit}.png", _digit(digit))
    assert (row.name, row.problem) == (f"{digit}.png", "")
    assert row.picture is not None
    assert row.picture.size == (280, 280)
    assert row.reading is not None
    assert row.reading.prediction.label == digit


def test_bad_files_do_not_keep_the_others_from_being_read(predictor: NearestDigit) -> None:
    files = [("7.png", _digit(7)), *((name, data) for name, (data, _) in BAD_FILES.items())]
    rows = [read(predictor, name, data) for name, data in [*files, ("2.png", _digit(2))]]
    assert [row[1] for row in _table(rows)[1:]] == ["7", *([""] * len(BAD_FILES)), "2"]


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_has_its_reason_and_no_reading(name: str, predictor: NearestDigit) -> None:
    data, reason = BAD_FILES[name]
    row = read(predictor, name, data)
    assert reason in row.problem
    assert row.problem.endswith(".")
    assert (row.name, row.reading) == (name, None)


def test_a_blank_picture_can_still_be_shown(predictor: NearestDigit) -> None:
    row = read(predictor, "blank.png", BAD_FILES["blank.png"][0])
    assert row.picture is not None
    assert row.picture.size == (90, 90)


def test_a_picture_is_prepared_as_the_model_needs_it() -> None:
    clothes = NearestDigit(names=CLOTHES_NAMES)
    sides = {}
    for preparation in ("mnist", "fashion_mnist"):
        clothes.preparation = preparation
        row = read(clothes, "0.png", _digit(0))
        assert row.reading is not None
        sides[preparation] = int(row.reading.digit.image.any(axis=1).sum())
        assert row.reading.prediction.name in CLOTHES_NAMES
    assert sides == {"mnist": 20, "fashion_mnist": 28}


def test_the_csv_has_a_line_for_each_file_under_its_header(predictor: NearestDigit) -> None:
    assert _table([]) == [HEADER]
    rows = [read(predictor, "4.png", _digit(4)), read(predictor, "none.png", b"")]
    table = _table(rows)
    assert table[0] == HEADER
    assert [len(line) for line in table] == [17, 17, 17]
    assert table[2] == ["none.png", *([""] * 15), "The file is empty (0 bytes)."]


@pytest.mark.parametrize("sharpness", [2, 200])
def test_the_csv_says_what_was_read_and_how_surely(sharpness: float) -> None:
    row = read(NearestDigit(sharpness), "4.png", _digit(4))
    assert row.reading is not None
    found = dict(zip(HEADER, _table([row])[1], strict=True))
    shares = [float(found[f"p{digit}"]) for digit in range(10)]
    np.testing.assert_allclose(shares, row.reading.prediction.probabilities, atol=1e-6)
    assert (found["digit"], float(found["confidence"])) == ("4", max(shares))
    assert found["unsure"] == ("true" if sharpness == 2 else "false")
    assert found["problem"] == found["number"] == ""


def test_several_digits_are_read_as_a_number_when_that_is_asked_for(
    recogniser: Predictor,
) -> None:
    sheet = Image.new("L", (560, 280), 255)
    for place, digit in enumerate((4, 2)):
        sheet.paste(paint(from_points(DIGITS[digit], 20)), (280 * place, 0))
    data = _file(sheet)
    assert read(recogniser, "42.png", data).number is None
    found = read(recogniser, "42.png", data, as_number=True)
    assert found.number is not None
    assert found.picture is not None
    assert found.number.text == "42"
    lefts = [place.box[0] for place in found.number.places]
    rights = [place.box[2] for place in found.number.places]
    assert 0 <= lefts[0] < rights[0] < found.picture.width / 2 < lefts[1] < rights[1]
    assert rights[1] <= found.picture.width
    assert dict(zip(HEADER, _table([found])[1], strict=True))["number"] == "42"


def test_a_single_digit_is_no_number(recogniser: Predictor) -> None:
    assert read(recogniser, "4.png", _digit(4), as_number=True).number is None


@pytest.mark.parametrize(
    "name", ["a,b.png", 'the "7".png', "two\nlines.png", "sieben ü 七.png", ""]
)
def test_any_file_name_comes_back_from_the_csv(name: str) -> None:
    assert _table([Upload(name, None, None, "No, really.")])[1][0] == name


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_file_name_is_taken_for_a_formula(start: str) -> None:
    name = f'{start}HYPERLINK("http://example.org","7").png'
    assert _table([Upload(name, None, None, "")])[1][0] == f"'{name}"


@pytest.mark.parametrize("names", [("a", "b", "=1+1"), ("7",), DIGIT_NAMES[::-1]])
def test_the_csv_has_a_column_for_each_class_and_no_formula(names: tuple[str, ...]) -> None:
    shares = np.linspace(0, 1, len(names) + 1)[1:].astype(np.float32)
    shares /= shares.sum()
    blank = np.zeros((28, 28), np.float32)
    found = Prediction(shares, names)
    reading = Reading(Digit(blank, ()), found, blank, found)
    rows = [
        Upload("=1.png", None, None, "@problem"),
        Upload("2.png", None, reading, ""),
    ]
    table = _table(rows)
    assert table[0][5:-2] == [f"p{name}" for name in names]
    assert {len(row) for row in table} == {7 + len(names)}
    assert table[2][1] == ("'=1+1" if names[-1] == "=1+1" else names[-1])
    assert (table[1][0], table[1][-1]) == ("'=1.png", "'@problem")


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((840, 840), (ROW_SIDE, ROW_SIDE)),
        ((1024, 512), (ROW_SIDE, ROW_SIDE // 2)),
        ((10, 30), (10, 30)),
    ],
)
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_thumbnail_is_a_small_png_in_a_data_url(
    mode: str, size: tuple[int, int], expected: tuple[int, int]
) -> None:
    picture = Image.new(mode, size, "#808080")
    found = _decoded(data_url(picture))
    assert (found.size, found.mode) == (expected, mode)
    assert found.convert("L").getextrema() == (128, 128)
    assert picture.size == size
