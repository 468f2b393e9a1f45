import numpy as np
import pytest

from digitapp.drawing import pen_path
from digitapp.drawing.pen_path import CHANNELS, POINTS, of_drawing, of_drawings
from digitapp.drawing.strokes import Drawing, Stroke, from_points
from digitapp.errors import Blank

X, Y, COS, SIN, UP = range(CHANNELS)


def _random(rng: np.random.Generator) -> Drawing:
    strokes = [rng.uniform(0, 280, (rng.integers(1, 30), 2)) for _ in range(rng.integers(1, 5))]
    return from_points([each.tolist() for each in strokes], 20)


def test_a_straight_line_is_64_equal_steps_in_one_direction() -> None:
    path = of_drawing(from_points([[[10, 20], [10, 80], [10, 90]]], 20))
    assert path.shape == (POINTS, CHANNELS)
    assert path.dtype == np.float32
    assert path[:, X] == pytest.approx(0)
    assert path[:, Y] == pytest.approx(np.linspace(-1, 1, POINTS))
    assert path[:, COS] == pytest.approx(0)
    assert path[:, SIN] == pytest.approx(1)
    assert not path[:, UP].any()


def test_the_pen_is_up_on_the_straight_way_to_the_next_stroke() -> None:
    path = of_drawing(from_points([[[0, 0], [0, 100]], [[100, 100], [100, 0]]], 20))
    up = path[:, UP] == 1
    assert up.sum() == 21  # of 64 points, on one of three equally long ways
    assert path[up, Y] == pytest.approx(1)
    assert path[up, COS] == pytest.approx(1)
    assert not up[0]
    assert not up[-1]


def test_the_longer_side_spans_from_minus_one_to_one_and_the_middle_is_zero() -> None:
    path = of_drawing(from_points([[[50, 30], [250, 30], [250, 130]]], 20))
    assert path[0, :2] == pytest.approx([-1, -0.5])
    assert path[-1, :2] == pytest.approx([1, 0.5])


@pytest.mark.parametrize("by", [0.01, 0.5, 30])
def test_size_place_and_pen_make_no_difference(by: float) -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        drawing = _random(rng)
        other = tuple(Stroke(each.points * by + [7, -40], 3) for each in drawing)
        assert of_drawing(other) == pytest.approx(of_drawing(drawing), abs=1e-5)


def test_more_points_on_the_same_way_make_no_difference() -> None:
    rng = np.random.default_rng(2)
    for _ in range(20):
        drawing = _random(rng)
        finer = tuple(
            Stroke(np.repeat((each.points[:-1] + each.points[1:]) / 2, 2, axis=0), 20)
            for each in drawing
        )
        for stroke, fine in zip(drawing, finer, strict=True):
            if len(stroke.points) > 1:
                points = np.insert(stroke.points, range(1, len(stroke.points)), fine.points[::2], 0)
                one = of_drawing((stroke,))
                assert of_drawing((Stroke(points, 20),)) == pytest.approx(one, abs=1e-4)


def test_lifting_the_pen_for_a_moment_leaves_the_path_as_it_is() -> None:
    line = np.array([[0.0, 0], [30, 50], [60, 20], [90, 90]])
    halves = (Stroke(line[:3], 20), Stroke(line[2:], 20))
    assert of_drawing(halves) == pytest.approx(of_drawing((Stroke(line, 20),)))


def test_a_path_tells_the_direction_in_which_it_was_drawn() -> None:
    line = [[0, 0], [30, 50], [60, 20]]
    there, back = (of_drawing(from_points([way], 20)) for way in (line, line[::-1]))
    assert back[:, :2] == pytest.approx(there[::-1, :2])
    assert back[1:-1, COS] == pytest.approx(-there[::-1][2:, COS], abs=1e-6)


@pytest.mark.parametrize("points", [[[5, 7]], [[5, 7], [5, 7]], [[5, 7], [5, 7], [5, 7]]])
def test_a_dot_is_64_times_the_same_place_without_a_direction(points: list[list[int]]) -> None:
    assert not of_drawing(from_points([points], 20)).any()


def test_two_dots_are_joined_by_a_way_with_the_pen_up() -> None:
    path = of_drawing(from_points([[[0, 0]], [[10, 0]]], 20))
    assert path[:, X] == pytest.approx(np.linspace(-1, 1, POINTS))
    assert path[:, UP].all()


def test_points_that_repeat_do_no_harm() -> None:
    once = of_drawing(from_points([[[0, 0], [10, 10], [20, 0]]], 20))
    often = of_drawing(from_points([[[0, 0], [0, 0], [10, 10], [10, 10], [20, 0], [20, 0]]], 20))
    assert often == pytest.approx(once)
    assert np.isfinite(often).all()


def test_the_eraser_cuts_the_path() -> None:
    line = Stroke(np.array([[0.0, 100], [200, 100]]), 20)
    eraser = Stroke(np.array([[100.0, 100]]), 30, eraser=True)
    path = of_drawing((line, eraser))
    up = path[path[:, UP] == 1]
    assert 0 < len(up) < 15
    assert np.abs(up[:, X]).max() < 0.2


@pytest.mark.parametrize("drawing", [(), (Stroke(np.zeros((1, 2)), 20, eraser=True),)])
def test_nothing_drawn_has_no_path(drawing: Drawing) -> None:
    with pytest.raises(Blank, match="Nothing is drawn"):
        of_drawing(drawing)


def test_several_drawings_make_a_batch_and_none_an_empty_one() -> None:
    drawings = [_random(np.random.default_rng(n)) for n in range(3)]
    paths = of_drawings(drawings)
    assert paths.shape == (3, POINTS, CHANNELS)
    assert (paths[1] == of_drawing(drawings[1])).all()
    assert of_drawings([]).shape == (0, pen_path.POINTS, pen_path.CHANNELS)
