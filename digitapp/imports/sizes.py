"""Images of any size, prepared as MNIST's or Fashion-MNIST's were; many at a time.

It is the arithmetic of `drawing.fitting` on arrays, without what photographs need: the ink's box is
scaled, keeping its shape, and put into 28x28. Images that have this size stay as they are.
"""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import NDArray

from digitapp.drawing import IMAGE_SIDE
from digitapp.drawing.digit import CENTRE, PREPARATIONS, Preparation
from digitapp.registry import lookup

Images = NDArray[np.uint8]
Floats = NDArray[np.float32]
Whole = NDArray[np.int64]

AT_ONCE = 4_000_000  # pixels that are prepared together, which bounds the memory
CLEAN_SHARE = 0.5  # of an image's pixels: with as many exactly like paper, every other is ink,
NOISE, NOISE_SHARE = 6, 0.04  # unless more than this share differ by no more than so many greys
NOISY = 0.2  # of a noisy image's contrast: less is no ink
BESIDE = np.ones((1, 3, 3), dtype=bool)  # the pixels around each of an image, which may be paler
LEAST_CONTRAST = 12  # of 255; paper alone varies less than this


def prepared(images: Images, preparation: str = "mnist") -> Images:
    """Prepare images as a dataset's were.

    For `mnist`, what is lighter than an image's border is ink; it is scaled so that its longest
    side is 20 pixels and its strongest ink 255, and its centre of mass is put in the middle. For
    `fashion_mnist`, what differs from the border is scaled to 28 pixels, its greys as they are.

    Args:
        images: uint8 (n, height, width), light ink on dark paper.
        preparation: of `drawing.digit.PREPARATIONS`.

    Returns:
        uint8 (n, 28, 28); black where there is nothing to see.
    """
    how = lookup(PREPARATIONS, "preparation", preparation)
    if images.shape[1:] == (IMAGE_SIDE, IMAGE_SIDE):
        return images
    found = np.zeros((len(images), IMAGE_SIDE, IMAGE_SIDE), dtype=np.uint8)
    step = max(1, AT_ONCE // (images.shape[1] * images.shape[2]))
    for start in range(0, len(images), step):
        some = images[start : start + step]
        found[start : start + step] = np.rint(_prepared(some, how) * 255)
    return found


def _prepared(images: Images, how: Preparation) -> Floats:
    """Prepare some images: float32 (n, 28, 28), 0 to 1."""
    grey = images.astype(np.float32)
    paper = np.rint(np.median(_border(grey), axis=1)).astype(np.float32)
    differs = grey - paper[:, None, None]
    if how.by_mass:
        ink = np.maximum(differs, 0)
        differs = ink
    else:
        ink = grey
        differs = np.abs(differs)
    strongest = differs.max(axis=(1, 2))
    same, near = (differs == 0).mean(axis=(1, 2)), (differs <= NOISE).mean(axis=(1, 2))
    clean = np.logical_and(same >= CLEAN_SHARE, near - same <= NOISE_SHARE)
    faintest = np.where(clean, 0, NOISY) * strongest
    mask = differs > faintest[:, None, None]
    seen = strongest >= LEAST_CONTRAST
    mask &= seen[:, None, None]
    if how.by_mass:
        soft = scipy.ndimage.binary_dilation(mask, BESIDE)
        ink = np.where(mask | (soft & (differs > faintest[:, None, None] / 2)), ink, np.float32(0))
    box = _boxes(mask, clean)
    small = _scaled(ink, box, how.box)
    most = small.max(axis=(1, 2)) if how.by_mass else np.full(len(small), 255, dtype=np.float32)
    small /= np.maximum(most, 1)[:, None, None]
    small[~seen] = 0
    return _placed(small, box.sizes(how.box), how)


def _border(grey: Floats) -> Floats:
    """Return the pixels along the edge of each image: (n, pixels)."""
    edges = (grey[:, 0], grey[:, -1], grey[:, :, 0], grey[:, :, -1])
    return np.concatenate(edges, axis=1)


class _Boxes:
    """A box in each image: its first row and column, its height and width, int64 (n, 2) each."""

    def __init__(self, first: Whole, length: Whole) -> None:
        self.first, self.length = first, length

    def sizes(self, side: int) -> Whole:
        """Return the boxes' heights and widths, scaled so that the longest is `side`."""
        scale = side / self.length.max(axis=1)
        return np.maximum(1, np.rint(self.length * scale[:, None])).astype(np.int64)


def _boxes(mask: NDArray[np.bool_], clean: NDArray[np.bool_]) -> _Boxes:
    """Return the ink's box in each image, a pixel larger in noisy ones, whose edges are soft."""
    first, last = [], []
    for axis in (2, 1):
        has_ink = np.asarray(mask.any(axis=axis))
        length = has_ink.shape[1]
        start = has_ink.argmax(axis=1)
        end = length - has_ink[:, ::-1].argmax(axis=1)
        soft = (~clean).astype(np.int64)
        first.append(np.maximum(start - soft, 0))
        last.append(np.minimum(end + soft, length))
    top = np.stack(first, axis=1)
    return _Boxes(top, np.stack(last, axis=1) - top)


def _scaled(ink: Floats, box: _Boxes, side: int) -> Floats:
    """Scale what is in the boxes, averaging areas or interpolating: float32 (n, side, side)."""
    sizes = box.sizes(side)
    down = _weights(box.first[:, 0], box.length[:, 0], sizes[:, 0], ink.shape[1], side)
    across = _weights(box.first[:, 1], box.length[:, 1], sizes[:, 1], ink.shape[2], side)
    return np.matmul(np.matmul(down, ink), across.swapaxes(1, 2)).astype(np.float32, copy=False)


def _weights(first: Whole, length: Whole, size: Whole, pixels: int, side: int) -> Floats:
    """Return how much of each pixel of a line goes into each pixel of the scaled line.

    Args:
        first, length: of the part of the line that is scaled, int64 (n,).
        size: its length afterwards, int64 (n,).
        pixels: of the whole line.
        side: of the result's axis; from `size` on, its weights are 0.

    Returns:
        float32 (n, side, pixels), whose rows up to `size` sum to 1.
    """
    scale = (length / size)[:, None]
    low = first[:, None] + np.arange(side) * scale
    at = np.arange(pixels)
    shared = np.minimum((low + scale)[..., None], at + 1) - np.maximum(low[..., None], at)
    last = (first + length - 1)[:, None]
    middle = np.clip(low + scale / 2 - 0.5, first[:, None], last)
    near = 1 - np.abs(at - middle[..., None])
    weights = np.maximum(np.where(scale[..., None] >= 1, shared, near), 0)
    weights /= weights.sum(axis=2, keepdims=True).clip(1e-9)
    weights[np.arange(side) >= size[:, None]] = 0
    return weights.astype(np.float32)


def _placed(small: Floats, sizes: Whole, how: Preparation) -> Floats:
    """Put scaled ink into the middle of 28x28, by its mass or its box, by whole pixels."""
    middle = sizes / 2
    if how.by_mass:
        mass = small.astype(np.float64)
        at = np.arange(small.shape[1])
        total = mass.sum(axis=(1, 2)).clip(1e-9)
        middle = np.stack([mass.sum(axis=2) @ at, mass.sum(axis=1) @ at], axis=1) / total[:, None]
    corner = np.clip(np.rint(CENTRE - middle), 0, IMAGE_SIDE - sizes).astype(np.int64)
    wide = np.pad(small, ((0, 0), (0, 1), (0, 1)))  # the last row and column are paper
    places = np.arange(IMAGE_SIDE) - corner[..., None]
    places = np.where((places < 0) | (places >= small.shape[1]), small.shape[1], places)
    rows = np.take_along_axis(wide, places[:, 0, :, None], axis=1)
    return np.take_along_axis(rows, places[:, 1, None, :], axis=2)
