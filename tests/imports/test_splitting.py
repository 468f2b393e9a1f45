"""Images set aside for testing, the same of every class, and mixed."""

import numpy as np
import pytest

from digitapp.errors import InvalidSetting
from digitapp.imports.splitting import mixed, with_test_part
from tests.imports.collections import digits, signs


def test_one_in_six_of_each_class_is_set_aside() -> None:
    found = with_test_part(signs((60, 600, 12)))
    assert found.test is not None
    assert np.bincount(found.test.labels).tolist() == [10, 100, 2]
    assert np.bincount(found.train.labels).tolist() == [50, 500, 10]


def test_every_image_is_in_one_part_always_the_same() -> None:
    given = signs((30, 40))
    found, again = with_test_part(given), with_test_part(given)
    assert found.test is not None
    assert again.test is not None
    assert np.array_equal(found.test.images, again.test.images)
    both = np.concatenate([found.train.images, found.test.images])
    assert sorted(map(bytes, both)) == sorted(map(bytes, given.train.images))


@pytest.mark.parametrize(
    ("counts", "tested"), [((4, 5, 3), [1, 1, 0]), ((3, 2, 1), [1, 1, 0]), ((20, 1), [3, 0])]
)
def test_small_classes_give_one_image_or_none(counts: tuple[int, ...], tested: list[int]) -> None:
    found = with_test_part(signs(counts))
    assert found.test is not None
    assert np.bincount(found.test.labels, minlength=len(counts)).tolist() == tested


def test_single_images_cannot_be_split() -> None:
    with pytest.raises(InvalidSetting, match="3 images, one of a class, are too few"):
        with_test_part(signs((1, 1, 1)))


def test_a_test_part_is_kept_as_it_is() -> None:
    given = digits(50)
    assert with_test_part(given) is given


def test_the_training_images_are_mixed_always_in_the_same_way() -> None:
    given = digits(100)
    found = mixed(given)
    order = [[*map(bytes, given.train.images)].index(bytes(image)) for image in found.train.images]
    assert sorted(order) == [*range(80)] != order
    assert np.array_equal(found.train.labels, given.train.labels[order])
    assert np.array_equal(found.train.images, mixed(given).train.images)
    assert found.test is given.test
