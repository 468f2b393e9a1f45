"""Places where a stroke may be cut."""

import numpy as np

from digitapp.drawing import stroke_cuts
from digitapp.drawing.strokes import Stroke
from tests.digits import arc, line


def test_two_rings_in_one_movement_may_be_cut_between_them() -> None:
    rings = [*arc(50, 100, 40, 60, -90, 270), *arc(190, 100, 40, 60, -90, 270)]
    even, places = stroke_cuts.places(Stroke(np.array(rings, dtype=float), 8))
    assert any(90 < even.points[n, 0] < 150 for n in places)


def test_the_pieces_are_the_stroke_in_its_order() -> None:
    stroke = Stroke(np.array([*line((0, 0), (0, 100)), *line((60, 0), (60, 100))], dtype=float), 8)
    even, places = stroke_cuts.places(stroke)
    assert places == sorted(places)
    pieces = stroke_cuts.cut(even, places)
    assert len(pieces) == len(places) + 1
    joined = np.concatenate([pieces[0].points, *(each.points[1:] for each in pieces[1:])])
    np.testing.assert_array_equal(joined, even.points)
    np.testing.assert_allclose(even.points[[0, -1]], stroke.points[[0, -1]])


def test_a_straight_line_has_no_turn_to_cut_at() -> None:
    places = stroke_cuts.places(Stroke(np.array([[10.0, 0], [10, 100]]), 8))[1]
    assert places == []
