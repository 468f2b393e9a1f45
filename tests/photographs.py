"""Synthetic photographs of digits on paper and boards, with the true ink known for each pixel.

Each is composed as a camera would see it: a coloured surface, ink that absorbs light (or chalk
that adds it), the light that falls on everything, objects on top, and then the camera: blur,
noise and JPEG.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from digitapp.data.pen_styles import STYLES, curve
from digitapp.drawing.strokes import from_points, paint

Values = NDArray[np.float64]

SHAPE = (800, 600)
WHITE = (244, 242, 236)
BLACK_INK, BLUE_INK, GREY_LINES, BLUE_LINES, RED_LINES = (
    (38, 36, 40),
    (40, 62, 150),
    (178, 180, 184),
    (150, 186, 214),
    (214, 130, 134),
)
SKIN, WOOD = (206, 152, 124), (92, 62, 42)
RULE, SQUARE = 48, 30  # pixels between lines: 8 mm and 5 mm on a sheet 13 cm high


@dataclass(frozen=True)
class Scene:
    """Everything in the photograph.

    Attributes:
        surface: (height, width, 3), 0 to 255, in even light, without ink.
        cover: (height, width), 0 to 1: how much of each pixel the digit covers.
        ink: its colour.
        light: (height, width), 1 for full light.
        on_top: colours (height, width, 3) and their opacity (height, width).
        noise: of the camera, in grey levels.
    """

    surface: Values
    cover: Values
    ink: Values
    light: Values
    on_top: tuple[Values, Values]
    blur: float = 0.7
    noise: float = 2.5
    quality: int = 85


@dataclass(frozen=True)
class Photograph:
    """A picture, its digit, and the mask of its ink: bool (height, width)."""

    digit: int
    picture: Image.Image
    ink: NDArray[np.bool_]


def photograph(case: str, seed: int) -> Photograph:
    """Return a picture of a case; the digit is the last figure of the seed."""
    digit = seed % 10
    rng = np.random.default_rng(1000 + seed)
    scene = CASES[case](_plain(digit, rng), rng, digit)
    return Photograph(digit, _taken(scene, rng), scene.cover > 0.5)


def written(
    digit: int, height: float, pen: float, rng: np.random.Generator, shape: tuple[int, int] = SHAPE
) -> Values:
    """Return how much of each pixel a digit covers; height and pen width are in pixels."""
    points = _path(digit, rng)
    size = np.concatenate(points).max(axis=0)
    points = [each * (height - pen) / size[1] for each in points]
    room = np.array(shape[::-1]) - size * (height - pen) / size[1]
    margin = np.maximum(0, np.minimum(0.2 * np.array(shape[::-1]), room / 2 - 1))
    corner = rng.uniform(margin, np.maximum(margin + 1e-6, room - margin))
    strokes = from_points([(each + corner).tolist() for each in points], pen)
    return 1 - np.asarray(paint(strokes, shape[::-1]), dtype=np.float64) / 255


def _path(digit: int, rng: np.random.Generator) -> list[Values]:
    """Return the strokes of a random style, slightly slanted and stretched, starting at (0, 0)."""
    styles = [style for style in STYLES[digit] if style.share >= 1.5]
    strokes = styles[rng.integers(len(styles))].strokes
    paths = [curve(each) @ np.array(each.points) for each in strokes]
    slant, width = rng.uniform(-0.1, 0.2), rng.uniform(0.75, 1)
    posed = [
        np.stack([width * path[:, 0] - slant * path[:, 1], path[:, 1]], axis=1) for path in paths
    ]
    low = np.concatenate(posed).min(axis=0)
    return [each - low for each in posed]


def _plain(digit: int, rng: np.random.Generator) -> Scene:
    height = rng.uniform(0.3, 0.5) * SHAPE[0]
    cover = written(digit, height, rng.uniform(0.04, 0.09) * height, rng)
    nothing = (np.zeros((*SHAPE, 3)), np.zeros(SHAPE))
    paper = _of(WHITE)
    return Scene(paper, cover, np.array(BLACK_INK, dtype=float), np.ones(SHAPE), nothing)


def _of(colour: tuple[int, ...]) -> Values:
    return np.ones((*SHAPE, 1)) * np.array(colour, dtype=np.float64)


def _taken(scene: Scene, rng: np.random.Generator) -> Image.Image:
    cover = scene.cover[..., np.newaxis]
    seen = (scene.surface * (1 - cover) + scene.ink * cover) * scene.light[..., np.newaxis]
    top, share = scene.on_top
    seen = seen * (1 - share[..., np.newaxis]) + top * share[..., np.newaxis]
    seen = ndimage.gaussian_filter(seen, (scene.blur, scene.blur, 0))
    shared, own = (
        rng.normal(0, scene.noise, (*SHAPE, 1)),
        rng.normal(0, scene.noise / 2, seen.shape),
    )
    values = np.round(np.clip(seen + shared + own, 0, 255)).astype(np.uint8)
    data = io.BytesIO()
    Image.fromarray(values).save(data, "JPEG", quality=scene.quality)
    return Image.open(data).convert("RGB")


def _across(rng: np.random.Generator) -> Values:
    """Return a ramp over the page in a random direction: (height, width), 0 to 1."""
    angle = rng.uniform(0, 2 * np.pi)
    rows, columns = np.indices(SHAPE)
    ramp = np.cos(angle) * columns + np.sin(angle) * rows
    return np.asarray((ramp - ramp.min()) / np.ptp(ramp))


def _clean_scan(scene: Scene, rng: np.random.Generator, digit: int) -> Scene:
    return replace(scene, noise=0.5, quality=95)


def _uneven_light(scene: Scene, rng: np.random.Generator, digit: int) -> Scene:
    return replace(scene, light=1 - rng.uniform(0.4, 0.7) * _across(rng))


def _shadow(scene: Scene, rng: np.random.Generator, digit: int) -> Scene:
    """Add the hard edge of a shadow through the middle of the digit."""
    ramp = _across(rng)
    middle = float((ramp * scene.cover).sum() / scene.cover.sum())
    soft = np.clip((ramp - middle) / rng.uniform(0.003, 0.02), 0, 1)
    return replace(scene, light=(1 - rng.uniform(0.35, 0.6) * soft) * (1 - 0.15 * _across(rng)))


def _shadow_band(scene: Scene, rng: np.random.Generator, digit: int) -> Scene:
    """Add a narrow shadow, of an arm or a phone, across the digit."""
    ramp = _across(rng)
    middle = float((ramp * scene.cover).sum() / scene.cover.sum())
    band = np.clip((rng.uniform(0.05, 0.12) - np.abs(ramp - middle)) / 0.01, 0, 1)
    return replace(scene, light=1 - rng.uniform(0.3, 0.5) * band)


def _lines(
    surface: Values, spacing: float, colour: tuple[int, ...], rng: np.random.Generator, axis: int
) -> Values:
    """Draw lines over the whole surface, tilted by up to 1.5 degrees."""
    tilt, start = np.tan(np.radians(rng.uniform(-1.5, 1.5))), rng.uniform(0, spacing)
    rows, columns = np.indices(SHAPE)
    along, across = (columns, rows) if axis == 0 else (rows, columns)
    place = (across + tilt * along + start) % spacing
    thick = rng.uniform(1.2, 2.6)
    share = np.clip(thick / 2 + 0.5 - np.minimum(place, spacing - place), 0, 1)[..., np.newaxis]
    return np.asarray(surface * (1 - share) + np.array(colour) * share)


def _ruled(scene: Scene, rng: np.random.Generator, digit: int) -> Scene:
    surface = _lines(scene.surface, RULE, BLUE_LINES, rng, 0)
    if rng.integers(2):
        surface = _lines(surface, 5 * SHAPE[1], RED_LINES, rng, 1)
        columns = np.arange(SHAPE[1])
        at = rng.uniform(0.1, 0.2) * SHAPE[1]
        surface[:, np.abs(columns - at) < 1.5] = RED_LINES
    return replace(scene, surface=surface)


def _squared(scene: Scene, rng: np.random.Generator, digit: int) -> Scene:
    colour = (GREY_LINES, BLUE_LINES)[rng.integers(2)]
    surface = _lines(_lines(scene.surface, SQUARE, colour, rng, 0), SQUARE, colour, rng, 1)
    return replace(scene, surface=surface)


def _faint(scene: Scene, rng: np.random.Generator) -> Scene:
    """Use pencil: grey, and as rough as the grain of the paper."""
    grain = ndimage.gaussian_filter(rng.normal(0, 1, SHAPE), 1.2)
    rough = np.clip(0.75 + 0.9 * grain, 0.25, 1)
    return replace(scene, cover=scene.cover * rough, ink=np.full(3, rng.uniform(110, 150)))


def _pencil(scene: Scene, rng: np.random.Generator, digit: int) -> Scene:
    return _faint(scene, rng)


def _pencil_on_rules(scene: Scene, rng: np.random.Generator, digit: int) -> Scene:
    return _faint(_ruled(scene, rng, digit), rng)


def _pencil_on_squares(scene: Scene, rng: np.random.Generator, digit: int) -> Scene:
    return _faint(_squared(scene, rng, digit), rng)


def _blue_pen(scene: Scene, rng: np.random.Generator, digit: int) -> Scene:
    return replace(_squared(scene, rng, digit), ink=np.array(BLUE_INK, dtype=float))


def _fine_pen(scene: Scene, rng: np.random.Generator, digit: int) -> Scene:
    """Write with a ballpoint hardly thicker than the lines of the squares."""
    height = rng.uniform(0.2, 0.35) * SHAPE[0]
    cover = written(digit, height, rng.uniform(3.5, 6), rng)
    return replace(_blue_pen(scene, rng, digit), cover=cover)


def _on_wood(scene: Scene, sheet: Values, rng: np.random.Generator) -> Scene:
    """Put a sheet (a mask) on a table with a grain, with the sheet's own shadow beside it."""
    rows, columns = np.indices(SHAPE)
    grain = np.sin(rows / rng.uniform(4, 9) + 3 * np.sin(columns / 90) + rng.normal(0, 0.2, SHAPE))
    wood = _of(WOOD) * rng.uniform(0.5, 1.3) * (1 + 0.12 * grain[..., np.newaxis])
    cast = 1 - 0.4 * ndimage.gaussian_filter(sheet, 8)[..., np.newaxis]
    share = ndimage.gaussian_filter(sheet, 0.6)[..., np.newaxis]
    return replace(scene, surface=scene.surface * share + wood * cast * (1 - share))


