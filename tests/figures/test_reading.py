"""Figures of a reading: the values that go in come out, in the right place and colour."""

import numpy as np
import plotly.graph_objects as go
import pytest

from digitapp import figures
from digitapp.datasets import CLOTHES_NAMES, DIGIT_NAMES
from digitapp.prediction import Prediction

SHARES = np.array([0.0004, 0.012, 0, 0.25, 0, 0, 0.7376, 0, 0, 0], dtype=np.float32)


def _bars(names: tuple[str, ...] = DIGIT_NAMES) -> go.Bar:
    return figures.probabilities(Prediction(SHARES, names), names).data[0]


@pytest.mark.parametrize("names", [DIGIT_NAMES, CLOTHES_NAMES])
def test_there_is_a_bar_as_high_as_its_probability_for_each_class(names: tuple[str, ...]) -> None:
    assert _bars(names).x == names
    np.testing.assert_allclose(_bars(names).y, SHARES, atol=1e-5)


def test_the_digits_are_names_on_the_axis_and_no_numbers() -> None:
    assert figures.probabilities(None, DIGIT_NAMES).layout.xaxis.type == "category"


def test_only_the_most_probable_class_has_the_winners_colour() -> None:
    colours = _bars().marker.color
    assert colours[6] == figures.WINNER
    assert set(colours[:6] + colours[7:]) == {figures.OTHERS}
    assert figures.WINNER != figures.OTHERS


def test_bars_too_low_to_matter_have_no_text() -> None:
    assert _bars().text == ("", "1 %", "", "25 %", "", "", "74 %", "", "", "")


def test_a_bar_never_claims_certainty() -> None:
    sure = np.eye(10, dtype=np.float32)[4]
    assert "100" not in figures.probabilities(Prediction(sure, DIGIT_NAMES), DIGIT_NAMES).to_json()


def test_without_a_prediction_all_bars_are_flat_and_grey() -> None:
    bars = figures.probabilities(None, DIGIT_NAMES).data[0]
    assert bars.y == (0,) * 10
    assert set(bars.marker.color) == {figures.OTHERS}
    assert set(bars.text) == {""}


def test_the_bars_move_on_an_axis_that_stays() -> None:
    for prediction in (None, Prediction(SHARES, DIGIT_NAMES)):
        layout = figures.probabilities(prediction, DIGIT_NAMES).layout
        assert 0 < layout.transition.duration <= 500
        low, high = layout.yaxis.range
        assert low == 0
        assert high > 1


def test_a_heatmap_has_a_cell_a_pixel_from_black_paper_to_white_ink() -> None:
    image = np.linspace(0, 1, 28 * 28, dtype=np.float32).reshape(28, 28)
    heatmap = figures.pixels(image).data[0]
    np.testing.assert_allclose(heatmap.z, image, atol=0.0051)
    assert (heatmap.zmin, heatmap.zmax) == (0, 1)
    assert heatmap.colorscale == ((0, "#000000"), (1, "#ffffff"))


def test_a_heatmap_shows_the_first_row_at_the_top_and_square_pixels() -> None:
    layout = figures.pixels(np.zeros((28, 28), np.float32)).layout
    assert layout.yaxis.autorange == "reversed"
    assert layout.yaxis.scaleanchor == "x"
    assert figures.pixels(np.zeros((28, 28), np.float32), 224).layout.height == 224


def test_pointing_at_a_pixel_tells_its_value() -> None:
    assert "%{z" in figures.pixels(np.zeros((28, 28), np.float32)).data[0].hovertemplate


@pytest.mark.parametrize(
    "figure",
    [figures.probabilities(None, DIGIT_NAMES), figures.pixels(np.zeros((28, 28), np.float32))],
)
def test_a_finger_on_a_figure_scrolls_the_page(figure: go.Figure) -> None:
    assert figure.layout.dragmode is False
    assert figure.layout.xaxis.fixedrange
    assert figure.layout.yaxis.fixedrange
