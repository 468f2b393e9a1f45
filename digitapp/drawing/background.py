"""The background of a picture: the paper's shade in any light, its noise and its printed lines."""

from __future__ import annotations

import itertools
from typing import TypeVar

import numpy as np
import scipy
from numpy.typing import NDArray

Scalar = TypeVar("Scalar", bound=np.generic)
Grey = NDArray[np.floating]
Mask = NDArray[np.bool_]

EIGHT_NEIGHBOURS = np.ones((3, 3), dtype=bool)
CLEAN_SHARE = 0.5  # of the pixels; a drawing program gives at least this many the same grey
PAPER_SHARE, PAPER_EDGE = 0.6, 0.3  # of the picture and its edge; paper covers at least this much
WIDE, NARROW = 2, 10  # divisors of the longest side: windows of the grey closing
FULL_LIGHT = 255.0
DARKEST_PAPER = 16.0  # grey levels; below this, noise would be taken for ink

# Printed lines ("rules"): long, thin and right across the sheet.
RULE_WINDOW = 8  # divisor of the longest side: a rule is straight and unbroken over this length
RULE_LENGTH = 0.5  # of the side it runs along; no digit has a stroke so long and thin
RULE_THICKNESS = 64  # divisor of the longest side; thicker lines are not rules
RULE_STEP = 4  # pixels along a line that are averaged first
RULE_DEPTH = 0.04  # of the light; fainter lines do no harm
RULE_GAP = 0.03  # of that side: largest gap between a rule's end and the picture's edge
MANY_RULES = 5  # this many long lines are rules wherever they end; a frame has only two
DEEPEST_RULE = 0.9
RULE_SPREAD = 1.25  # how much deeper than its mean a rule may be in places

# Polarity of thin lines: side, window sizes and log contrasts of the reduced picture.
SCALE_SIDE = 256
SCALES = (3, 5, 7, 9, 13, 17, 25, 35, 49, 69)
STRONG = 0.5  # of the picture's strongest contrast
STRONG_ENOUGH = 0.35  # about a third of the light; strong in any picture
CLEARLY = 2  # times as many pixels as the other polarity has
GROWTH = 1.5  # from one window size to the next; corners between lines grow faster
DARK_LEVEL = 12.0  # added before the logarithm: a camera's black is not quite black


def is_noisy(grey: Grey) -> bool:
    """Whether a camera or scanner took the picture: a drawing's pixels mostly share one grey."""
    _, counts = np.unique(grey, return_counts=True)
    return bool(counts.max() < CLEAN_SHARE * grey.size)


def edge(values: NDArray[Scalar]) -> NDArray[Scalar]:
    """Return the values along the edge of an array (height, width)."""
    return np.concatenate([values[0], values[-1], values[:, 0], values[:, -1]])


def ink_is_darker(grey: Grey) -> bool:
    """Whether the ink is darker than the paper, assuming that the picture's edge is paper."""
    return _mostly_below_0(grey - np.median(edge(grey)))


def drawn_ink_is_darker(grey: Grey) -> bool:
    """Like `ink_is_darker`, for noise-free pictures; a dark bar along the edge does not mislead it.

    A shade that covers most of the picture and reaches its edge is taken for paper.
    """
    values, counts = np.unique(grey, return_counts=True)
    usual, share = values[counts.argmax()], counts.max() / grey.size
    if share < PAPER_SHARE or (edge(grey) == usual).mean() < PAPER_EDGE:
        return ink_is_darker(grey)
    return _mostly_below_0(grey[1:-1, 1:-1] - usual)


def _mostly_below_0(values: Grey) -> bool:
    return bool((np.minimum(values, 0) ** 2).sum() >= (np.maximum(values, 0) ** 2).sum())