def _sheet_edge(scene: Scene, rng: np.random.Generator, digit: int) -> Scene:
    """Show the table along one or two sides."""
    rows, columns = np.indices(SHAPE)
    sheet = np.ones(SHAPE)
    for _ in range(rng.integers(1, 3)):
        tilt, depth = rng.uniform(-0.04, 0.04), rng.uniform(0.04, 0.17)
        side = rng.integers(4)
        along, away, reach = (
            (columns, rows, SHAPE[0]),
            (columns, SHAPE[0] - rows, SHAPE[0]),
            (rows, columns, SHAPE[1]),
            (rows, SHAPE[1] - columns, SHAPE[1]),
        )[side]
        sheet *= away + tilt * along > depth * reach
    return _on_wood(scene, np.maximum(sheet, _around(scene.cover)), rng)


def _around(cover: Values) -> Values:
    """Grow the ink a little, so that no sheet ends in the middle of a digit."""
    rows, columns = np.flatnonzero(cover.any(axis=1)), np.flatnonzero(cover.any(axis=0))
    room = np.zeros(SHAPE)
    room[max(0, rows[0] - 15) : rows[-1] + 16, max(0, columns[0] - 15) : columns[-1] + 16] = 1
    return room


def _whole_sheet(scene: Scene, rng: np.random.Generator, digit: int) -> Scene:
    """Use a small sheet with the dark table all around it."""
    height = rng.uniform(0.2, 0.35) * SHAPE[0]
    cover = written(digit, height, rng.uniform(0.05, 0.1) * height, rng)
    rows, columns = np.flatnonzero(cover.any(axis=1)), np.flatnonzero(cover.any(axis=0))
    middle = ((rows[0] + rows[-1]) / 2, (columns[0] + columns[-1]) / 2)
    angle, half = rng.uniform(-0.15, 0.15), rng.uniform(0.75, 1.1, 2) * height
    down, right = np.indices(SHAPE) - np.array(middle)[:, np.newaxis, np.newaxis]
    along, across = (
        down * np.cos(angle) + right * np.sin(angle),
        right * np.cos(angle) - down * np.sin(angle),
    )
    sheet = ((np.abs(along) < half[0]) & (np.abs(across) < half[1])).astype(np.float64)
    return _on_wood(replace(scene, cover=cover), sheet, rng)


