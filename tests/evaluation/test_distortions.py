"""Distortions do what their sliders say, measured on the images."""

import numpy as np
import pytest
from numpy.typing import NDArray

from digitapp.drawing.line_width import stroke_width
from digitapp.drawing.preprocessing import placed_strokes, stroke_image
from digitapp.drawing.strokes import Drawing, from_points
from digitapp.errors import InvalidSetting
from digitapp.evaluation.distortions import (
    DISTORTIONS,
    Distortion,
    Scale,
    distorted,
    image,
    practised,
)
from digitapp.training.spec import Augmentation
from tests.digits import DIGITS

Array = NDArray[np.float32]

SMALL = Distortion(size=50)  # so that nothing leaves the image


def _placed(digit: int) -> Drawing:
    return placed_strokes(from_points(DIGITS[digit], 20))


def _image(digit: int, how: Distortion, again: bool = False) -> Array:
    return image(distorted(_placed(digit), how), again)


def _mass(picture: Array) -> NDArray[np.float64]:
    """Return the centre of mass, as x and y in pixels."""
    rows, columns = np.indices(picture.shape)
    total = picture.sum(dtype=np.float64)
    return np.array([(columns * picture).sum() / total, (rows * picture).sum() / total])


def _extent(picture: Array) -> int:
    """Return the longest side of the ink's bounding box, in pixels."""
    rows, columns = np.nonzero(picture > 0.5)
    return int(max(np.ptp(rows), np.ptp(columns))) + 1


def _difference(picture: Array, other: Array) -> float:
    return float(np.abs(picture - other).mean())


@pytest.mark.parametrize("digit", DIGITS)
def test_without_distortion_it_is_what_the_network_reads_on_the_draw_page(digit: int) -> None:
    undistorted = _image(digit, Distortion())
    assert undistorted.shape == (28, 28)
    assert undistorted.dtype == np.float32
    assert undistorted.min() == 0
    assert undistorted.max() == 1
    assert _difference(undistorted, stroke_image(from_points(DIGITS[digit], 20))) < 0.01


@pytest.mark.parametrize("digit", [2, 4, 7])
@pytest.mark.parametrize(("right", "down"), [(4, 0), (0, -5), (-3.5, 2.5)])
def test_a_shift_moves_the_centre_of_mass_by_as_many_pixels(
    digit: int, right: float, down: float
) -> None:
    before = _image(digit, SMALL)
    after = _image(digit, Distortion(shift_x=right, shift_y=down, size=50))
    np.testing.assert_allclose(_mass(after) - _mass(before), [right, down], atol=0.05)


@pytest.mark.parametrize("digit", DIGITS)
def test_twice_a_quarter_turn_is_half_a_turn(digit: int) -> None:
    quarter = Distortion(rotation=90)
    twice = distorted(distorted(_placed(digit), quarter), quarter)
    half = distorted(_placed(digit), Distortion(rotation=180))
    for stroke, other in zip(twice, half, strict=True):
        np.testing.assert_allclose(stroke.points, other.points, atol=1e-9)


@pytest.mark.parametrize("digit", [2, 5, 7])
def test_a_rotation_turns_clockwise_about_the_middle_of_the_picture(digit: int) -> None:
    turned, upright = _image(digit, Distortion(rotation=90)), _image(digit, Distortion())
    assert _difference(turned, np.rot90(upright, -1)) < 0.03
    assert _difference(turned, np.rot90(upright, 1)) > 0.1


@pytest.mark.parametrize("digit", [1, 3, 8])
@pytest.mark.parametrize("size", [40, 70, 120])
def test_the_size_scales_the_line_and_not_the_pen(digit: int, size: float) -> None:
    line = _extent(_image(digit, Distortion())) - 2.5
    now = _image(digit, Distortion(size=size))
    assert _extent(now) == pytest.approx(line * size / 100 + 2.5, abs=1.1)


@pytest.mark.parametrize("pen", [1.5, 2.5, 4, 6])
def test_the_line_is_as_wide_as_the_pen(pen: float) -> None:
    straight = placed_strokes(from_points([[[40, 60], [240, 60]]], 20))
    found = image(distorted(straight, Distortion(pen=pen)))
    assert found[:, 14].sum() == pytest.approx(pen, abs=0.3)
    if pen > 2:  # in a mask, half a pixel counts as 0 or 1
        assert stroke_width(found > 0.5) == pytest.approx(pen, abs=0.6)
    assert _image(3, Distortion(pen=pen)).sum() > _image(3, Distortion(pen=pen - 0.5)).sum()


@pytest.mark.parametrize(
    "how",
    [
        Distortion(shift_x=8, shift_y=-6),
        Distortion(size=40),
        Distortion(size=150),
        Distortion(pen=8),
    ],
)
@pytest.mark.parametrize("digit", [4, 9])
def test_preparing_again_undoes_shift_size_and_pen(digit: int, how: Distortion) -> None:
    upright = stroke_image(from_points(DIGITS[digit], 20))
    assert _difference(_image(digit, how), upright) > 0.05
    assert _difference(_image(digit, how, again=True), upright) < 0.02


def test_preparing_again_does_not_undo_a_rotation() -> None:
    upright = stroke_image(from_points(DIGITS[4], 20))
    assert _difference(_image(4, Distortion(rotation=60), again=True), upright) > 0.05


def test_at_the_ends_of_all_scales_there_is_still_a_picture() -> None:
    for end in ("low", "high"):
        how = Distortion(**{name: getattr(scale, end) for name, scale in DISTORTIONS.items()})
        found = _image(8, how)
        assert np.isfinite(found).all()
        assert found.max() > 0


@pytest.mark.parametrize("name", DISTORTIONS)
@pytest.mark.parametrize("value", [1000, -1000, float("nan"), "5", None])
def test_a_value_beyond_its_scale_is_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(InvalidSetting, match=f"{DISTORTIONS[name].title} is"):
        Distortion(**{name: value})


@pytest.mark.parametrize("scale", DISTORTIONS.values(), ids=DISTORTIONS)
def test_a_scale_goes_in_even_steps_past_the_undistorted(scale: Scale) -> None:
    values = scale.values
    assert (values[0], values[-1]) == (scale.low, scale.high)
    np.testing.assert_allclose(np.diff(values), scale.step)
    assert scale.start in values
    assert 20 <= len(values) <= 80


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("rotation", 40, "+40°"),
        ("rotation", -180, "-180°"),
        ("shift_x", 0, "0 px"),
        ("shift_y", 2.5, "+2.5 px"),
        ("size", 130, "130 %"),
        ("pen", 2.5, "2.5 px"),
    ],
)
def test_a_value_in_words(name: str, value: float, words: str) -> None:
    assert DISTORTIONS[name].in_words(value) == words


@pytest.mark.parametrize(
    ("name", "how", "words"),
    [
        ("rotation", Augmentation(rotate=15), "digits were turned by up to 15°."),
        ("shift_y", Augmentation(shift=2), "digits were shifted by up to 2 px."),
        ("size", Augmentation(scale=0.15), "digits were made larger or smaller by up to 15 %."),
        ("pen", Augmentation(thickness=0.5), "digits were drawn with thicker and thinner lines."),
        ("rotation", Augmentation(shift=2), "no digit was turned."),
    ],
)
def test_what_a_network_practised_in_words(name: str, how: Augmentation, words: str) -> None:
    assert practised(name, how) == f"During training, {words}"