def lines_are_darker(grey: Grey) -> bool:
    """Like `ink_is_darker`, for photographs: judged by the thinnest strong lines, not the edge.

    A sheet on a dark table is light on dark, but it is not a line. A morphological closing fills,
    and an opening removes, whatever is narrower than its window (a granulometry: Matheron,
    "Random Sets and Integral Geometry", 1975). The smallest window in which the lines of one
    polarity are complete decides; if there is none, the edge does.

    Args:
        grey: (height, width), 0 black to 255 white.
    """
    step, small = -(-max(grey.shape) // SCALE_SIDE), grey
    if step <= min(grey.shape):
        height, width = (side // step for side in grey.shape)
        blocks = grey[: height * step, : width * step].reshape(height, step, width, step)
        small = blocks.mean(axis=(1, 3))
    light = np.log(small + DARK_LEVEL)
    count = max(4, light.size // 2000)
    widest = max(strongest_mean(hat, light.size) for hat in _hats(light, SCALES[-1]))
    enough = min(STRONG * widest, STRONG_ENOUGH)
    areas = ([int((hat > enough).sum()) for hat in _hats(light, size)] for size in SCALES)
    for (dark, bright), (dark_next, bright_next) in itertools.pairwise(areas):
        if dark >= max(count, CLEARLY * bright) and dark_next <= GROWTH * dark:
            return True
        if bright >= max(count, CLEARLY * dark) and bright_next <= GROWTH * bright:
            return False
    return ink_is_darker(grey)


def _hats(light: Grey, size: int) -> tuple[Grey, Grey]:
    """Return the black and the white top-hat transform; both grow with the window."""
    window = (size, size)
    closed, opened = (
        scipy.ndimage.grey_closing(light, window),
        scipy.ndimage.grey_opening(light, window),
    )
    return closed - light, light - opened


def strongest_mean(values: Grey, pixels: int) -> float:
    """Average the largest values: as many as a thin line has in a picture of `pixels` pixels."""
    count = min(values.size, max(4, pixels // 2000))
    return float(np.partition(values.ravel(), -count)[-count:].mean())


def even_depth(light_paper: Grey) -> Grey:
    """Return how much darker than its paper each pixel is, in grey levels, without noise."""
    window = _window(light_paper, WIDE)
    return np.maximum(scipy.ndimage.grey_closing(light_paper, window), light_paper) - light_paper


def depth_in_any_light(light_paper: Grey, parts: int) -> Grey:
    """Return the share of the paper's light that each pixel lacks, times 255, in any lighting.

    The paper's shade is estimated by a grey closing, which fills every dark line narrower than its
    window and keeps ramps and steps of light, such as shadows. Printed lines are removed.

    Args:
        light_paper: (height, width), 0 to 255, with ink darker than the paper.
        parts: the window, as a divisor of the longest side.
    """
    paper = scipy.ndimage.grey_closing(_without_grain(light_paper), _window(light_paper, parts))
    paper = np.maximum(np.maximum(paper, light_paper), DARKEST_PAPER)
    missing = 1 - light_paper / paper
    for axis in (0, 1):
        missing = 1 - (1 - missing) / (1 - rules(missing, axis))
    return FULL_LIGHT * np.maximum(missing, 0)


def rules(missing: Grey, axis: int) -> Grey:
    """Return the share of the light that printed lines along an axis absorb; 0 elsewhere.

    An opening with a long line keeps only structures of that length; a second opening with a short
    line across them removes the thin ones, which are the rules. Lines that span less than half of
    the picture are not rules.
    """
    lying = missing if axis == 1 else missing.T
    length, thickness = max(missing.shape) // RULE_WINDOW, 5 + max(missing.shape) // RULE_THICKNESS
    padded = np.pad(lying, ((0, 0), (0, -lying.shape[1] % RULE_STEP)), mode="edge")
    short = padded.reshape(len(lying), -1, RULE_STEP).mean(axis=2)
    smooth = scipy.ndimage.uniform_filter1d(short, 1 + length // (8 * RULE_STEP), axis=1)
    wide = scipy.ndimage.maximum_filter1d(smooth, 3, axis=0)
    long = scipy.ndimage.grey_opening(wide, (1, max(1, length // RULE_STEP)))
    thin = long - scipy.ndimage.grey_opening(long, (thickness, 1))
    labels, _ = scipy.ndimage.label(thin > RULE_DEPTH, EIGHT_NEIGHBOURS)
    numbers = labels.ravel()
    means = np.bincount(numbers, thin.ravel()) / np.maximum(np.bincount(numbers), 1)
    deepest = RULE_SPREAD * means * np.append(False, _run_across(labels))
    found = np.minimum(thin, deepest[labels]).clip(0, DEEPEST_RULE)
    found = np.repeat(found, RULE_STEP, axis=1)[:, : lying.shape[1]]
    return found if axis == 1 else found.T


def _run_across(labels: NDArray[np.integer]) -> Mask:
    """Select the horizontal lines that are rules: long, and ending at the edge or numerous."""
    places = [columns for _, columns in scipy.ndimage.find_objects(labels)]
    ends = np.array([[each.start, each.stop] for each in places]).reshape(-1, 2)
    start, stop = ends.T / labels.shape[1]
    whole = stop - start > RULE_LENGTH
    if whole.sum() < MANY_RULES:
        whole &= (start < RULE_GAP) | (stop > 1 - RULE_GAP)
    return whole


def _without_grain(grey: Grey) -> Grey:
    """Apply a 3x3 median filter, columns first (Paeth, "Graphics Gems", 1990)."""
    padded = np.pad(grey, 1, mode="edge")
    rows = padded[:-2], padded[1:-1], padded[2:]
    low, middle, high = np.minimum.reduce(rows), _median(*rows), np.maximum.reduce(rows)
    return _median(
        np.maximum.reduce(_beside(low)), _median(*_beside(middle)), np.minimum.reduce(_beside(high))
    )


def _beside(padded: Grey) -> tuple[Grey, Grey, Grey]:
    return padded[:, :-2], padded[:, 1:-1], padded[:, 2:]


def _median(a: Grey, b: Grey, c: Grey) -> Grey:
    return np.asarray(np.maximum(np.minimum(a, b), np.minimum(np.maximum(a, b), c)))


def _window(grey: Grey, parts: int) -> tuple[int, int]:
    side = max(3, max(grey.shape) // parts)
    return side, side
