"""Drawings in files: every form that is allowed, and a sentence for every other."""

import math
from typing import Any

import numpy as np
import pytest

from digitapp.drawing.drawing_files import PEN_SHARE, FiledDrawing, drawings
from digitapp.errors import BadFile

STROKES = [[[10, 20], [30, 120]], [[5, 50], [45, 55], [50, 60]]]


def _all(content: Any) -> list[FiledDrawing]:
    return list(drawings(content, "some.json"))


def test_one_drawing_and_a_list_of_them_are_read_alike() -> None:
    (alone,) = _all({"strokes": STROKES})
    first, second = _all([{"strokes": STROKES}, {"strokes": STROKES[:1]}])
    assert (alone.number, first.number, second.number) == (1, 1, 2)
    assert alone.drawing is not None
    assert first.drawing is not None
    for found in (alone.drawing, first.drawing):
        assert [stroke.points.tolist() for stroke in found] == STROKES
    assert second.drawing is not None
    assert len(second.drawing) == 1


def test_the_pen_is_a_tenth_of_the_height_unless_the_file_names_it() -> None:
    def width(**entry: Any) -> float:
        (found,) = _all(entry)
        assert found.drawing is not None
        return found.drawing[0].width

    assert width(strokes=STROKES) == PEN_SHARE * 100
    assert width(strokes=STROKES, width=7) == 7
    assert width(strokes=STROKES, width=None) == PEN_SHARE * 100
    small = (np.array(STROKES[0]) / 1000).tolist()
    assert width(strokes=[small]) == pytest.approx(PEN_SHARE * 0.1)  # in any unit
    assert width(strokes=[[[0, 5], [80, 5]]]) == PEN_SHARE * 80  # without height
    assert width(strokes=[[[3, 3]]]) > 0


def test_what_the_file_says_of_a_drawing_is_kept() -> None:
    found = _all(
        [
            {"strokes": STROKES, "id": "ab", "label": 7, "writer": 3},
            {"strokes": [], "id": 4},
            {"strokes": STROKES, "id": None},
        ]
    )
    assert [each.notes for each in found] == [{"id": "ab", "label": 7}, {"id": 4}, {}]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (5, "a number"),
        ("a", "a text"),
        (None, "null"),
        (True, "true"),
        ([], "an empty list"),
        (1.5, "a number"),
    ],
)
def test_a_file_of_another_form_is_refused_as_a_whole(content: Any, kind: str) -> None:
    with pytest.raises(BadFile, match=rf"^some\.json: .*; it is {kind}\.$"):
        _all(content)


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ([[[1, 2]]], "must be an object with strokes, .*; it is a list"),
        (None, "must be an object with strokes, .*; it is null"),
        ({}, "list of lists of .* it is missing"),
        ({"strokes": "ab"}, "it is a text"),
        ({"strokes": {"a": 1}}, "it is an object"),
        ({"strokes": []}, "no strokes"),
        ({"strokes": [[]]}, "list of"),
        ({"strokes": [[[1, 2, 3]]]}, "list of"),
        ({"strokes": [[[1, 2], [3]]]}, "list of"),
        ({"strokes": [[["a", "b"]]]}, "list of"),
        ({"strokes": [5]}, "list of"),
        ({"strokes": [[[1, 2], [3, True]]]}, "list of .* points .*true is not a number"),
        ({"strokes": [[[False, 2]]]}, "false is not a number"),
        ({"strokes": [[["1", "2"]]]}, "a text is not a number"),
        ({"strokes": [[[math.nan, 1]]]}, "out of range"),
        ({"strokes": [[[1e9, 1]]]}, "out of range"),
        ({"strokes": [[[0, 0]] * 20_001]}, "more than 20,000 points; no more can be read"),
        ({"strokes": STROKES, "width": 0}, "above 0, up to 10,000; it is 0"),
        ({"strokes": STROKES, "width": -2.5}, "it is -2.5"),
        ({"strokes": STROKES, "width": math.nan}, "it is nan"),
        ({"strokes": STROKES, "width": "thick"}, "it is a text"),
        ({"strokes": STROKES, "width": True}, "it is true"),
        ({"strokes": STROKES, "id": [1]}, "id must be a text or a whole number; it is a list"),
        ({"strokes": STROKES, "label": 1.5}, "label must be .*; it is a number"),
    ],
)
def test_a_bad_drawing_has_a_sentence_and_the_others_are_read(entry: Any, reason: str) -> None:
    bad, good = _all([entry, {"strokes": STROKES}])
    assert bad.drawing is None
    with pytest.raises(BadFile, match=reason):
        raise BadFile(bad.error)
    assert good.drawing is not None
    assert good.error == ""
