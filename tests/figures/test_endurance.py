"""The figure of how much distortion networks withstand."""

from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest

from digitapp import figures
from digitapp.evaluation.distortions import DISTORTIONS
from digitapp.evaluation.endurance import Endurance, Sweep

NAMES = ("0", "1", "2")
VALUES = (-10.0, -5.0, 0.0, 5.0, 10.0)
SWEEP = Sweep("shift_x", VALUES, np.zeros((5, 28, 28), dtype=np.float32))


def _network(title: str, shares: tuple[float, ...]) -> Endurance:
    """A network that gives a 1 these probabilities, and a 2 otherwise."""
    one = np.array(shares, dtype=np.float32)
    return Endurance(title, SWEEP, np.stack([0 * one, one, 1 - one], axis=1), 0 * one, NAMES)


FOUND = [
    _network("strong", (0.6, 0.9, 1.0, 0.9, 0.75)),
    _network("weak", (0.0, 0.25, 1.0, 0.25, 0.0)),
]


def _figure(digit: str = "1", place: int = 3) -> go.Figure:
    return figures.endurance(FOUND, digit, place, ["recogniser", "run-1"])


def _lines(figure: go.Figure) -> list[go.Scatter]:
    return [trace for trace in figure.data if trace.mode == "lines"]


def test_there_is_a_line_a_network_of_how_probable_the_digit_is() -> None:
    strong, weak = _lines(_figure())
    assert (strong.name, weak.name) == ("strong", "weak")
    assert strong.x == weak.x == VALUES
    np.testing.assert_allclose(strong.y, FOUND[0].shares("1"), atol=1e-5)
    np.testing.assert_allclose(weak.y, FOUND[1].shares("1"), atol=1e-5)


def test_another_digit_has_other_lines() -> None:
    np.testing.assert_allclose(_lines(_figure("2"))[1].y, [1, 0.75, 0, 0.75, 1], atol=1e-5)
    assert "2" in _figure("2").layout.yaxis.title.text


@pytest.mark.parametrize("place", [0, 3])
def test_the_present_value_is_marked_on_every_line(place: int) -> None:
    figure = _figure(place=place)
    marks = [trace for trace in figure.data if trace.mode == "markers"]
    assert [mark.x for mark in marks] == [(VALUES[place],)] * 2
    assert [mark.y[0] for mark in marks] == pytest.approx(
        [each.shares("1")[place] for each in FOUND]
    )
    (line,) = figure.layout.shapes
    assert line.x0 == line.x1 == VALUES[place]


def test_pointing_at_a_value_tells_it_how_sure_and_what_is_read() -> None:
    figure = _figure()
    assert _lines(figure)[1].customdata[1] == "25.0 %, reads 2"
    refusing = replace(FOUND[0], others=np.full(5, 0.8, dtype=np.float32))
    told = _lines(figures.endurance([refusing], "1", 0))[0].customdata[1]
    assert told == "18.0 %, reads none of these"
    assert figure.layout.hovermode == "x unified"
    assert figure.layout.xaxis.ticksuffix == DISTORTIONS["shift_x"].unit


def test_lines_are_told_apart_by_colour_and_by_dashes() -> None:
    many = [_network(f"network {number}", (0.5,) * 5) for number in range(figures.MOST_NETWORKS)]
    lines = _lines(figures.endurance(many, "1", 0))
    assert len({line.line.color for line in lines}) == len(lines)
    assert len({line.line.dash for line in lines}) == len(lines)


@pytest.mark.parametrize("colour", [colour for colour, _ in figures.LINES])
@pytest.mark.parametrize("ground", ["#ffffff", "#0e1117"])
def test_the_lines_show_on_a_light_and_on_a_dark_page(colour: str, ground: str) -> None:
    light, dark = sorted((_luminance(colour), _luminance(ground)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 3  # WCAG 2.1, 1.4.11


def test_a_network_keeps_its_line_when_another_comes_before_it() -> None:
    alone = figures.endurance(FOUND[1:], "1", 0, ["run-1"]).data[0]
    second = _lines(_figure())[1]
    assert alone.uid == second.uid
    assert len({trace.uid for trace in _figure().data}) == len(_figure().data)


def test_a_finger_on_the_figure_scrolls_the_page() -> None:
    layout = _figure().layout
    assert layout.dragmode is False
    assert layout.xaxis.fixedrange
    assert layout.yaxis.fixedrange


def _luminance(colour: str) -> float:
    """Return the relative luminance by WCAG 2.1."""
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [s / 12.92 if s <= 0.03928 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))
