"""Labels in any usual form become classes, or a sentence."""

import numpy as np
import pytest

from digitapp.errors import BadFile
from digitapp.imports.labels import classes, plain

DIGITS = np.array([3, 1, 2, 2, 3])
FORMS = {
    "int64": DIGITS,
    "uint8": DIGITS.astype(np.uint8),
    "whole floats": DIGITS.astype(np.float32),
    "a column": DIGITS[:, None],
    "text": DIGITS.astype(str),
    "text with a point": np.array([f"{each}.0 " for each in DIGITS]),
    "bytes": DIGITS.astype("S1"),
}


@pytest.mark.parametrize("form", FORMS)
def test_numbers_in_any_form_are_the_same_classes(form: str) -> None:
    found = classes([FORMS[form]], "file")
    assert found.names == ("1", "2", "3")
    assert found.labels[0].tolist() == [2, 0, 1, 1, 2]
    assert found.labels[0].dtype == np.uint8


def test_numbers_are_sorted_by_their_value_and_before_text() -> None:
    found = classes([np.array(["10", "b", "9", "a", "-1"])], "file")
    assert found.names == ("-1", "9", "10", "a", "b")


def test_text_in_any_script_names_classes() -> None:
    found = classes([np.array(["☀️", "سبعة", "☀️"])], "file")
    assert {*found.names} == {"☀️", "سبعة"}
    assert found.labels[0][0] == found.labels[0][2] != found.labels[0][1]


def test_one_hot_rows_are_the_classes_of_their_places() -> None:
    rows = np.eye(4)[[3, 0, 0]]
    for each in (rows, rows.astype(bool), rows.astype(np.uint8)):
        found = classes([each], "file")
        assert found.names == ("0", "1", "2", "3")
        assert found.labels[0].tolist() == [3, 0, 0]
        assert "one-hot" in found.converted[0]


def test_parts_share_their_classes() -> None:
    found = classes([np.array([5, 7]), np.array([9, 5])], "file")
    assert found.names == ("5", "7", "9")
    assert [each.tolist() for each in found.labels] == [[0, 1], [2, 0]]


def test_yes_and_no_are_two_classes() -> None:
    assert classes([np.array([True, False])], "file").names == ("0", "1")


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (np.array([]), "there are no labels"),
        (np.array([1.0, 2.5]), "label 2 is 2.5; numbers must be whole"),
        (np.array([1.0, np.nan]), "label 2 is nan; numbers must be whole"),
        (np.array(["a", " "]), "label 2 is empty"),
        (np.array([b"\xff", b"a"]), "not UTF-8 text"),
        (np.array(["a", "b" * 50]), "has 50 characters; at most 40 are allowed"),
        (np.array([4, 4]), "name 1 class (4); there must be 2 to 100"),
        (np.arange(200), "name 200 classes (0, 1, 2, 3, 4, ...); there must be 2 to 100"),
        (np.array([[0.5, 0.5], [1, 0]]), "row 1 of the labels, 0.5 0.5, is not one 1"),
        (np.zeros((3, 4)), "row 1 of the labels, 0 0 0 0, is not one 1"),
        (np.array([["a", "b"]]), "row 1 of the labels, a b, is not one 1"),
        (np.zeros((3, 2, 2)), "the labels are float64 (3, 2, 2)"),
    ],
)
def test_anything_else_is_a_sentence(labels: np.ndarray, said: str) -> None:
    with pytest.raises(BadFile) as told:
        classes([labels], "own.npz")
    assert said in str(told.value)
    assert str(told.value).startswith("own.npz: ")


def test_parts_of_different_forms_are_refused() -> None:
    with pytest.raises(BadFile, match="same form"):
        classes([np.array([1, 2]), np.eye(2)], "file")


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["3", "7"], [3, 7]),
        (["3.0", "7."], [3, 7]),
        (["3.000000000000000000e+00", "1e1"], [3, 10]),
        (["3", "cat"], ["3", "cat"]),
        (["3.5", "7"], ["3.5", "7"]),
        (["nan", "inf"], ["nan", "inf"]),
        (["1_0", "2"], ["1_0", "2"]),
        (["1e300", "2"], ["1e300", "2"]),
        ([], []),
    ],
)
def test_numbers_are_numbers_however_they_are_written(
    texts: list[str], found: list[object]
) -> None:
    assert plain(texts).tolist() == found


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        (["007", "7"], ("007", "7")),
        (["01", "02", "10"], ("1", "2", "10")),
        (["\u0663", "3"], ("3", "\u0663")),
        (["12345678901234567890", "12345678901234567891"], None),
        (["7.0", "+7", "8"], ("7", "8")),
    ],
)
def test_labels_that_are_written_differently_stay_apart(
    labels: list[str], names: tuple[str, ...] | None
) -> None:
    found = classes([np.array(labels)], "file")
    assert found.names == (names or tuple(labels))
    assert classes([plain(labels)], "file").names == (names or tuple(labels))
