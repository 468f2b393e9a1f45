"""Tilted images, and how sure a network is of its answers."""

import numpy as np
import pytest

from digitapp.evaluation import experiment_checks as checks


def test_images_are_tilted_clockwise_and_keep_their_ink() -> None:
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, 4:14, 13:15] = 255  # a bar from the middle upwards
    found = checks.tilted(image, 30)
    rows, columns = np.nonzero(found[0] > 0.5)
    assert columns[rows.argmin()] > 15, "its upper end is on the right"
    assert found.sum() == pytest.approx(20, rel=0.05)
    assert found.dtype == np.float32
    assert 0 <= found.min() <= found.max() <= 1
    np.testing.assert_allclose(checks.tilted(image, 0), image / np.float32(255), atol=1e-6)


def test_the_images_are_spread_over_all_of_them() -> None:
    assert checks.some(np.zeros((10_000, 1)), 5).tolist() == [0, 2500, 5000, 7499, 9999]
    assert checks.some(np.zeros((3, 1)), 5).tolist() == [0, 1, 2]


class _Fixed:
    """A network with the same answers whatever it gets."""

    class_names = ("a", "b", "c")

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        return np.array([[0.95, 0.05, 0], [0.5, 0.3, 0.2], [0.1, 0.3, 0.6], [0.9, 0.1, 0]])


def test_how_sure_a_network_is_counts_the_probability_of_its_answers() -> None:
    found = checks.certainty(_Fixed(), np.zeros((4, 28, 28)))  # type: ignore[arg-type]
    assert found.mean == pytest.approx((0.95 + 0.5 + 0.6 + 0.9) / 4)
    assert found.very_sure == 0.5
    assert found.called == {"a": 0.75, "b": 0.0, "c": 0.25}
    assert found.favourite == ("a", 0.75)
    assert found.images == 4


def test_the_share_read_right() -> None:
    labels = np.array([0, 1, 2, 0], np.uint8)
    assert checks.right(_Fixed(), np.zeros((4, 28, 28)), labels) == 0.75  # type: ignore[arg-type]
