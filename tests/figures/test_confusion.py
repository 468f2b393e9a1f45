"""The confusion matrix: one clickable cell for each pair of classes."""

import re

import numpy as np
import plotly.graph_objects as go
import pytest

from digitapp import figures
from digitapp.data.datasets import CLOTHES_NAMES, DIGIT_NAMES

MATRIX = np.diag(np.arange(900, 1000, 10))
MATRIX[4, 9], MATRIX[9, 4], MATRIX[2, 7], MATRIX[3, 3] = 12, 3, 1, 0


def _confusion(names: tuple[str, ...] = DIGIT_NAMES, **more: object) -> go.Figure:
    return figures.confusion(MATRIX, names, **more)


def _opacity(colour: str) -> float:
    return float(re.findall(r"[\d.]+", colour)[-1])


def test_the_right_ones_and_the_mistakes_have_colours_of_their_own() -> None:
    right, wrong = _confusion().data[:2]
    assert right.colorscale != wrong.colorscale
    assert (right.zmax, wrong.zmax) == (990, 12)
    assert right.z[5][5] == 950
    assert wrong.z[4][9] == 12


def test_no_cell_is_coloured_twice_and_none_without_a_count() -> None:
    right, wrong = _confusion().data[:2]
    for true, said in np.ndindex(MATRIX.shape):
        found = {right.z[true][said], wrong.z[true][said]} - {None}
        assert found == ({MATRIX[true, said]} if MATRIX[true, said] else set())


def test_a_single_mistake_shows() -> None:
    for heatmap in _confusion().data[:2]:
        assert _opacity(heatmap.colorscale[0][1]) >= 0.1
        assert heatmap.zmin == 0


def test_the_page_shows_through_the_deepest_colour_so_that_its_text_is_legible() -> None:
    for heatmap in _confusion().data[:2]:
        assert _opacity(heatmap.colorscale[1][1]) <= 0.75


def test_there_is_a_marker_a_cell_that_says_which_it_is() -> None:
    cells = _confusion().data[2]
    pairs = [tuple(pair) for pair in cells.customdata]
    assert sorted(pairs) == list(np.ndindex(10, 10))
    assert list(zip(cells.y, cells.x, strict=True)) == pairs


def test_the_markers_carry_the_counts_and_nothing_for_zero() -> None:
    cells = _confusion().data[2]
    texts = dict(zip(map(tuple, cells.customdata), cells.text, strict=True))
    assert (texts[4, 9], texts[9, 4], texts[5, 5]) == ("12", "3", "950")
    assert texts[0, 1] == texts[3, 3] == ""


def test_the_counts_stand_in_their_cells() -> None:
    shown = {(note.y, note.x): note.text for note in _confusion().layout.annotations}
    assert shown == {place: str(count) for place, count in np.ndenumerate(MATRIX) if count}


def test_nothing_fades_when_a_cell_is_chosen() -> None:
    cells = _confusion().data[2]
    opacities = {cells.marker.opacity, cells.selected.marker.opacity}
    assert opacities | {cells.unselected.marker.opacity} == {0}
    assert "text" not in cells.mode


def test_a_click_chooses_and_a_finger_scrolls() -> None:
    layout = _confusion().layout
    assert layout.clickmode == "event+select"
    assert layout.dragmode is False
    assert layout.xaxis.fixedrange
    assert layout.yaxis.fixedrange


def test_the_first_class_is_at_the_top_left_and_cells_are_square() -> None:
    layout = _confusion().layout
    assert layout.yaxis.range == (9.5, -0.5)
    assert layout.xaxis.range == (-0.5, 9.5)
    assert layout.yaxis.scaleanchor == "x"


def test_the_chosen_cell_is_framed() -> None:
    (frame,) = _confusion(selected=(4, 9)).layout.shapes
    assert frame.x0 < 9 < frame.x1
    assert frame.y0 < 4 < frame.y1
    assert not _confusion().layout.shapes


@pytest.mark.parametrize("names", [DIGIT_NAMES, CLOTHES_NAMES])
def test_both_axes_name_the_classes(names: tuple[str, ...]) -> None:
    layout = _confusion(names).layout
    assert layout.xaxis.ticktext == layout.yaxis.ticktext == names


def test_long_names_are_slanted_and_digits_are_not() -> None:
    assert _confusion().layout.xaxis.tickangle == 0
    assert _confusion(CLOTHES_NAMES).layout.xaxis.tickangle == -45


def test_pointing_at_a_cell_tells_it_in_words() -> None:
    cells = _confusion().data[2]
    told = dict(zip(map(tuple, cells.customdata), cells.hovertext, strict=True))
    assert told[4, 9] == "<b>4, taken for 9</b><br>12 of 952, 1.3%"
    assert told[5, 5] == "<b>5, recognised</b><br>950 of 950, 100.0%"
    assert told[3, 3] == "<b>3, recognised</b><br>0 of 0"


@pytest.mark.parametrize(
    ("matrix", "texts"),
    [
        (np.zeros((10, 10), dtype=np.int64), []),
        (np.eye(10, dtype=np.int64), ["1"] * 10),
        (np.diag([12_345] * 10), ["12k"] * 10),
    ],
)
def test_none_few_or_very_many_images_can_be_shown(matrix: np.ndarray, texts: list[str]) -> None:
    figure = figures.confusion(matrix, DIGIT_NAMES)
    assert [note.text for note in figure.layout.annotations] == texts
    assert all(heatmap.zmax > heatmap.zmin for heatmap in figure.data[:2])
