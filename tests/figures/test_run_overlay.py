"""Figures of many runs: overlaid curves, and scores against cost."""

import plotly.graph_objects as go
import pytest

from digitapp import figures
from digitapp.figures import style
from digitapp.runs.comparison import groups
from digitapp.training.spec import TrainingSpec
from tests.figures.values import a_run, epoch

RUNS = [
    a_run(1, TrainingSpec(seed=1), test_accuracy=0.97, parameters=1000, seconds=4.0),
    a_run(2, TrainingSpec(seed=2), test_accuracy=0.96, parameters=1000, seconds=9.0),
    a_run(3, TrainingSpec(optimizer="sgd"), test_accuracy=0.9, parameters=500, seconds=8.0),
    a_run(4, TrainingSpec(hidden=(64,)), test_accuracy=None, parameters=400),
]
HISTORIES = {
    run.id: [epoch(n, 1 / n, 1 - 0.3 / n, (1 / n, 1 - 0.1 * run.id / n)) for n in (1, 2, 3)]
    for run in RUNS
}
COLOURS = {1: "#4f6df5", 2: "#4f6df5"}


def _overlay(**how: object) -> go.Figure:
    metric = how.pop("metric", "accuracy")
    return figures.overlay(groups(RUNS), HISTORIES, metric, **how)


def _named(figure: go.Figure, uid: str) -> go.Scatter:
    (found,) = [trace for trace in figure.data if trace.uid == uid]
    return found


def test_training_is_dashed_and_validation_solid_in_the_colour_of_the_run() -> None:
    figure = _overlay()
    training, validation = (_named(figure, f"3 {kind}") for kind in ("training", "validation"))
    assert (training.line.dash, validation.line.dash) == ("dash", "solid")
    assert training.line.color == validation.line.color == style.COLOURS[1]


def test_runs_that_differ_only_in_the_seed_are_one_line_with_a_band() -> None:
    figure = _overlay()
    line, spread = _named(figure, "1-2 validation"), _named(figure, "1-2 validation band")
    assert line.y == pytest.approx([0.85, 0.925, 0.95])
    assert spread.y[:3] == pytest.approx([0.9, 0.95, 1 - 0.1 / 3])
    assert spread.y[3:] == pytest.approx([1 - 0.2 / 3, 0.9, 0.8])
    assert spread.fill == "toself"
    assert [trace.uid for trace in figure.data if trace.fill] == ["1-2 training band", spread.uid]


def test_each_group_is_named_once_in_the_legend() -> None:
    named = [trace.legendgroup for trace in _overlay().data if trace.showlegend]
    assert named == ["1-2", "3", "4"]


def test_without_validation_the_training_line_is_named() -> None:
    histories = {3: [epoch(1), epoch(2)]}
    figure = figures.overlay(groups(RUNS[2:3]), histories, "loss")
    assert [trace.uid for trace in figure.data if trace.showlegend] == ["3 training"]


def test_the_x_axis_is_what_was_asked_for() -> None:
    assert _overlay().layout.xaxis.title.text == "epoch"
    images = _overlay(axis="images")
    assert images.layout.xaxis.title.text == "images seen"
    assert list(_named(images, "3 training").x) == [1000, 2000, 3000]


def test_a_loss_that_diverges_does_not_hide_the_others() -> None:
    steep = {**HISTORIES, 4: [epoch(n, 10.0**n, 0.1, (10.0 ** (2 * n), 0.1)) for n in (1, 2, 3, 4)]}
    axis = figures.overlay(groups(RUNS), steep, "loss").layout.yaxis
    assert axis.type == "log"
    assert axis.range == (-2, 5)
    assert figures.overlay(groups(RUNS), steep, "accuracy").layout.yaxis.type != "log"
    assert _overlay(metric="loss").layout.yaxis.type != "log"


def test_only_the_loss_is_drawn_in_powers_of_ten() -> None:
    assert _overlay(metric="loss", log=True).layout.yaxis.type == "log"
    assert _overlay(metric="accuracy", log=True).layout.yaxis.type is None


