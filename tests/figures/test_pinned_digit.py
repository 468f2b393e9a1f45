"""The figure of the pinned digit during training."""

import math

import pytest

from digitapp import figures
from digitapp.data.datasets import CLOTHES_NAMES, DIGIT_NAMES
from tests.figures.values import epoch


def _shares(label: int, share: float) -> tuple[float, ...]:
    return tuple(share if each == label else (1 - share) / 9 for each in range(10))


EPOCHS = [
    epoch(1, watched=_shares(1, 0.4)),
    epoch(2),
    epoch(3, watched=_shares(7, 0.55)),
    epoch(4, watched=_shares(7, 0.9)),
]


@pytest.mark.parametrize("names", [DIGIT_NAMES, CLOTHES_NAMES])
def test_there_is_a_line_a_class_in_their_order(names: tuple[str, ...]) -> None:
    assert tuple(line.name for line in figures.pinned_digit(EPOCHS, names, 5).data) == names
    assert tuple(line.name for line in figures.pinned_digit([], names, 5).data) == names


def test_what_is_none_has_a_colour_of_its_own() -> None:
    names = (*DIGIT_NAMES, "none of these")
    eleven = [epoch(1, watched=(*_shares(1, 0.4), 0.0))]
    colours = [line.line.color for line in figures.pinned_digit(eleven, names, 5).data]
    assert len(set(colours)) == 11


def test_a_line_holds_the_probabilities_of_its_class() -> None:
    lines = figures.pinned_digit(EPOCHS, DIGIT_NAMES, 5).data
    assert lines[7].y == pytest.approx((0.6 / 9, 0.55, 0.9))
    assert lines[1].y == pytest.approx((0.4, 0.05, 0.1 / 9))


def test_epochs_at_which_nothing_was_pinned_are_left_out() -> None:
    assert figures.pinned_digit(EPOCHS, DIGIT_NAMES, 5).data[0].x == (1, 3, 4)


def test_only_the_class_that_is_the_most_probable_at_the_end_is_thick_and_named() -> None:
    figure = figures.pinned_digit(EPOCHS, DIGIT_NAMES, 5)
    widths = [line.line.width for line in figure.data]
    assert widths.index(max(widths)) == 7
    assert len(set(widths[:7] + widths[8:])) == 1
    (label,) = figure.layout.annotations
    assert "<b>7</b>" in label.text
    assert (label.x, label.y) == (4, 0.9)


@pytest.mark.parametrize("names", [DIGIT_NAMES, CLOTHES_NAMES])
def test_all_lines_look_different(names: tuple[str, ...]) -> None:
    lines = figures.pinned_digit(EPOCHS, names, 5).data
    assert len({line.line.color for line in lines}) == 10


@pytest.mark.parametrize(("last", "side"), [(1, "left"), (5, "right")])
def test_the_name_stands_where_there_is_room(last: int, side: str) -> None:
    for share in (0.3, 0.9):
        figure = figures.pinned_digit([epoch(last, watched=_shares(2, share))], DIGIT_NAMES, 5)
        assert figure.layout.annotations[0].xanchor == side


def test_the_axis_is_all_of_the_percents() -> None:
    axis = figures.pinned_digit(EPOCHS, DIGIT_NAMES, 5).layout.yaxis
    low, high = axis.range
    assert -0.05 < low <= 0
    assert 1 <= high < 1.05
    assert axis.tickformat.endswith("%")


def test_a_line_never_claims_certainty() -> None:
    sure = [epoch(1, watched=_shares(4, 1.0))]
    figure = figures.pinned_digit(sure, DIGIT_NAMES, 1)
    assert figure.data[4].customdata == ("99.99 %",)
    assert "100" not in figure.layout.annotations[0].text


def test_plotly_keeps_hidden_lines_while_the_revision_stays() -> None:
    layout = figures.pinned_digit(EPOCHS, DIGIT_NAMES, 5, revision="7").layout
    assert (layout.uirevision, layout.xaxis.uirevision, layout.yaxis.uirevision) == ("7",) * 3
    assert layout.xaxis.range == (0, 5)


def test_before_the_first_epoch_the_legend_is_whole_and_nothing_is_named() -> None:
    figure = figures.pinned_digit([], DIGIT_NAMES, 5)
    assert all(line.x and line.y == (None,) for line in figure.data)
    assert not figure.layout.annotations


def test_a_training_gone_astray_has_gaps_and_no_winner() -> None:
    figure = figures.pinned_digit([*EPOCHS, epoch(5, watched=(math.nan,) * 10)], DIGIT_NAMES, 5)
    assert all(line.y[-1] is None for line in figure.data)
    assert not figure.layout.annotations
