"""Calibration: recovered temperatures, thresholds that hold, errors counted by hand."""

import numpy as np
import pytest
from scipy.special import softmax

from digitapp.evaluation.calibration import best_temperature, calibrate, reliability
from digitapp.training.spec import TrainingSpec

RNG_SEED = 3


def _honest(count: int, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Logits, and labels sampled from the probabilities they give."""
    rng = np.random.default_rng(RNG_SEED)
    logits = rng.normal(0, 2, (count, classes))
    shares = softmax(logits, axis=1)
    drawn = (rng.random((count, 1)) > shares.cumsum(axis=1)).sum(axis=1)
    return logits, drawn.clip(0, classes - 1)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0, 3.5])
def test_the_temperature_that_was_put_in_is_found_again(temperature: float) -> None:
    logits, labels = _honest(20_000, 10)
    assert best_temperature(logits * temperature, labels) == pytest.approx(temperature, rel=0.05)


def test_an_honest_network_has_hardly_any_calibration_error() -> None:
    logits, labels = _honest(20_000, 10)
    honest = reliability(softmax(logits, axis=1), labels)
    boastful = reliability(softmax(logits * 3, axis=1), labels)
    assert honest.error < 0.015
    assert boastful.error > 0.1


def test_the_calibration_error_of_a_few_answers_counted_by_hand() -> None:
    probabilities = np.array([[0.9, 0.1], [0.9, 0.1], [0.6, 0.4], [0.4, 0.6]])
    found = reliability(probabilities, np.array([0, 1, 0, 1]), bins=10)
    assert found.counts.tolist() == [0, 0, 0, 0, 0, 0, 2, 0, 0, 2]
    assert found.accuracy[9] == 0.5
    assert found.error == pytest.approx((2 * 0.4 + 2 * 0.4) / 4)


def test_a_certain_answer_is_in_the_last_bin() -> None:
    assert reliability(np.array([[1.0, 0.0]]), np.array([0]), bins=5).counts.tolist()[-1] == 1


@pytest.fixture(scope="module")
def things() -> tuple[np.ndarray, np.ndarray]:
    """Images of two "digits" and, last, of non-digits."""
    rng = np.random.default_rng(0)
    images = rng.random((900, 28, 28)).astype(np.float32) * 0.5
    labels = np.arange(900) % 3
    for label in range(3):
        images[labels == label, label * 9 : label * 9 + 9] += 0.04
    return images, labels


def test_calibration_changes_no_answer_but_how_sure_it_is(
    things: tuple[np.ndarray, np.ndarray],
) -> None:
    from digitapp.training.architectures import build

    images, labels = things
    model = build(TrainingSpec(hidden=(32,), seed=1), 3)
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(images[:600], labels[:600], epochs=8, verbose=0)
    held_back = labels[600:] < 2
    digits, answers = images[600:][held_back], labels[600:][held_back]
    before = model.predict(digits, verbose=0)
    found = calibrate(model, digits, answers, refuse=0.1)
    after = model.predict(digits, verbose=0)
    assert (before[:, :2].argmax(axis=1) == after[:, :2].argmax(axis=1)).all()
    shares = [each[:, :2] / each[:, :2].sum(axis=1, keepdims=True) for each in (before, after)]
    expected = shares[0] ** (1 / found.temperature)
    expected /= expected.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(shares[1], expected, atol=1e-4)
    assert (after[:, 2] > 0.5).mean() == pytest.approx(0.1, abs=0.01)
    assert found.refused == 0.1


@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_class_of_what_is_no_digit_may_be_anywhere(
    place: int, things: tuple[np.ndarray, np.ndarray]
) -> None:
    from digitapp.training.architectures import build

    images, labels = things
    order = {0: (1, 2, 0), 1: (0, 2, 1), 2: (0, 1, 2)}[place]  # the position of each class then
    labels = np.array(order)[labels]
    model = build(TrainingSpec(hidden=(32,), seed=1), 3)
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(images[:600], labels[:600], epochs=8, verbose=0)
    held_back = labels[600:] != place
    digits, answers = images[600:][held_back], labels[600:][held_back]
    found = calibrate(model, digits, answers, 0.1, place)
    after = model.predict(digits, verbose=0)
    assert (after[:, place] > 0.5).mean() == pytest.approx(0.1, abs=0.01)
    assert 0.2 < found.temperature < 5
