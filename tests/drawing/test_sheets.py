"""Many drawings on one sheet, taken apart."""

from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image

from digitapp.drawing import sheets
from digitapp.drawing.fitting import ink_image
from digitapp.drawing.preprocessing import stroke_image
from digitapp.drawing.strokes import Drawing, Points, from_points, paint
from digitapp.errors import Blank, TooMuch

Lines = Sequence[Sequence[tuple[float, float]]]


def arc(x: float, y: float, radius: float, start: float = 0, stop: float = 360) -> list:
    angles = np.radians(np.linspace(start, stop, 40))
    return [*zip(x + radius * np.cos(angles), y + radius * np.sin(angles), strict=True)]


# Points from 0 to 100; all but the first two are of several parts that do not touch.
SIGNS: dict[str, Lines] = {
    "lightning": [[(60, 5), (30, 55), (65, 50), (35, 95)]],
    "star": [[(50, 5), (78, 90), (5, 37), (95, 37), (22, 90), (50, 5)]],
    "equals": [[(10, 40), (90, 40)], [(10, 60), (90, 60)]],
    "smiley": [
        arc(50, 50, 45),
        arc(50, 50, 26, 20, 160),
        [(36, 35), (36, 42)],
        [(64, 35), (64, 42)],
    ],
    "i": [[(50, 30), (50, 95)], [(50, 8), (51, 9)]],
    "target": [arc(50, 50, 45), arc(50, 50, 22), [(50, 50), (51, 50)]],
}


def sheet(sign: Lines, rows: int, columns: int, seed: int) -> tuple[Image.Image, list[Drawing]]:
    """A sheet of paper with a sign drawn in rows, by a hand that is not quite steady."""
    rng = np.random.default_rng(seed)
    drawn: list[Drawing] = []
    for place in range(rows * columns):
        corner = 180 * np.array([place % columns, place // columns]) + 40 + rng.uniform(-12, 12, 2)
        turn, scale = rng.uniform(-0.15, 0.15), rng.uniform(0.8, 1.1)
        matrix = scale * np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        lines = [placed(np.array(line, float), matrix, corner, rng) for line in sign]
        drawn.append(from_points([line.tolist() for line in lines], 6))
    size = (180 * columns + 40, 180 * rows + 40)
    return paint(tuple(stroke for each in drawn for stroke in each), size), drawn


def placed(line: Points, matrix: Points, corner: Points, rng: np.random.Generator) -> Points:
    return (line - 50) @ matrix + 50 + corner + rng.normal(0, 0.8, line.shape)


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (4, 5), (2, 3)])
def test_each_drawing_is_found_whole_and_in_its_place(sign: str, rows: int, columns: int) -> None:
    picture, drawn = sheet(SIGNS[sign], rows, columns, seed=len(sign) + rows)
    found = sheets.drawings(picture)
    assert len(found) == rows * columns
    for ink, own in zip(found, drawn, strict=True):
        assert apart(ink_image(ink), stroke_image(own)) < 0.11


def apart(one: Points, other: Points) -> float:
    """How much two images differ on average, but for a shift by a pixel."""
    shifts = [(down, across) for down in (-1, 0, 1) for across in (-1, 0, 1)]
    return min(float(np.abs(np.roll(one, shift, (0, 1)) - other).mean()) for shift in shifts)


def test_a_photograph_of_a_sheet_is_taken_apart_too() -> None:
    picture, drawn = sheet(SIGNS["star"], 3, 4, seed=5)
    grey = np.asarray(picture, float)
    height, width = grey.shape
    light = 0.6 + 0.35 * np.linspace(0, 1, width) * np.linspace(1, 0.8, height)[:, None]
    noise = np.random.default_rng(1).normal(0, 3, grey.shape)
    photo = Image.fromarray(np.clip((40 + grey * 0.75) * light + noise, 0, 255).astype(np.uint8))
    assert len(sheets.drawings(photo)) == len(drawn)


def test_an_empty_sheet_is_blank() -> None:
    with pytest.raises(Blank):
        sheets.drawings(Image.new("L", (300, 200), 250))


def test_too_many_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST", 5)
    with pytest.raises(TooMuch, match="6 drawings"):
        sheets.drawings(sheet(SIGNS["star"], 2, 3, seed=1)[0])
