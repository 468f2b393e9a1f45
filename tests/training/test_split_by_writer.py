"""Validation by whole people: nobody's images are both learned from and checked on."""

import numpy as np
import pytest

from digitapp.data import hand_images
from digitapp.data.datasets import DIGIT_NAMES, Dataset
from digitapp.data.writers import Writers
from digitapp.errors import InvalidSetting
from digitapp.training.batching import sizes, split
from digitapp.training.spec import TrainingSpec
from digitapp.training.split_words import in_words

FEW = Writers((4, 6, 12), 2)


def _spec(share: float, train_size: int | None = None) -> TrainingSpec:
    return TrainingSpec(validation_split=share, train_size=train_size)


def _data() -> Dataset:
    """Twelve images by three people, each of the person's number; whose two tests are no matter."""
    people = np.repeat(np.array([1, 2, 3], np.uint8), [4, 2, 6])
    images = np.broadcast_to(people[:, None, None], (12, 28, 28)).copy()
    return Dataset("few", DIGIT_NAMES, images, people, images[:2], people[:2], FEW)


@pytest.mark.parametrize(
    ("share", "train_size", "expected"),
    [
        (0, None, (12, 0)),
        (6, None, (6, 6)),
        (0.5, None, (6, 6)),
        (7, None, (6, 6)),  # exactly between both ends: the larger training part
        (8, None, (4, 8)),
        (11, None, (4, 8)),  # somebody is always learned from
        (1, None, (6, 6)),  # and somebody checked on
        (0.001, None, (6, 6)),
        (0.5, 5, (5, 6)),
        (0, 7, (7, 0)),
    ],
)
def test_the_cut_is_at_the_nearest_end_of_a_writer(
    share: float, train_size: int | None, expected: tuple[int, int]
) -> None:
    assert sizes(_spec(share, train_size), 12, FEW) == expected


@pytest.mark.parametrize("share", [0.05, 0.1, 0.2, 0.37, 0.5, 0.9, 0.99, 1, 5, 20, 333, 999])
@pytest.mark.parametrize("name", ["hands", "uji"])
def test_nobody_is_in_both_parts_of_real_handwriting(share: float, name: str) -> None:
    writers = hand_images.writers(name)
    total = writers.ends[-1]
    whose = np.searchsorted(writers.ends, np.arange(total), "right")
    used, held_back = sizes(_spec(share), total, writers)
    assert used + held_back == total
    assert {*whose[:used]}
    assert {*whose[used:]}
    assert not {*whose[:used]} & {*whose[used:]}


def test_the_images_are_split_where_the_numbers_say() -> None:
    parts = split(_spec(7), _data())
    assert parts.y_train.tolist() == [1, 1, 1, 1, 2, 2]
    assert parts.y_validation.tolist() == [3] * 6
    np.testing.assert_allclose(parts.x_validation, 3 / 255)


def test_a_training_size_cannot_reach_into_the_validation_writers() -> None:
    with pytest.raises(InvalidSetting, match=r"train_size is 7, but 6 of the 12 .* after 6 were"):
        sizes(_spec(5, 7), 12, FEW)


@pytest.mark.parametrize("share", [12, 5000])
def test_nothing_left_to_learn_from_is_refused_as_ever(share: int) -> None:
    with pytest.raises(InvalidSetting, match=f"is {share}, but the dataset has 12"):
        sizes(_spec(share), 12, FEW)


def test_the_sentence_says_whose_images_they_are_and_what_was_asked_for() -> None:
    assert in_words(_spec(6), 12, 5, FEW) == (
        "This training learns from 6 images by 2 people, checks itself on 6 by 1 other, and is "
        "tested on 5 by 2 more, whose writing it never saw."
    )
    assert in_words(_spec(9), 12, 5, FEW) == (
        "This training learns from 4 images by one person, checks itself on 8 by 2 others, and is "
        "tested on 5 by 2 more, whose writing it never saw. Nobody's images are split between two "
        "parts, so instead of the 9 images asked for, it checks itself on 8."
    )
    assert in_words(_spec(0, 5), 12, 5, FEW) == (
        "This training learns from 5 images by 2 people, and is tested on 5 by 2 more, whose "
        "writing it never saw."
    )


def test_of_other_datasets_the_sentence_is_as_it_was() -> None:
    assert in_words(_spec(9), 12, 5) == (
        "This training learns from 3 images, checks itself on 9 and is tested on 5 that it never "
        "saw."
    )
