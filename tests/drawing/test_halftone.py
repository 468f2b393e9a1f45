"""Dotted paper, halftones and dithered greys: the digit is read, not the dots."""

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from digitapp.drawing.preprocessing import from_image
from digitapp.errors import Blank
from digitapp.reading.numbers import read_picture as read_number
from digitapp.reading.prediction import Predictor
from digitapp.reading.reader import read_picture
from tests.patterns import WORST, Sheet, dithered, on_dots, screened, written

SIDE = 600
SHEETS: dict[str, Callable[[int], Sheet]] = {
    "a light screen": lambda digit: screened(0.3 * written(digit, SIDE), 8),
    "a coarse screen": lambda digit: screened(0.45 * written(digit, SIDE), 16),
    "a dark screen": lambda digit: screened(0.8 * written(digit, SIDE), 12),
    "two greys": lambda digit: screened(0.1 + 0.4 * written(digit, SIDE), 8),
    "light on dark": lambda digit: screened(0.85 - 0.55 * written(digit, SIDE), 8),
    "ink on grey": lambda digit: screened(0.3 + 0.7 * written(digit, SIDE), 6),
    "fine dots": lambda digit: on_dots(digit, SIDE, 8, 1.5),
    "large dots": lambda digit: on_dots(digit, SIDE, 40, 3),
    "dots and a fine pen": lambda digit: on_dots(digit, SIDE, 15, 2, pen=0.03),
    "scattered dots": lambda digit: dithered(digit, SIDE, 180, 255),
    "scattered dots, grey paper": lambda digit: dithered(digit, SIDE, 0, 190),
}


def _scanned(sheet: Sheet) -> Image.Image:
    """Simulate a scanner: slight blur, slight noise."""
    grain = np.random.default_rng(0).normal(0, 3, sheet.shape)
    seen = ndimage.gaussian_filter(sheet.astype(np.float64), 0.8) + grain
    return Image.fromarray(np.clip(seen, 0, 255).astype(np.uint8))


@pytest.mark.parametrize("scanned", [False, True], ids=["as printed", "scanned"])
@pytest.mark.parametrize("sheet", SHEETS)
def test_a_digit_in_dots_or_on_dots_is_read(
    sheet: str, scanned: bool, recogniser: Predictor
) -> None:
    pictures = [SHEETS[sheet](digit) for digit in (2, 3, 4)]
    shown = [_scanned(each) if scanned else Image.fromarray(each) for each in pictures]
    assert [read_picture(recogniser, each).prediction.sign for each in shown] == ["2", "3", "4"]


@pytest.mark.parametrize("cell", [6, 10])
def test_a_number_in_dots_is_read(cell: int, recogniser: Predictor) -> None:
    tone = 0.45 * np.hstack([written(digit, 300, 0.1) for digit in (5, 2, 7)])
    padded = np.pad(tone, ((0, 600), (0, 0)))
    sheet = Image.fromarray(screened(padded, cell)[:300])
    assert read_number(recogniser, sheet).text == "527"


def test_dots_alone_are_paper() -> None:
    with pytest.raises(Blank, match=r"nothing on this picture that stands out"):
        from_image(Image.fromarray(WORST["dots"](800)))
