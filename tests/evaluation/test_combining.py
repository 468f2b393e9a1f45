import numpy as np
import pytest
from numpy.typing import NDArray

from digitapp.evaluation.combining import START, fitted
from digitapp.reading.combination import Combination, Outputs, combined

DIGITS, OTHERS = 1500, 500


def _reader(labels: NDArray[np.int64], strength: float, seed: int) -> Outputs:
    """Return outputs of a made-up reader: noise, and evidence for the label of this strength."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 1, (len(labels), 11))
    logits[np.arange(len(labels)), labels] += strength
    shares = np.exp(logits)
    return (shares / shares.sum(axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def labels() -> NDArray[np.int64]:
    return np.append(np.arange(DIGITS) % 10, np.full(OTHERS, 10))


def _right(how: Combination, picture: Outputs, movement: Outputs, labels: NDArray) -> float:
    found = combined(how, picture, movement)[0]
    return float((found.argmax(axis=1) == labels).mean())


def test_two_readers_together_are_better_than_either(labels: NDArray[np.int64]) -> None:
    picture, movement = _reader(labels, 2.5, 1), _reader(labels, 2.5, 2)
    how = fitted(picture, movement, labels, refuse=0.05)
    fresh = _reader(labels, 2.5, 3), _reader(labels, 2.5, 4)
    together = _right(how, *fresh, labels)
    assert together > max((each.argmax(axis=1) == labels).mean() for each in fresh) + 0.03


def test_the_better_reader_counts_more(labels: NDArray[np.int64]) -> None:
    good, poor = _reader(labels, 4, 1), _reader(labels, 1, 2)
    for picture, movement, heavy in ((good, poor, False), (poor, good, True)):
        how = fitted(picture, movement, labels, refuse=0.05)
        weights = combined(how, picture, movement)[1]
        assert (weights.mean() > 0.6) == heavy
        assert (weights.mean() < 0.4) == (not heavy)


def test_as_many_digits_are_refused_as_asked_for(labels: NDArray[np.int64]) -> None:
    picture, movement = _reader(labels, 1.5, 1), _reader(labels, 1.5, 2)
    digits = labels < 10
    for refuse in (0.01, 0.05):
        how = fitted(picture, movement, labels, refuse)
        refused = combined(how, picture[digits], movement[digits])[0][:, 10] >= 0.5
        assert refused.mean() == pytest.approx(refuse, abs=2 / DIGITS)


def test_fitting_makes_the_labels_more_likely(labels: NDArray[np.int64]) -> None:
    picture, movement = _reader(labels, 3, 1), _reader(labels, 2, 2)
    how = fitted(picture, movement, labels, refuse=0.05)
    likely = [
        np.log(combined(each, picture, movement)[0][np.arange(len(labels)), labels]).mean()
        for each in (START, how)
    ]
    assert likely[1] > likely[0]
