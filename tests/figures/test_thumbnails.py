"""Pictures of weights: blue is positive and orange negative, as in the browser."""

import re
from pathlib import Path

import numpy as np
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


def test_the_live_part_has_the_same_two_colours() -> None:
    accent = re.search(r"--live-accent: var\(--st-primary-color, (#\w+)\)", CSS)
    doubtful = re.search(r"--live-doubtful: (#\w+);", CSS)
    assert accent is not None
    assert doubtful is not None
    assert (accent[1], doubtful[1]) == (style.POSITIVE, style.NEGATIVE)
