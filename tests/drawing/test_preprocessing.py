"""Preprocessing: whatever was drawn, the network gets the kind of image it learned from."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from digitapp.drawing import IMAGE_SIDE, coverage
from digitapp.drawing.digit import CENTRE, PREPARATIONS, corner, stroke_steps
from digitapp.drawing.fitting import ink_image, picture_image
from digitapp.drawing.preprocessing import (
    from_canvas,
    from_image,
    from_strokes,
    placed_strokes,
    squeezed,
    stroke_image,
)
from digitapp.drawing.strokes import Drawing, Stroke, from_points, paint
from digitapp.errors import Blank
from tests.digits import DIGITS

Array = NDArray[np.float32]

ERASE_ALL = Stroke(np.array([[0.0, 140.0], [280.0, 140.0]]), 600, eraser=True)
PLACES = [(1.0, 0, 0), (0.25, 5, 200), (0.5, 130, 5), (1.15, -20, -20), (0.7, 80, 80)]


def _drawing(digit: int, scale: float = 1, x: float = 0, y: float = 0, pen: float = 20) -> Drawing:
    strokes = [[[a * scale + x, b * scale + y] for a, b in stroke] for stroke in DIGITS[digit]]
    return from_points(strokes, pen)


def _canvas(drawing: Drawing) -> NDArray[np.uint8]:
    return np.asarray(paint(drawing).convert("RGBA"))


def _prepared(digit: int) -> NDArray[np.uint8]:
    """An image made independently, as MNIST's were: Pillow's averaging and a shift."""
    ink = 255 - np.asarray(paint(_drawing(digit, pen=24)))
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    box = Image.fromarray(ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
    size = tuple(max(1, round(each * 20 / max(box.size))) for each in box.size)
    small = np.asarray(box.resize(size, Image.Resampling.BOX)).astype(np.float64)
    small = np.round(small * 255 / small.max()).astype(np.uint8)
    row, column = _mass(small)
    top, left = round(14 - row), round(14 - column)
    image = np.zeros((28, 28), dtype=np.uint8)
    image[top : top + small.shape[0], left : left + small.shape[1]] = small
    return image


def _mass(image: NDArray) -> tuple[float, float]:
    total = image.sum(dtype=np.float64)
    rows, columns = np.arange(image.shape[0]), np.arange(image.shape[1])
    return float(image.sum(axis=1) @ rows / total), float(image.sum(axis=0) @ columns / total)


def _box(image: NDArray) -> NDArray:
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    return image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _difference(image: Array, other: Array) -> float:
    """Return the least mean difference over shifts by one pixel, which rounding may cause."""
    near = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    return min(float(np.abs(np.roll(image, move, (0, 1)) - other).mean()) for move in near)


@pytest.mark.parametrize("inverted", [False, True], ids=["on black", "on white"])
@pytest.mark.parametrize("digit", DIGITS)
def test_an_image_prepared_already_comes_out_as_it_was(digit: int, inverted: bool) -> None:
    image = _prepared(digit)
    found = from_image(Image.fromarray(255 - image if inverted else image))
    assert np.abs(found.image * 255 - image).max() <= 2


@pytest.mark.parametrize("shade", [20, 90, 255])
def test_an_image_prepared_already_keeps_its_loose_ends(shade: int) -> None:
    image = _prepared(0)
    image[13:15, 13:15] = shade  # one in thirty of MNIST's digits has some
    assert np.abs(from_image(Image.fromarray(image)).image * 255 - image).max() <= 2


@pytest.mark.parametrize("place", PLACES, ids=str)
@pytest.mark.parametrize("digit", DIGITS)
def test_it_does_not_matter_where_and_how_large_a_digit_is_painted(
    digit: int, place: tuple[float, float, float]
) -> None:
    there = from_canvas(_canvas(_drawing(digit, *place, pen=20 * place[0])))
    assert _difference(there.image, from_canvas(_canvas(_drawing(digit))).image) < 0.02


@pytest.mark.parametrize("place", PLACES, ids=str)
@pytest.mark.parametrize("digit", DIGITS)
def test_it_does_not_matter_where_how_large_and_with_which_pen_strokes_are_drawn(
    digit: int, place: tuple[float, float, float]
) -> None:
    expected = from_strokes(_drawing(digit)).image
    for pen in (4, 20, 40):
        there = from_strokes(_drawing(digit, *place, pen=pen)).image
        assert _difference(there, expected) < 0.002


@pytest.mark.parametrize("digit", DIGITS)
def test_the_longest_side_is_20_and_the_aspect_ratio_is_kept(digit: int) -> None:
    ink = _box(255 - np.asarray(paint(_drawing(digit))))
    for found in (from_canvas(_canvas(_drawing(digit))), from_strokes(_drawing(digit))):
        height, width = _box(found.image).shape
        assert max(height, width) == 20
        assert width / height == pytest.approx(ink.shape[1] / ink.shape[0], abs=0.11)


@pytest.mark.parametrize("place", PLACES[:3], ids=str)
@pytest.mark.parametrize("digit", DIGITS)
def test_the_centre_of_mass_falls_on_the_centre(
    digit: int, place: tuple[float, float, float]
) -> None:
    drawing = _drawing(digit, *place)
    for found in (from_canvas(_canvas(drawing)), from_strokes(drawing)):
        assert _mass(found.image) == pytest.approx((CENTRE, CENTRE), abs=0.501)


def test_shrinking_averages_blocks_of_pixels() -> None:
    page = np.full((400, 400), 255, dtype=np.uint8)
    page[103:303, 97:123] = page[277:303, 97:217] = 0
    blocks = (page[103:303, 97:217] == 0).reshape(20, 10, 12, 10).mean(axis=(1, 3))
    np.testing.assert_allclose(_box(from_image(Image.fromarray(page)).image), blocks, atol=1e-6)


def test_fashion_mnist_is_fitted_to_28_and_centred_by_its_box() -> None:
    page = np.full((500, 400), 255, dtype=np.uint8)
    cloth = np.random.default_rng(0).integers(1, 150, (280, 140), dtype=np.uint8)
    cloth[:, :1] = 0
    page[120:400, 30:170] = cloth
    expected = np.zeros((28, 28))
    expected[:, 7:21] = (1 - cloth / 255).reshape(28, 10, 14, 10).mean(axis=(1, 3))
    found = from_image(Image.fromarray(page), "fashion_mnist").image
    np.testing.assert_allclose(found, expected / expected.max(), atol=1e-6)


@pytest.mark.parametrize("pen", [3, 6, 12, 20, 28, 40])
@pytest.mark.parametrize("digit", DIGITS)
def test_thin_and_thick_lines_come_out_as_wide_as_the_datasets(digit: int, pen: float) -> None:
    usual = from_strokes(_drawing(digit)).image.sum()
    assert 0.7 < from_canvas(_canvas(_drawing(digit, pen=pen))).image.sum() / usual < 1.35


def test_a_dot_on_the_canvas_is_no_speck() -> None:
    dot = Stroke(np.array([[250.0, 30.0]]), 8)
    with_dot = from_canvas(_canvas((*_drawing(1), dot)))
    assert _box(with_dot.image).shape[1] > _box(from_canvas(_canvas(_drawing(1))).image).shape[1]


@pytest.mark.parametrize("margin", [1, 5, 20, 60])
@pytest.mark.parametrize("digit", DIGITS)
def test_a_digit_may_be_cut_out_tightly(digit: int, margin: int) -> None:
    whole = paint(_drawing(digit))
    ink = Image.fromarray(np.pad(_box(255 - np.asarray(whole)), margin))
    assert _difference(from_image(ink).image, from_image(whole).image) < 0.01


@pytest.mark.parametrize(
    ("ink", "paper"),
    [((0, 0, 0), (255, 255, 255)), ((240, 240, 230), (30, 80, 50)), ((200, 0, 0), (255, 250, 220))],
)
@pytest.mark.parametrize("digit", DIGITS)
def test_ink_is_told_from_paper_by_the_picture_whatever_their_colours(
    digit: int, ink: tuple[int, ...], paper: tuple[int, ...]
) -> None:
    cover = (255 - np.asarray(paint(_drawing(digit)), dtype=np.float64)[:, :, np.newaxis]) / 255
    picture = (np.array(ink) * cover + np.array(paper) * (1 - cover)).astype(np.uint8)
    expected = from_image(paint(_drawing(digit))).image
    np.testing.assert_allclose(from_image(Image.fromarray(picture)).image, expected, atol=0.06)


@pytest.mark.parametrize("shade", [0, 255])
@pytest.mark.parametrize("digit", DIGITS)
def test_a_transparent_canvas_counts_as_paper_for_dark_and_light_ink(
    digit: int, shade: int
) -> None:
    rgba = np.full((280, 280, 4), shade, dtype=np.uint8)
    rgba[:, :, 3] = 255 - np.asarray(paint(_drawing(digit)))
    expected = from_canvas(_canvas(_drawing(digit))).image
    np.testing.assert_allclose(from_canvas(rgba).image, expected, atol=0.01)


@pytest.mark.parametrize("preparation", PREPARATIONS)
@pytest.mark.parametrize("drawing", [(), (*_drawing(3), ERASE_ALL), (ERASE_ALL,)])
def test_without_ink_it_is_blank_and_not_a_guess(drawing: Drawing, preparation: str) -> None:
    with pytest.raises(Blank):
        from_strokes(drawing, preparation)
    with pytest.raises(Blank):
        stroke_image(drawing, preparation)
    with pytest.raises(Blank, match="nothing on this picture"):
        from_canvas(_canvas(drawing), preparation)
    with pytest.raises(Blank, match="nothing on this picture"):
        from_image(paint(drawing), preparation)


def test_a_canvas_that_is_all_transparent_is_blank() -> None:
    with pytest.raises(Blank):
        from_canvas(np.zeros((280, 280, 4), dtype=np.uint8))


@pytest.mark.parametrize("preparation", PREPARATIONS)
@pytest.mark.parametrize(
    "points", [[[140, 140]], [[140.0, 140], [140.02, 140]], [[50, 90], [50, 90]]]
)
def test_a_dot_is_ink(points: list[list[float]], preparation: str) -> None:
    image = from_strokes(from_points([points], 20), preparation).image
    assert _mass(image) == pytest.approx((CENTRE, CENTRE), abs=1)
    assert image.max() > 0.9


@pytest.mark.parametrize("preparation", PREPARATIONS)
@pytest.mark.parametrize("digit", DIGITS)
def test_the_five_steps_are_told_and_the_last_is_what_the_network_reads(
    digit: int, preparation: str
) -> None:
    picture, drawing = paint(_drawing(digit)), _drawing(digit)
    for found, first in (
        (from_canvas(_canvas(drawing), preparation), picture.convert("RGB")),
        (from_image(picture, preparation), picture),
        (from_strokes(drawing, preparation), picture),
    ):
        assert (found.image.shape, found.image.dtype) == ((IMAGE_SIDE, IMAGE_SIDE), np.float32)
        assert len({step.title for step in found.steps}) == len(found.steps) == 5
        assert all(step.title and step.caption.endswith(".") for step in found.steps)
        assert all(step.image.dtype == np.uint8 for step in found.steps)
        np.testing.assert_array_equal(found.steps[0].image, np.asarray(first))
        np.testing.assert_array_equal(found.steps[-1].image, np.round(found.image * 255))


def test_the_first_step_shows_a_picture_in_its_colours() -> None:
    picture = Image.new("RGB", (90, 60), "#ffe0d0")
    picture.paste("#102080", (30, 10, 40, 50))
    np.testing.assert_array_equal(from_image(picture).steps[0].image, np.asarray(picture))


@pytest.mark.parametrize("preparation", PREPARATIONS)
@pytest.mark.parametrize("digit", DIGITS)
def test_the_image_without_its_steps_is_the_same(digit: int, preparation: str) -> None:
    drawing = _drawing(digit, 0.6, 30, 50)
    image = from_strokes(drawing, preparation).image
    np.testing.assert_array_equal(stroke_image(drawing, preparation), image)


@pytest.mark.parametrize("pen", [4, 20, 60])
@pytest.mark.parametrize("digit", DIGITS)
def test_strokes_for_fashion_mnist_keep_their_pen_and_fill_the_box(digit: int, pen: float) -> None:
    drawing = _drawing(digit, pen=pen)
    image = stroke_image(drawing, "fashion_mnist")
    picture = from_canvas(_canvas(drawing), "fashion_mnist").image
    assert max(_box(image).shape) == IMAGE_SIDE
    assert image.max() == 1
    assert image.sum() == pytest.approx(picture.sum(), rel=0.25)
    assert _difference(image, picture) < 0.05


def test_strokes_of_two_widths_keep_them_for_fashion_mnist() -> None:
    thin = Stroke(np.array([[20.0, 40.0], [260.0, 40.0]]), 20)
    thick = Stroke(np.array([[40.0, 220.0], [240.0, 220.0]]), 60)
    middle = stroke_image((thin, thick), "fashion_mnist")[:, CENTRE]
    scale = IMAGE_SIDE / 260  # they reach from x = 10 to 270
    assert middle[:CENTRE].sum() == pytest.approx(20 * scale, abs=0.01)
    assert middle[CENTRE:].sum() == pytest.approx(60 * scale, abs=0.01)


@pytest.mark.parametrize("side", range(2, 28))
def test_a_box_that_balances_between_two_pixels_goes_to_the_even_one(side: int) -> None:
    ink = np.random.default_rng(side).random((side, side), dtype=np.float32)
    balanced = ink + ink[::-1] + ink[:, ::-1] + ink[::-1, ::-1]
    even = round(CENTRE - (side - 1) / 2)
    top = min(even, IMAGE_SIDE - side)
    assert corner(balanced, PREPARATIONS["mnist"]) == (top, top)


def test_erased_ink_is_gone_from_the_image() -> None:
    mistake = Stroke(np.array([[220.0, 60.0], [220.0, 220.0]]), 20)
    rub = Stroke(np.array([[220.0, 40.0], [220.0, 250.0]]), 60, eraser=True)
    expected = from_strokes(_drawing(1)).image
    assert _difference(from_strokes((*_drawing(1), mistake)).image, expected) > 0.02
    np.testing.assert_array_equal(from_strokes((*_drawing(1), mistake, rub)).image, expected)


@pytest.mark.parametrize("digit", DIGITS)
def test_the_squeezed_way_takes_the_whole_picture_as_it_is(digit: int) -> None:
    picture = paint(_drawing(digit, 0.5, 100, 20))
    blocks = 1 - np.asarray(picture).reshape(28, 10, 28, 10).mean(axis=(1, 3)) / 255
    found = squeezed(picture)
    assert (found.shape, found.dtype) == ((28, 28), np.float32)
    assert np.abs(found - blocks).mean() < 0.02
    chalk = Image.fromarray(255 - np.asarray(picture))
    np.testing.assert_allclose(squeezed(chalk), found, atol=0.01)


@pytest.mark.parametrize("digit", DIGITS)
@pytest.mark.parametrize(("scale", "x", "y"), PLACES)
def test_placed_strokes_are_the_image_before_it_has_pixels(
    digit: int, scale: float, x: float, y: float
) -> None:
    drawing = _drawing(digit, scale, x, y)
    placed = placed_strokes(drawing)
    assert {stroke.width for stroke in placed} == {PREPARATIONS["mnist"].pen}
    ink = coverage.of_strokes(placed, (IMAGE_SIDE, IMAGE_SIDE))
    np.testing.assert_allclose(ink, stroke_image(drawing), atol=1e-6)


def test_placed_strokes_of_an_erased_drawing_are_none() -> None:
    with pytest.raises(Blank):
        placed_strokes((*_drawing(3), ERASE_ALL))


@pytest.mark.parametrize("strength", [0.02, 0.3, 0.5, 1.0])
def test_ink_that_is_faint_all_over_is_prepared_as_if_it_were_strong(strength: float) -> None:
    ink = 1 - np.asarray(paint(from_points(DIGITS[3], 20)), dtype=np.float32) / 255
    faint, strong = (ink_image(ink * np.float32(s)) for s in (strength, 1))
    np.testing.assert_allclose(faint, strong, atol=1e-3)


@pytest.mark.parametrize("preparation", PREPARATIONS)
def test_a_picture_s_image_is_the_same_without_its_steps(preparation: str) -> None:
    picture = paint(_drawing(5, 0.6, 30, 20))
    expected = from_image(picture, preparation).image
    assert np.array_equal(picture_image(picture, preparation), expected)
    prepared = Image.fromarray((expected * 255).astype(np.uint8))
    assert np.array_equal(
        picture_image(prepared, preparation), from_image(prepared, preparation).image
    )


@pytest.mark.parametrize("preparation", PREPARATIONS)
def test_the_steps_of_strokes_are_known_without_preparing_any(preparation: str) -> None:
    steps = from_strokes(from_points(DIGITS[7], 20), preparation).steps
    told = stroke_steps(PREPARATIONS[preparation])
    assert told == tuple((step.title, step.caption) for step in steps)
    assert f"{PREPARATIONS[preparation].box}x{PREPARATIONS[preparation].box}" in told[3][1]
