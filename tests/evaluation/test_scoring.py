"""Evaluation: scores checked by hand, rejected files, pictures."""

import gzip
import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binomtest

from digitapp.data.hand_files import BOX
from digitapp.drawing.preprocessing import squeezed, stroke_image
from digitapp.drawing.strokes import CANVAS_SIDE, from_points, paint
from digitapp.errors import BadFile, InvalidSetting
from digitapp.evaluation.labelled_files import (
    LabelledPicture,
    LabelledStrokes,
    read_labels,
    read_strokes,
)
from digitapp.evaluation.scores import Score
from digitapp.evaluation.scoring import picture_images, score
from digitapp.evaluation.stroke_conditions import drawn
from digitapp.reading.onnx_session import MANY
from digitapp.reading.prediction import Predictor
from tests.digits import DIGITS

TO_BOX = BOX / CANVAS_SIDE
TEN = [
    LabelledStrokes(digit, [[[x * TO_BOX, y * TO_BOX] for x, y in stroke] for stroke in strokes])
    for digit, strokes in DIGITS.items()
]


def _score(right: int, wrong: int) -> Score:
    return Score(np.array([[right, wrong], [0, 0]]), np.zeros(2, np.int64))


def test_labels_are_told_in_the_networks_classes(recogniser: Predictor) -> None:
    images = np.stack([stroke_image(from_points(DIGITS[d], 20)) for d in DIGITS])
    names = tuple(reversed(recogniser.class_names))
    found = score(recogniser, images, [9 - d for d in DIGITS], names)
    assert found.confusion.tolist() == score(recogniser, images, list(DIGITS)).confusion.tolist()
    assert found.accuracy == 1


def test_a_network_of_other_classes_is_not_measured_on_digits(recogniser: Predictor) -> None:
    with pytest.raises(
        InvalidSetting, match="are of shoe, boot; it can only be measured on images"
    ):
        score(recogniser, np.zeros((3, 28, 28), np.float32), [0, 1, 2], ("shoe", "7", "boot"))


def test_a_score_by_hand() -> None:
    found = Score(np.array([[3, 1, 0], [0, 4, 0], [1, 1, 0]]), np.zeros(3, np.int64))
    assert found.total == 10
    assert found.accuracy == pytest.approx(0.7)
    assert found.per_class == [0.75, 1.0, 0.0]


def test_a_class_without_images_has_no_score_and_neither_has_nothing() -> None:
    assert math.isnan(_score(3, 1).per_class[1])
    assert _score(0, 0).total == 0
    assert math.isnan(_score(0, 0).accuracy)
    assert all(math.isnan(each) for each in _score(0, 0).interval)


def test_the_interval_is_wilsons_as_the_textbook_has_it() -> None:
    assert _score(8, 2).interval == pytest.approx((0.4902, 0.9433), abs=5e-5)


@pytest.mark.parametrize(("right", "total"), [(0, 7), (1, 2), (35, 40), (2400, 2498), (9, 9)])
def test_the_interval_agrees_with_scipys(right: int, total: int) -> None:
    expected = binomtest(right, total).proportion_ci(method="wilson")
    assert _score(right, total - right).interval == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("total", [5, 10, 15, 20, 100])
def test_the_interval_never_leaves_0_to_1(total: int) -> None:
    assert _score(0, total).interval[0] >= 0
    assert _score(total, 0).interval[1] <= 1


def test_reading_many_images_counts_each_once_in_the_row_of_what_it_is(
    recogniser: Predictor,
) -> None:
    images = [stroke_image(from_points(DIGITS[digit], 20)) for digit in DIGITS] * 60
    labels = [digit for _ in range(60) for digit in DIGITS]
    labels[503], labels[7] = 8, 2  # these are a 3 and a 7
    expected = 60 * np.eye(10, dtype=int)
    expected[[3, 8, 7, 2], [3, 3, 7, 7]] += [-1, 1, -1, 1]
    np.testing.assert_array_equal(score(recogniser, images, labels).confusion, expected)


