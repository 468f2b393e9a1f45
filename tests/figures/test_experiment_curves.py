"""The figure of an experiment's runs: axes, lines, and names that do not cover each other."""

import math

import pytest

from digitapp.figures import Line, experiment_curve, experiment_scale
from digitapp.training.history import Epoch


def line(label: str, *accuracies: float, loss: float = 1.0) -> Line:
    return Line(
        label,
        [
            Epoch(at, loss, accuracy / 2, loss, accuracy, 0.1, 1.0)
            for at, accuracy in enumerate(accuracies)
        ],
    )


def test_axes_are_those_of_a_single_run_whatever_has_come_so_far() -> None:
    empty = experiment_curve("accuracy", [Line("a", []), Line("b", [])], 15)
    begun = experiment_curve("accuracy", [line("a", 0.1, 0.9), Line("b", [])], 15)
    for found in (empty, begun):
        assert list(found.layout.xaxis.range) == [0, 15]
        assert list(found.layout.yaxis.range) == [0, 1.04]


def test_validation_is_solid_and_training_dashed_in_the_colour_of_the_run() -> None:
    found = experiment_curve("accuracy", [line("a", 0.1, 0.9), line("b", 0.1, 0.5)], 15)
    training, validation, other, _ = found.data
    assert (training.line.dash, validation.line.dash) == ("dash", None)
    assert list(validation.y) == [0.1, 0.9]
    assert list(training.y) == [0.05, 0.45]
    assert validation.line.color != found.data[3].line.color
    assert validation.marker.symbol != found.data[3].marker.symbol
    assert other.name == "b, training"


def test_each_run_is_named_where_its_line_ends() -> None:
    found = experiment_curve("accuracy", [line("<b>", 0.1, 0.9), Line("waits", [])], 15)
    (name,) = found.layout.annotations
    assert (name.x, name.y) == (1, pytest.approx(0.9))
    assert "<b>&lt;b></b>" in name.text


def test_the_axis_of_the_loss_reaches_from_the_start_to_what_is_to_be_expected() -> None:
    begun = [line("a", 0.1)]
    spiked = [line("a", 0.1), line("b", 0.1, 0.1, loss=7.9)]
    ranges = [
        tuple(experiment_curve("loss", each, 15, highest=10.0).layout.yaxis.range)
        for each in (begun, spiked)
    ]
    assert ranges == [(0, 10), (0, 10)]
    usual = experiment_curve("loss", begun, 15).layout.yaxis.range
    assert list(usual) == [0, 2.5]
    assert list(experiment_curve("accuracy", begun, 15, highest=10.0).layout.yaxis.range) == [
        *(0, 1.04)
    ]


def test_a_diverging_loss_is_logarithmic_and_said() -> None:
    lines = [line("a", 0.1, 0.9, loss=0.5), line("b", 0.1, 0.1, loss=1000.0)]
    found = experiment_curve("loss", lines, 15)
    assert found.layout.yaxis.type == "log"
    assert "logarithmic" in experiment_scale("loss", lines).said
    assert {round(name.y, 2) for name in found.layout.annotations} == {-0.3, 3.0}


def test_a_loss_that_is_not_finite_is_a_gap_and_the_name_stays_at_the_last_number() -> None:
    broke = Line(
        "b",
        [Epoch(1, 2.0, 0.1, 2.0, 0.1, 1.0, 1.0), Epoch(2, math.inf, 0.1, math.nan, 0.1, 1.0, 1.0)],
    )
    found = experiment_curve("loss", [broke], 15)
    assert list(found.data[1].y) == [2.0, None]
    assert found.layout.annotations[0].x == 1
