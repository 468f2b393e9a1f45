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
    figure = figures.confusion(np.eye(count, dtype=np.int64), _names(count))
    cells = figure.data[-1]
    assert [tuple(pair) for pair in cells.customdata] == list(np.ndindex(count, count))
    assert figure.layout.xaxis.range == (-0.5, count - 0.5)
    assert figure.layout.yaxis.range == (count - 0.5, -0.5)
    # Of overlapping markers, Plotly picks the last one, not the nearest.
    assert cells.marker.size <= ON_A_PHONE / count


@pytest.mark.parametrize("count", COUNTS)
def test_there_is_a_bar_for_each_class_and_one_of_them_wins(count: int) -> None:
    shares = np.full(count, 0.4 / (count - 1), np.float32)
    shares[-1] = 0.6
    bars = plotly_figure(figures.probabilities(Prediction(shares, _names(count)))).data[0]
    assert bars.x == _names(count)
    assert bars.marker.color.index(figures.WINNER) == count - 1


@pytest.mark.parametrize("count", COUNTS)
def test_a_pinned_digit_has_a_line_for_each_class(count: int) -> None:
    shares = tuple([1 / count] * count)
    lines = figures.pinned_digit([epoch(1, watched=shares)], _names(count), 3).data
    assert [line.name for line in lines] == [*_names(count)]
    looks = [(line.line.color, line.marker.symbol) for line in lines[:26]]
    assert len({*looks}) == len(looks)
