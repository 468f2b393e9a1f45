"""The weights for reading numbers, fitted to few numbers and to the bundled readers."""

import re
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from digitapp.data import hands
from digitapp.drawing.strokes import paint
from digitapp.errors import Blank, TooMuch
from digitapp.evaluation import fold_readers, labelled_files, number_fitting
from digitapp.evaluation.number_fitting import fitted, of_pixels, of_strokes
from digitapp.evaluation.number_strings import NumberString, signed_strings, strings
from digitapp.evaluation.path_fitting import Loss
from digitapp.library.models import DEFAULT, MODELS
from digitapp.reading import number_weights, numbers
from digitapp.reading.number_weights import NAMES, NumberWeights, Values, bundled
from digitapp.reading.prediction import Predictor


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, count in {"DRAWN": 7, "SIGNED": 4, "PAINTED": 3}.items():
        monkeypatch.setattr(number_fitting, name, count)


@pytest.fixture(scope="module")
def written() -> list[NumberString]:
    digits = labelled_files.of_fold(0)
    return [*strings(digits, 4, 3), *signed_strings(digits, 8, 3)]


def _drawn(weights: NumberWeights) -> Values:
    return np.concatenate([weights.drawn_digit, weights.drawn_sign, weights.sign_kind])


def test_the_likelihood_of_strokes_is_the_probability_that_the_reader_gives(
    recogniser: Predictor, written: list[NumberString]
) -> None:
    read = [numbers.read_drawing(recogniser, each.drawing) for each in written]
    right = [pair for pair in zip(written, read, strict=True) if pair[0].text == pair[1].text]
    assert len(right) > 8
    for number, found in right:
        row = of_strokes(recogniser, number)
        assert row
        assert np.exp(-Loss([row]).of(_drawn(bundled()))[0]) == pytest.approx(found.grouping)


def test_the_likelihood_of_pixels_is_the_probability_that_the_reader_gives(
    recogniser: Predictor, written: list[NumberString]
) -> None:
    read = [numbers.read_picture(recogniser, paint(e.drawing, e.size)) for e in written[:4]]
    right = [pair for pair in zip(written, read, strict=False) if pair[0].text == pair[1].text]
    assert len(right) > 2
    for number, found in right:
        row = of_pixels(recogniser, number)
        assert row
        assert np.exp(-Loss([row]).of(bundled().cut_digit)[0]) == pytest.approx(found.grouping)


def test_a_number_that_nothing_reads_right_is_left_out(
    recogniser: Predictor, written: list[NumberString]
) -> None:
    other = replace(written[0], text="+" * len(written[0].text))
    assert of_strokes(recogniser, other) is None
    assert of_pixels(recogniser, other) is None


@pytest.mark.usefixtures("few")
def test_fitting_makes_what_was_written_more_likely(recogniser: Predictor) -> None:
    told: list[str] = []
    found = fitted([recogniser], 1, told.append)
    losses = [re.findall(r"loss ([\d.]+) before, ([\d.]+) after", line)[0] for line in told]
    assert len(losses) == 2
    for before, after in losses:
        assert float(after) < float(before)
    again, other = (fitted([recogniser], seed) for seed in (1, 2))
    for part in NAMES:
        np.testing.assert_array_equal(getattr(again, part), getattr(found, part))
    assert not np.array_equal(other.drawn_digit, found.drawn_digit)
    assert not np.array_equal(other.cut_digit, found.cut_digit)


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("error", [Blank, TooMuch])
def test_where_no_number_can_be_read_the_weights_stay(
    error: type[Exception], recogniser: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(reader: Predictor, written: NumberString) -> None:
        raise error("It cannot be read.")

    monkeypatch.setattr(number_fitting, "of_strokes", failing)
    monkeypatch.setattr(number_fitting, "of_pixels", failing)
    told: list[str] = []
    found = fitted([recogniser], 1, told.append)
    assert told == [
        "None of 11 drawn numbers can be read right; their weights stay.",
        "None of 3 painted numbers can be read right; their weights stay.",
    ]
    for part in NAMES:
        np.testing.assert_allclose(getattr(found, part), getattr(bundled(), part), atol=1e-12)


def test_the_command_writes_what_was_fitted_to_the_readers_of_the_folds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = MODELS[DEFAULT]
    assert own.strokes
    both = own.path.with_suffix(".onnx").read_bytes(), own.strokes.read_bytes()
    monkeypatch.setattr(hands, "FOLDS", 2)
    fold_readers.save(tmp_path / "folds", *([each] * 2 for each in both))
    found = replace(bundled(), cut_digit=bundled().cut_digit / 3)

    def checked(readers: list[Predictor], seed: int, told: Callable[[str], None]) -> NumberWeights:
        assert [reader.reads_movement for reader in readers] == [True, True]
        assert seed == 3
        told("Fitted.")
        return found

    monkeypatch.setattr(number_fitting, "fitted", checked)
    target = tmp_path / "weights.json"
    monkeypatch.setattr(sys, "argv", ["", str(tmp_path / "folds"), str(target), "--seed", "3"])
    number_fitting.main()
    monkeypatch.setattr(number_weights, "FILE", target)
    for part in NAMES:
        np.testing.assert_array_equal(getattr(bundled.__wrapped__(), part), getattr(found, part))


def test_missing_readers_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["", str(tmp_path), str(tmp_path / "weights.json")])
    with pytest.raises(SystemExit):
        number_fitting.main()
    assert "picture_fold0.onnx: cannot be read" in capsys.readouterr().err
    assert not (tmp_path / "weights.json").exists()
