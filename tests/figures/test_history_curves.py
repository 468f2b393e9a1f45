"""Curves of a run's history: values of each trace, and updates from one figure to the next."""

import math

import numpy as np
import plotly.graph_objects as go
import pytest

from digitapp import figures
from digitapp.figures.lines import MOST_POINTS
from digitapp.training.history import Curve, Epoch, Point, within_epochs
from digitapp.training.moments import Moment
from tests.figures.values import epoch, points

BATCHES = 4
EPOCHS = [
    epoch(1, 0.9, 0.6, (0.8, 0.7)),
    epoch(2, 0.5, 0.8, (0.4, 0.9)),
    epoch(3, 0.3, 0.9, (0.6, 0.95)),
]
UNCHECKED = [epoch(1, 0.9, 0.6), epoch(2, 0.5, 0.8)]
POINTS = points(1, [2.0, 1.0, 0.5, 0.1], [0.1, 0.5, 0.8, 1.0]) + points(2, [0.5, 0.4], [0.7, 0.9])
STATES = {
    "before it starts": ([], []),
    "in the first epoch": ([], POINTS[:2]),
    "in the second": (EPOCHS[:1], POINTS),
    "at the end": (EPOCHS, POINTS),
    "without validation": (UNCHECKED, POINTS),
    "astray": ([epoch(1, math.nan, 0.1, (math.inf, 0.1))], points(1, [math.nan])),
}


def _curve(
    metric: str = "loss",
    epochs: list[Epoch] = EPOCHS,
    noted: list[Point] = POINTS,
    revision: str = "",
    **view: object,
) -> go.Figure:
    within = within_epochs(noted, metric, BATCHES)
    return figures.curve(metric, epochs, within, 5, figures.View(**view), revision)


@pytest.mark.parametrize("metric", ["loss", "accuracy"])
@pytest.mark.parametrize("state", STATES)
def test_there_are_the_same_five_traces_at_all_times(metric: str, state: str) -> None:
    traces = _curve(metric, *STATES[state]).data
    names = ["within epochs", "training", "validation", "best epoch", "beyond the axis"]
    assert [trace.name for trace in traces] == names
    assert [trace.uid for trace in traces] == [trace.uid for trace in _curve(metric).data]


def test_the_traces_hold_the_losses() -> None:
    within, training, validation, best, _ = _curve().data
    assert within.y == pytest.approx((2.0, 1.0, 0.5, 0.1, 0.5, 0.4))
    assert within.x == pytest.approx((0.125, 0.375, 0.625, 0.875, 1.125, 1.375))
    assert (training.x, training.y) == ((1, 2, 3), (0.9, 0.5, 0.3))
    assert (validation.x, validation.y) == ((1, 2, 3), (0.8, 0.4, 0.6))
    assert (best.x, best.y) == ((2,), (0.4,))


def test_the_traces_hold_the_accuracies() -> None:
    within, training, validation, *_ = _curve("accuracy").data
    assert within.y == pytest.approx((0.1, 0.5, 0.8, 1.0, 0.7, 0.9))
    assert training.y == (0.6, 0.8, 0.9)
    assert validation.y == (0.7, 0.9, 0.95)


def test_in_each_figure_the_star_is_where_its_own_line_is_at_its_best() -> None:
    star = _curve("accuracy").data[3]
    assert (star.x, star.y) == ((3,), (0.95,))
    assert star.marker.symbol == "star"
    assert _curve("loss").data[3].x == (2,)


def test_a_resumed_run_goes_on_at_its_epoch() -> None:
    traces = _curve(epochs=[epoch(4, 0.2)], noted=points(5, [0.2])).data
    assert traces[0].x == (4.125,)
    assert traces[1].x == (4,)


@pytest.mark.parametrize("metric", ["loss", "accuracy"])
def test_plotly_keeps_the_zoom_while_the_revision_stays(metric: str) -> None:
    for state in STATES.values():
        layout = _curve(metric, *state, revision="run 7").layout
        revisions = (layout.uirevision, layout.xaxis.uirevision, layout.yaxis.uirevision)
        assert revisions == ("run 7",) * 3


def test_powers_of_ten_start_with_a_zoom_of_their_own() -> None:
    plain, log = _curve(revision="run 7").layout, _curve(revision="run 7", log=True).layout
    assert log.yaxis.uirevision != plain.yaxis.uirevision
    assert log.xaxis.uirevision == plain.xaxis.uirevision
    assert log.uirevision == plain.uirevision


@pytest.mark.parametrize("state", STATES)
def test_the_epochs_axis_is_the_whole_plan_from_the_start(state: str) -> None:
    axis = _curve("loss", *STATES[state]).layout.xaxis
    assert axis.range == (0, 5)
    assert axis.title.text == "epoch"


