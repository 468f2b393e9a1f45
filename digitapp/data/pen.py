"""The dataset `pen`: synthetic digits drawn by the project itself, so that it works offline.

Each image starts from one of the hand-designed styles of `pen_styles`. Its points are jittered, its
strokes shortened or lengthened, and the whole is bent, slanted, stretched and drawn with a pen of
varying width and pressure. The images are fitted as MNIST's were: longest side 20 pixels, centre
of mass on the pixel (14, 14).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitapp.data import image_cache
from digitapp.data.array_files import Arrays, Images, Labels
from digitapp.data.pen_styles import STYLES, Style, StyleStroke, curve
from digitapp.drawing import IMAGE_SIDE, coverage
from digitapp.drawing.digit import CENTRE

Values = NDArray[np.float64]

VERSION = 1  # increase it when the same seed gives different images than before
COUNTS = (60_000, 10_000)
PART_SEEDS = (20_260_001, 20_260_002)

INK_SIDE = 20
DRAWN_AT_ONCE = 256  # 20 x 20 x 256 distances stay in a core's cache

# Variation between writers: standard deviations, as shares of the box unless stated otherwise.
SHAKE = 0.022
ENDS = (-0.3, 0.35)  # range by which a stroke's first and last segment is lengthened
STROKE_SHIFT, STROKE_SCALE = 0.025, 0.07
MIDDLE_SPREAD = 0.22  # how much the halves of a digit differ in size
WAVES, WAVE_HEIGHT, WAVE_COUNT = 3, 0.022, 0.7  # number, height, periods across the box
WOBBLE = 0.006
ASPECT = 0.18  # of the logarithm
SLANT, SLANT_SPREAD = 0.12, 0.22  # sideways shift per unit of height
TURN = 0.07  # radians
PEN, PEN_SPREAD, PEN_RANGE = 2.6, 0.24, (1.6, 4.2)  # pixels; spread of the logarithm
PRESSURE = 0.12  # of the pen's width


def load(folder: Path | None = None, counts: tuple[int, int] = COUNTS) -> Arrays:
    """Return the dataset, from its cache file if there is one; otherwise draw and cache it.

    Args:
        folder: the folder of the cache file; by default `digitapp` in the user's cache. If it
            cannot be written, the dataset is drawn each time.
        counts: the numbers of training and test images.

    Returns:
        x_train, y_train, x_test, y_test: images uint8 (n, 28, 28), 0 paper to 255 ink, and
        labels uint8 (n,).
    """
    return image_cache.load(_cache_file(folder), _fingerprint(counts), lambda: _drawn(counts))


def is_cached(folder: Path | None = None, counts: tuple[int, int] = COUNTS) -> bool:
    """Return whether `load` finds the dataset in its cache file, as far as its start tells."""
    return image_cache.is_cached(_cache_file(folder), _fingerprint(counts))


def _cache_file(folder: Path | None) -> Path | None:
    return image_cache.path(f"pen-v{VERSION}", folder)


def _drawn(counts: tuple[int, int]) -> Arrays:
    train, test = (generate(*each) for each in zip(counts, PART_SEEDS, strict=True))
    return *train, *test


def generate(count: int, seed: int) -> tuple[Images, Labels]:
    """Draw equal numbers of each digit, shuffled; the same seed gives the same images.

    Returns:
        images uint8 (count, 28, 28), 0 paper to 255 ink, and labels uint8 (count,), 0 to 9.
    """
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(count) % len(STYLES)).astype(np.uint8)
    images = np.zeros((count, IMAGE_SIDE, IMAGE_SIDE), dtype=np.uint8)
    for style, places in jobs(labels, rng):
        images[places] = draw(style.strokes, len(places), rng, style.pen)
    return images, labels


def draw(
    strokes: Sequence[StyleStroke], count: int, rng: np.random.Generator, pen: float = 1
) -> Images:
    """Draw the same strokes `count` times, varying each image: uint8 (count, 28, 28).

    Args:
        pen: pen width, relative to the usual one.
    """
    path = _path(strokes, count, rng)
    points, radii = _fitted(path, pen * _pen_radii(path, rng))
    return _centred(_inked(points.astype(np.float32), radii.astype(np.float32)))


def write(
    strokes: Sequence[StyleStroke], count: int, rng: np.random.Generator
) -> list[list[Values]]:
    """Return the pen's paths of which `draw` would make images, in the order of the strokes.

    Returns:
        for each of `count` drawings its strokes, float64 (points, 2), x to the right and y down,
        in a box of about 1 x 1.
    """
    path = _path(strokes, count, rng)
    ends = np.cumsum([len(curve(each)) for each in strokes])[:-1]
    return [np.split(each, ends) for each in path]


def _path(strokes: Sequence[StyleStroke], count: int, rng: np.random.Generator) -> Values:
    """Return the points of all strokes, varied for each drawing: (count, points, 2)."""
    path = np.concatenate([_shaken(each, count, rng) for each in strokes], axis=1)
    return _posed(_bent(path, rng), rng)


def jobs(labels: Labels, rng: np.random.Generator) -> Iterator[tuple[Style, NDArray[np.intp]]]:
    """Yield each style with the indices of the labels to draw in it, in batches."""
    for digit, styles in STYLES.items():
        places = np.flatnonzero(labels == digit)
        shares = np.array([style.share for style in styles])
        chosen = rng.choice(len(styles), len(places), p=shares / shares.sum())
        for number, style in enumerate(styles):
            mine = places[chosen == number]
            for start in range(0, len(mine), DRAWN_AT_ONCE):
                yield style, mine[start : start + DRAWN_AT_ONCE]


def _shaken(stroke: StyleStroke, count: int, rng: np.random.Generator) -> Values:
    """Return jittered pen paths of a stroke: (count, points, 2), as shares of the box."""
    points = np.array(stroke.points)
    shaken = points + rng.normal(0, SHAKE, (count, *points.shape))
    for end, inner in ((0, 1), (-1, -2)):
        further = rng.uniform(*ENDS, (count, 1))
        shaken[:, end] += further * (shaken[:, end] - shaken[:, inner])
    path = curve(stroke) @ shaken
    middle = path.mean(axis=1, keepdims=True)
    scale = np.exp(rng.normal(0, STROKE_SCALE, (count, 1, 2)))
    return np.asarray((path - middle) * scale + middle + rng.normal(0, STROKE_SHIFT, scale.shape))


def _bent(path: Values, rng: np.random.Generator) -> Values:
    """Enlarge one half of each digit, and bend it by waves across the whole sheet."""
    count = len(path)
    path = path + rng.normal(0, MIDDLE_SPREAD, (count, 1, 2)).clip(-0.6, 0.6) * path * (1 - path)
    bent = path.copy()
    for _ in range(WAVES):
        turns = path @ rng.normal(0, WAVE_COUNT, (count, 2, 1)) + rng.uniform(0, 1, (count, 1, 1))
        bent += rng.normal(0, WAVE_HEIGHT, (count, 1, 2)) * np.sin(2 * np.pi * turns)
    return bent + WOBBLE * _along(path, 3, 9, rng)


def _along(path: Values, fewest: float, most: float, rng: np.random.Generator) -> Values:
    """Return a wave along each path, `fewest` to `most` periods, -1 to 1: (count, points, 2)."""
    count, points, _ = path.shape
    turns = rng.uniform(fewest, most, (count, 1, 2)) * np.linspace(0, 1, points)[:, np.newaxis]
    return np.asarray(np.sin(2 * np.pi * (turns + rng.uniform(0, 1, (count, 1, 2)))))


def _posed(path: Values, rng: np.random.Generator) -> Values:
    """Stretch, slant and rotate each path."""
    count = len(path)
    x, y = np.moveaxis(path - 0.5, 2, 0)
    x = x * np.exp(rng.normal(0, ASPECT, (count, 1)))
    x = x - rng.normal(SLANT, SLANT_SPREAD, (count, 1)) * y
    angle = rng.normal(0, TURN, (count, 1))
    cos, sin = np.cos(angle), np.sin(angle)
    return np.stack([cos * x - sin * y, sin * x + cos * y], axis=2)


def _pen_radii(path: Values, rng: np.random.Generator) -> Values:
    """Return half the line width at each point, in pixels: (count, points)."""
    count = len(path)
    widths = PEN * np.exp(rng.normal(0, PEN_SPREAD, (count, 1)))
    pressure = 1 + rng.uniform(0, 2 * PRESSURE, (count, 1)) * _along(path, 0.3, 2, rng)[..., 0]
    return np.asarray(widths.clip(*PEN_RANGE) / 2 * pressure)


def _fitted(path: Values, radii: Values) -> tuple[Values, Values]:
    """Scale points and radii to pixels of the 20x20 box, which the ink's longer side fills."""
    extent = (path.max(axis=1) - path.min(axis=1)).max(axis=1)
    room = INK_SIDE - 2 * radii.max(axis=1)
    points = path * (room / extent)[:, np.newaxis, np.newaxis]
    low = (points - radii[..., np.newaxis]).min(axis=1, keepdims=True)
    high = (points + radii[..., np.newaxis]).max(axis=1, keepdims=True)
    scale = INK_SIDE / (high - low).max(axis=2, keepdims=True)
    centred = (points - (low + high) / 2) * scale + INK_SIDE / 2
    return centred, radii * scale[..., 0]


