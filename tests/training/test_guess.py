"""A curve guessed before training, and what is said of it, on made curves."""

from collections.abc import Sequence

import numpy as np
import pytest

from digitapp.errors import InvalidSetting
from digitapp.training.guess import Guess
from digitapp.training.guess_rules import distances, how_near, in_words
from digitapp.training.history import Epoch
from tests.figures.values import epoch

STRAIGHT = Guess((0.0, 1.0), (0.1, 0.9))


def _run(*accuracies: float, validation: Sequence[float] = ()) -> list[Epoch]:
    """A run with these accuracies after its epochs, beginning with epoch 0."""
    return [
        epoch(number, 0.5, each, (0.5, validation[number]) if validation else None)
        for number, each in enumerate(accuracies)
    ]


def _guess(*accuracies: float) -> Guess:
    """A guess with these accuracies after the epochs, beginning with epoch 0."""
    return Guess(tuple(np.linspace(0, 1, len(accuracies)).tolist()), accuracies)


def test_a_guess_is_read_between_its_points() -> None:
    assert STRAIGHT.after(0, 4) == pytest.approx(0.1)
    assert STRAIGHT.after(1, 4) == pytest.approx(0.3)
    assert STRAIGHT.after(4, 4) == pytest.approx(0.9)


def test_nothing_is_guessed_where_nothing_was_drawn() -> None:
    part = Guess((0.25, 0.5), (0.5, 0.6))
    assert part.after(0, 4) is None
    assert part.after(1, 4) == 0.5
    assert part.after(3, 4) is None


def test_with_another_number_of_epochs_the_drawing_is_stretched() -> None:
    assert STRAIGHT.curve(4).x == [0, 4]
    assert STRAIGHT.curve(10).x == [0, 10]
    assert STRAIGHT.after(5, 10) == STRAIGHT.after(2, 4)


def test_a_guess_comes_back_from_its_arrays_and_points() -> None:
    assert Guess.from_arrays(STRAIGHT.arrays) == STRAIGHT
    assert Guess.from_points(STRAIGHT.points) == STRAIGHT


@pytest.mark.parametrize("points", [[], [[0.5, 0.5]]])
def test_a_dot_is_no_guess(points: list[list[float]]) -> None:
    assert Guess.from_points(points) is None


@pytest.mark.parametrize(
    "points",
    [
        [[0, 0.5], [0, 0.6]],
        [[0.5, 0.5], [0.4, 0.6]],
        [[0, 0.5], [1.1, 0.6]],
        [[0, -0.1], [1, 0.6]],
        [[0, 0.5], [1, float("nan")]],
        [[0, 0.5], [1]],
        [[0, "high"], [1, 0.5]],
        [[at / 3000, 0.5] for at in range(3000)],
        5,
    ],
)
def test_what_is_no_curve_is_rejected(points: object) -> None:
    with pytest.raises(InvalidSetting, match="not a curve from left to right"):
        Guess.from_points(points)


@pytest.mark.parametrize("arrays", [{}, {"at": [0.0, 1.0]}, {"at": ["a"], "accuracy": ["b"]}])
def test_damaged_arrays_are_rejected(arrays: dict[str, list[float]]) -> None:
    with pytest.raises(InvalidSetting):
        Guess.from_arrays(arrays)


def test_a_guess_is_about_validation_where_there_is_any_and_leaves_out_epoch_0() -> None:
    found = distances(_guess(0.1, 0.5, 0.9), _run(0.1, 0.6, 0.8, validation=(0.1, 0.7, 0.85)), 2)
    assert [(each.epoch, each.real, each.guessed) for each in found] == [
        (1, 0.7, 0.5),
        (2, 0.85, 0.9),
    ]
    found = distances(_guess(0.1, 0.5, 0.9), _run(0.1, 0.6, 0.8), 2)
    assert [each.real for each in found] == [0.6, 0.8]