def _file(tmp_path: Path, content: object) -> Path:
    path = tmp_path / "digits.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return path


def _refusal(read: Callable[[Path], object], path: Path) -> str:
    with pytest.raises(BadFile) as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}: ")
    return str(caught.value)


def test_strokes_are_read_as_they_stand_in_the_file(tmp_path: Path) -> None:
    entries = [{"label": d.label, "strokes": d.strokes} for d in TEN]
    assert read_strokes(_file(tmp_path, entries)) == TEN


def test_strokes_are_read_from_a_gzipped_file_too(tmp_path: Path) -> None:
    entries = [{"label": d.label, "strokes": d.strokes} for d in TEN]
    path = tmp_path / "strokes.json.gz"
    path.write_bytes(gzip.compress(json.dumps(entries).encode()))
    assert read_strokes(path) == TEN
    path.write_bytes(path.read_bytes()[:-9])
    assert "cannot be unpacked" in _refusal(read_strokes, path)
    path.write_bytes(path.read_bytes()[:30] + bytes(30))
    assert "cannot be unpacked" in _refusal(read_strokes, path)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([7, 3, 7], [7, 3, 7]),
        (["b", "a", "b"], [0, 1, 0]),
        ([None, "b", "c"], [None, 0, 1]),
        ([None, 5, None], [None, 5, None]),
    ],
)
def test_strokes_know_their_writer(given: list, expected: list, tmp_path: Path) -> None:
    entries = [{"label": 1, "strokes": TEN[1].strokes, "writer": writer} for writer in given]
    assert [each.writer for each in read_strokes(_file(tmp_path, entries))] == expected


@pytest.mark.parametrize("writers", [[1, "b"], [1.5, 2], [[1], 2], [True, "a"], [{}, "a"]])
def test_writers_that_are_neither_numbers_nor_names_are_refused(
    writers: list, tmp_path: Path
) -> None:
    entries = [{"label": 1, "strokes": TEN[1].strokes, "writer": writer} for writer in writers]
    refusal = _refusal(read_strokes, _file(tmp_path, entries))
    assert f"the writer {writers[0]!r} is not allowed" in refusal


@pytest.mark.parametrize("writer", [-1, 10**9 + 1, 10**30])
def test_numbers_of_writers_have_bounds(writer: int, tmp_path: Path) -> None:
    entries = [{"label": 1, "strokes": TEN[1].strokes, "writer": each} for each in (3, writer)]
    refusal = _refusal(read_strokes, _file(tmp_path, entries))
    assert f"the writer {writer} must be from 0 to 1,000,000,000" in refusal


def test_labels_are_read_beside_their_pictures_and_the_others_are_counted(tmp_path: Path) -> None:
    labels = {"001.jpg": 1, "002.jpg": None, "b/3.png": 0, "4.png": None}
    entries = [{"file": name, "label": label} for name, label in labels.items()]
    digits, others = read_labels(_file(tmp_path, entries))
    expected = [("001.jpg", 1), ("b/3.png", 0)]
    assert digits == [LabelledPicture(label, tmp_path / name) for name, label in expected]
    assert [each.label for each in others] == [None, None]


@pytest.mark.parametrize("read", [read_strokes, read_labels])
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "not JSON"),
        ("label: 7", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ({}, "must be a JSON list"),
        ([], "at least one entry"),
        ([7], "entry 0 must be an object"),
        ([{"label": 7}], "entry 0 must be an object with label and"),
        ([{"strokes": [], "file": "1.png"}], "entry 0 must be an object with label and"),
    ],
)
def test_a_file_of_another_form_is_refused(
    read: Callable[[Path], object], content: object, reason: str, tmp_path: Path
) -> None:
    assert reason in _refusal(read, _file(tmp_path, content))


