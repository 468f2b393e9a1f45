"""Strokes: Fabric.js's format, the eraser, and painting."""

import math
from typing import Any

import numpy as np
import pytest

from digitapp.drawing.strokes import (
    MAX_POINTS,
    Drawing,
    Points,
    Stroke,
    canvas_objects,
    from_canvas_json,
    from_points,
    moved,
    paint,
    remaining_ink,
)
from digitapp.errors import BadStrokes

PENCIL = [["M", 99.98, 99.98], ["Q", 100, 100, 102.5, 104.5], ["L", 145.02, 181.02]]
BAR = [["M", 0, 0], ["L", 10, 0]]
ELBOW = [["M", 0, 0], ["L", 10, 0], ["L", 10, 20]]
NAN, INFINITY = float("nan"), float("inf")


def _path(path: Any = PENCIL, **changes: Any) -> dict[str, Any]:
    """A path as Fabric.js serialises it; by default positioned by its own points."""
    usual = {"type": "Path", "originX": "center", "originY": "center", "left": 122.5, "top": 140.5}
    pen = {"stroke": "#000000", "strokeWidth": 20, "strokeLineCap": "round", "fill": None}
    place = {"scaleX": 1, "scaleY": 1, "angle": 0, "skewX": 0, "skewY": 0}
    return {**usual, **pen, **place, "flipX": False, "flipY": False, "path": path, **changes}


def _canvas(*objects: Any) -> dict[str, Any]:
    return {"version": "7.4.0", "objects": list(objects), "background": "#ffffff"}


def _line(start: tuple[float, float], end: tuple[float, float], width: float = 10) -> Stroke:
    return Stroke(np.array([start, end], dtype=np.float64), width)


def _eraser(start: tuple[float, float], end: tuple[float, float], width: float = 20) -> Stroke:
    return Stroke(np.array([start, end], dtype=np.float64), width, eraser=True)


def _ink(*drawing: Stroke) -> Points:
    """Return the share of each canvas pixel covered by ink, 0 to 1."""
    return 1 - np.asarray(paint(drawing), dtype=np.float64) / 255


@pytest.mark.parametrize("found", [None, {}, {"objects": []}, _canvas()])
def test_an_empty_canvas_has_no_strokes(found: dict[str, Any] | None) -> None:
    assert from_canvas_json(found) == ()


def test_a_path_that_was_not_moved_stays_where_it_was_drawn() -> None:
    (stroke,) = from_canvas_json(_canvas(_path()))
    np.testing.assert_allclose(stroke.points[[0, -1]], [[99.98, 99.98], [145.02, 181.02]], atol=0.5)
    assert (stroke.width, stroke.eraser) == (20, False)


def test_a_curve_is_followed_and_not_cut_short() -> None:
    curve = [["M", 0, 0], ["Q", 50, 100, 100, 0]]
    (stroke,) = from_canvas_json(_canvas(_path(curve, left=50, top=25)))
    for x, y in stroke.points:  # the parabola through (0, 0), (50, 50) and (100, 0)
        assert y == pytest.approx(50 - (x - 50) ** 2 / 50, abs=1e-9)
    assert stroke.points[:, 1].max() == pytest.approx(50, abs=2)


@pytest.mark.parametrize(
    ("path", "changes", "expected"),
    [
        (BAR, {}, [[95, 50], [105, 50]]),
        (BAR, {"scaleX": 2}, [[90, 50], [110, 50]]),
        (BAR, {"angle": 90}, [[100, 45], [100, 55]]),
        (BAR, {"flipX": True}, [[105, 50], [95, 50]]),
        (BAR, {"angle": 90, "scaleX": 2}, [[100, 40], [100, 60]]),
        (BAR, {"angle": 90, "flipX": True}, [[100, 55], [100, 45]]),
        (ELBOW, {}, [[95, 40], [105, 40], [105, 60]]),
        (ELBOW, {"flipY": True}, [[95, 60], [105, 60], [105, 40]]),
        (ELBOW, {"angle": 180}, [[105, 60], [95, 60], [95, 40]]),
        (ELBOW, {"angle": -90, "scaleY": 2}, [[80, 55], [80, 45], [120, 45]]),
        (ELBOW, {"skewX": 45}, [[85, 40], [95, 40], [115, 60]]),
        (ELBOW, {"skewY": 45}, [[95, 35], [105, 45], [105, 65]]),
        (ELBOW, {"skewX": 45, "scaleX": 2}, [[70, 40], [90, 40], [130, 60]]),
    ],
)
def test_an_edited_path_is_taken_where_it_now_is(
    path: list[Any], changes: dict[str, Any], expected: list[list[float]]
) -> None:
    (stroke,) = from_canvas_json(_canvas(_path(path, left=100, top=50, **changes)))
    np.testing.assert_allclose(stroke.points, expected, atol=1e-9)