def test_it_learned_faster() -> None:
    said = how_near(_guess(0.1, 0.4, 0.7, 0.9, 0.95), _run(0.1, 0.91, 0.93, 0.94, 0.95), 4)
    assert said == (
        "Your guess was 20 percentage points off on average. "
        "It learned faster than you thought: after epoch 1 it had 91 %, you guessed 40 %."
    )


def test_it_needed_longer() -> None:
    said = how_near(_guess(0.1, 0.9, 0.9, 0.9, 0.9), _run(0.1, 0.3, 0.6, 0.8, 0.9), 4)
    assert "It needed longer than you thought: after epoch 1 it had 30 %, you guessed 90 %." in said


def test_it_became_better() -> None:
    said = how_near(_guess(0.1, 0.3, 0.4, 0.5), _run(0.1, 0.35, 0.7, 0.95), 3)
    assert said.endswith(
        "It became better than you thought: after epoch 3 it had 95 %, you guessed 50 %."
    )


def test_it_was_not_as_good() -> None:
    said = how_near(_guess(0.1, 0.8, 0.9, 1.0), _run(0.1, 0.11, 0.1, 0.09), 3)
    assert said.endswith(
        "It was not as good as you thought: after epoch 3 it had 9 %, you guessed 100 %."
    )


def test_a_dip_is_in_between() -> None:
    said = how_near(_guess(*[0.9] * 6), _run(0.1, 0.9, 0.9, 0.9, 0.5, 0.9), 5)
    assert said.endswith(
        "You were furthest off in between: after epoch 4 it had 50 %, you guessed 90 %."
    )


def test_faster_first_and_worse_in_the_end_are_both_said() -> None:
    said = how_near(_guess(0.1, 0.2, 0.6, 0.8, 1.0), _run(0.1, 0.7, 0.75, 0.8, 0.8), 4)
    assert "It learned faster than you thought: after epoch 1 it had 70 %" in said
    assert said.endswith(
        "In the end it was the other way round: after epoch 4 it had 80 %, you guessed 100 %."
    )


def test_a_close_guess_is_called_close() -> None:
    said = how_near(_guess(0.1, 0.7, 0.8), _run(0.1, 0.71, 0.79), 2)
    assert said == "Your guess was 1 percentage point off on average. It was close all the way."
    said = how_near(_guess(0.1, 0.7, 0.8), _run(0.1, 0.7, 0.8), 2)
    assert said.startswith("Your guess was less than 1 percentage point off on average.")


def test_a_run_that_stopped_early_is_compared_as_far_as_it_went() -> None:
    said = how_near(_guess(0.1, 0.7, 0.8, 0.9, 1.0), _run(0.1, 0.7), 4)
    assert said.startswith("Your guess was less than 1 percentage point off on average.")


def test_where_only_a_part_was_drawn_it_is_said() -> None:
    part = Guess((0.5, 1.0), (0.6, 0.9))
    said = how_near(part, _run(0.1, 0.5, 0.6, 0.7, 0.9), 4)
    assert said.startswith("Where you drew it, your guess was 2 percentage points off on average.")


def test_a_guess_of_later_epochs_than_were_trained_cannot_be_compared() -> None:
    said = how_near(Guess((0.9, 1.0), (0.6, 0.9)), _run(0.1, 0.5, 0.6), 10)
    assert said == "Your guess says nothing about epochs 1 to 2, so it cannot be compared."
    assert how_near(STRAIGHT, _run(0.1), 10).startswith("No epoch was trained")


def test_losses_that_are_no_numbers_leave_the_accuracy_in_the_comparison() -> None:
    said = how_near(_guess(0.1, 0.7), [epoch(1, float("nan"), 0.1, (float("nan"), 0.1))], 1)
    assert "after epoch 1 it had 10 %, you guessed 70 %." in said


def test_a_guess_in_words() -> None:
    assert in_words(STRAIGHT, 4) == "Your guess: 30 % after epoch 1, 90 % in the end."
    assert in_words(STRAIGHT, 1) == "Your guess: 90 % in the end."
    part = Guess((0.25, 0.5), (0.5, 0.6))
    assert in_words(part, 10) == "Your guess goes from epoch 2.5 to epoch 5 of 10."
