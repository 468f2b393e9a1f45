"""Sheets of equal cells, with margins and paper of any colour."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digitapp.data import hand_images
from digitapp.errors import BadFile
from digitapp.imports.reading import read
from tests.imports.digit_forms import Array

X, Y, _, _ = hand_images.load("hands")
CELLS = np.stack([X[label == Y][:20] for label in range(10)])  # (10, 20, 28, 28)


def sheet(gap: int = 0, margin: int = 0, white: bool = False, cells: Array = CELLS) -> Array:
    edges = ((0, 0), (0, 0), (gap // 2, gap - gap // 2), (gap // 2, gap - gap // 2))
    wide = np.pad(cells, edges)
    flat = np.concatenate([np.concatenate(list(row), axis=1) for row in wide], axis=0)
    whole = np.pad(flat, margin)
    return 255 - whole if white else whole


@pytest.mark.parametrize("white", [False, True])
@pytest.mark.parametrize(("gap", "margin"), [(0, 0), (8, 0), (8, 6), (3, 17)])
def test_the_cells_are_found(gap: int, margin: int, white: bool, tmp_path: Path) -> None:
    path = tmp_path / "sheet.png"
    Image.fromarray(sheet(gap, margin, white)).save(path)
    found = read([path], ["sheet.png"])
    assert found.class_names == tuple("0123456789")
    side, edge = 28 + gap, gap // 2
    assert found.train.images.shape == (200, side, side)
    inner = found.train.images[:, edge : edge + 28, edge : edge + 28]
    assert np.array_equal(255 - inner if white else inner, CELLS.reshape(-1, 28, 28))


def test_several_rows_may_be_a_class_and_empty_cells_are_left_out(tmp_path: Path) -> None:
    cells = np.concatenate([CELLS[:, :7], CELLS[:, 7:14]], axis=1).reshape(20, 7, 28, 28).copy()
    cells[3, 4:] = 0
    Image.fromarray(sheet(cells=cells)).save(tmp_path / "sheet.png")
    found = read([tmp_path / "sheet.png"], ["sheet.png"])
    assert np.bincount(found.train.labels).tolist() == [14, 11, *[14] * 8]
    assert "2 a class" in found.told[0]
    assert found.told[1] == "Left out: 3 empty cells."


def test_a_picture_of_one_thing_is_no_sheet(tmp_path: Path) -> None:
    Image.fromarray(np.kron(X[0], np.ones((10, 10), np.uint8))).save(tmp_path / "7.png")
    with pytest.raises(BadFile, match="this is one picture of 280 x 280 pixels"):
        read([tmp_path / "7.png"], ["7.png"])
