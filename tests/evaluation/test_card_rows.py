"""The model card's sections on real handwriting, the stroke reader and the two together."""

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from digitapp.evaluation import card_rows, full_evaluation, outcomes
from digitapp.evaluation.calibration import Calibration
from digitapp.evaluation.model_card import ModelCard, Report, StrokeFacts, hands_credits
from digitapp.evaluation.number_readings import ReadNumber
from digitapp.evaluation.number_strings import NumberString
from digitapp.evaluation.outcomes import Outcomes
from digitapp.evaluation.ways import COMBINED, MOVEMENT, PICTURE
from digitapp.reading.combination import Combination
from digitapp.training.spec import TrainingSpec

WRITERS = np.repeat(np.arange(12), 10)
COMBINATION = Combination(weight=-0.75, sharpness=1.25)


def _outcomes(wrong: list[int]) -> Outcomes:
    """Return outcomes of 120 digits by 12 writers, wrong at these places."""
    labels = np.arange(120) % 10
    shares = np.full((120, 10), 0.01)
    read = labels.copy()
    read[wrong] = (read[wrong] + 1) % 10
    shares[np.arange(120), read] = 0.91
    return outcomes.of_answers(labels, (shares, np.zeros(120)), WRITERS)


@pytest.fixture(scope="module")
def folds() -> dict[str, Any]:
    combined, picture, movement = _outcomes([3, 4, 115]), _outcomes([3, 4, 20, 115]), _outcomes([1])
    row = {COMBINED: combined, PICTURE: picture, MOVEMENT: movement}
    return full_evaluation.of_readings({"as drawn": row, "reversed": row})


@pytest.fixture(scope="module")
def numbers() -> dict[str, Any]:
    def read(spacing: str, sign: str, right: bool, place: int) -> ReadNumber:
        written = NumberString("12", spacing, (), (1, 1), place % 3, sign)
        return ReadNumber(written, "12" if right else "17", 0.9)

    several = [read("wide", "", place != 0, place) for place in range(9)]
    several += [read("with signs", "+", True, place) for place in range(4)]
    return full_evaluation.of_number_readings({"strokes": several, "pixels": several})


@pytest.fixture(scope="module")
def card(folds: dict[str, Any], numbers: dict[str, Any]) -> str:
    score = full_evaluation.of_outcomes(_outcomes([0]))
    test = {**score, "reliability": folds["reliability"]}
    measured = {"test": test, "folds": folds, "fold_numbers": numbers, "others": {}}
    facts = StrokeFacts(
        25_000, 2**18, 61_000, "drawn *by* people.", COMBINATION, "Fitted on folds."
    )
    report = Report(Calibration(1.1, 0.3, 0.005), measured, facts, folds=6)
    whose = hands_credits(TrainingSpec(), report)
    return ModelCard("recogniser", {}, "{}", "", report, whose).markdown()


def test_each_reader_has_a_row_and_the_two_together_their_difference(card: str) -> None:
    share = r"[\d.]+ % \([\d.]+ to [\d.]+\) \| [\d.]+ % \| [\d.]+ % \| [\d.]+ %"
    worst = r"80.00 % of 10 \(0\)"
    together = (
        rf"^\| as drawn \| combined \| {share} \| {worst} \| \\\+0.83 \(\+0.00 to \+2.50\) \|$"
    )
    assert re.search(together, card, re.M)
    assert re.search(rf"^\| reversed \| picture alone \| {share} \| {worst} \|  \|$", card, re.M)
    assert "97.50 % (" in card
    assert "figures of 6 networks like this one" in card
    assert "120 digits by 12 people" in card
    assert card.count("bootstrapped by writer") >= 2


def test_writers_are_counted_by_how_well_they_were_read(card: str, folds: dict[str, Any]) -> None:
    rows = dict(card_rows.writer_rows(folds))
    assert rows["100 %"] == "10"
    assert rows["90 % to less than 95 %"] == "1"  # one of ten is wrong
    assert rows["0 % to less than 90 %"] == "1"  # two are
    assert sum(map(int, rows.values())) == 12
    assert "number 0, 80.00 % of 10; number 11, 90.00 % of 10; number" in card


def test_numbers_and_numbers_with_signs_have_rows(card: str) -> None:
    assert re.search(
        r"^\| strokes \| all \| 88.89 % \(.*\) \| 0.00 % \| 0.00 % \| 11.11 % \|", card, re.M
    )
    assert re.search(r"^\| pixels \| with \\?\+ \| 100.00 % \(", card, re.M)


def test_the_card_tells_how_the_readers_are_combined_and_whose_writing_it_is(card: str) -> None:
    assert "25,000 weights" in card
    assert "0.25 MB" in card
    assert "61,000 paths: drawn \\*by\\* people." in card
    assert "| weight | \\-0.750 |" in card or "| weight | -0.750 |" in card
    assert "| weight by strangeness | 0.000 |" in card
    assert "Fitted on folds." in card
    assert "Alpaydin" in card
    assert "Prat" in card
    assert card.count("CC BY 4.0") == 2
    assert "the real handwriting as drawn" in card


def test_credits_are_due_to_those_whose_writing_was_learned() -> None:
    assert hands_credits(TrainingSpec(dataset="mnist"), None) == ()
    (alone,) = hands_credits(TrainingSpec(dataset="uji"), None)
    assert "Prat" in alone


def test_an_empty_kind_has_a_dash(numbers: dict[str, Any]) -> None:
    nothing = replace(_outcomes([]), labels=np.zeros(0, np.int64), read=np.zeros(0, np.int64))
    empty = replace(nothing, confidence=np.zeros(0), other=np.zeros(0), writers=None)
    found = full_evaluation.of_outcomes(empty)
    assert card_rows.share(found) == "- (- to -)"