@pytest.mark.parametrize(
    ("changes", "width"),
    [({}, 20), ({"scaleX": 2, "scaleY": 2}, 40), ({"scaleX": 0.5, "scaleY": 0.5, "angle": 30}, 10)],
)
def test_the_pen_grows_and_shrinks_with_its_path(changes: dict[str, Any], width: float) -> None:
    assert from_canvas_json(_canvas(_path(**changes)))[0].width == pytest.approx(width)


def test_a_canvas_of_another_size_is_scaled_with_its_pens() -> None:
    found = _canvas(_path(angle=30, scaleX=2, scaleY=3), _path(ELBOW, stroke="#ffffff"))
    for own, half in zip(from_canvas_json(found), from_canvas_json(found, 0.5), strict=True):
        np.testing.assert_array_equal(half.points, own.points / 2)
        assert (half.width, half.eraser) == (own.width / 2, own.eraser)


@pytest.mark.parametrize(("colour", "eraser"), [("#FFFFFF", True), ("#ffffff", True), ("#f00", 0)])
def test_a_path_in_the_colour_of_the_paper_is_the_erasers(colour: str, eraser: bool) -> None:
    assert from_canvas_json(_canvas(_path(stroke=colour)))[0].eraser == eraser


def test_the_order_of_drawing_is_kept_and_other_shapes_are_passed_over() -> None:
    rectangle = {"type": "Rect", "left": 10, "top": 10, "width": 50, "height": 50}
    widths = (4, 30, 12)
    found = _canvas(*[_path(strokeWidth=width) for width in widths[:2]], rectangle, _path())
    found["objects"][-1]["strokeWidth"] = widths[2]
    assert tuple(stroke.width for stroke in from_canvas_json(found)) == widths


def test_strokes_given_to_a_canvas_come_back_as_they_were() -> None:
    paths = ([[10.0, 20.0], [30.0, 5.5]], [[140.0, 140.0]], [[1.0, 1.0], [2.0, 2.0]])
    drawing = tuple(Stroke(np.array(path), 8.0, len(path) == 1) for path in paths)
    again = from_canvas_json({"objects": canvas_objects(drawing, 0.5)}, 0.5)
    assert len(again) == len(drawing)
    for one, other in zip(drawing, again, strict=True):
        np.testing.assert_allclose(other.points, one.points)
        assert (other.width, other.eraser) == (one.width, one.eraser)


def test_a_click_becomes_a_dot() -> None:
    click = [["M", 139.98, 100], ["L", 140.02, 100]]
    ink = _ink(*from_canvas_json(_canvas(_path(click, left=140, top=100))))
    assert ink.sum() == pytest.approx(math.pi * 10**2, rel=0.03)


@pytest.mark.parametrize(
    "found",
    [
        *([1], "text", 5, {"objects": None}, {"objects": 5}, {"objects": "text"}),
        *({"objects": [each]} for each in (None, 1, "text", [])),
        {"objects": [{"path": PENCIL, "stroke": "#000000"}]},
    ],
    ids=str,
)
def test_json_that_is_no_drawing_is_told_so(found: Any) -> None:
    with pytest.raises(BadStrokes, match="canvas sent something that is not a drawing"):
        from_canvas_json(found)


