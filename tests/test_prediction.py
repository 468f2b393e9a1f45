"""Predictions: the compiled call agrees with Keras, and the words agree with the numbers."""

import numpy as np
import pytest
from numpy.typing import NDArray

from digitapp import preprocess
from digitapp.architectures import build
from digitapp.datasets import CLOTHES_NAMES, DIGIT_NAMES
from digitapp.prediction import Prediction, Predictor
from digitapp.spec import TrainingSpec
from digitapp.strokes import from_points
from tests.digits import DIGITS

Images = NDArray[np.float32]


def _prediction(names: tuple[str, ...] = DIGIT_NAMES, **shares: float) -> Prediction:
    """Shares by class, such as `_3=0.9`; the rest is spread over the others."""
    values = np.full(len(names), (1 - sum(shares.values())) / (len(names) - len(shares)))
    for key, share in shares.items():
        values[int(key[1:])] = share
    return Prediction(values.astype(np.float32), names)


@pytest.fixture(scope="module")
def mixtures() -> Images:
    """Forty images between two digits each, about which a network is unsure."""
    pure = np.stack([preprocess.stroke_image(from_points(DIGITS[d], 20)) for d in DIGITS])
    rng = np.random.default_rng(0)
    share = rng.uniform(0.3, 0.7, (40, 1, 1)).astype(np.float32)
    return share * pure[rng.integers(0, 10, 40)] + (1 - share) * pure[rng.integers(0, 10, 40)]


@pytest.mark.parametrize("count", [1, 3, 4, 5, 16, 17, 40])
def test_the_compiled_call_agrees_with_keras_for_every_size_of_batch(
    count: int, recogniser: Predictor, mixtures: Images
) -> None:
    expected = recogniser.model.predict(mixtures[:count], verbose=0)
    found = recogniser.probabilities(mixtures[:count])
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_the_mixtures_tell_one_answer_from_another(recogniser: Predictor, mixtures: Images) -> None:
    found = recogniser.probabilities(mixtures)
    assert (found.max(axis=1) < 0.99).sum() > 5
    assert len(set(found.argmax(axis=1))) > 5


def test_probabilities_sum_to_1_whatever_the_images_are(recogniser: Predictor) -> None:
    images = np.stack([np.zeros((28, 28)), np.ones((28, 28)), np.eye(28)]).astype(np.float32)
    np.testing.assert_allclose(recogniser.probabilities(images).sum(axis=1), 1, rtol=1e-5)


def test_no_images_give_no_predictions(recogniser: Predictor) -> None:
    assert recogniser.predict([]) == []
    assert recogniser.probabilities(np.zeros((0, 28, 28), np.float32)).shape == (0, 10)


def test_a_list_of_images_of_any_float_is_read_in_order(
    recogniser: Predictor, mixtures: Images
) -> None:
    found = recogniser.predict([image.astype(np.float64) for image in mixtures[:6]])
    expected = recogniser.probabilities(mixtures[:6])
    np.testing.assert_allclose([each.probabilities for each in found], expected, atol=1e-6)
    assert {each.class_names for each in found} == {DIGIT_NAMES}


def test_dropout_and_normalisation_are_at_rest_while_reading(mixtures: Images) -> None:
    model = build(TrainingSpec(architecture="deep-cnn", dropout=0.5))
    predictor = Predictor(model, DIGIT_NAMES)
    first = predictor.probabilities(mixtures[:3])
    np.testing.assert_array_equal(first, predictor.probabilities(mixtures[:3]))
    np.testing.assert_allclose(first, model.predict(mixtures[:3], verbose=0), atol=1e-5)


def test_the_label_is_the_most_probable_class() -> None:
    found = _prediction(CLOTHES_NAMES, _9=0.7, _5=0.2)
    assert (found.label, found.name) == (9, "ankle boot")
    assert found.confidence == pytest.approx(0.7)
    assert isinstance(found.confidence, float)
    assert found.order[:2] == [9, 5]


def test_of_equals_the_first_class_comes_first() -> None:
    assert _prediction().order == list(range(10))


@pytest.mark.parametrize(
    ("shares", "unsure"),
    [
        ({"_7": 0.99}, False),
        ({"_7": 0.81}, False),
        ({"_7": 0.79}, True),
        ({"_7": 0.81, "_1": 0.19}, False),
        ({"_7": 0.5, "_1": 0.5}, True),
        ({}, True),
    ],
)
def test_a_weak_best_guess_is_unsure(shares: dict[str, float], unsure: bool) -> None:
    assert _prediction(**shares).unsure is unsure


@pytest.mark.parametrize(
    ("shares", "sentence"),
    [
        ({"_7": 1.0}, "Nothing else comes close."),
        ({"_7": 0.95, "_1": 0.029, "_9": 0.02}, "Nothing else comes close."),
        ({"_7": 0.9, "_1": 0.08}, "It could also be a 1."),
        ({"_3": 0.9, "_8": 0.08}, "It could also be an 8."),
        ({"_5": 0.5, "_8": 0.3, "_3": 0.15}, "It could also be an 8 or a 3."),
        ({"_5": 0.5, "_3": 0.3, "_8": 0.15}, "It could also be a 3 or an 8."),
        ({"_5": 0.4, "_3": 0.3, "_8": 0.2, "_0": 0.09}, "It could also be a 3 or an 8."),
    ],
)
def test_the_sentence_names_up_to_two_others_that_are_worth_naming(
    shares: dict[str, float], sentence: str
) -> None:
    found = _prediction(**shares)
    assert found.sentence == sentence
    assert len(found.runners_up) == sentence.count(" a ") + sentence.count(" an ")


def test_clothes_get_their_articles_too() -> None:
    found = _prediction(CLOTHES_NAMES, _7=0.5, _9=0.3, _3=0.15)
    assert found.runners_up == ["ankle boot", "dress"]
    assert found.sentence == "It could also be an ankle boot or a dress."
