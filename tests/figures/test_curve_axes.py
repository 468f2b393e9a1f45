"""Value axes that are fixed from the start, and grow in few large steps if they must."""

import math

import pytest

from digitapp.figures.curve_axes import Scale, value_axis, value_scale
from digitapp.text.losses import in_figures


def _loss(after: list[float], within: list[float] | None = None, **how: object) -> Scale:
    return value_scale("loss", after, within or [], **how)


def test_accuracy_is_shown_from_0_to_100_percent_whatever_it_is() -> None:
    for after in ([], [0.1], [0.97, 0.98], [math.nan]):
        scale = value_scale("accuracy", after, [])
        assert scale.low == 0
        assert 1 <= scale.high < 1.05
        assert not scale.said


@pytest.mark.parametrize(("classes", "top"), [(2, 1.0), (10, 2.5), (11, 2.5), (26, 5.0)])
def test_the_loss_of_guessing_fits_on_the_axis_from_the_start(classes: int, top: float) -> None:
    assert _loss([], classes=classes) == Scale(0.0, top)
    assert math.log(classes) <= top


def test_a_loss_axis_grows_by_large_steps_and_never_shrinks() -> None:
    values = [2.3, 2.6, 1.0, 4.9, 5.5, 9.0, 0.1]
    tops = [_loss(values[:count]).high for count in range(len(values) + 1)]
    assert tops == [2.5, 2.5, 5.0, 5.0, 5.0, 10.0, 10.0, 10.0]


def test_the_first_few_batches_may_leave_the_axis() -> None:
    assert _loss([2.0], [900.0, 400.0, 90.0, 30.0, 12.0, 2.4, 2.3]).high == 2.5
    assert _loss([2.0], [900.0, 400.0, 90.0, 30.0, 12.0, 4.0, 2.3]).high == 5.0


def test_a_diverging_loss_gets_a_logarithmic_axis_and_a_sentence() -> None:
    scale = _loss([2.0, 40.0, 300.0])
    assert scale.logarithmic
    assert (scale.low, scale.high) == (0.01, 1000.0)
    assert "logarithmic" in scale.said


def test_a_loss_that_diverges_within_its_first_epoch_can_be_read_already() -> None:
    assert _loss([], [50.0] * 10).logarithmic


def test_a_loss_beyond_every_axis_is_told() -> None:
    scale = _loss([2.0, 3e12])
    assert scale.high == 1e5
    assert "3.0e+12" in scale.said
    assert scale.said.count(".") >= 2


def test_a_logarithmic_axis_that_was_asked_for_needs_no_words() -> None:
    scale = _loss([0.5, 0.2], log=True)
    assert (scale.low, round(scale.high, 2), scale.said) == (0.01, 3.16, "")


def test_a_small_loss_extends_a_logarithmic_axis_by_whole_decades() -> None:
    lows = [_loss([1.0, low], log=True).low for low in (0.02, 0.004, 0.0005, 1e-9, 0.0)]
    assert lows == pytest.approx([0.01, 0.001, 0.0001, 1e-6, 0.01])


def test_values_that_are_not_finite_do_not_count() -> None:
    assert _loss([math.nan, math.inf, 0.5]) == Scale(0.0, 2.5)


def test_a_close_up_fits_the_values_once_there_are_some() -> None:
    assert value_scale("accuracy", [], [], close=True).low == 0
    scale = value_scale("accuracy", [0.96, 0.98], [0.1], close=True)
    assert 0.95 < scale.low < 0.96
    assert 0.98 < scale.high < 0.99


@pytest.mark.parametrize(
    ("scale", "value", "share"),
    [
        (Scale(0, 2), 0.5, 0.25),
        (Scale(0, 2), 7.0, 1.0),
        (Scale(0.01, 1, logarithmic=True), 0.1, 0.5),
        (Scale(0.01, 1, logarithmic=True), 0.0, 0.0),
    ],
)
def test_a_scale_knows_how_far_up_a_value_is(scale: Scale, value: float, share: float) -> None:
    assert scale.share(value) == pytest.approx(share)


def test_a_wide_logarithmic_axis_has_a_label_a_decade() -> None:
    assert value_axis("loss", Scale(0.01, 3.16, True))["dtick"] == "D2"
    assert value_axis("loss", Scale(0.01, 1e5, True))["dtick"] == 1


@pytest.mark.parametrize(
    ("loss", "text"),
    [
        *((0.03123, "0.0312"), (2.306, "2.31"), (412.3, "412"), (45_678.0, "45,678")),
        *((999.6e6, "1 billion"), (999.4e6, "999 million")),
        *((1.5e6, "1.5 million"), (3.21e9, "3.21 billion"), (3e12, "3.0e+12"), (1e300, "1.0e+300")),
    ],
)
def test_a_loss_of_any_size_is_written_short(loss: float, text: str) -> None:
    assert in_figures(loss) == text
