"""The bundled network's opinion of imported images."""

import numpy as np
import pytest

from digitapp.data.datasets import DIGIT_NAMES, load
from digitapp.library import second_opinion
from digitapp.reading.prediction import Predictor


def test_digits_are_read_and_anything_else_is_none_of_them(recogniser: Predictor) -> None:
    reader = second_opinion.SecondOpinion(recogniser)
    assert tuple(reader.class_names) == DIGIT_NAMES
    data = load("hands")
    found = reader(data.x_test[:100])
    assert (found.argmax(axis=1) == data.y_test[:100]).mean() > 0.95
    assert found.sum(axis=1).mean() > 0.9
    noise = np.random.default_rng(0).integers(0, 256, (20, 28, 28), dtype=np.uint8)
    assert reader(noise).sum(axis=1).max() < 0.5


def test_any_number_of_images_is_read_some_at_a_time(
    recogniser: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, images = second_opinion.SecondOpinion(recogniser), load("hands").x_test[:50]
    whole = reader(images)
    monkeypatch.setattr(second_opinion, "AT_ONCE", 20)
    assert np.allclose(reader(images), whole, atol=1e-6)
    assert reader(images[:0]).shape == (0, 10)
