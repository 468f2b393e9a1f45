"""The diagram of a network's layers."""

import pytest

from digitapp import figures
from digitapp.training.layer_table import LayerRow

ROWS = (
    LayerRow("images", "Input", (28, 28), 0, 0),
    LayerRow("reshape", "Reshape", (28, 28, 1), 0, 0),
    LayerRow("conv2d", "Conv2D", (28, 28, 32), 288, 288),
    LayerRow("batch_normalization", "BatchNormalization", (28, 28, 32), 128, 64),
    LayerRow("max_pooling2d", "MaxPooling2D", (14, 14, 32), 0, 0),
    LayerRow("flatten", "Flatten", (6272,), 0, 0),
    LayerRow("dense", "Dense", (128,), 802944, 802944),
    LayerRow("dropout", "Dropout", (128,), 0, 0),
    LayerRow("probabilities", "Dense", (10,), 1290, 1290),
)
TIMES = "\N{MULTIPLICATION SIGN}"


def test_the_layers_go_down_from_the_images_in_words() -> None:
    labels = figures.network(ROWS).data[2]
    assert labels.text == (
        f"Images · 28 {TIMES} 28",
        f"Reshape · 28 {TIMES} 28 {TIMES} 1",
        f"Conv2D · 28 {TIMES} 28 {TIMES} 32",
        f"BatchNormalization · 28 {TIMES} 28 {TIMES} 32",
        f"MaxPooling2D · 14 {TIMES} 14 {TIMES} 32",
        "Flatten · 6,272 values",
        "Dense · 128 nodes",
        "Dropout · 128 values",
        "Probabilities · 10 nodes",
    )
    bottom, top = figures.network(ROWS).layout.yaxis.range
    assert top < labels.y[0] < labels.y[-1] < bottom


def test_layers_that_have_weights_tell_how_many() -> None:
    told = figures.network(ROWS).data[3].text
    assert told[2] == "288 weights"
    assert told[6] == "802,944 weights"
    assert told[0] == told[1] == told[4] == told[5] == told[7] == ""


def test_the_more_values_a_layer_gives_the_wider_is_its_bar() -> None:
    widths = figures.network(ROWS).data[0].x
    assert widths[2] == widths[3] == max(widths)
    assert widths[8] == min(widths)
    assert widths[0] == widths[1]
    assert widths[2] > widths[4] == widths[5] > widths[0] > widths[6] > widths[8]


def test_every_bar_has_the_same_middle_and_stays_in_the_figure() -> None:
    bars = figures.network(ROWS).data[0]
    middles = [base + width / 2 for base, width in zip(bars.base, bars.x, strict=True)]
    assert middles == pytest.approx([middles[0]] * len(ROWS))
    assert min(bars.base) >= 0
    assert all(base + width <= 1 for base, width in zip(bars.base, bars.x, strict=True))


def test_the_kinds_that_learn_or_shrink_have_colours_and_the_rest_one() -> None:
    colours = figures.network(ROWS).data[0].marker.color
    _, reshape, convolution, normalisation, pooling, flatten, dense, dropout, last = colours
    assert reshape == flatten == dropout
    assert dense == last
    assert len({reshape, convolution, normalisation, pooling, dense}) == 5


def test_pointing_at_a_layer_tells_its_name_kind_shape_and_weights() -> None:
    told = figures.network(ROWS).data[0].hovertext
    assert told[2] == f"<b>conv2d</b> (Conv2D)<br>gives 28 {TIMES} 28 {TIMES} 32<br>288 weights"
    assert told[3].endswith("128 weights<br>64 of them learnt")
    assert "weights" not in told[0]


def test_an_arrow_points_from_each_layer_to_the_next() -> None:
    arrows = figures.network(ROWS).data[1]
    assert arrows.y == tuple(number + 0.5 for number in range(len(ROWS) - 1))


def test_each_layer_makes_the_figure_as_much_higher() -> None:
    heights = [figures.network(ROWS[:count]).layout.height for count in (1, 2, 9)]
    assert heights[2] - heights[1] == 7 * (heights[1] - heights[0])


@pytest.mark.parametrize("count", [0, 1])
def test_a_network_may_have_hardly_a_layer(count: int) -> None:
    assert len(figures.network(ROWS[:count]).data[0].x) == count


def test_a_finger_on_the_diagram_scrolls_the_page() -> None:
    layout = figures.network(ROWS).layout
    assert layout.dragmode is False
    assert layout.xaxis.fixedrange
    assert layout.yaxis.fixedrange
