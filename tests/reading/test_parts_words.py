"""What picture and movement say each, in sentences."""

import numpy as np
import pytest

from digitapp.data.datasets import DIGIT_NAMES
from digitapp.reading.parts_words import disagreement, each_alone
from digitapp.reading.prediction import Parts, Prediction

NONE = "?"


def said(sign: str, sure: float = 0.9) -> Prediction:
    """Return a prediction of a digit or, for `NONE`, of no digit that looks like an 8."""
    shares = np.full(10, (1 - sure) / 9, np.float32)
    shares[8 if sign == NONE else int(sign)] = sure
    return Prediction(shares, DIGIT_NAMES, sure if sign == NONE else 0.0, True)


def combined(together: str, picture: str, movement: str) -> Prediction:
    shares = said(together)
    parts = Parts(said(picture, 0.62), said(movement, 0.98), 0.8)
    return Prediction(shares.probabilities, DIGIT_NAMES, shares.other, True, parts)


@pytest.mark.parametrize(
    ("together", "picture", "movement", "sentence"),
    [
        ("1", "1", "1", ""),
        ("?", "?", "?", ""),
        ("1", "7", "1", "It looks like a 7, but was drawn like a 1."),
        ("7", "7", "8", "It looks like a 7, though drawn like an 8."),
        ("9", "7", "4", "It looks like a 7, and was drawn like a 4."),
        ("?", "7", "4", "It looks like a 7, and was drawn like a 4."),
        ("5", "?", "5", "It looks like no digit, but was drawn like a 5."),
        (
            "?",
            "?",
            "5",
            "It looks like no digit, though drawn like a 5.",
        ),
        ("9", "?", "5", "It looks like no digit, but was drawn like a 5."),
        ("?", "5", "?", "It looks like a 5, but was not drawn like a digit."),
        (
            "8",
            "8",
            "?",
            "It looks like an 8, though not drawn like a digit.",
        ),
        ("9", "5", "?", "It looks like a 5, but was not drawn like a digit."),
    ],
)
def test_a_disagreement_is_one_sentence(
    together: str, picture: str, movement: str, sentence: str
) -> None:
    assert disagreement(combined(together, picture, movement)) == sentence


def test_a_network_that_reads_pictures_alone_has_nothing_to_disagree_about() -> None:
    assert disagreement(said("7")) == ""


def test_each_of_the_two_is_told_with_what_the_movement_counted() -> None:
    parts = combined("1", "7", "1").parts
    assert parts
    told = "From the picture: 7, 62 %. From the movement: 1, 98 %; it counts 80 %."
    assert each_alone(parts) == told


def test_no_digit_is_told_with_how_sure_that_is() -> None:
    parts = combined("5", "?", "5").parts
    assert parts
    assert each_alone(parts).startswith("From the picture: no digit, 62 %.")
