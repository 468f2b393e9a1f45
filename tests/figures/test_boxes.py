"""Boxes round the digits of a picture: positions, labels, and the colour for doubtful ones."""

import plotly.graph_objects as go
import pytest

from digitapp.figures import DOUBTFUL, WINNER, LabelledBox, boxes

PICTURE = "data:image/png;base64,xyz"
MARKS = [
    LabelledBox((10, 20, 40, 90), "4", False, "4: 99.1 % sure."),
    LabelledBox((50, 25, 90, 95), "?", True, "What comes closest is a 7."),
]


@pytest.fixture
def figure() -> go.Figure:
    return boxes(PICTURE, (200, 100), MARKS)


def test_every_digit_has_its_box_and_its_label(figure: go.Figure) -> None:
    found = [(each.x0, each.y0, each.x1, each.y1) for each in figure.layout.shapes]
    assert found == [mark.box for mark in MARKS]
    assert [each.text for each in figure.layout.annotations] == ["<b>4</b>", "<b>?</b>"]
    assert [each.x for each in figure.layout.annotations] == [25, 70]
    assert [each.y for each in figure.layout.annotations] == [20, 25]


def test_doubt_has_a_colour_and_a_line_of_its_own(figure: go.Figure) -> None:
    lines = [each.line for each in figure.layout.shapes]
    assert [line.color for line in lines] == [WINNER, DOUBTFUL]
    assert [line.dash for line in lines] == ["solid", "dot"]


def test_the_picture_lies_below_in_its_own_pixels(figure: go.Figure) -> None:
    (image,) = figure.layout.images
    assert (image.source, image.layer) == (PICTURE, "below")
    assert (image.x, image.y, image.sizex, image.sizey) == (0, 0, 200, 100)
    assert tuple(figure.layout.xaxis.range) == (0, 200)
    bottom, top = figure.layout.yaxis.range
    assert bottom == 100
    assert top < 0  # pixels count downwards, with room for the labels


def test_pointing_at_a_digit_tells_more_of_it(figure: go.Figure) -> None:
    (points,) = figure.data
    assert list(points.text) == [mark.hint for mark in MARKS]
    assert (points.x[0], points.y[0]) == (25, 55)


def test_no_digits_leave_the_picture(figure: go.Figure) -> None:
    assert not boxes(PICTURE, (200, 100), []).layout.shapes
