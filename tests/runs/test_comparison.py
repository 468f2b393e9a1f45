"""Comparison of runs: groups of seeds, differences, bands, Pareto fronts."""

import itertools

import numpy as np
import pytest

from digitapp.runs.comparison import (
    AXES,
    MEASURES,
    NOT_USED,
    Group,
    band,
    differences,
    groups,
    pareto,
    title_of,
    value_of,
)
from digitapp.training.settings import SETTINGS
from digitapp.training.spec import Augmentation, TrainingSpec
from tests.figures.values import a_run, epoch

BASE = TrainingSpec()
SEEDS = [a_run(seed, TrainingSpec(seed=seed)) for seed in (1, 2, 3)]
OTHER = a_run(9, TrainingSpec(hidden=(64,)))


def _histories(accuracies: dict[int, list[float]]) -> dict[int, list]:
    return {
        run: [epoch(n, accuracy=a, validation=(0.5, a - 0.1)) for n, a in enumerate(values, 1)]
        for run, values in accuracies.items()
    }


def test_runs_that_differ_only_in_the_seed_are_one_group() -> None:
    found = groups([SEEDS[0], OTHER, *SEEDS[1:]])
    assert [[run.id for run in group.runs] for group in found] == [[1, 2, 3], [9]]
    assert found[0].title == "Runs 1, 2, 3: dense 128 (3 seeds)"
    assert found[1].title == "Run 9: dense 64"


def test_equal_runs_are_no_other_seeds() -> None:
    (found,) = groups([a_run(1), a_run(2)])
    assert found.title == "Runs 1, 2: dense 128 (2 runs)"


def test_groups_of_other_runs_have_other_names() -> None:
    names = {Group(tuple(SEEDS[:count])).name for count in (1, 2, 3)}
    assert len(names) == 3


def test_only_settings_that_differ_are_told() -> None:
    changed = TrainingSpec(hidden=(300, 100), epochs=30, augmentation=Augmentation(shift=2))
    found = differences([a_run(1), a_run(2, changed)])
    assert {row.title: row.values for row in found} == {
        "Hidden layers": ("128", "300,100"),
        "Epochs": ("10", "30"),
        "Augmentation": ("none", "shift=2"),
    }


def test_nothing_differs_between_equal_runs_or_in_a_single_one() -> None:
    assert not differences([a_run(1), a_run(2)])
    assert not differences([OTHER])


def test_a_setting_that_a_network_does_not_use_is_not_told_as_one_of_its_own() -> None:
    found = differences([a_run(1), a_run(2, TrainingSpec(architecture="lenet-5"))])
    told = {row.name: row.values for row in found}
    assert told["hidden"] == ("128", NOT_USED)


def test_a_band_is_the_mean_of_the_seeds_between_lowest_and_highest() -> None:
    histories = _histories({1: [0.5, 0.6], 2: [0.7, 0.9], 3: [0.6, 0.6]})
    found = band(Group(tuple(SEEDS)), histories, "accuracy", "epoch")
    assert found.x == [1, 2]
    assert found.mean == pytest.approx([0.6, 0.7])
    assert (found.low, found.high) == ([0.5, 0.6], [0.7, 0.9])


def test_a_band_goes_as_far_as_all_have_come_that_have_begun() -> None:
    histories = _histories({1: [0.5, 0.6, 0.7], 2: [0.7, 0.9]})
    assert band(Group(tuple(SEEDS)), histories, "accuracy", "epoch").x == [1, 2]


def test_a_metric_that_was_not_measured_gives_an_empty_band() -> None:
    histories = {1: [epoch(1), epoch(2)]}
    assert band(Group((SEEDS[0],)), histories, "val_accuracy", "epoch").x == []


@pytest.mark.parametrize(
    ("way", "expected"), [("epoch", [1, 2]), ("images", [1000, 2000]), ("time", [2.5, 5.0])]
)
def test_a_line_may_go_along_epochs_images_or_time(way: str, expected: list[float]) -> None:
    histories = _histories({1: [0.5, 0.6]})
    assert band(Group((SEEDS[0],)), histories, "accuracy", way).x == pytest.approx(expected)


BEGUN = [epoch(0, accuracy=0.1), epoch(1, accuracy=0.6), epoch(2, accuracy=0.7)]