def _inked(points: NDArray[np.float32], radii: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how much ink lies on each pixel of the 20x20 box: (count, 20, 20), 0 to 1.

    A pixel's power with respect to a point (squared distance minus squared radius) is smallest for
    the point whose line covers it most or is nearest; it yields the distance to the centre of a
    line of the mean radius.
    The image axis is last, so that each step runs through contiguous memory.
    """
    middles = np.arange(INK_SIDE, dtype=np.float32) + np.float32(0.5)
    across, down = np.square(points.T[:, :, np.newaxis, :] - middles[:, np.newaxis])
    down -= np.square(radii.T)[:, np.newaxis]
    power = np.full((INK_SIDE, INK_SIDE, len(points)), np.inf, dtype=np.float32)
    one = np.empty_like(power)
    for column, row in zip(across, down, strict=True):
        np.minimum(power, np.add(row[:, np.newaxis], column, out=one), out=power)
    radius = radii.mean(axis=1)
    distance = np.sqrt(np.maximum(power + radius**2, 0))
    return np.moveaxis(coverage.of_distance(distance, radius), 2, 0)


def _centred(box: NDArray[np.float32]) -> Images:
    """Place the boxes in 28x28 images, by whole pixels, with the centres of mass on (14, 14)."""
    mass = box.sum(axis=(1, 2))
    places = np.arange(INK_SIDE)
    middles = [box.sum(axis=axis) @ places / mass for axis in (2, 1)]
    top, left = np.clip(np.rint(CENTRE - np.stack(middles)), 0, IMAGE_SIDE - INK_SIDE).astype(int)
    images = np.zeros((len(box), IMAGE_SIDE, IMAGE_SIDE), dtype=np.uint8)
    rows = (top[:, np.newaxis] + places)[:, :, np.newaxis]
    columns = (left[:, np.newaxis] + places)[:, np.newaxis]
    each = np.arange(len(box))[:, np.newaxis, np.newaxis]
    images[each, rows, columns] = np.rint(box * 255).astype(np.uint8)
    return images


def _fingerprint(counts: tuple[int, int]) -> str:
    """Return a hash that identifies files drawn from exactly these styles, seeds and counts."""
    made_by = repr((VERSION, PART_SEEDS, counts, STYLES))
    return hashlib.sha256(made_by.encode()).hexdigest()