def _finger(scene: Scene, rng: np.random.Generator, digit: int) -> Scene:
    """Add one or two fingertips holding the sheet at an edge, with their shadow."""
    rows, columns = np.indices(SHAPE)
    top, share, light = _of(SKIN) * rng.uniform(0.7, 1.05), np.zeros(SHAPE), scene.light
    for _ in range(rng.integers(1, 3)):
        at, thick, reach = rng.uniform(0.1, 0.9), rng.uniform(35, 60), rng.uniform(40, 110)
        left, y = (0, SHAPE[1])[rng.integers(2)], at * SHAPE[0]
        tip = ((columns - left) / reach) ** 2 + ((rows - y) / thick) ** 2
        share = np.maximum(share, np.clip((1 - tip) / 0.12, 0, 1))
        light = light * (1 - 0.3 * np.exp(-np.maximum(tip - 1, 0) * 3))
    share = share * (1 - ndimage.gaussian_filter(_around(scene.cover), 3))
    return replace(scene, light=light, on_top=(top * light[..., np.newaxis], share))


def _small(scene: Scene, rng: np.random.Generator, digit: int) -> Scene:
    height = rng.uniform(0.05, 0.08) * SHAPE[0]
    return replace(scene, cover=written(digit, height, rng.uniform(2.2, 4), rng))


