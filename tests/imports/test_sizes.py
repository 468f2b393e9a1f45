"""Images of other sizes become what the preparation of MNIST or Fashion-MNIST makes of them."""

import numpy as np
import pytest
from PIL import Image

from digitapp.data import hand_images
from digitapp.imports.sizes import Images, prepared

HANDS = hand_images.load("hands")[2][:200]


def padded(images: Images, height: int, width: int, paper: int = 0) -> Images:
    found = np.full((len(images), height, width), paper, dtype=np.uint8)
    top, left = (height - 28) // 3, (width - 28) // 2
    found[:, top : top + 28, left : left + 28] = images
    return found


def resized(images: Images, side: int) -> Images:
    return np.stack([np.asarray(Image.fromarray(each).resize((side, side))) for each in images])


def distance(found: Images, wanted: Images) -> float:
    return float(np.abs(found.astype(int) - wanted.astype(int)).mean())


def test_images_of_28_pixels_stay_as_they_are() -> None:
    assert prepared(HANDS) is HANDS


@pytest.mark.parametrize("size", [(32, 32), (40, 60), (64, 30)])
def test_prepared_digits_with_more_paper_around_them_come_back_exactly(
    size: tuple[int, int],
) -> None:
    assert (prepared(padded(HANDS, *size)) == HANDS).all(axis=(1, 2)).mean() > 0.98


@pytest.mark.parametrize("side", [20, 24, 56, 100])
def test_scaled_digits_come_back_nearly(side: int) -> None:
    found = prepared(resized(HANDS, side))
    assert found.shape == HANDS.shape
    assert distance(found, HANDS) < 16 < distance(np.roll(HANDS, 3, axis=2), HANDS)


def test_the_longest_side_is_20_pixels_and_the_strongest_ink_255() -> None:
    long = np.zeros((2, 50, 90), dtype=np.uint8)
    long[0, 20:30, 10:80] = 100
    long[1, 5:45, 40:44] = 30
    found = prepared(long)
    assert found.max(axis=(1, 2)).tolist() == [255, 255]
    assert [np.count_nonzero(each.any(axis=1)) for each in found] == [3, 20]
    assert [np.count_nonzero(each.any(axis=0)) for each in found] == [20, 2]


def test_paper_that_is_not_quite_black_and_noise_are_left_out() -> None:
    noise = np.random.default_rng(1).normal(0, 5, (len(HANDS), 60, 60))
    noisy = np.clip(padded(HANDS, 60, 60).astype(float) + 20 + noise, 0, 255).astype(np.uint8)
    assert distance(prepared(noisy), HANDS) < 16


def test_an_image_without_ink_is_black() -> None:
    assert not prepared(np.full((2, 40, 40), 7, dtype=np.uint8)).any()


def test_clothes_fill_the_image_and_keep_their_greys() -> None:
    box = np.zeros((1, 64, 64), dtype=np.uint8)
    box[0, 10:50, 20:40] = 120
    found = prepared(box, "fashion_mnist")[0]
    rows, columns = found.any(axis=1), found.any(axis=0)
    assert (np.count_nonzero(rows), np.count_nonzero(columns)) == (28, 14)
    assert found.max() == 120


def test_many_images_are_prepared_like_one(monkeypatch: pytest.MonkeyPatch) -> None:
    some = padded(HANDS[:20], 50, 41, paper=9)
    alone = np.concatenate([prepared(each[None]) for each in some])
    assert np.array_equal(prepared(some), alone)
    monkeypatch.setattr("digitapp.imports.sizes.AT_ONCE", 3 * 50 * 41)
    assert np.array_equal(prepared(some), alone)
