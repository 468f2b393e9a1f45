"""Telling ink from paper in a picture: polarity, shade, noise, specks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from digitapp.errors import Blank

Grey = NDArray[np.floating]
Ink = NDArray[np.float32]
Mask = NDArray[np.bool_]

MIN_CONTRAST = 12.0  # grey levels of 255; paper alone varies less than this
CLEAN_SHARE = 0.5  # of the pixels having the same grey: a drawing program's picture
CLEAN_THRESHOLD = 0.2  # of the full contrast; fainter ink counts beside stronger
NOISY_THRESHOLD = 0.3  # above squared paper's lines, below a pencil's
NOISE_DEVIATIONS = 4.0
SPECK_SHARE = 0.08  # of the main component's ink
EDGE_PENALTY = 0.3  # for a component that touches the picture's edge
EIGHT_NEIGHBOURS = np.ones((3, 3), dtype=bool)


def ink_is_darker(grey: Grey) -> bool:
    """Whether the ink is darker than the paper, which is taken to be what lies along the edge."""
    edge = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    difference = grey - np.median(edge)
    darker, lighter = np.minimum(difference, 0), np.maximum(difference, 0)
    return bool((darker**2).sum() >= (lighter**2).sum())


def extract(grey: Grey, keep_specks: bool = False) -> Ink:
    """How much ink lies on each pixel.

    Args:
        grey: (height, width), 0 black to 255 white.
        keep_specks: take all ink for the digit, however small or far away.

    Returns:
        float32 (height, width); 0 is paper, whatever its shade, and 1 the strongest ink.

    Raises:
        Blank: when there is no contrast that could be ink.
    """
    light_paper = grey if ink_is_darker(grey) else 255 - grey
    noisy = _is_noisy(light_paper)
    depth = _paper(light_paper, noisy) - light_paper
    offset, threshold, strongest = _levels(depth, noisy)
    if strongest - offset < MIN_CONTRAST:
        raise Blank("There is nothing on this picture that stands out from its background.")
    mask = depth > threshold
    if not keep_specks:
        mask = _without_specks(mask, depth)
    soft_edge = ndimage.binary_dilation(mask, EIGHT_NEIGHBOURS)
    ink = np.clip((depth - offset) / (strongest - offset), 0, 1)
    return np.where(soft_edge, ink, 0).astype(np.float32)


def stroke_width(mask: Mask) -> float:
    """The mean width of the lines in a mask, in pixels.

    Across a line of width w the distance to its edge is w/4 on average; the transform measures
    to the middle of the next pixel, half a pixel further.
    """
    distance = ndimage.distance_transform_edt(np.pad(mask, 1))[1:-1, 1:-1]
    return float(4 * (distance[mask].mean() - 0.5))


def with_stroke_width(ink: Ink, change: float) -> Ink:
    """Lines made wider by `change` pixels, or narrower when it is negative."""
    mask = ink > 0.5
    inside = ndimage.distance_transform_edt(np.pad(mask, 1))[1:-1, 1:-1]
    outside = ndimage.distance_transform_edt(~mask)
    signed = np.where(mask, inside - 0.5, 0.5 - outside)
    return np.clip(signed + change / 2 + 0.5, 0, 1).astype(np.float32)


def _paper(light_paper: Grey, noisy: bool) -> Grey:
    """The shade of the paper everywhere: what closes over every dark line.

    A grey closing fills whatever is narrower than its window and leaves ramps and steps of
    light, such as shadows, as they are.
    """
    smooth = ndimage.median_filter(light_paper, 3) if noisy else light_paper
    window = max(3, max(light_paper.shape) // 2)
    return np.maximum(ndimage.grey_closing(smooth, (window, window)), light_paper)


def _is_noisy(grey: Grey) -> bool:
    _, counts = np.unique(grey, return_counts=True)
    return bool(counts.max() < CLEAN_SHARE * grey.size)


def _levels(depth: Grey, noisy: bool) -> tuple[float, float, float]:
    """The depth of plain paper, of the faintest ink and of the strongest."""
    count = max(4, depth.size // 2000)
    strongest = float(np.partition(depth.ravel(), -count)[-count:].mean())
    if not noisy:
        return 0.0, CLEAN_THRESHOLD * strongest, strongest
    paper = depth[depth <= strongest / 2]
    offset = float(np.median(paper))
    noise = 1.4826 * float(np.median(np.abs(paper - offset)))
    relative = offset + NOISY_THRESHOLD * (strongest - offset)
    return offset, max(relative, offset + NOISE_DEVIATIONS * noise), strongest


def _without_specks(mask: Mask, depth: Grey) -> Mask:
    """The component with the most ink, and those that are large enough to be parts of it."""
    labels, count = ndimage.label(mask, EIGHT_NEIGHBOURS)
    if count < 2:
        return mask
    numbers = np.arange(1, count + 1)
    weight = ndimage.sum_labels(depth, labels, numbers)
    edge = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    weight = np.where(np.isin(numbers, edge), EDGE_PENALTY * weight, weight)
    kept = numbers[weight >= SPECK_SHARE * weight.max()]
    return np.isin(labels, kept)
