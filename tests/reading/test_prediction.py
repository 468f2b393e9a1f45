"""Predictions: the reader agrees with Keras, and the sentences with the numbers."""

import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from digitapp.data.datasets import CLOTHES_NAMES, DIGIT_NAMES
from digitapp.data.non_digit_shapes import NOT_A_DIGIT
from digitapp.drawing import preprocessing
from digitapp.drawing.strokes import from_points
from digitapp.errors import BadFile
from digitapp.files.folders import ROOT
from digitapp.library import keras_models
from digitapp.reading.onnx_session import LARGEST_BATCH, MANY
from digitapp.reading.prediction import Prediction, Predictor
from digitapp.training.onnx_model import onnx_model
from digitapp.training.spec import TrainingSpec
from tests.digits import DIGITS
from tests.untrained import of_spec

Images = NDArray[np.float32]


def _prediction(names: tuple[str, ...] = DIGIT_NAMES, **shares: float) -> Prediction:
    """A prediction with these shares by class, such as `_3=0.9`; the others share the rest."""
    values = np.full(len(names), (1 - sum(shares.values())) / (len(names) - len(shares)))
    for key, share in shares.items():
        values[int(key[1:])] = share
    return Prediction(values.astype(np.float32), names)


@pytest.fixture(scope="module")
def mixtures() -> Images:
    """Forty mixtures of two digits each, of which a network is unsure."""
    pure = np.stack([preprocessing.stroke_image(from_points(DIGITS[d], 20)) for d in DIGITS])
    rng = np.random.default_rng(0)
    share = rng.uniform(0.3, 0.7, (40, 1, 1)).astype(np.float32)
    return share * pure[rng.integers(0, 10, 40)] + (1 - share) * pure[rng.integers(0, 10, 40)]


@pytest.mark.parametrize("count", [1, 3, LARGEST_BATCH, LARGEST_BATCH + 1, MANY + 1])
def test_the_bundled_network_agrees_with_keras_for_every_size_of_batch(
    count: int, recogniser: Predictor, mixtures: Images
) -> None:
    images = np.resize(mixtures, (count, 28, 28))
    expected = keras_models.network("recogniser").predict(images, verbose=0)
    found = recogniser.outputs(images)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-5)
    digits = expected[:, :10] / expected[:, :10].sum(axis=1, keepdims=True)
    np.testing.assert_allclose(recogniser.probabilities(images), digits, atol=1e-5)


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


def test_a_network_that_knows_what_is_none_shares_one_whole_among_all_it_can_say(
    recogniser: Predictor, mixtures: Images
) -> None:
    outputs = recogniser.outputs(mixtures)
    for said, read in zip(outputs, recogniser.predict(list(mixtures)), strict=True):
        np.testing.assert_allclose(read.shares, said, atol=1e-4)
        assert read.choices == (*DIGIT_NAMES, "none of these")
        assert read.sure == pytest.approx(float(read.shares[read.label]), abs=1e-6)
        assert (read.choice == 10) == read.refused


def test_a_network_without_a_refusal_keeps_its_classes() -> None:
    read = of_spec(TrainingSpec(), DIGIT_NAMES).predict([np.eye(28, dtype=np.float32)])[0]
    assert read.choices == DIGIT_NAMES
    assert read.shares.shape == (10,)
    assert read.choice == read.label


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
        ({"_7": 0.79}, False),
        ({"_7": 0.79, "_1": 0.2}, True),
        ({"_7": 0.81, "_1": 0.19}, False),
        ({"_7": 0.5, "_1": 0.5}, True),
        ({}, True),
    ],
)
def test_two_close_guesses_are_unsure(shares: dict[str, float], unsure: bool) -> None:
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


def _with_other(other: float) -> Prediction:
    return replace(_prediction(_3=0.6, _8=0.39), other=other)


@pytest.mark.parametrize(("other", "refused"), [(0.0, False), (0.49, False), (0.5, True)])
def test_what_is_probably_no_digit_is_refused(other: float, refused: bool) -> None:
    assert _with_other(other).refused is refused
    assert _with_other(other).sign == ("?" if refused else "3")


def test_what_is_refused_is_still_told_what_it_is_most_like() -> None:
    assert _with_other(0.9).sentence == "What comes closest is a 3."


@pytest.mark.parametrize("best", [0.2, 0.499])
def test_of_what_is_refused_no_class_is_named_where_none_stands_out(best: float) -> None:
    dot = replace(_prediction(_8=best, _4=0.19), other=0.99)
    assert dot.sentence == "No digit comes close."


