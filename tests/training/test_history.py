"""History: values of a run, and curves made from them."""

import math

import pytest

from digitapp.training.history import (
    Curve,
    Point,
    after_epochs,
    as_keras,
    best,
    from_keras,
    smoothed,
    within_epochs,
)
from tests.figures.values import epoch, points

EPOCHS = [
    epoch(1, 0.9, 0.6, (0.8, 0.7)),
    epoch(2, 0.5, 0.8, (0.4, 0.9)),
    epoch(3, 0.3, 0.9, (0.6, 0.85)),
]
UNCHECKED = [epoch(1, 0.9, 0.6), epoch(2, 0.5, 0.8)]


def test_a_line_within_epochs_gives_back_what_each_batch_gave() -> None:
    line = within_epochs(points(1, [2.0, 1.0, 0.5, 0.25]), "loss", 4)
    assert line.y == pytest.approx([2.0, 1.0, 0.5, 0.25])


def test_each_value_stands_in_the_middle_of_the_batches_it_is_of() -> None:
    line = within_epochs(points(1, [2.0, 1.0, 0.5, 0.25]), "loss", 4)
    assert line.x == pytest.approx([0.125, 0.375, 0.625, 0.875])


def test_batches_between_two_points_count_as_many_as_they_are() -> None:
    line = within_epochs([Point(1, 10, 2.0, 0.0, 1), Point(1, 40, 1.25, 0.0, 4)], "loss", 40)
    assert line.y == pytest.approx([2.0, 1.0])
    assert line.x == pytest.approx([0.125, 0.625])


def test_the_accuracy_within_epochs_is_read_as_well() -> None:
    noted = points(1, [1.0, 1.0], accuracies=[0.25, 0.75])
    assert within_epochs(noted, "accuracy", 2).y == pytest.approx([0.25, 0.75])


def test_a_new_epoch_starts_its_mean_anew() -> None:
    noted = points(1, [4.0, 2.0]) + points(2, [1.0, 0.5])
    line = within_epochs(noted, "loss", 2)
    assert line.y == pytest.approx([4.0, 2.0, 1.0, 0.5])
    assert line.x == pytest.approx([0.25, 0.75, 1.25, 1.75])


def test_an_epoch_may_start_where_it_was_interrupted() -> None:
    noted = [*points(1, [4.0, 2.0]), Point(3, 1, 0.5, 0.5, 0.1)]
    line = within_epochs(noted, "loss", 2)
    assert line.y == pytest.approx([4.0, 2.0, 0.5])
    assert line.x[-1] == pytest.approx(2.25)


def test_batches_done_again_after_a_resume_are_not_drawn_twice() -> None:
    first = points(2, [3.0, 2.0, 1.0, 0.5])
    line = within_epochs([*first[:3], *first], "loss", 4)
    assert line.y == pytest.approx([3.0, 2.0, 1.0, 0.5])
    assert line.x == sorted(line.x)


def test_a_training_that_starts_over_starts_its_line_over() -> None:
    noted = points(1, [4.0]) + points(2, [2.0]) + points(1, [3.0])
    line = within_epochs(noted, "loss", 1)
    assert line == Curve([0.5, 1.5, 0.5], [4.0, 2.0, 3.0])


def test_without_points_there_is_no_line() -> None:
    assert within_epochs([], "loss", 10) == Curve([], [])


def test_a_point_before_the_first_batch_says_nothing() -> None:
    assert within_epochs([Point(1, 0, 0.0, 0.0, 0.0)], "loss", 10) == Curve([], [])


def test_a_curve_after_epochs_has_their_numbers_and_values() -> None:
    assert after_epochs(EPOCHS, "loss") == Curve([1, 2, 3], [0.9, 0.5, 0.3])
    assert after_epochs(EPOCHS, "val_accuracy") == Curve([1, 2, 3], [0.7, 0.9, 0.85])


