import numpy as np
import pytest

from digitapp.data import hands, non_digits, stroke_examples
from digitapp.data.non_digit_shapes import LETTERS, SHAPES
from digitapp.data.non_digits import KEPT_ASIDE
from digitapp.data.stroke_examples import examples, pairs, pen_digits, spliced, turned
from digitapp.drawing.strokes import Drawing

DIGITS = hands.read("uji")[::20]


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, count in {"TIMES": 2, "PEN_DIGITS": 50, "OTHERS": 40, "MADE_UP": 10}.items():
        monkeypatch.setattr(stroke_examples, name, count)


def _points(drawing: Drawing) -> np.ndarray:
    return np.concatenate([stroke.points for stroke in drawing])


def test_there_are_real_hands_pen_digits_and_others() -> None:
    paths, labels = examples(DIGITS, 1)
    real = np.bincount([digit.label for digit in DIGITS], minlength=10)
    assert np.bincount(labels).tolist() == [*(2 * real + 5), 40 + 3 * 10]
    assert paths.shape == (len(labels), 64, 5)
    assert np.isfinite(paths).all()


def test_the_same_seed_gives_the_same_examples_and_another_seed_others() -> None:
    (once, labels), (again, _), (other, _) = (examples(DIGITS, seed) for seed in (1, 1, 2))
    assert (once == again).all()
    assert not (once[labels < 10] == other[labels < 10]).all(axis=(1, 2)).any()


def test_each_time_a_digit_is_written_a_little_otherwise() -> None:
    paths, _ = examples(DIGITS, 1)
    first, second = paths[: len(DIGITS)], paths[len(DIGITS) : 2 * len(DIGITS)]
    assert (np.abs(first - second).mean(axis=(1, 2)) > 1e-3).all()


def test_pen_digits_are_ten_of_a_kind_with_the_strokes_of_their_styles() -> None:
    found = pen_digits(100, np.random.default_rng(0))
    assert np.bincount([label for _, label in found]).tolist() == [10] * 10
    assert {len(drawing) for drawing, label in found if label == 3} == {1}
    assert 2 in {len(drawing) for drawing, label in found if label == 4}


def test_two_digits_side_by_side_are_wider_than_either() -> None:
    for drawing in pairs(DIGITS, 20, np.random.default_rng(0)):
        points = _points(drawing)
        wide, high = np.ptp(points, axis=0)
        assert len(drawing) >= 2
        assert wide > 0.3 * high


def test_turned_digits_are_lying_and_never_a_zero() -> None:
    ones = [digit for digit in hands.read("uji") if digit.label in (0, 1)]
    lying = [np.ptp(_points(each), axis=0) for each in turned(ones, 30, np.random.default_rng(0))]
    assert np.mean([wide > high for wide, high in lying]) > 0.9


def test_spliced_digits_are_one_line_without_a_jump() -> None:
    single = [digit for digit in DIGITS if len(digit.strokes) == 1]
    for drawing in spliced(single, 20, np.random.default_rng(0)):
        (stroke,) = drawing
        steps = np.hypot(*np.diff(stroke.points, axis=0).T)
        assert steps.max() < 0.3 * np.ptp(stroke.points, axis=0).max()


def test_kinds_that_are_kept_aside_are_written_on_demand_alone() -> None:
    names = {style.name for style in (*LETTERS, *SHAPES)}
    rng = np.random.default_rng(0)
    assert names >= KEPT_ASIDE
    assert len(non_digits.write_styles(KEPT_ASIDE, 30, rng)) == 30
    assert len(non_digits.write(60, rng, aside=names - {"A", "triangle"})) == 60
