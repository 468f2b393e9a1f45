"""Photographs of paper and boards: ink is found where it was drawn, and nowhere else."""

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from digitapp.drawing import IMAGE_SIDE
from digitapp.drawing.background import lines_are_darker
from digitapp.drawing.ink import Keep, extract
from digitapp.drawing.preprocessing import from_image
from digitapp.errors import Blank
from tests.photographs import CASES, Photograph, photograph

REDUCED = 2
SEEDS = (5, 12, 24, 38)
HARD = {"school desk": 0.3, "pencil on rules": 0.35, "pencil on squares": 0.35}
Mask = NDArray[np.bool_]


def _grey(picture: Image.Image) -> NDArray[np.float64]:
    return np.asarray(picture.convert("L").reduce(REDUCED), dtype=np.float64)


def _drawn(taken: Photograph) -> Mask:
    return np.asarray(Image.fromarray(taken.ink).convert("L").reduce(REDUCED)) > 127


def _misses(found: Mask, drawn: Mask) -> tuple[float, float]:
    """Return missed ink and false ink, as shares of the true ink."""
    around = ndimage.binary_dilation(drawn, iterations=3)
    near = ndimage.binary_dilation(found, iterations=2)
    return float((drawn & ~near).sum() / drawn.sum()), float((found & ~around).sum() / drawn.sum())


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("case", CASES)
def test_the_digit_is_found_where_it_was_drawn_and_nothing_much_elsewhere(
    case: str, seed: int
) -> None:
    taken = photograph(case, seed)
    missing, elsewhere = _misses(extract(_grey(taken.picture)) > 0.4, _drawn(taken))
    assert missing < HARD.get(case, 0.1)
    assert elsewhere < 0.1


@pytest.mark.parametrize("case", ["ruled paper", "framed", "finger", "edge of the sheet"])
def test_all_writing_is_kept_and_what_is_none_goes(case: str) -> None:
    taken = photograph(case, 12)
    found = extract(_grey(taken.picture), Keep.WRITING) > 0.4
    missing, elsewhere = _misses(found, _drawn(taken))
    assert missing < 0.1
    assert elsewhere < 0.1


def test_writing_that_fills_the_picture_to_its_edge_is_writing() -> None:
    taken = photograph("blurred", 7)
    rows, columns = np.flatnonzero(taken.ink.any(axis=1)), np.flatnonzero(taken.ink.any(axis=0))
    tight = (columns[0] + 2, rows[0] + 2, columns[-1] - 1, rows[-1] - 1)
    grey = np.asarray(taken.picture.convert("L").crop(tight), dtype=np.float64)
    found = extract(grey, Keep.WRITING) > 0.4
    drawn = taken.ink[tight[1] : tight[3], tight[0] : tight[2]]
    assert (found & drawn).sum() > 0.9 * drawn.sum()


@pytest.mark.parametrize("seed", [8, 14, 18, 28, 38, 48])
@pytest.mark.parametrize("case", ["uneven light", "shadow", "chalk on black", "small"])
def test_dark_and_light_lines_are_told_apart_however_narrow_their_gaps(
    case: str, seed: int
) -> None:
    grey = _grey(photograph(case, 1000 + seed).picture)
    assert lines_are_darker(grey) == (case != "chalk on black")


def _odd() -> dict[str, NDArray[np.uint8]]:
    rng = np.random.default_rng(0)
    board = np.indices((90, 70)).sum(axis=0)
    half = np.zeros((300, 260))
    half[:, 130:] = 255
    return {
        "white": np.full((300, 200), 255),
        "black": np.zeros((300, 200)),
        "one pixel wide": rng.integers(0, 256, (300, 1)),
        "one pixel high": rng.integers(0, 256, (1, 300)),
        "one pixel": np.full((1, 1), 7),
        "one dark pixel": np.pad([[0]], 150, constant_values=255),
        "checkerboard": board % 2 * 255,
        "large checkerboard": board // 9 % 2 * 255,
        "half and half": half,
        "stripes": np.indices((300, 300))[0] // 7 % 2 * 200,
        "all noise": rng.integers(0, 256, (300, 240)),
        "noise of two levels": rng.integers(0, 2, (300, 240)) * 255,
        "a ramp": np.linspace(0, 255, 260 * 240).reshape(260, 240),
        "a long strip": rng.normal(200, 5, (2, 900)).clip(0, 255),
    }  # type: ignore[return-value]


@pytest.mark.parametrize("keep", Keep)
@pytest.mark.parametrize("odd", _odd())
def test_an_odd_picture_is_blank_or_a_value(odd: str, keep: Keep) -> None:
    grey = np.asarray(_odd()[odd], dtype=np.float64)
    try:
        ink = extract(grey, keep)
    except Blank:
        return
    assert (ink.shape, ink.dtype) == (grey.shape, np.float32)
    assert 0 <= ink.min() <= ink.max() <= 1


@pytest.mark.parametrize("odd", _odd())
def test_an_odd_picture_is_prepared_or_refused(odd: str) -> None:
    try:
        image = from_image(Image.fromarray(np.asarray(_odd()[odd]).astype(np.uint8))).image
    except Blank:
        return
    assert image.shape == (IMAGE_SIDE, IMAGE_SIDE)
    assert np.isfinite(image).all()


@pytest.mark.parametrize("shade", [30, 128, 220])
@pytest.mark.parametrize("noise", [2, 6])
def test_a_sheet_without_ink_is_blank(shade: int, noise: int) -> None:
    grey = np.random.default_rng(1).normal(shade, noise, (400, 300)).round().clip(0, 255)
    with pytest.raises(Blank):
        extract(grey)


def test_the_same_seed_takes_the_same_photograph() -> None:
    first, again = photograph("school desk", 7), photograph("school desk", 7)
    np.testing.assert_array_equal(np.asarray(first.picture), np.asarray(again.picture))


def test_the_photographs_of_different_seeds_differ() -> None:
    pictures = [np.asarray(photograph("shadow", seed).picture, dtype=int) for seed in (3, 13, 23)]
    for one, other in itertools.combinations(pictures, 2):
        assert np.abs(one - other).mean() > 1
