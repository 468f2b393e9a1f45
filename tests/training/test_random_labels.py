"""Random labels: how many, drawn from where, and nothing of validation and test."""

from dataclasses import replace

import numpy as np
import pytest

from digitapp.data.datasets import Dataset
from digitapp.data.writers import Writers
from digitapp.errors import InvalidSetting
from digitapp.training.batching import split
from digitapp.training.random_labels import random_count, with_random_labels
from digitapp.training.spec import TrainingSpec
from digitapp.training.split_words import in_words
from digitapp.training.trainer import train

MANY = np.zeros(20_000, np.uint8) + 3


def test_all_labels_are_drawn_evenly_from_all_classes() -> None:
    counts = np.bincount(with_random_labels(MANY, 1.0, 10, 0), minlength=10)
    assert len(counts) == 10
    assert np.abs(counts - 2000).max() < 200  # four and a half standard deviations


@pytest.mark.parametrize("classes", [2, 3, 11])
def test_every_class_of_a_network_is_drawn(classes: int) -> None:
    assert set(with_random_labels(MANY % classes, 1.0, classes, 5)) == set(range(classes))


def test_a_share_is_replaced_and_the_others_stay_with_their_images() -> None:
    labels = np.arange(10_000, dtype=np.uint8) % 10
    given = with_random_labels(labels, 0.3, 10, 0)
    assert given.dtype == np.uint8
    assert (given == labels).mean() == pytest.approx(0.7 + 0.3 / 10, abs=0.01)


def test_the_images_to_be_told_wrong_are_not_the_first_ones() -> None:
    changed = np.flatnonzero(with_random_labels(MANY, 0.2, 10, 0) != MANY)
    assert changed.mean() == pytest.approx(10_000, rel=0.05)


@pytest.mark.parametrize(("share", "count"), [(0.0, 0), (0.001, 0), (0.5, 2), (1.0, 3)])
def test_of_few_images_the_nearest_whole_number_is_told_wrong(share: float, count: int) -> None:
    assert random_count(share, 3) == count


def test_the_labels_never_change_from_version_to_version() -> None:
    labels = np.arange(12, dtype=np.uint8) % 10
    assert with_random_labels(labels, 0.5, 10, 7).tolist() == [0, 7, 6, 3, 4, 4, 6, 8, 8, 9, 7, 1]


def test_the_seed_decides_and_the_labels_given_stay_as_they_are() -> None:
    labels = np.arange(100, dtype=np.uint8) % 10
    first = with_random_labels(labels, 1.0, 10, 1)
    assert np.array_equal(first, with_random_labels(labels, 1.0, 10, 1))
    assert not np.array_equal(first, with_random_labels(labels, 1.0, 10, 2))
    assert np.array_equal(labels, np.arange(100) % 10)


def test_validation_and_test_labels_stay_true(toy: Dataset) -> None:
    spec = TrainingSpec(validation_split=0.3, train_size=100, random_labels=1.0)
    told, true = split(spec, toy), split(replace(spec, random_labels=0), toy)
    assert np.array_equal(told.y_validation, true.y_validation)
    assert np.array_equal(told.x_train, true.x_train)
    assert (told.y_train == true.y_train).mean() < 0.3
    assert np.array_equal(true.y_train, toy.y_train[:100])


def test_a_network_learns_them_and_knows_nothing_of_the_test(toy: Dataset) -> None:
    spec = TrainingSpec(
        hidden=(64,), train_size=40, epochs=60, batch_size=8, learning_rate=0.01, random_labels=1.0
    )
    assert train(spec, toy).history["accuracy"][-1] > 0.9
    assert train(spec, toy).test_accuracy < 0.4  # the toy's true labels are learned to 1.0


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan"), True, "all"])
def test_a_share_outside_0_to_1_is_refused(share: object) -> None:
    with pytest.raises(InvalidSetting, match=r"random_labels is .*; it must be from 0.0 to 1.0"):
        TrainingSpec().changed({"random_labels": share})


def test_settings_stored_without_it_have_true_labels() -> None:
    assert TrainingSpec.from_json('{"epochs": 3}').random_labels == 0


@pytest.mark.parametrize(
    ("share", "told"),
    [
        (0.0, "that it never saw."),
        (0.5, "For 150 of the training images it is told a label drawn at random. Images for"),
        (1.0, "For every training image it is told a label drawn at random. Images for"),
    ],
)
def test_random_labels_are_told_beside_the_images(share: float, told: str) -> None:
    spec = TrainingSpec(train_size=300, random_labels=share)
    assert told in in_words(spec, 1000, 100)
    assert ("at random" in in_words(spec, 1000, 100)) == (share > 0)


def test_they_are_told_of_images_by_writers_too() -> None:
    writers = Writers(tuple(range(100, 1001, 100)), 3)
    assert "For every training image" in in_words(TrainingSpec(random_labels=1), 1000, 100, writers)