def test_epochs_in_which_a_metric_was_not_measured_are_left_out() -> None:
    assert after_epochs(UNCHECKED, "val_loss") == Curve([], [])
    mixed = [*UNCHECKED, epoch(3, validation=(0.4, 0.9))]
    assert after_epochs(mixed, "val_loss") == Curve([3], [0.4])


def test_a_resumed_run_keeps_the_numbers_of_its_epochs() -> None:
    assert after_epochs([epoch(4), epoch(5)], "loss").x == [4, 5]


def test_a_metric_of_zero_was_measured() -> None:
    assert after_epochs([epoch(1, 0.0, 0.0)], "accuracy").y == [0.0]


def test_without_epochs_there_is_no_curve() -> None:
    assert after_epochs([], "loss") == Curve([], [])


def test_no_smoothing_changes_nothing() -> None:
    assert smoothed([3.0, 1.0, 2.0], 0.0) == [3.0, 1.0, 2.0]


def test_smoothing_weighs_the_past_without_a_pull_to_zero() -> None:
    found = smoothed([4.0, 2.0, 2.0], 0.5)
    assert found == pytest.approx([4.0, (2 + 4 * 0.5) / 1.5, (2 + 2 * 0.5 + 4 * 0.25) / 1.75])


@pytest.mark.parametrize("weight", [0.0, 0.3, 0.9, 0.999])
def test_smoothing_leaves_a_flat_line_flat(weight: float) -> None:
    assert smoothed([0.7] * 20, weight) == pytest.approx([0.7] * 20)


def test_more_smoothing_makes_a_line_calmer() -> None:
    noisy = [float(number % 2) for number in range(40)]

    def swing(weight: float) -> float:
        late = smoothed(noisy, weight)[20:]
        return max(late) - min(late)

    assert swing(0.0) > swing(0.5) > swing(0.9) > 0


def test_there_may_be_nothing_to_smooth() -> None:
    assert smoothed([], 0.6) == []


def test_the_best_epoch_has_the_lowest_validation_loss_not_the_last() -> None:
    found = best(EPOCHS)
    assert found is not None
    assert found.number == 2


def test_the_first_of_two_equally_good_epochs_is_the_best() -> None:
    found = best([epoch(1, validation=(0.4, 0.9)), epoch(2, validation=(0.4, 0.95))])
    assert found is not None
    assert found.number == 1


def test_a_validation_loss_of_zero_is_the_lowest() -> None:
    found = best([epoch(1, validation=(0.4, 0.9)), epoch(2, validation=(0.0, 1.0))])
    assert found is not None
    assert found.number == 2


@pytest.mark.parametrize("epochs", [[], UNCHECKED])
def test_there_is_no_best_epoch_when_nothing_was_held_back(epochs: list) -> None:
    assert best(epochs) is None


def test_keras_gets_a_list_for_each_metric() -> None:
    assert as_keras(EPOCHS) == {
        "loss": [0.9, 0.5, 0.3],
        "accuracy": [0.6, 0.8, 0.9],
        "val_loss": [0.8, 0.4, 0.6],
        "val_accuracy": [0.7, 0.9, 0.85],
    }


def test_keras_gets_no_validation_when_there_was_none() -> None:
    assert set(as_keras(UNCHECKED)) == {"loss", "accuracy"}
    assert as_keras([]) == {}


def test_epochs_come_back_from_keras() -> None:
    assert as_keras(from_keras(as_keras(EPOCHS))) == as_keras(EPOCHS)
    assert [each.number for each in from_keras(as_keras(EPOCHS))] == [1, 2, 3]


def test_epochs_from_keras_without_validation_have_none() -> None:
    found = from_keras(as_keras(UNCHECKED))
    assert [each.val_loss for each in found] == [None, None]
    assert best(found) is None


def test_a_history_of_no_epochs_has_none() -> None:
    assert from_keras({"loss": [], "accuracy": []}) == []


def test_a_loss_that_is_no_number_stays_visible_as_such() -> None:
    assert math.isnan(after_epochs([epoch(1, math.nan)], "loss").y[0])
    assert not math.isfinite(within_epochs(points(1, [1.0, math.inf]), "loss", 2).y[1])