@pytest.mark.parametrize("state", [name for name in STATES if name != "astray"])
def test_the_axes_of_accuracy_and_of_an_ordinary_loss_never_change(state: str) -> None:
    accuracy, loss = (_curve(metric, *STATES[state]).layout.yaxis for metric in figures.CURVES)
    assert accuracy.range == (0, 1.04)
    assert loss.range == (0, 2.5)
    assert loss.type != "log"


def test_a_close_up_shows_the_values_after_the_epochs_but_not_the_untrained_network() -> None:
    epochs = [epoch(0, 2.4, 0.1, (2.4, 0.1)), *EPOCHS]
    low, high = _curve("accuracy", epochs, close=True).layout.yaxis.range
    assert 0.55 < low < 0.6
    assert 0.95 < high < 1
    low, high = _curve("loss", epochs, close=True).layout.yaxis.range
    assert 0.2 < low < 0.3
    assert 0.9 < high < 1


def test_a_close_up_starts_with_a_zoom_of_its_own() -> None:
    plain, close = _curve(revision="run 7").layout, _curve(revision="run 7", close=True).layout
    assert plain.yaxis.uirevision != close.yaxis.uirevision
    assert plain.xaxis.uirevision == close.xaxis.uirevision


def test_a_diverging_loss_is_logarithmic_and_what_is_beyond_the_axis_is_marked() -> None:
    epochs = [epoch(1, 0.9, 0.6), epoch(2, 300.0, 0.2), epoch(3, 3e9, 0.1)]
    figure = _curve(epochs=epochs)
    assert figure.layout.yaxis.type == "log"
    beyond = figure.data[4]
    assert (beyond.x, beyond.y) == ((3,), (1e5,))
    assert beyond.customdata == ("3 billion",)
    assert beyond.marker.symbol == "triangle-up"
    assert _curve("accuracy", epochs).layout.yaxis.range == (0, 1.04)


def test_a_zoom_on_the_linear_axis_is_not_kept_when_the_loss_diverges() -> None:
    plain = _curve(revision="run 7").layout.yaxis
    diverging = _curve(epochs=[epoch(1, 300.0)], revision="run 7").layout.yaxis
    assert plain.uirevision != diverging.uirevision


def test_an_untrained_network_is_drawn_before_the_first_epoch() -> None:
    epochs = [epoch(0, 2.4, 0.1, (2.4, 0.12)), *EPOCHS]
    _, training, validation, *_ = _curve("accuracy", epochs).data
    assert (training.x[0], training.y[0]) == (0, 0.1)
    assert (validation.x[0], validation.y[0]) == (0, 0.12)


def _written(trace: go.Scatter) -> list[str]:
    return [text for text in trace.text if text]


def test_each_line_is_named_once_at_its_end() -> None:
    _, training, validation, *_ = _curve().data
    for line, name in ((training, "training"), (validation, "validation")):
        assert "text" in line.mode
        assert name in line.text[-1]
        assert line.line.color in line.text[-1]
        assert _written(line) == [line.text[-1]]


def test_a_line_that_ends_in_a_gap_is_named_at_its_last_value() -> None:
    training = _curve(epochs=[*EPOCHS, epoch(4, math.nan)]).data[1]
    assert [bool(text) for text in training.text] == [False, False, True, False]


def test_names_of_lines_that_end_close_together_are_moved_apart() -> None:
    def places(train: float, check: float) -> tuple[str, str]:
        _, training, validation, *_ = _curve("accuracy", [epoch(1, 0.5, train, (0.5, check))]).data
        return training.textposition, validation.textposition

    assert places(0.99, 0.98) == ("top right", "bottom right")
    assert places(0.97, 0.98) == ("bottom right", "top right")
    assert places(0.9, 0.5) == ("middle right", "middle right")


def test_names_that_end_at_the_bottom_are_above_the_numbers_of_the_axis() -> None:
    ends = [epoch(1, 0.02, 0.9, (0.12, 0.9))]
    _, training, validation, *_ = figures.curve("loss", ends, Curve([], []), 9).data
    assert (training.textposition, validation.textposition) == ("top right", "top right")
    assert "<br>" not in training.text[0]
    assert validation.text[0].count("<br>") == 1


@pytest.mark.parametrize(("first", "said"), [(0.93, ", best"), (0.99, ", best: epoch 1")])
def test_the_best_epoch_is_told_behind_the_name_where_its_words_would_stand_on_one(
    first: float, said: str
) -> None:
    later = [] if said == ", best" else [epoch(2, 0.8, 0.8, (0.9, 0.9))]
    ends = [epoch(0, 2.3, 0.1, (2.3, 0.1)), epoch(1, 0.9, 0.77, (0.4, first)), *later]
    _, training, validation, star, _ = figures.curve("accuracy", ends, Curve([], []), 10).data
    assert validation.text[-1].endswith(f"<b>validation</b>{said}")
    assert training.text[-1].endswith("<b>training</b>")
    assert not star.text
    assert star.x == (1,)


