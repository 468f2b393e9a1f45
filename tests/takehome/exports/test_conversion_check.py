"""Agreement of a converted network with the original, in figures and in words."""

import numpy as np
import pytest

from digitapp.takehome.exports.conversion_check import compare_answers, spread

LABELS = np.array([0, 1, 2, 0], dtype=np.uint8)


def _sure(*classes: int) -> np.ndarray:
    return np.eye(3, dtype=np.float32)[list(classes)] * np.float32(0.75) + np.float32(0.0625)


def test_two_networks_are_compared_on_the_same_images() -> None:
    found = compare_answers(_sure(0, 1, 1, 1), _sure(0, 1, 2, 1), LABELS, total=4)
    assert (found.accuracy, found.original, found.agreement) == (0.5, 0.75, 0.75)
    assert found.largest_difference == pytest.approx(0.75)
    assert (found.images, found.total) == (4, 4)


def test_the_sentence_tells_both_accuracies_and_of_how_many_images() -> None:
    all_of_them = compare_answers(_sure(0, 1, 1, 1), _sure(0, 1, 2, 0), LABELS, total=4)
    assert all_of_them.sentence == (
        "It reads 50.00 % of 4 test images right; the network that it was made from reads 100.00 %."
    )
    some = compare_answers(_sure(0, 1, 1, 1), _sure(0, 1, 2, 0), LABELS, total=20_000)
    assert "50.00 % of 4 of the 20,000 test images right" in some.sentence


@pytest.mark.parametrize("most", [1, 3, 10, 100])
def test_images_are_taken_from_all_over_and_none_twice(most: int) -> None:
    values = np.arange(10, dtype=np.uint8)
    found = spread(values, most)
    assert len(found) == len({*found.tolist()}) == min(most, 10)
    assert most == 1 or (found[0], found[-1]) == (0, 9)
