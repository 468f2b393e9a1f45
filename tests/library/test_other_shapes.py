"""Shapes of none of the classes: plenty, of all kinds, and never one that looks like a class."""

from collections.abc import Callable

import numpy as np
import pytest

from digitapp.data import non_digits
from digitapp.data.more_non_digits import KNOWN
from digitapp.errors import InvalidSetting
from digitapp.library import other_shapes
from digitapp.library.other_shapes import Nearness, features, kept_styles
from digitapp.training.spec import TrainingSpec
from tests.invented_signs import Hand, dataset, images

ALIKE = {  # invented signs, and built-in shapes that look the same
    "spiral": ("spiral",),
    "heart": ("heart",),
    "pi": ("pi",),
    "umbrella": ("umbrella",),
    "hourglass": ("hourglass",),
    "sail": ("boat",),
    "moon": ("moon",),
    "envelope": ("envelope",),
    "comb": ("comb",),
    "two gates": ("m",),
    "lightning": ("lightning",),
}


def near(sign: str, hand: int = 5) -> Nearness:
    return Nearness(images(Hand(hand).drawings(sign, 20)), np.zeros(20, np.uint8))


@pytest.mark.parametrize("sign", ALIKE)
def test_what_looks_like_a_class_is_left_out_and_little_else(sign: str) -> None:
    kept = {style.name for style in kept_styles(near(sign))}
    assert kept.isdisjoint(ALIKE[sign])
    known = {style.name for style in KNOWN} | {"triangle", "plus", "A", "lambda"}
    assert len(kept & known) > 0.9 * len(known)


def test_digits_are_among_the_shapes_unless_they_are_the_classes() -> None:
    digits = Hand(3).drawings("star", 20)
    assert {"oval", "crossing", "with a base"} <= {
        style.name for style in kept_styles(Nearness(images(digits), np.zeros(20, np.uint8)))
    }


def test_no_single_shape_is_as_close_to_a_class_as_its_own_examples() -> None:
    data = dataset(["heart", "spiral", "moon"], [Hand(1)], [Hand(2)])
    found = other_shapes.shapes(data.x_train, data.y_train, 300, seed=0)
    assert found.shape == (300, 28, 28)
    assert found.dtype == np.uint8
    closeness = Nearness(data.x_train, data.y_train)
    own = closeness(features(data.x_test[:10]))
    shapes = closeness(features(found))
    assert np.quantile(shapes, 0.99) < 0.95
    assert np.median(shapes) < 0.8 * np.median(own)


@pytest.mark.parametrize("kind", [non_digits.textures, non_digits.rows])
def test_a_class_like_the_free_shapes_leaves_out_those(
    kind: Callable[[int, np.random.Generator], np.ndarray],
) -> None:
    star = images(Hand(1).drawings("star", 20))
    examples = np.concatenate([star, kind(20, np.random.default_rng(9))])
    labels = np.repeat(np.arange(2, dtype=np.uint8), 20)
    found = other_shapes.shapes(examples, labels, 200, seed=0)
    assert len(found) == 200
    assert (Nearness(examples[20:], labels[20:])(features(found)) < 1).all()


def test_the_same_images_and_seed_give_the_same_shapes_and_another_seed_gives_others() -> None:
    data = dataset(["heart", "spiral"], [Hand(1)], [Hand(2)], 8, 1)
    spec = TrainingSpec(none_of_these=True, validation_split=0.25)
    first, again = (other_shapes.unlike(data, spec) for _ in range(2))
    other = other_shapes.unlike(data, spec.changed({"seed": 1}))
    assert first is not None
    assert again is not None
    assert other is not None
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_there_are_none_unless_they_are_asked_for() -> None:
    data = dataset(["heart", "spiral"], [Hand(1)], [Hand(2)], 4, 1)
    assert other_shapes.unlike(data, TrainingSpec()) is None
    with pytest.raises(InvalidSetting, match="train_size is 99"):
        other_shapes.unlike(data, TrainingSpec(none_of_these=True, train_size=99))


@pytest.mark.parametrize(
    ("images", "classes", "wanted"), [(60, 3, 200), (1000, 10, 300), (60_000, 10, 6000)]
)
def test_a_large_dataset_gets_more_of_them(images: int, classes: int, wanted: int) -> None:
    assert other_shapes.count(images, classes) == wanted