def test_the_shares_of_a_network_that_refuses_are_those_of_its_digits_alone(
    mixtures: Images,
) -> None:
    predictor = of_spec(TrainingSpec(seed=4), (*DIGIT_NAMES, NOT_A_DIGIT))
    expected = predictor.outputs(mixtures[:20])
    shares, others = predictor.answers(mixtures[:20])
    assert predictor.class_names == DIGIT_NAMES
    np.testing.assert_allclose(others, expected[:, 10], atol=1e-5)
    np.testing.assert_allclose(shares * (1 - others[:, np.newaxis]), expected[:, :10], atol=1e-5)
    assert [each.other for each in predictor.predict(list(mixtures[:3]))] == pytest.approx(
        others[:3]
    )


def _says(names: Sequence[str], *shares: float) -> Predictor:
    """A network that gives the same answer for every image."""
    spec = TrainingSpec(hidden=())
    kernel, bias = np.zeros((784, len(shares)), np.float32), np.log(shares).astype(np.float32)
    return Predictor(onnx_model(spec, names, [kernel, bias]), names)


@pytest.mark.parametrize("place", range(4))
def test_the_refusal_is_found_by_its_name_wherever_it_is(place: int) -> None:
    names, shares = ["a", "b", "c"], [0.05, 0.2, 0.082]
    names.insert(place, NOT_A_DIGIT)
    shares.insert(place, 0.668)
    (found,) = _says(names, *shares).predict([np.zeros((28, 28), np.float32)])
    assert found.class_names == ("a", "b", "c")
    assert (found.other, found.refused) == (pytest.approx(0.668), True)
    assert found.name == "b"
    assert found.probabilities * 0.332 == pytest.approx([0.05, 0.2, 0.082], abs=1e-6)


@pytest.mark.parametrize("names", [("7", NOT_A_DIGIT), (NOT_A_DIGIT, "7"), ("7",)])
@pytest.mark.parametrize("refused", [True, False])
def test_one_class_is_read_or_refused(names: tuple[str, ...], refused: bool) -> None:
    if len(names) == 1 and refused:
        return
    shares = {"7": 0.1 if refused else 0.9, NOT_A_DIGIT: 0.9 if refused else 0.1}
    predictor = _says(names, *(shares[name] for name in names))
    (found,) = predictor.predict([np.zeros((28, 28), np.float32)])
    assert (found.name, found.refused, found.unsure) == ("7", refused, False)
    assert found.runners_up == []
    assert found.sentence == (
        "What comes closest is a 7." if refused else "Nothing else comes close."
    )


def test_a_network_of_digits_alone_refuses_nothing(mixtures: Images) -> None:
    _, others = of_spec(TrainingSpec(), DIGIT_NAMES).answers(mixtures)
    assert not others.any()


@pytest.mark.parametrize("damage", [b"", b"no network", b"\x08\x08" * 99])
def test_a_damaged_network_is_refused(damage: bytes) -> None:
    with pytest.raises(BadFile, match="cannot load it"):
        Predictor(damage, DIGIT_NAMES)


def test_a_network_cut_short_is_refused() -> None:
    whole = onnx_model(TrainingSpec(hidden=()), "01", [np.zeros((784, 2)), np.zeros(2)])
    for length in range(1, len(whole), 97):
        with pytest.raises(BadFile):
            Predictor(whole[:length], "01")


def test_a_network_of_other_classes_is_refused() -> None:
    values = [np.zeros((784, 2), np.float32), np.zeros(2, np.float32)]
    two = onnx_model(TrainingSpec(hidden=()), "01", values)
    with pytest.raises(BadFile, match="not the probabilities of 10 classes"):
        Predictor(two, DIGIT_NAMES)


def test_many_threads_share_a_network(recogniser: Predictor, mixtures: Images) -> None:
    expected = recogniser.outputs(mixtures)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(recogniser.outputs, [mixtures] * 32))
    for each in found:
        np.testing.assert_array_equal(each, expected)


def test_the_runtime_reports_nothing_and_leaves_no_files(tmp_path: Path) -> None:
    folders = dict.fromkeys(("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_DATA_HOME"), str(tmp_path))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ORT_")}
    done = subprocess.run(
        [sys.executable, "-c", "from digitapp.library import models; models.load('recogniser')"],
        cwd=ROOT,
        env=kept | folders,
        capture_output=True,
        check=True,
    )
    assert done.stderr == b""
    assert not [*tmp_path.iterdir()]
