"""Sweeps of a distortion, and the range in which a network is right."""

from dataclasses import replace

import numpy as np
import pytest

from digitapp.data.datasets import DIGIT_NAMES
from digitapp.drawing.preprocessing import placed_strokes
from digitapp.drawing.strokes import Drawing, from_points
from digitapp.errors import UnknownName
from digitapp.evaluation.distortions import DISTORTIONS, Distortion, distorted, image
from digitapp.evaluation.endurance import Endurance, Sweep, sweep
from digitapp.reading.prediction import Predictor
from tests.digits import DIGITS

NAMES = ("0", "1", "2")


def _placed(digit: int) -> Drawing:
    return placed_strokes(from_points(DIGITS[digit], 20))


def _endurance(reads: str) -> Endurance:
    """A network that reads `reads[i]` at value i, or refuses it where that is `?`.

    A digit that is read has probability 0.8; one that is refused would be a 1.
    """
    values = tuple(np.linspace(-10, 10, len(reads)).tolist())
    images = np.zeros((len(reads), 28, 28), dtype=np.float32)
    shares = np.full((len(reads), len(NAMES)), 0.1, dtype=np.float32)
    shares[np.arange(len(reads)), [int(each.replace("?", "1")) for each in reads]] = 0.8
    others = np.array([0.9 if each == "?" else 0 for each in reads], dtype=np.float32)
    return Endurance("a network", Sweep("shift_x", values, images), shares, others, NAMES)


@pytest.mark.parametrize("name", DISTORTIONS)
def test_a_sweep_goes_through_one_distortion_and_holds_the_others(name: str) -> None:
    held = Distortion(rotation=15, shift_x=-2, size=80, pen=3)
    found = sweep(_placed(5), name, held)
    assert list(found.values) == DISTORTIONS[name].values
    assert found.images.shape == (len(found.values), 28, 28)
    for place in (0, len(found.values) // 3, -1):
        how = replace(held, **{name: found.values[place]})
        np.testing.assert_array_equal(found.images[place], image(distorted(_placed(5), how)))
        assert found.at(how) == place % len(found.values)


def test_a_sweep_that_is_prepared_again_stands_still_but_for_rotation() -> None:
    moves = {}
    for name in DISTORTIONS:
        images = sweep(_placed(4), name, Distortion(), again=True).images
        moves[name] = float(np.abs(images - images[len(images) // 2]).mean(axis=(1, 2)).max())
    assert moves.pop("rotation") > 0.1
    assert max(moves.values()) < 0.03


def test_an_unknown_distortion_is_named() -> None:
    with pytest.raises(UnknownName, match="distortion 'colour'"):
        sweep(_placed(1), "colour", Distortion())


def test_each_stretch_where_the_digit_is_read_is_found() -> None:
    found = _endurance("01100210101")
    values = found.sweep.values
    assert found.right("1") == [
        (values[1], values[2]),
        (values[6], values[6]),
        (values[8], values[8]),
        (values[10], values[10]),
    ]
    assert found.right("2") == [(values[5], values[5])]


@pytest.mark.parametrize(
    ("reads", "words"),
    [
        ("11111", "Right everywhere, from -10 px to +10 px."),
        ("00000", "Wrong everywhere."),
        ("01110", "Right from -5 px to +5 px."),
        ("00100", "Right at 0 px."),
        ("?111?", "Right from -5 px to +5 px."),
        ("00111", "Right from 0 px to +10 px."),
        ("10101", "Right at 0 px, and at some values beyond."),
        ("00011", "Wrong at 0 px, but right from +5 px to +10 px."),
        ("10011", "Wrong at 0 px, but right from +5 px to +10 px, and at some values beyond."),
    ],
)
def test_where_it_is_right_in_words(reads: str, words: str) -> None:
    assert _endurance(reads).in_words("1") == words


def test_shares_and_readings_are_of_the_named_digit() -> None:
    found = _endurance("012?")
    np.testing.assert_allclose(found.shares("1"), [0.1, 0.8, 0.1, 0.08], rtol=1e-5)
    assert [found.reading(place).name for place in range(3)] == ["0", "1", "2"]
    assert [found.is_right(place, "1") for place in range(4)] == [False, True, False, False]


def test_the_bundled_network_reads_an_upright_digit_and_not_one_that_lies_down(
    recogniser: Predictor,
) -> None:
    shown = sweep(_placed(7), "rotation", Distortion())
    found = Endurance("bundled", shown, *recogniser.answers(shown.images), recogniser.class_names)
    assert set(DIGIT_NAMES) <= set(found.class_names)
    ((low, high),) = [ends for ends in found.right("7") if ends[0] <= 0 <= ends[1]]
    assert low <= -15
    assert high >= 15
    assert found.reading(shown.at(Distortion(rotation=180))).name != "7"
