"""Images of pen paths as the app prepares them: redrawn, painted on a canvas, and photographed.

Networks are trained on them so that what they meet in use is known to them: lines of any width in
few or many pixels, cut off by the canvas, or found in a photograph. All randomness is the caller's.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Sequence

import numpy as np
import scipy
from numpy.typing import NDArray
from PIL import Image

from digitapp.data.array_files import Images
from digitapp.drawing import IMAGE_SIDE
from digitapp.drawing.fitting import ink_image, picture_image
from digitapp.drawing.preprocessing import stroke_image
from digitapp.drawing.strokes import CANVAS_SIDE, Points, from_points, paint
from digitapp.errors import Blank

Path = Sequence[Points]  # the strokes of one figure: each float64 (n, 2), x right and y down
Image28 = NDArray[np.float32]
Grey = NDArray[np.float64]
Way = Callable[[Path, np.random.Generator], Image28]

PEN = 1e-6  # finer than any figure: `stroke_image` replaces it by the dataset's pen
PENS = (0.022, 0.34)  # pen width as a share of the figure's height, drawn by its logarithm
PEN_PIXELS = (4.0, 40.0)  # on the canvas
HEIGHTS = (0.12, 0.75)  # of the canvas, the figure's longer side
TILT = math.radians(20)
WARP = 0.035  # of the figure's longer side: standard deviation of each of its bends
LIKENESS = 0.8  # below it, what was found in a picture is not the figure that was drawn there


def varied(path: Path, rng: np.random.Generator) -> list[Points]:
    """Bend, slant, stretch and turn a figure, as if its writer had written it again.

    Returns:
        its strokes, with (0, 0) as the middle and the longer side 1.
    """
    turn = rng.normal(0, 0.09)
    slant, stretch = rng.normal(0, 0.12), np.exp(rng.normal(0, 0.09))
    cos, sin = math.cos(turn), math.sin(turn)
    matrix = np.array([[cos * stretch, sin], [slant - sin, cos / stretch]])
    waves = rng.normal(0, WARP, (3, 2)), rng.normal(0, 0.9, (3, 2)), rng.uniform(0, 1, 3)
    found = []
    for points in _unit(path):
        bent = points
        for height, direction, phase in zip(*waves, strict=True):
            bent = bent + height * np.sin(2 * np.pi * (bent @ direction + phase))[:, None]
        found.append(bent @ matrix)
    return _unit(found)


def redrawn(path: Path, rng: np.random.Generator) -> Image28:
    """Return a varied figure as `preprocessing.stroke_image` prepares it."""
    return stroke_image(from_points([stroke.tolist() for stroke in varied(path, rng)], PEN))


def as_written(path: Path, rng: np.random.Generator) -> Image28:
    """Return a figure as `preprocessing.stroke_image` prepares it, unchanged."""
    return stroke_image(from_points([np.asarray(stroke).tolist() for stroke in path], PEN))


def on_canvas(path: Path, rng: np.random.Generator) -> Image28:
    """Paint a figure on a canvas with a pen of any width, and prepare its pixels.

    Some lie at the canvas's edge, which cuts off half of their line. On a canvas all ink is kept as
    it is, so that nothing needs to be found: `preprocessing.from_canvas` makes the same image.
    """
    figure = _unit(path) if rng.random() < 0.5 else varied(path, rng)
    if rng.random() < 0.4:
        figure = _turned(figure, rng.uniform(-TILT, TILT))
    side = CANVAS_SIDE * math.exp(rng.uniform(*np.log(HEIGHTS)))
    pen = side * math.exp(rng.uniform(*np.log(PENS)))
    pen = float(np.clip(pen, PEN_PIXELS[0], min(PEN_PIXELS[1], 0.36 * side)))
    edges = pen / 2 + np.where(rng.random((2, 2)) < 0.12, rng.uniform(-0.5, 0, (2, 2)) * pen, 4)
    return ink_image(_ink(_painted(figure, side, pen, edges)))


def in_paint_program(path: Path, rng: np.random.Generator) -> Image28:
    """Paint a figure in a picture of any size, smooth or jagged, and prepare it."""
    figure = varied(path, rng)
    side = math.exp(rng.uniform(*np.log((18, 150))))
    pen = float(np.clip(side * math.exp(rng.uniform(*np.log((0.03, 0.2)))), 1.2, 40))
    edges = pen / 2 + rng.uniform(0.02, 0.6, (2, 2)) * side
    ink = _ink(_painted(figure, side, pen, edges))
    if rng.random() < 0.4:  # a pen without smooth edges
        ink = (ink > 0.5).astype(np.float32)
    if rng.random() < 0.8 or not ink.any():
        return ink_image(ink)
    dark, light = rng.uniform(0, 60), rng.uniform(215, 255)
    if rng.random() < 0.4:
        dark, light = light, dark
    return picture_image(_compressed(light + (dark - light) * ink.astype(np.float64), rng))


def photographed(path: Path, rng: np.random.Generator) -> Image28:
    """Photograph a figure on paper or a board, in uneven light, and prepare the photograph."""
    figure = varied(path, rng)
    side = math.exp(rng.uniform(*np.log((40, 110))))
    pen = max(1.6, side * math.exp(rng.uniform(*np.log((0.025, 0.13)))))
    edges = pen / 2 + rng.uniform(0.15, 0.8, (2, 2)) * side
    cover = _ink(_painted(figure, side, pen, edges)).astype(np.float64)
    board = rng.random() < 0.2
    surface = rng.uniform(25, 80) if board else rng.uniform(150, 250)
    ink = rng.uniform(170, 250) if board else rng.uniform(0.05, 0.5) * surface
    texture = 1 + _cloudy(cover.shape, rng, (1, 6)) * rng.uniform(0, 0.03)
    grain = 1 + _cloudy(cover.shape, rng, (0.5, 1.5)) * rng.uniform(0, 0.35 if board else 0.12)
    sheet = surface * texture * _ruled(cover.shape, side, rng)
    seen = sheet + (ink - sheet) * np.clip(cover * grain, 0, 1)
    seen = scipy.ndimage.gaussian_filter(seen * _light(cover.shape, rng), rng.uniform(0.3, 1.5))
    seen = seen + rng.normal(0, rng.uniform(0.5, 5), seen.shape)
    return picture_image(_compressed(seen, rng))


WAYS: dict[str, Way] = {
    "redrawn": redrawn,
    "canvas": on_canvas,
    "paint": in_paint_program,
    "photograph": photographed,
}


def rendered(
    paths: Sequence[Path], way: str, rng: np.random.Generator
) -> tuple[Images, NDArray[np.int64]]:
    """Render figures in one of the `WAYS`.

    Figures whose ink was not found again in their picture are left out.

    Returns:
        images uint8 (m, 28, 28), 0 paper to 255 ink, and the places of their figures, int64 (m,).
    """
    images, places = [], []
    for place, path in enumerate(paths):
        try:
            image = WAYS[way](path, rng)
            if way == "photograph" and likeness(image, as_written(path, rng)) < LIKENESS:
                continue
        except Blank:
            continue
        images.append(np.rint(image * 255).astype(np.uint8))
        places.append(place)
    shape = (-1, IMAGE_SIDE, IMAGE_SIDE)
    return np.array(images, dtype=np.uint8).reshape(shape), np.array(places, dtype=np.int64)


def likeness(one: Image28, other: Image28) -> float:
    """Return the correlation of two blurred images, -1 to 1."""
    first, second = (scipy.ndimage.gaussian_filter(each, 1.5).ravel() for each in (one, other))
    return float(np.corrcoef(first, second)[0, 1])


def _unit(path: Path) -> list[Points]:
    """Return the strokes with (0, 0) as the middle and the longer side 1."""
    whole = np.concatenate(path)
    low, high = whole.min(axis=0), whole.max(axis=0)
    side = max(*(high - low), 1e-9)
    return [(np.asarray(each, dtype=np.float64) - (low + high) / 2) / side for each in path]


def _turned(path: Path, angle: float) -> list[Points]:
    cos, sin = math.cos(angle), math.sin(angle)
    return [each @ np.array([[cos, sin], [-sin, cos]]) for each in path]


def _painted(path: Path, side: float, pen: float, edges: NDArray[np.float64]) -> Image.Image:
    """Paint a figure whose longer side is `side` pixels, with `edges` (2, 2) of paper around it."""
    whole = np.concatenate(path) * side
    low, high = whole.min(axis=0) - edges[0], whole.max(axis=0) + edges[1]
    width, height = (max(8, math.ceil(each)) for each in high - low)
    strokes = [(stroke * side - low).tolist() for stroke in path]
    return paint(from_points(strokes, pen), (width, height))


def _ink(painted: Image.Image) -> NDArray[np.float32]:
    return (255 - np.asarray(painted, dtype=np.float32)) / np.float32(255)


def _picture(grey: Grey) -> Image.Image:
    return Image.fromarray(np.clip(np.rint(grey), 0, 255).astype(np.uint8))


def _compressed(grey: Grey, rng: np.random.Generator) -> Image.Image:
    file = io.BytesIO()
    _picture(grey).save(file, "JPEG", quality=int(rng.integers(35, 96)))
    return Image.open(file)


def _cloudy(shape: tuple[int, ...], rng: np.random.Generator, sizes: tuple[float, float]) -> Grey:
    """Return smooth noise with a standard deviation of 1, of a size in pixels."""
    noise = scipy.ndimage.gaussian_filter(rng.normal(0, 1, shape), rng.uniform(*sizes))
    return np.asarray(noise / max(float(noise.std()), 1e-9))


def _light(shape: tuple[int, ...], rng: np.random.Generator) -> Grey:
    """Return light that falls off towards one side, perhaps with the edge of a shadow."""
    y, x = (each / max(shape) - 0.5 for each in np.indices(shape))
    turn = rng.uniform(0, 2 * math.pi)
    across = math.cos(turn) * x + math.sin(turn) * y
    light = 1 - rng.uniform(0, 0.5) * (across + 0.5)
    if rng.random() < 0.3:
        turn, place = rng.uniform(0, 2 * math.pi), rng.uniform(-0.4, 0.4)
        edge = (math.cos(turn) * x + math.sin(turn) * y - place) / rng.uniform(0.02, 0.2)
        light = light * (1 - rng.uniform(0.1, 0.4) / (1 + np.exp(-np.clip(edge, -30, 30))))
    return np.asarray(light)


def _ruled(shape: tuple[int, ...], side: float, rng: np.random.Generator) -> Grey:
    """Return how much light plain, ruled or squared paper reflects, 0 to 1."""
    sheet, kind = np.ones(shape), rng.random()
    if kind < 0.7:
        return sheet
    apart, thick = max(6, round(side * rng.uniform(0.25, 1.1))), max(1, round(side / 90))
    first, shade = int(rng.integers(apart)), rng.uniform(0.78, 0.95)
    for line in range(thick):
        sheet[first + line :: apart] *= shade
        if kind > 0.85:
            sheet[:, first + line :: apart] *= shade
    return sheet
