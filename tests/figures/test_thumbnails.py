"""Pictures of weights: blue is positive and orange negative, as in the browser."""

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import ImageColor

import digitapp.live
from digitapp.figures import style, thumbnails

CSS = (Path(digitapp.live.__file__).parent / "live.css").read_text("utf-8")


def _middle(number: int) -> tuple[int, int, int]:
    """Return the colour of one of four nodes, whose weights are alike."""
    weights = np.ones((4, 28, 28)) * np.reshape([1, -1, 0, 0.25], (4, 1, 1))
    sheet = thumbnails.weight_sheet(weights.astype(np.float16), columns=4).convert("RGB")
    red, green, blue = sheet.getpixel((number * sheet.width // 4 + 28, 28))
    return red, green, blue


def test_positive_weights_are_blue_negative_ones_orange_and_zero_is_pale() -> None:
    assert _middle(0) == ImageColor.getrgb(style.POSITIVE)
    assert _middle(1) == ImageColor.getrgb(style.NEGATIVE)
    assert min(_middle(2)) > 240
    red, _, blue = _middle(3)
    assert blue > red > _middle(0)[0]


def test_pictures_of_nodes_have_the_colours_of_the_sheet() -> None:
    weights = np.ones((4, 5, 3)) * np.reshape([1, -1, 0, 0.25], (4, 1, 1))
    pictures = thumbnails.weight_pictures(weights.astype(np.float16))
    assert [each.size for each in pictures] == [(3, 5)] * 4
    for number, picture in enumerate(pictures):
        (colour,) = {found for _, found in picture.convert("RGB").getcolors()}
        assert colour == pytest.approx(_middle(number), abs=8)
    assert pictures[0].convert("RGB").getpixel((0, 0)) == ImageColor.getrgb(style.POSITIVE)


@pytest.mark.parametrize("strange", [0.0, np.inf, np.nan])
def test_nodes_without_weights_that_can_be_drawn_are_pictures_all_the_same(strange: float) -> None:
    (picture,) = thumbnails.weight_pictures(np.full((1, 2, 2), strange))
    assert min(picture.convert("RGB").getpixel((0, 0))) >= 0


def test_one_infinite_weight_hides_no_others() -> None:
    weights = np.reshape([np.inf, -4.0, 4.0, 0.0], (4, 1, 1))
    infinite, negative, positive, none = (
        picture.convert("RGB").getpixel((0, 0)) for picture in thumbnails.weight_pictures(weights)
    )
    assert infinite == positive == ImageColor.getrgb(style.POSITIVE)
    assert negative == ImageColor.getrgb(style.NEGATIVE)
    assert min(none) > 240


def test_the_live_part_has_the_same_two_colours() -> None:
    accent = re.search(r"--live-accent: var\(--st-primary-color, (#\w+)\)", CSS)
    doubtful = re.search(r"--live-doubtful: (#\w+);", CSS)
    assert accent is not None
    assert doubtful is not None
    assert (accent[1], doubtful[1]) == (style.POSITIVE, style.NEGATIVE)
