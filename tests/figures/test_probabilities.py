"""Figures of a prediction: right values in the right place and colour."""

import numpy as np
import plotly.graph_objects as go
import pytest
from numpy.typing import NDArray

from digitapp import figures
from digitapp.data.datasets import CLOTHES_NAMES, DIGIT_NAMES
from digitapp.reading.prediction import Prediction
from tests.figures.values import plotly_figure

SHARES = np.array([0.0004, 0.012, 0, 0.25, 0, 0, 0.7376, 0, 0, 0], dtype=np.float32)
READ = Prediction(SHARES, DIGIT_NAMES)


def _probabilities(prediction: Prediction) -> go.Figure:
    return plotly_figure(figures.probabilities(prediction))


def _pixels(image: NDArray[np.float32]) -> go.Figure:
    return plotly_figure(figures.pixels(image))


def _bars(names: tuple[str, ...] = DIGIT_NAMES) -> go.Bar:
    return _probabilities(Prediction(SHARES, names)).data[0]


@pytest.mark.parametrize("names", [DIGIT_NAMES, CLOTHES_NAMES])
def test_there_is_a_bar_as_high_as_its_probability_for_each_class(names: tuple[str, ...]) -> None:
    assert _bars(names).x == names
    np.testing.assert_allclose(_bars(names).y, SHARES, atol=1e-5)


def test_the_digits_are_names_on_the_axis_and_no_numbers() -> None:
    assert _probabilities(READ).layout.xaxis.type == "category"


def test_only_the_most_probable_class_has_the_winners_colour() -> None:
    colours = _bars().marker.color
    assert colours[6] == figures.WINNER
    assert set(colours[:6] + colours[7:]) == {figures.OTHERS}
    assert figures.WINNER != figures.OTHERS


def test_bars_too_low_to_matter_have_no_text() -> None:
    assert _bars().text == ("", "1 %", "", "25 %", "", "", "74 %", "", "", "")


def test_a_bar_never_claims_certainty() -> None:
    sure = np.eye(10, dtype=np.float32)[4]
    assert "100" not in _probabilities(Prediction(sure, DIGIT_NAMES)).to_json()


def refusing(other: float) -> Prediction:
    """A prediction of a network with the class of non-digits, most like a 6."""
    return Prediction(SHARES, DIGIT_NAMES, other, refuses=True)


@pytest.mark.parametrize("other", [0.0, 0.2, 0.49, 0.5, 0.97, 1.0])
def test_what_is_none_has_a_bar_and_all_bars_are_shares_of_one_whole(other: float) -> None:
    read = refusing(other)
    bars = _probabilities(read).data[0]
    assert bars.x == (*DIGIT_NAMES, "none of these")
    assert sum(bars.y) == pytest.approx(1, abs=1e-4)
    assert bars.y[-1] == pytest.approx(other, abs=1e-5)
    np.testing.assert_allclose(bars.y[:10], SHARES * (1 - other), atol=1e-5)


def test_what_is_refused_has_its_own_bar_in_the_colour_of_doubt() -> None:
    read = refusing(0.97)
    colours = _probabilities(read).data[0].marker.color
    assert colours[-1] == figures.DOUBTFUL
    assert set(colours[:-1]) == {figures.OTHERS}
    read = refusing(0.2)
    assert _probabilities(read).data[0].marker.color[6] == figures.WINNER


def test_the_name_of_no_class_stands_in_two_lines() -> None:
    axis = _probabilities(refusing(0.2)).layout.xaxis
    assert axis.ticktext == (*DIGIT_NAMES, "none<br>of these")
    assert _probabilities(READ).layout.xaxis.ticktext is None


def test_the_bars_move_on_an_axis_that_stays() -> None:
    layout = _probabilities(READ).layout
    assert 0 < layout.transition.duration <= 500
    low, high = layout.yaxis.range
    assert low == 0
    assert high > 1


def test_a_heatmap_has_a_cell_a_pixel_from_black_paper_to_white_ink() -> None:
    image = np.linspace(0, 1, 28 * 28, dtype=np.float32).reshape(28, 28)
    heatmap = _pixels(image).data[0]
    np.testing.assert_allclose(heatmap.z, image, atol=0.0051)
    assert (heatmap.zmin, heatmap.zmax) == (0, 1)
    assert heatmap.colorscale == ((0, "#000000"), (1, "#ffffff"))


def test_a_heatmap_shows_the_first_row_at_the_top_and_square_pixels() -> None:
    layout = _pixels(np.zeros((28, 28), np.float32)).layout
    assert layout.yaxis.autorange == "reversed"
    assert layout.yaxis.scaleanchor == "x"


def test_pointing_at_a_pixel_tells_its_value() -> None:
    assert "%{z" in _pixels(np.zeros((28, 28), np.float32)).data[0].hovertemplate


@pytest.mark.parametrize(
    "figure",
    [_probabilities(READ), _pixels(np.zeros((28, 28), np.float32))],
)
def test_a_finger_on_a_figure_scrolls_the_page(figure: go.Figure) -> None:
    assert figure.layout.dragmode is False
    assert figure.layout.xaxis.fixedrange
    assert figure.layout.yaxis.fixedrange
