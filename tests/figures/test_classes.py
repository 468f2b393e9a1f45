"""Figures of networks with two to a hundred classes."""

import numpy as np
import pytest

from digitapp import figures
from digitapp.reading.prediction import Prediction
from digitapp.takehome.bundle.bundle_format import MOST_CLASSES
from tests.figures.values import epoch, plotly_figure

COUNTS = (2, 3, 26, MOST_CLASSES)
ON_A_PHONE = 280  # pixels: the side of a confusion matrix


def _names(count: int) -> tuple[str, ...]:
    return tuple(f"class {number}" for number in range(count))


@pytest.mark.parametrize("count", COUNTS)
def test_a_matrix_has_a_cell_a_pair_and_pressing_one_presses_no_other(count: int) -> None:
    matrix = np.eye(count, dtype=np.int64)
    matrix[0, -1] = 3
    figure = figures.confusion(matrix, _names(count))
    cells, counted = figure.data[-1], [tuple(pair) for pair in np.argwhere(matrix)]
    every = count <= figures.READABLE
    assert [tuple(pair) for pair in cells.customdata] == (
        list(np.ndindex(count, count)) if every else counted
    )
    assert figure.layout.xaxis.range == (-0.5, count - 0.5)
    assert figure.layout.yaxis.range == (count - 0.5, -0.5)
    # Of overlapping markers, Plotly picks the last one, not the nearest.
    assert cells.marker.size <= ON_A_PHONE / count


@pytest.mark.parametrize("letters", [1, 2, 7, 40])
@pytest.mark.parametrize("count", [13, 26, 62, MOST_CLASSES])
def test_of_many_classes_the_names_at_the_axes_do_not_overlap(count: int, letters: int) -> None:
    names = tuple(f"{number:0{letters}}" for number in range(count))
    figure = figures.confusion(np.eye(count, dtype=np.int64), names)
    assert not figure.layout.annotations
    axis, least = figure.layout.yaxis, 7.5  # pixels from line to line
    room = (figure.layout.height - 100) / count * (axis.tickvals[1] - axis.tickvals[0])
    assert room >= least
    assert max(map(len, axis.ticktext)) <= 10
    assert any(names[0] in text for text in figure.data[-1].hovertext)


def test_a_name_at_an_axis_is_shortened_before_it_is_escaped() -> None:
    names = ("<" * 40, "&" * 40)
    matrix = figures.confusion(np.eye(2, dtype=np.int64), names)
    assert matrix.layout.xaxis.ticktext == ("&lt;" * 13 + "…", "&amp;" * 13 + "…")
    bars = plotly_figure(figures.probabilities(Prediction(np.float32([0.5, 0.5]), names)))
    assert bars.layout.xaxis.ticktext == ("&lt;" * 13 + "…", "&amp;" * 13 + "…")


@pytest.mark.parametrize("count", COUNTS)
def test_there_is_a_bar_for_each_class_or_the_likely_ones_and_one_of_them_wins(count: int) -> None:
    shares = np.full(count, 0.4 / (count - 1), np.float32)
    shares[-1] = 0.6
    figure = plotly_figure(figures.probabilities(Prediction(shares, _names(count))))
    bars, names = figure.data[0], _names(count)
    if count <= figures.READABLE:
        assert bars.x == names
        assert not figure.layout.annotations
    else:
        assert bars.x == (names[-1], *names[:9])
        assert figure.layout.annotations[0].text == f"The 10 most likely of {count}"
    assert bars.marker.color.index(figures.WINNER) == bars.x.index(names[-1])


@pytest.mark.parametrize("count", COUNTS)
def test_a_pinned_digit_has_a_line_for_each_class_or_for_the_likely_ones(count: int) -> None:
    before, after = [0.5 / count] * count, [0.5 / count] * count
    before[0], after[-1] = 0.7, 0.6
    seen = [epoch(1, watched=tuple(before)), epoch(2, watched=tuple(after))]
    lines = figures.pinned_digit(seen, _names(count), 3).data
    names = [line.name for line in lines]
    if count <= figures.READABLE:
        assert names == [*_names(count)]
    else:
        assert (len(names), names[0], names[-1]) == (10, _names(count)[0], _names(count)[-1])
    looks = [(line.line.color, line.marker.symbol) for line in lines[:26]]
    assert len({*looks}) == len(looks)