def _star(metric: str, number: int, later: int = 0) -> go.Scatter:
    """Return the star of a run whose best epoch is this, of 20, with more epochs afterwards."""
    worse = [epoch(each, 0.9, 0.6, (0.9, 0.6)) for each in range(1, number + later + 1)]
    worse[number - 1] = epoch(number, 0.5, 0.8, (0.4, 0.9))
    return figures.curve(metric, worse, Curve([], []), 20).data[3]


@pytest.mark.parametrize(
    ("number", "later", "side"),
    [(1, 6, "right"), (10, 3, "center"), (10, 1, "left"), (18, 1, "left"), (20, 0, "left")],
)
def test_the_best_epoch_is_told_in_words_on_the_side_where_there_is_room(
    number: int, later: int, side: str
) -> None:
    for metric, upright in (("accuracy", "bottom"), ("loss", "top")):
        star = _star(metric, number, later)
        assert [text.replace("<br>", "").strip() for text in star.text] == [f"best: epoch {number}"]
        assert star.textposition == f"{upright} {side}"


def test_moments_are_marked_with_words() -> None:
    moments = [Moment(1.5, "paused"), Moment(4, "stopped by itself")]
    for metric, upright in (("accuracy", "bottom"), ("loss", "top")):
        within = within_epochs(POINTS, metric, BATCHES)
        layout = figures.curve(metric, EPOCHS, within, 5, moments=moments).layout
        assert [(line.x0, line.x1) for line in layout.shapes] == [(1.5, 1.5), (4, 4)]
        assert [note.text for note in layout.annotations] == ["paused", "stopped by itself"]
        assert [note.xanchor for note in layout.annotations] == ["left", "right"]
        assert {note.yanchor for note in layout.annotations} == {upright}


@pytest.mark.parametrize(("metric", "end"), [("loss", 2.4), ("accuracy", 0.1)])
def test_a_moment_is_told_beside_the_name_of_no_line(metric: str, end: float) -> None:
    epochs = [epoch(0, 2.4, 0.1, (2.4, 0.1))]
    moments = [Moment(0.7, "paused")]
    alone = figures.curve(metric, [], Curve([], []), 10, moments=moments).layout.annotations[0]
    figure = figures.curve(metric, epochs, Curve([0.1, 0.7], [end, end]), 10, moments=moments)
    (beside,) = figure.layout.annotations
    assert alone.y in (0.02, 0.98)
    assert abs(beside.y - alone.y) > 0.08


def test_accuracy_is_told_in_percent_and_loss_with_four_decimals() -> None:
    assert all("%{y:.2%}" in trace.hovertemplate for trace in _curve("accuracy").data[:4])
    assert all("%{y:.4f}" in trace.hovertemplate for trace in _curve("loss").data[:4])
    assert _curve("accuracy").layout.yaxis.tickformat.endswith("%")
    assert _curve().layout.hovermode == "x unified"


@pytest.mark.parametrize("state", STATES)
def test_the_accuracy_axis_never_goes_beyond_all_of_them(state: str) -> None:
    options = _curve("accuracy", *STATES[state]).layout.yaxis.autorangeoptions
    assert options.clipmax == 1.0
    assert options.clipmin < 1.0


def test_every_value_after_an_epoch_is_within_the_axis() -> None:
    options = _curve("loss").layout.yaxis.autorangeoptions
    assert options.clipmin <= 0.3
    assert options.clipmax >= 0.9


def test_the_first_batches_do_not_press_the_rest_into_a_corner() -> None:
    steady = [epoch(number, 0.1, 0.97, (0.12, 0.96)) for number in range(1, 51)]
    noted = [each for number in range(1, 51) for each in points(number, [0.1] * 10)]
    noted[0] = Point(1, 1, 12.0, 0.05, 0.1)
    within = within_epochs(noted, "loss", 10)
    axis = figures.curve("loss", steady, within, 50).layout.yaxis
    assert axis.range == (0, 2.5)
    assert axis.autorangeoptions.clipmax < 1


def test_until_an_epoch_is_done_all_of_it_is_seen() -> None:
    assert _curve(epochs=[]).layout.yaxis.autorangeoptions.clipmax is None


def test_the_loss_may_be_in_powers_of_ten_but_not_the_accuracy() -> None:
    assert _curve(log=True).layout.yaxis.type == "log"
    assert _curve().layout.yaxis.type != "log"
    assert _curve("accuracy", log=True).layout.yaxis.type != "log"


def test_the_empty_axis_in_powers_of_ten_is_where_losses_are() -> None:
    low, high = _curve(epochs=[], noted=[], log=True).layout.yaxis.range
    assert 10**low < 0.1
    assert 10**high > 2.3


