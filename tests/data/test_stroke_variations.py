import numpy as np
import pytest

from digitapp.data import hands
from digitapp.data.stroke_variations import VARIATIONS
from digitapp.drawing.preprocessing import stroke_image
from digitapp.drawing.strokes import Drawing

DRAWINGS = [digit.drawing() for digit in hands.read()[::97]]
SAME_PICTURE = ("reversed", "another order", "split", "retraced")


def _varied(name: str, drawing: Drawing, seed: int = 0) -> Drawing:
    return VARIATIONS[name](drawing, np.random.default_rng(seed))


def _points(drawing: Drawing) -> np.ndarray:
    return np.concatenate([stroke.points for stroke in drawing])


@pytest.mark.parametrize("name", SAME_PICTURE)
def test_what_is_seen_stays_the_same(name: str) -> None:
    for drawing in DRAWINGS:
        assert stroke_image(_varied(name, drawing)) == pytest.approx(
            stroke_image(drawing), abs=1e-5
        )


@pytest.mark.parametrize("name", ["a quarter of the points", "mouse jitter"])
def test_what_is_seen_hardly_changes(name: str) -> None:
    changes = [np.abs(stroke_image(_varied(name, each)) - stroke_image(each)) for each in DRAWINGS]
    assert 0 < np.mean(changes) < 0.05


@pytest.mark.parametrize("name", VARIATIONS)
def test_it_is_written_otherwise_and_the_same_seed_writes_the_same(name: str) -> None:
    several = [each for each in DRAWINGS if len(each) > 1]
    assert several
    for drawing in several:
        once, again = _varied(name, drawing), _varied(name, drawing)
        assert all((a.points == b.points).all() for a, b in zip(once, again, strict=True))
        assert len(once) != len(drawing) or not np.array_equal(_points(once), _points(drawing))


@pytest.mark.parametrize("name", VARIATIONS)
def test_a_dot_and_a_short_line_can_be_varied(name: str) -> None:
    from digitapp.drawing.strokes import from_points

    for points in ([[[5, 5]]], [[[5, 5], [6, 6]]], [[[5, 5]], [[9, 9], [9, 20], [8, 30]]]):
        found = _varied(name, from_points(points, 20))
        assert found
        assert all(len(stroke.points) and np.isfinite(stroke.points).all() for stroke in found)


def test_joined_is_one_stroke_and_split_has_more() -> None:
    for drawing in DRAWINGS:
        assert len(_varied("joined", drawing)) == 1
        assert len(_varied("split", drawing)) > len(drawing)


def test_a_quarter_keeps_both_ends_and_few_points() -> None:
    for drawing in DRAWINGS:
        for before, after in zip(drawing, _varied("a quarter of the points", drawing), strict=True):
            assert (after.points[[0, -1]] == before.points[[0, -1]]).all()
            assert len(after.points) <= len(before.points) / 4 + 2
