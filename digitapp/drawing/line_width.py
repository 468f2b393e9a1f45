"""Measure how wide the lines of some ink are, and make them thinner or thicker."""

from __future__ import annotations

import numpy as np
import scipy
from PIL import Image

from digitapp.drawing.background import Mask
from digitapp.drawing.ink import Ink

FINE_FROM = 0.25  # above this scale lines are only a few pixels wide, and are upsampled first
FINER = 4


def stroke_width(mask: Mask) -> float:
    """Return the mean width of the lines in a mask, in pixels.

    Across a line of width w the distance to its edge is w/4 on average; the distance transform
    measures to the centre of the next pixel, half a pixel too far.
    """
    distance = scipy.ndimage.distance_transform_edt(np.pad(mask, 1))[1:-1, 1:-1]
    return float(4 * (distance[mask].mean() - 0.5))


def with_stroke_width(ink: Ink, change: float) -> Ink:
    """Widen lines by `change` pixels, or thin them when it is negative."""
    mask = ink > 0.5
    inside = scipy.ndimage.distance_transform_edt(np.pad(mask, 1))[1:-1, 1:-1]
    outside = scipy.ndimage.distance_transform_edt(~mask)
    signed = np.where(mask, inside - 0.5, 0.5 - outside)
    return np.clip(signed + change / 2 + 0.5, 0, 1).astype(np.float32)


def with_limited_width(crop: Ink, scale: float, narrowest: float, widest: float) -> Ink:
    """Adjust lines that would be too thin or too thick after scaling the ink by `scale`.

    Args:
        crop: float32 (height, width), 0 paper to 1 ink, without empty borders.
        narrowest, widest: the range of line widths after scaling, in pixels.

    Returns:
        the ink, perhaps with other borders, and with more pixels where `scale` is large.
    """
    crop = crop / crop.max()  # find the lines even where all ink is faint
    width = stroke_width(crop > 0.5) * scale
    fitting = min(max(width, narrowest), widest)
    if fitting == width:
        return crop
    if scale > FINE_FROM:  # so that lines can change by fractions of a pixel
        size = (crop.shape[1] * FINER, crop.shape[0] * FINER)
        crop = np.asarray(Image.fromarray(crop).resize(size, Image.Resampling.BICUBIC)).clip(0, 1)
        scale /= FINER
    change = (fitting - width) / scale
    return with_stroke_width(np.pad(crop, max(0, int(np.ceil(change / 2)))), change)