@pytest.mark.parametrize(
    ("way", "expected"), [("epoch", [0, 1, 2]), ("images", [0, 1000, 2000]), ("time", [0, 2.5, 5])]
)
def test_a_line_begins_with_the_untrained_network_where_it_is_known(
    way: str, expected: list[float]
) -> None:
    found = band(Group((SEEDS[0],)), {1: BEGUN}, "accuracy", way)
    assert found.x == pytest.approx(expected)
    assert found.mean == pytest.approx([0.1, 0.6, 0.7])


def test_of_older_and_newer_runs_the_same_epochs_are_averaged() -> None:
    histories = {1: BEGUN, **_histories({2: [0.8, 0.9, 0.95]})}
    found = band(Group(tuple(SEEDS)), histories, "accuracy", "epoch")
    assert found.x == [1, 2]
    assert found.mean == pytest.approx([0.7, 0.8])


def test_epoch_0_is_not_smoothed_and_does_not_weigh_on_the_others() -> None:
    group = Group((SEEDS[0],))
    with_it = band(group, {1: BEGUN}, "accuracy", "epoch", smoothing=0.9)
    without = band(group, {1: BEGUN[1:]}, "accuracy", "epoch", smoothing=0.9)
    assert with_it.mean == [0.1, *without.mean]


def test_time_goes_on_over_epochs_without_validation() -> None:
    history = [epoch(1), epoch(2, validation=(0.4, 0.9))]
    found = band(Group((SEEDS[0],)), {1: history}, "val_accuracy", "time")
    assert (found.x, found.mean) == ([5.0], [0.9])


def test_smoothing_calms_a_line_and_keeps_its_beginning() -> None:
    histories = _histories({1: [0.0, 1.0, 0.0, 1.0]})
    plain = band(Group((SEEDS[0],)), histories, "accuracy", "epoch")
    calm = band(Group((SEEDS[0],)), histories, "accuracy", "epoch", smoothing=0.9)
    assert calm.mean[0] == plain.mean[0]
    assert np.ptp(calm.mean[1:]) < np.ptp(plain.mean[1:])


def test_the_front_has_just_the_points_that_no_other_beats() -> None:
    points = [(1.0, 0.5), (2.0, 0.4), (2.0, 0.7), (3.0, 0.7), (0.5, 0.1), (4.0, 0.9)]
    assert pareto(points) == [4, 0, 2, 5]


def test_the_front_of_random_points_is_that_of_comparing_all_pairs() -> None:
    for seed in range(20):
        points = np.random.default_rng(seed).integers(0, 8, (30, 2)).astype(float).tolist()
        pairs = [(cost, score) for cost, score in points]
        beaten = {
            a
            for a, b in itertools.permutations(pairs, 2)
            if b[0] <= a[0] and b[1] >= a[1] and b != a
        }
        front = [pairs[place] for place in pareto(pairs)]
        assert sorted(front) == sorted(set(pairs) - beaten)


def test_no_points_have_no_front() -> None:
    assert pareto([]) == []


@pytest.mark.parametrize("name", [*SETTINGS, *MEASURES])
def test_every_setting_and_measure_has_a_title_and_a_value(name: str) -> None:
    value = value_of(a_run(1, test_accuracy=0.9, handwriting=(3, 4)), name)
    assert title_of(name)
    assert value is None or isinstance(value, float | int | str)
    assert not isinstance(value, bool)


def test_my_handwriting_is_the_share_read_right() -> None:
    assert value_of(a_run(1, handwriting=(6, 8)), "handwriting") == 0.75
    assert value_of(a_run(1, handwriting=(5, 5)), "handwriting") == 1


@pytest.mark.parametrize("found", [(0, 0), (3, 4), (4, 4)])
def test_of_fewer_than_five_drawings_the_share_is_left_out(found: tuple[int, int]) -> None:
    assert value_of(a_run(1, handwriting=found), "handwriting") is None


def test_what_is_not_known_before_the_first_epoch_is_none() -> None:
    run = a_run(1, epoch=0, seconds=0.0, parameters=0)
    for name in ("parameters", "seconds", "epoch", "images_per_second"):
        assert value_of(run, name) is None


def test_every_way_gives_a_place_to_each_epoch() -> None:
    history = [epoch(1), epoch(2), epoch(3)]
    for way in AXES.values():
        places = way.at(SEEDS[0], history)
        assert len(places) == 3
        assert places == sorted(places)