def test_a_zoom_is_kept_while_lines_are_smoothed_and_not_when_an_axis_changes() -> None:
    revision = _overlay().layout.uirevision
    assert _overlay(smoothing=0.5).layout.uirevision == revision
    assert _overlay(axis="time").layout.uirevision != revision
    assert _overlay(metric="loss").layout.uirevision != revision


def test_a_name_cannot_bring_markup_into_the_figure() -> None:
    run = a_run(7, name="<b>&bold</b>" + "x" * 100)
    figure = figures.overlay(groups([run]), {7: HISTORIES[1]}, "loss")
    assert figure.data[0].name.startswith("Run 7: &lt;b>&amp;bold")
    assert len(figure.data[0].name) < 70


def test_more_runs_than_colours_are_told_apart_by_marks() -> None:
    runs = [a_run(n, TrainingSpec(batch_size=n)) for n in range(1, 21)]
    figure = figures.overlay(groups(runs), {run.id: HISTORIES[1] for run in runs}, "loss")
    looks = {(trace.line.color, trace.marker.symbol) for trace in figure.data if trace.showlegend}
    assert len(looks) == 20


def test_every_run_with_both_values_is_a_point() -> None:
    (points,) = figures.scatter(RUNS, "optimizer", "test_accuracy", COLOURS).data
    triples = zip(points.customdata, points.x, points.y, strict=True)
    found = {shown[0]: (x, y) for shown, x, y in triples}
    assert found == {1: ("adam", 0.97), 2: ("adam", 0.96), 3: ("sgd", 0.9)}


def test_runs_that_stand_out_have_their_colour_and_come_last() -> None:
    (points,) = figures.scatter(RUNS, "learning_rate", "test_accuracy", COLOURS).data
    assert list(points.marker.color) == [style.OTHERS, "#4f6df5", "#4f6df5"]


def test_the_front_joins_the_runs_that_no_other_beats_in_both() -> None:
    _, front = figures.scatter(RUNS, "seconds", "test_accuracy", {}, front=True).data
    assert list(zip(front.x, front.y, strict=True)) == [(4.0, 0.97)]
    _, front = figures.scatter(RUNS, "parameters", "test_accuracy", {}, front=True).data
    assert list(zip(front.x, front.y, strict=True)) == [(500, 0.9), (1000, 0.97)]


def test_values_far_apart_are_drawn_in_powers_of_ten() -> None:
    rates = (0.0003, 0.003, 0.1)
    runs = [a_run(n, TrainingSpec(learning_rate=r), test_accuracy=0.9) for n, r in enumerate(rates)]
    axis = figures.scatter(runs, "learning_rate", "test_accuracy", {}).layout.xaxis
    assert axis.type == "log"
    assert dict(zip(axis.ticktext, axis.tickvals, strict=True))["0.002"] == pytest.approx(0.002)
    assert figures.scatter(runs[:1], "learning_rate", "test_accuracy", {}).layout.xaxis.type is None
    wide = [a_run(n, test_accuracy=0.9, parameters=10**n) for n in (3, 6)]
    labels = figures.scatter(wide, "parameters", "test_accuracy", {}).layout.xaxis.ticktext
    assert {"1k", "20k", "1M"} <= set(labels)


def test_names_have_no_front() -> None:
    assert len(figures.scatter(RUNS, "dataset", "test_accuracy", {}, front=True).data) == 1


def test_no_runs_give_an_empty_figure() -> None:
    assert not figures.scatter([], "epochs", "test_accuracy", {}, front=True).data[0].x
    assert not figures.overlay([], {}, "loss").data


@pytest.mark.parametrize("metric", ["accuracy", "loss"])
def test_without_a_finished_epoch_the_axis_begins_at_nothing(metric: figures.Metric) -> None:
    figure = figures.overlay(groups(RUNS[:1]), {}, metric)
    low, high = figure.layout.yaxis.range
    assert (low, high >= 1) == (0, True)