@pytest.mark.parametrize(
    "path",
    [
        *(5, "M 1 2 L 3 4", "zigzag", [[]], [["M"]], [["M", 1]], [["Z"]], [["Q", 1, 2, 3, 4]]),
        *([["M", bad, 1], ["L", 2, 2]] for bad in (None, "a", {}, NAN, INFINITY, 10**400, 1e9)),
    ],
    ids=lambda path: str(path)[:30],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_path_that_is_no_line_is_told_so(path: Any) -> None:
    with pytest.raises(BadStrokes, match=r"canvas sent|must be"):
        from_canvas_json(_canvas(_path(path)))


@pytest.mark.parametrize("name", ["strokeWidth", "left", "top", "angle", "scaleX", "skewY"])
@pytest.mark.parametrize(
    "bad", [None, "wide", NAN, INFINITY, 10**400], ids=lambda bad: f"{bad}"[:9]
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_measure_that_is_no_finite_number_is_told_so(name: str, bad: Any) -> None:
    with pytest.raises(BadStrokes, match=r"canvas sent|must be"):
        from_canvas_json(_canvas(_path(**{name: bad})))


def test_a_pen_narrower_than_nothing_is_told_so() -> None:
    with pytest.raises(BadStrokes, match=r"canvas sent|must be"):
        from_canvas_json(_canvas(_path(strokeWidth=-5)))


@pytest.mark.parametrize(
    "strokes",
    [[[]], [[[1, 2, 3]]], [[[1, 2], [3]]], [[["a", "b"]]], [[[NAN, 1]]], [5], [np.empty((0, 2))]],
    ids=str,
)
def test_points_that_are_no_pairs_of_numbers_are_told_so(strokes: Any) -> None:
    with pytest.raises(BadStrokes, match=r"must be a list of \[x, y\] points"):
        from_points(strokes, 20)


def test_a_number_that_is_too_large_for_a_computer_is_told_so() -> None:
    with pytest.raises(BadStrokes, match=r"must be a list of \[x, y\] points"):
        from_points([[[10**400, 1]]], 20)


def test_a_drawing_may_have_as_many_points_as_are_allowed_and_not_one_more() -> None:
    line = [["M", 0, 0], *(["L", n % 280, n % 270] for n in range(1, MAX_POINTS))]
    (stroke,) = from_canvas_json(_canvas(_path(line)))
    assert len(stroke.points) == MAX_POINTS
    with pytest.raises(BadStrokes, match=r"more than 20,000 points; clear it"):
        from_canvas_json(_canvas(_path(line), _path([["M", 1, 1]])))
    with pytest.raises(BadStrokes, match="more than 20,000 points"):
        from_points([[[1, 1]]] * (MAX_POINTS + 1), 20)


def test_an_eraser_cuts_the_ink_that_was_there_before_it() -> None:
    left, right = remaining_ink((_line((0, 50), (100, 50)), _eraser((50, 0), (50, 100))))
    assert left.points[0] == pytest.approx([0, 50])
    assert right.points[-1] == pytest.approx([100, 50])
    assert left.points[:, 0].max() == pytest.approx(40, abs=2)
    assert right.points[:, 0].min() == pytest.approx(60, abs=2)


def test_ink_drawn_after_the_eraser_is_kept() -> None:
    line, eraser = _line((0, 50), (100, 50)), _eraser((50, 0), (50, 100))
    assert remaining_ink((eraser, line)) == (line,)
    assert remaining_ink((line, eraser, line))[-1] is line


def test_an_eraser_elsewhere_takes_nothing() -> None:
    line = _line((0, 50), (100, 50))
    assert remaining_ink((line, _eraser((0, 61), (100, 61)))) == (line,)


@pytest.mark.parametrize("ink", [_line((20, 50), (80, 50)), Stroke(np.array([[50.0, 50.0]]), 10)])
def test_an_eraser_over_all_of_it_leaves_nothing(ink: Stroke) -> None:
    assert remaining_ink((ink, _eraser((0, 50), (100, 50)))) == ()


def test_a_dot_of_the_eraser_takes_a_dot() -> None:
    dot = Stroke(np.array([[50.0, 50.0]]), 10)
    rub = Stroke(np.array([[55.0, 50.0]]), 20, eraser=True)
    other = Stroke(np.array([[80.0, 50.0]]), 10)
    assert remaining_ink((dot, other, rub)) == (other,)


@pytest.mark.parametrize("width", [3, 8, 20, 40])
@pytest.mark.parametrize("end", [(40, 140), (230, 140), (140, 30), (200, 220)])
def test_a_line_covers_its_length_times_its_width_and_round_ends(
    width: float, end: tuple[float, float]
) -> None:
    start = (90.0, 140.0)
    expected = math.dist(start, end) * width + math.pi * width**2 / 4
    assert _ink(_line(start, end, width)).sum() == pytest.approx(expected, rel=0.05, abs=10)


@pytest.mark.parametrize("width", [2, 9, 20, 41])
def test_a_dot_is_a_disc_where_it_was_set(width: float) -> None:
    ink = _ink(Stroke(np.array([[60.0, 200.0]]), width))
    rows, columns = np.indices(ink.shape) + 0.5
    assert 2 * math.sqrt(ink.sum() / math.pi) == pytest.approx(width, abs=0.3)
    centre = ((columns * ink).sum() / ink.sum(), (rows * ink).sum() / ink.sum())
    assert centre == pytest.approx((60, 200), abs=0.75)


def test_the_edges_of_a_line_are_soft() -> None:
    values = np.unique(np.asarray(paint((_line((40, 40), (200, 170)),))))
    assert values[0] == 0
    assert values[-1] == 255
    assert len(values) > 10


def test_the_eraser_is_painted_over_what_came_before_it_only() -> None:
    line, rub = _line((20, 50), (120, 50)), _eraser((70, 20), (70, 80))
    assert _ink(line, rub)[50, 70] == 0
    assert _ink(line, rub)[50, 30] == 1
    assert _ink(rub, line)[50, 70] == 1


def test_what_lies_outside_the_canvas_is_clipped() -> None:
    picture = paint((_line((-50, 30), (500, 30)),), (200, 60))
    assert picture.size == (200, 60)
    assert (np.asarray(picture)[30] == 0).all()


def test_moving_changes_points_and_pen_and_leaves_the_original_alone() -> None:
    drawing: Drawing = (_line((1, 2), (3, 4)), _eraser((5, 6), (7, 8)))
    changed = moved(drawing, [each.points * 2 + 1 for each in drawing], 3)
    np.testing.assert_array_equal(changed[0].points, [[3, 5], [7, 9]])
    assert [each.width for each in changed] == [3, 3]
    assert [each.eraser for each in changed] == [False, True]
    np.testing.assert_array_equal(drawing[0].points, [[1, 2], [3, 4]])
