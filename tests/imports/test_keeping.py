"""A collection becomes a dataset: a test part, mixed, of 28x28 pixels."""

import numpy as np
import pytest

from digitapp.drawing.digit import PREPARATIONS
from digitapp.imports import splitting
from digitapp.imports.finding import NONE
from digitapp.imports.keeping import ready
from digitapp.imports.mends import mended
from tests.imports.collections import digits, signs


def test_what_has_no_test_part_is_split_and_mixed_and_it_is_said() -> None:
    given = digits(120, with_test_part=False)
    found = ready(given, "mine", "mnist")
    assert found.told == (splitting.SPLIT, splitting.MIXED)
    assert len(found.data.x_train) + len(found.data.x_test) == 120
    assert found.data.class_names == given.class_names
    assert found.data.name == "mine"


def test_a_test_part_stays() -> None:
    given = digits(120)
    found = ready(given, "mine", "mnist")
    assert given.test is not None
    assert np.array_equal(found.data.x_test, given.test.images)
    assert found.told == (splitting.MIXED,)


def test_what_was_mixed_and_split_as_a_mend_is_not_mixed_again() -> None:
    given = digits(120, with_test_part=False)
    found = ready(mended(given, {"shuffle": NONE, "split": NONE}), "mine", "mnist")
    once = ready(given, "mine", "mnist")
    assert sorted(found.told) == sorted(once.told)
    assert np.array_equal(found.data.x_train, once.data.x_train)
    assert np.array_equal(found.data.y_test, once.data.y_test)


@pytest.mark.parametrize("preparation", PREPARATIONS)
def test_images_of_another_size_are_made_28x28_and_it_is_said(preparation: str) -> None:
    found = ready(signs((20, 20), side=20), "mine", preparation)
    assert found.data.x_train.shape[1:] == (28, 28)
    assert "Images of 20 x 20 pixels were made 28 x 28, as " in found.told[-1]
