"""The groups of the second stage: who wrote what is known, and the dataset's own are told apart."""

import numpy as np
import pytest

from digitapp.data import picture_pool
from digitapp.data.picture_pool import OTHER, Figures, Group, beside_hands, drawn, joined


@pytest.fixture(scope="module")
def real() -> Figures:
    """Some digits of three writers."""
    every = picture_pool.real_hands()
    some = np.concatenate([np.flatnonzero(every.writers == writer)[:40] for writer in (0, 31, 89)])
    return Figures([every.paths[n] for n in some], every.labels[some], every.writers[some])


def test_real_hands_are_all_digits_of_ninety_writers() -> None:
    every = picture_pool.real_hands()
    assert len(every.paths) == len(every.labels) == len(every.writers) == 8694
    assert len({*every.writers.tolist()}) == 90


def test_images_keep_labels_and_writers_of_their_figures(real: Figures) -> None:
    group = drawn(real, "redrawn", seed=1)
    assert np.array_equal(group.labels, real.labels)
    assert np.array_equal(group.writers, real.writers)
    assert group.images.shape == (len(real.paths), 28, 28)


def test_parts_and_pairs_belong_to_one_writer_and_are_no_digits(real: Figures) -> None:
    found = beside_hands(real, 60, np.random.default_rng(0))
    assert {*found.labels.tolist()} == {OTHER}
    assert {*found.writers.tolist()} == {0, 31, 89}


def test_groups_are_joined_and_chosen_from_in_step(real: Figures) -> None:
    group = drawn(real, "redrawn", seed=1)
    twice = joined([group, group])
    assert len(twice.images) == 2 * len(group.images)
    mine = twice.chosen(twice.writers == 31)
    assert isinstance(mine, Group)
    assert len(mine.images) == len(mine.labels) == 2 * 20