@pytest.mark.parametrize("read", [read_strokes, read_labels])
def test_a_file_that_cannot_be_read_is_refused(
    read: Callable[[Path], object], tmp_path: Path
) -> None:
    assert "No such file" in _refusal(read, tmp_path / "nowhere.json")
    assert "this is a folder" in _refusal(read, tmp_path)
    (tmp_path / "latin.json").write_bytes(b'["\xe9"]')
    assert "not JSON" in _refusal(read, tmp_path / "latin.json")


@pytest.mark.parametrize("read", [read_strokes, read_labels])
@pytest.mark.parametrize("label", [10, -1, 7.0, "7", True, [7]])
def test_a_label_that_is_no_digit_is_refused(
    read: Callable[[Path], object], label: object, tmp_path: Path
) -> None:
    refusal = _refusal(read, _file(tmp_path, [{"label": label, "strokes": [], "file": "1.png"}]))
    assert repr(label) in refusal
    assert "from 0 to 9" in refusal


@pytest.mark.parametrize(
    "strokes",
    [5, None, "ab", {"a": 1}, [5], [["a"]], [[]], [[[1]]], [[[1, 2], [3]]], [[[1, 2, 3]]],
     [[[math.nan, 1]]], [[[None, 1]]], [[["a", "b"]]]],
)  # fmt: skip
def test_strokes_of_another_form_are_refused(strokes: object, tmp_path: Path) -> None:
    entries = [{"label": 1, "strokes": TEN[1].strokes}, {"label": 2, "strokes": strokes}]
    assert "entry 1" in _refusal(read_strokes, _file(tmp_path, entries))


@pytest.mark.parametrize("file", [None, 5, ["1.png"], ""])
def test_a_picture_without_a_name_is_refused(file: object, tmp_path: Path) -> None:
    assert "entry 0" in _refusal(read_labels, _file(tmp_path, [{"label": 1, "file": file}]))


def test_pictures_are_read_from_their_files(tmp_path: Path, recogniser: Predictor) -> None:
    pictures = [LabelledPicture(digit, tmp_path / f"{digit}.png") for digit in (3, 7, 0)]
    for each in pictures[:2]:
        paint(from_points(DIGITS[each.label], 20)).save(each.path)
    paint(()).save(pictures[2].path)
    found = score(recogniser, picture_images(pictures), (3, 7, 0))
    assert found.confusion[3, 3] == found.confusion[7, 7] == found.refusals[0] == 1
    assert found.total == 3


def test_pictures_are_squeezed_when_that_is_asked_for(
    tmp_path: Path, recogniser: Predictor
) -> None:
    rngs = (np.random.default_rng(digit.label) for digit in TEN)
    small = [paint(drawn(digit, "small", rng)) for digit, rng in zip(TEN, rngs, strict=True)]
    pictures = [LabelledPicture(digit.label, tmp_path / f"{digit.label}.png") for digit in TEN]
    for each, picture in zip(pictures, small, strict=True):
        picture.save(each.path)
    read = recogniser.predict([squeezed(each) for each in small])
    assert all(squeezed(each).any() for each in small)
    expected = [None if each.refused else each.label for each in read]
    found = score(recogniser, picture_images(pictures, squeezed=True), list(DIGITS))
    rows = zip(found.confusion, found.refusals, strict=True)
    assert [None if out else int(row.argmax()) for row, out in rows] == expected != list(DIGITS)


@pytest.mark.parametrize("plain", [False, True])
def test_a_picture_that_cannot_be_opened_is_named(plain: bool, tmp_path: Path) -> None:
    (tmp_path / "9.png").write_text("no picture")
    for name, reason in (("9.png", "not a picture"), ("8.png", "no such file")):
        with pytest.raises(BadFile, match=reason) as caught:
            picture_images([LabelledPicture(9, tmp_path / name)], plain)
        assert str(tmp_path / name) in str(caught.value)


def test_the_batches_are_smaller_than_what_these_tests_read() -> None:
    assert MANY < 600