def _small_on_squares(scene: Scene, rng: np.random.Generator, digit: int) -> Scene:
    return replace(_squared(scene, rng, digit), cover=_small(scene, rng, digit).cover)


def _chalk(scene: Scene, rng: np.random.Generator, board: tuple[int, ...]) -> Scene:
    """Use chalk, which is rough, on a board with smears of wiped chalk."""
    wiped = ndimage.gaussian_filter(rng.normal(0, 1, SHAPE), (12, 40))
    wiped = np.clip(wiped / wiped.std(), 0, 3)[..., np.newaxis]
    surface = _of(board) + rng.uniform(3, 9) * wiped
    grain = ndimage.gaussian_filter(rng.normal(0, 1, SHAPE), 0.8)
    cover = scene.cover * np.clip(0.85 + 0.8 * grain, 0.35, 1)
    light = 1 - rng.uniform(0, 0.3) * _across(rng)
    return replace(scene, surface=surface, cover=cover, ink=np.full(3, 225.0), light=light)


def _green_board(scene: Scene, rng: np.random.Generator, digit: int) -> Scene:
    return _chalk(scene, rng, (44, 84, 66))


def _black_board(scene: Scene, rng: np.random.Generator, digit: int) -> Scene:
    return _chalk(scene, rng, (38, 40, 42))


def _poor_camera(scene: Scene, rng: np.random.Generator, digit: int) -> Scene:
    dim = np.full(SHAPE, rng.uniform(0.4, 0.8))
    return replace(scene, light=dim, noise=rng.uniform(5, 9), quality=40, blur=1.5)


def _blurred(scene: Scene, rng: np.random.Generator, digit: int) -> Scene:
    return replace(scene, blur=rng.uniform(2.5, 4))


def _framed(scene: Scene, rng: np.random.Generator, digit: int) -> Scene:
    """Draw a box round the digit, lighter than it or in the same ink."""
    rows, columns = np.flatnonzero(scene.cover.any(axis=1)), np.flatnonzero(scene.cover.any(axis=0))
    room = rng.integers(25, 70, 4)
    top, bottom = max(5, rows[0] - room[0]), min(SHAPE[0] - 6, rows[-1] + room[1])
    left, right = max(5, columns[0] - room[2]), min(SHAPE[1] - 6, columns[-1] + room[3])
    corners = [[left, top], [right, top + 3], [right - 4, bottom], [left + 3, bottom], [left, top]]
    pen = rng.uniform(4, 14)
    box = 1 - np.asarray(paint(from_points([corners], pen), SHAPE[::-1]), dtype=float) / 255
    shade = np.array(BLACK_INK) + rng.choice([0, 70, 130])
    share = (box * (scene.cover == 0))[..., np.newaxis]
    return replace(scene, surface=scene.surface * (1 - share) + shade * share)


def _light_frame(scene: Scene, rng: np.random.Generator, digit: int) -> Scene:
    """Draw a light box round a light digit on dark paper."""
    framed = _framed(scene, rng, digit)
    return replace(framed, surface=255 - framed.surface, ink=255 - framed.ink)


def _school(scene: Scene, rng: np.random.Generator, digit: int) -> Scene:
    """Everything at once: a small blue digit on squares, in a shadow, on a table, by a phone."""
    height = rng.uniform(0.1, 0.2) * SHAPE[0]
    cover = written(digit, height, rng.uniform(4, 7), rng)
    paper = replace(_blue_pen(scene, rng, digit), cover=cover)
    shaded = replace(paper, light=_shadow(paper, rng, digit).light, quality=60, noise=4)
    return _finger(_sheet_edge(shaded, rng, digit), rng, digit)


CASES: dict[str, Callable[[Scene, np.random.Generator, int], Scene]] = {
    "clean scan": _clean_scan,
    "uneven light": _uneven_light,
    "shadow": _shadow,
    "band of shadow": _shadow_band,
    "ruled paper": _ruled,
    "squared paper": _squared,
    "blue pen on squares": _blue_pen,
    "fine pen on squares": _fine_pen,
    "pencil": _pencil,
    "pencil on rules": _pencil_on_rules,
    "pencil on squares": _pencil_on_squares,
    "edge of the sheet": _sheet_edge,
    "whole sheet on a table": _whole_sheet,
    "finger": _finger,
    "small": _small,
    "small on squares": _small_on_squares,
    "chalk on green": _green_board,
    "chalk on black": _black_board,
    "poor camera": _poor_camera,
    "blurred": _blurred,
    "framed": _framed,
    "light frame on dark": _light_frame,
    "school desk": _school,
}
