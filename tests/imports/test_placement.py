"""Where the ink lies: as in MNIST, filling the square, or otherwise, which can be mended."""

import numpy as np
import pytest

from digitapp.imports.findings import findings
from digitapp.imports.mends import mended, suggested
from digitapp.imports.placement import placement, preparation
from digitapp.library import second_opinion
from digitapp.reading.prediction import Predictor
from tests.imports.collections import Collection, digits, of_images, signs

GOOD = digits(200)


def _scaled(given: Collection, side: int, down: int = 0) -> Collection:
    """Scale whole images to this side, and put them into 28x28, some pixels off the middle."""
    rows = np.minimum((np.arange(side) + 0.5) * 28 / side, 27).astype(int)

    def change(images: np.ndarray) -> np.ndarray:
        small = images[:, rows][:, :, rows]
        if side >= 28:
            cut = (side - 28) // 2
            return small[:, cut : cut + 28, cut : cut + 28]
        found = np.zeros_like(images)
        top = (28 - side) // 2 + down
        found[:, top : top + side, (28 - side) // 2 :][:, :, :side] = small
        return found

    return of_images(given, change)


def test_digits_are_placed_as_mnist_s() -> None:
    found = placement(GOOD)
    assert found is not None
    assert found.is_like_mnist
    assert preparation(GOOD) == "mnist"


def test_images_that_fill_their_square_are_prepared_as_fashion_mnist() -> None:
    filling = _scaled(GOOD, 38)
    assert preparation(filling) == "fashion_mnist"
    assert preparation(of_images(filling, lambda x: 255 - x)) == "fashion_mnist"
    assert not findings(filling, preparation="fashion_mnist")


@pytest.mark.parametrize(("side", "down"), [(16, 0), (24, 0), (20, 4)])
def test_small_or_shifted_ink_is_noticed_and_mended(side: int, down: int) -> None:
    bad = _scaled(GOOD, side, down)
    (found,) = [each for each in findings(bad) if each.name == "placed_otherwise"]
    good = mended(bad, {"refit": found.images})
    assert not [each for each in findings(good) if each.name == "placed_otherwise"]
    assert good.train.images.shape == GOOD.train.images.shape


def test_what_is_far_off_is_mended_where_it_is_known_to_be_digits(recogniser: Predictor) -> None:
    reader = second_opinion.SecondOpinion(recogniser)
    for bad in (_scaled(GOOD, 14), _scaled(GOOD, 20, down=4)):
        assert "refit" in suggested(findings(bad, reader))
        assert "refit" not in suggested(findings(bad))
    assert "refit" not in suggested(findings(signs((20, 20), side=28), reader))


def test_turned_digits_that_fill_their_square_are_read_all_the_same(recogniser: Predictor) -> None:
    reader = second_opinion.SecondOpinion(recogniser)
    bad = of_images(_scaled(GOOD, 38), lambda x: x.transpose(0, 2, 1))
    assert {*suggested(findings(bad, reader, "fashion_mnist"))} == {"transpose"}


def test_images_of_other_sizes_are_prepared_anyway() -> None:
    assert placement(signs((20, 20), side=20)) is None
    assert preparation(signs((20, 20), side=20)) == "mnist"


def test_empty_images_have_no_placement() -> None:
    assert placement(of_images(GOOD, np.zeros_like)) is None
