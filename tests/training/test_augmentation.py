"""Augmentation: each kind of change, measured on images and compared with SciPy's."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from digitapp.data.datasets import Dataset
from digitapp.training.augmentation import augment
from digitapp.training.spec import Augmentation

Image = NDArray[np.float32]

COUNT = 64
ROWS, COLUMNS = np.indices((28, 28))
MIDDLE = np.array([13.5, 13.5])


def _blob() -> Image:
    """A smooth blob, wider than tall and a little off the centre."""
    down, right = (ROWS - 12.5) / 2, (COLUMNS - 14.5) / 3.5
    return np.exp(-(down**2 + right**2) / 2).astype(np.float32)


BLOB = _blob()
BLOBS = np.stack([BLOB] * COUNT)


def _augmented(images: Image, how: Augmentation, seed: int = 0) -> Image:
    return np.asarray(augment(images, [seed, 0], how))


def _centre(image: Image) -> NDArray[np.float64]:
    return np.array([(ROWS * image).sum(), (COLUMNS * image).sum()]) / image.sum()


def _covariance(image: Image) -> NDArray[np.float64]:
    down, right = ROWS - _centre(image)[0], COLUMNS - _centre(image)[1]
    return (
        np.array([[(a * b * image).sum() for b in (down, right)] for a in (down, right)])
        / image.sum()
    )


def _by_scipy(matrix: list[list[float]]) -> Image:
    """Transform the blob by a linear map of rows and columns about the image's centre."""
    back = np.linalg.inv(np.array(matrix))
    return ndimage.affine_transform(BLOB, back, MIDDLE - back @ MIDDLE, order=1)


def _assert_drawn_from(values: NDArray[np.float64], limit: float) -> None:
    """Check that all are within the limit, allowing for interpolation, and come near both ends."""
    assert limit * 0.92 < np.abs(values).max() < limit * 1.15
    assert values.min() < -limit * 0.8
    assert values.max() > limit * 0.8


def test_no_augmentation_changes_nothing(toy: Dataset) -> None:
    images = toy.x_train[:20].astype(np.float32) / 255
    np.testing.assert_allclose(_augmented(images, Augmentation()), images, atol=1e-6)


def test_the_same_seed_gives_the_same_changes_and_another_seed_gives_others() -> None:
    how = Augmentation(rotate=15, shift=2, scale=0.1, slant=0.2, thickness=0.5)
    first = _augmented(BLOBS, how, seed=3)
    np.testing.assert_array_equal(_augmented(BLOBS, how, seed=3), first)
    assert (_augmented(BLOBS, how, seed=4) != first).any()


@pytest.mark.parametrize("kind", ["rotate", "shift", "scale", "slant", "thickness"])
def test_each_image_is_changed_in_its_own_way(kind: str) -> None:
    found = _augmented(BLOBS, Augmentation(**{kind: 0.5}))
    assert len(np.unique(found.reshape(COUNT, -1), axis=0)) == COUNT


def test_shift_moves_by_parts_of_pixels_up_to_its_limit_in_both_directions() -> None:
    found = _augmented(BLOBS, Augmentation(shift=3))
    moves = np.array([_centre(image) for image in found]) - _centre(BLOB)
    for axis in (0, 1):
        _assert_drawn_from(moves[:, axis], 3)
    for image, move in zip(found, moves, strict=True):
        np.testing.assert_allclose(image, ndimage.shift(BLOB, move, order=1), atol=0.01)


def test_rotate_turns_about_the_centre_by_degrees() -> None:
    found = _augmented(BLOBS, Augmentation(rotate=20))
    angles = []
    for image in found:
        (rows, both), (_, columns) = _covariance(image)
        angles.append(np.arctan2(2 * both, columns - rows) / 2)
        cos, sin = np.cos(angles[-1]), np.sin(angles[-1])
        np.testing.assert_allclose(image, _by_scipy([[cos, sin], [-sin, cos]]), atol=0.03)
    _assert_drawn_from(np.degrees(angles), 20)


def test_scale_stretches_width_and_height_each_on_its_own() -> None:
    found = _augmented(BLOBS, Augmentation(scale=0.2))
    before = np.diag(_covariance(BLOB))
    factors = np.sqrt([np.diag(_covariance(image)) / before for image in found])
    for image, (tall, wide) in zip(found, factors, strict=True):
        np.testing.assert_allclose(image, _by_scipy([[tall, 0], [0, wide]]), atol=0.05)
    for axis in (0, 1):
        _assert_drawn_from(factors[:, axis] - 1, 0.2)
    assert abs(np.corrcoef(factors.T)[0, 1]) < 0.5


def test_slant_leans_sideways_by_pixels_per_pixel_of_height() -> None:
    found = _augmented(BLOBS, Augmentation(slant=0.3))
    shears = []
    for image in found:
        (rows, both), _ = _covariance(image)
        shears.append(both / rows)
        np.testing.assert_allclose(image, _by_scipy([[1, 0], [shears[-1], 1]]), atol=0.04)
    _assert_drawn_from(np.array(shears), 0.3)


def test_thickness_blends_towards_scipys_dilation_or_half_as_far_towards_its_erosion(
    toy: Dataset,
) -> None:
    images = toy.x_train[:COUNT].astype(np.float32) / 255
    shares = []
    for before, after in zip(images, _augmented(images, Augmentation(thickness=1)), strict=True):
        grown = ndimage.grey_dilation(before, size=3) - before
        shrunk = ndimage.grey_erosion(before, size=3) - before
        step, sign = (grown, 1) if after.sum() > before.sum() else (shrunk, -1)
        share = float(((after - before) * step).sum() / (step * step).sum())
        np.testing.assert_allclose(after, before + share * step, atol=1e-5)
        shares.append(sign * share)
    assert -0.5 <= min(shares) < -0.25
    assert 0.5 < max(shares) <= 1


def test_values_stay_from_paper_to_ink() -> None:
    images = np.random.default_rng(0).random((COUNT, 28, 28), dtype=np.float32)
    how = Augmentation(rotate=30, shift=4, scale=0.3, slant=0.4, thickness=1)
    found = _augmented(images, how)
    assert found.shape == images.shape
    assert found.dtype == np.float32
    assert 0 <= found.min() < found.max() <= 1


def test_what_comes_in_over_the_edge_is_paper() -> None:
    moved = _augmented(np.ones((COUNT, 28, 28), np.float32), Augmentation(shift=5))
    assert (moved.min(axis=(1, 2)) == 0).mean() > 0.9