@pytest.mark.parametrize("lost", [math.nan, math.inf, -math.inf])
def test_a_value_that_is_none_is_a_gap(lost: float) -> None:
    epochs = [EPOCHS[0], epoch(2, lost, 0.1, (lost, 0.1)), EPOCHS[2]]
    noted = [*points(1, [2.0, 1.0]), Point(2, 1, lost, 0.1, 0.1), *points(3, [0.5])]
    within, training, validation, *_ = _curve(epochs=epochs, noted=noted, smoothing=0.5).data
    assert within.y[2] is None
    assert None not in within.y[:2] + within.y[3:]
    assert training.y == (0.9, None, 0.3)
    assert validation.y == (0.8, None, 0.6)


def test_an_epoch_without_a_loss_is_not_the_best() -> None:
    epochs = [epoch(1, 1.0, 0.1, (math.nan, 0.1)), *EPOCHS[1:]]
    assert _curve(epochs=epochs).data[3].x == (2,)


@pytest.mark.parametrize("state", STATES)
def test_a_figure_travels_as_json_without_what_json_cannot_hold(state: str) -> None:
    text = _curve("loss", *STATES[state], log=True).to_json()
    assert "NaN" not in text
    assert "Infinity" not in text


def test_many_thousand_points_become_few() -> None:
    losses = np.random.default_rng(0).uniform(0.1, 2, 20_000).tolist()
    noted = [Point(number + 1, 1, loss, 0.5, 0.1) for number, loss in enumerate(losses)]
    within = figures.curve("loss", [], within_epochs(noted, "loss", 1), 20_000).data[0]
    assert len(within.x) <= MOST_POINTS
    assert (within.x[0], within.x[-1]) == (0.5, 19_999.5)
    assert np.mean(within.y[1:-1]) == pytest.approx(np.mean(losses), rel=0.01)


def test_smoothing_calms_the_line_within_epochs_and_no_other() -> None:
    plain, calm = _curve(), _curve(smoothing=0.9)
    assert np.ptp(calm.data[0].y) < np.ptp(plain.data[0].y)
    assert calm.data[0].x == plain.data[0].x
    assert [trace.y for trace in calm.data[1:]] == [trace.y for trace in plain.data[1:]]


def test_the_lines_are_named_where_they_end_so_there_is_no_legend() -> None:
    assert _curve().layout.showlegend is False


def test_until_an_epoch_is_done_the_line_within_it_is_named() -> None:
    assert "training" in _curve(epochs=[]).data[0].text[-1]
    assert len(_written(_curve(epochs=[]).data[0])) == 1
    assert not _curve().data[0].text


def test_in_the_first_epoch_the_name_of_training_goes_with_its_line() -> None:
    begun = _curve(epochs=[Epoch(0, 2.3, 0.1, 2.4, 0.1, 0.0, 0.0)])
    assert "training" in begun.data[0].text[-1]
    assert "within the epoch" in begun.data[0].text[-1]
    assert begun.data[1].text is None
    assert "validation" in begun.data[2].text[-1]


def test_nothing_is_named_without_a_line() -> None:
    for epochs, noted in (STATES["before it starts"], STATES["without validation"]):
        _, _, validation, best, _ = _curve(epochs=epochs, noted=noted).data
        assert not _written(validation)
        assert not best.text


def test_training_and_validation_differ_in_more_than_colour() -> None:
    _, training, validation, *_ = _curve().data
    assert training.line.color != validation.line.color
    assert training.marker.symbol != validation.marker.symbol


def test_a_guess_is_a_dashed_line_named_on_it_behind_the_other_traces() -> None:
    drawn = Curve([0.0, 1.0, 2.0, 5.0], [0.1, 0.3, 0.6, 0.9])
    within = within_epochs(POINTS, "accuracy", BATCHES)
    figure = figures.curve("accuracy", EPOCHS, within, 5, guess=drawn)
    *others, guess = figure.data
    assert [trace.uid for trace in others] == [trace.uid for trace in _curve("accuracy").data]
    assert (guess.x, guess.y) == ((0, 1, 2, 5), (0.1, 0.3, 0.6, 0.9))
    assert guess.line.dash == "dash"
    assert [bool(words) for words in guess.text] == [False, False, True, False]
    assert "your guess" in guess.text[2]
    assert figure.layout.xaxis == _curve("accuracy").layout.xaxis
    assert figure.layout.yaxis == _curve("accuracy").layout.yaxis


def test_the_guess_and_its_name_stay_while_the_curves_grow() -> None:
    drawn = Curve([0.0, 5.0], [0.1, 0.9])
    first, last = (
        figures.curve("accuracy", epochs, Curve([], []), 5, guess=drawn).data[-1]
        for epochs in ([], EPOCHS)
    )
    assert first == last
