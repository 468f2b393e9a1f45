import numpy as np
import pytest

from digitapp.errors import BadFile
from digitapp.reading.combination import Combination, Outputs, combined

EVEN = Combination()


def _outputs(digit: int, sure: float, other: float = 0.01) -> Outputs:
    shares = np.full(10, (1 - sure) / 9)
    shares[digit] = sure
    return np.append(shares * (1 - other), other)[np.newaxis].astype(np.float32)


def _random(count: int, seed: int) -> Outputs:
    shares = np.random.default_rng(seed).dirichlet(np.full(11, 0.3), count)
    return shares.astype(np.float32)


def test_the_digits_are_pooled_by_their_log_probabilities() -> None:
    picture, movement = _random(50, 1), _random(50, 2)
    found, weights = combined(EVEN, picture, movement)
    pooled = np.sqrt(picture[:, :10].astype(float) * movement[:, :10])  # the geometric mean
    pooled = np.maximum(pooled, 1e-12) / np.maximum(pooled, 1e-12).sum(axis=1, keepdims=True)
    digits = found[:, :10] / found[:, :10].sum(axis=1, keepdims=True)
    assert digits == pytest.approx(pooled, abs=1e-3)
    assert weights == pytest.approx(0.5)


def test_the_outputs_are_probabilities() -> None:
    found, weights = combined(Combination(1, -0.3, 0.2, 0.1, 1.3), _random(200, 3), _random(200, 4))
    assert found.dtype == np.float32
    assert found.shape == (200, 11)
    assert found.sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert (found >= 0).all()
    assert ((weights > 0) & (weights < 1)).all()


@pytest.mark.parametrize(("weight", "digit"), [(-4.0, 7), (4.0, 1)])
def test_a_heavier_reader_decides(weight: float, digit: int) -> None:
    found, weights = combined(Combination(weight), _outputs(7, 0.9), _outputs(1, 0.9))
    assert found[0, :10].argmax() == digit
    assert weights[0] == pytest.approx(1 / (1 + np.exp(-weight)))


def test_a_strange_movement_counts_less_where_the_parameters_say_so() -> None:
    how = Combination(weight_by_strangeness=-0.5)
    known = combined(how, _outputs(7, 0.9), _outputs(1, 0.9, other=0.001))[1]
    strange = combined(how, _outputs(7, 0.9), _outputs(1, 0.9, other=0.9))[1]
    assert strange < 0.3
    assert known > 0.7


@pytest.mark.parametrize("other", [0.0, 1.0])
def test_certainty_is_no_trouble(other: float) -> None:
    sure = np.zeros((1, 11), np.float32)
    sure[0, 10 if other else 3] = 1
    found, weights = combined(EVEN, sure, sure)
    assert np.isfinite(found).all()
    assert np.isfinite(weights).all()
    assert found[0].argmax() == (10 if other else 3)


def test_agreement_speaks_for_a_digit() -> None:
    how = Combination(other_by_agreement=-3)
    same = combined(how, _outputs(7, 0.99, 0.4), _outputs(7, 0.99, 0.4))[0][0, 10]
    unlike = combined(how, _outputs(7, 0.99, 0.4), _outputs(1, 0.99, 0.4))[0][0, 10]
    assert same < 0.1 < unlike


def test_no_drawings_are_no_trouble() -> None:
    found, weights = combined(EVEN, np.zeros((0, 11), np.float32), np.zeros((0, 11), np.float32))
    assert found.shape == (0, 11)
    assert weights.shape == (0,)


def test_parameters_survive_as_json() -> None:
    how = Combination(*np.random.default_rng(5).normal(size=9))
    assert Combination.from_json(how.to_json()) == how


@pytest.mark.parametrize("text", ["", "{}", "[]", "7", '{"weight": 1}', EVEN.to_json() + "x"])
def test_other_text_is_rejected(text: str) -> None:
    with pytest.raises(BadFile, match="how to combine"):
        Combination.from_json(text)
