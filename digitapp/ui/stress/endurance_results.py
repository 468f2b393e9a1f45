"""How networks read a distorted drawing: the plot, the verdicts, a strip of pictures."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import streamlit as st
from PIL import Image

from digitapp import figures
from digitapp.data.datasets import DIGIT_NAMES
from digitapp.drawing.digit import PREPARATIONS
from digitapp.drawing.preprocessing import placed_strokes, stroke_image
from digitapp.drawing.strokes import Drawing
from digitapp.evaluation.distortions import DISTORTIONS, Distortion, distorted, image, practised
from digitapp.evaluation.endurance import Endurance, Sweep, sweep
from digitapp.figures.thumbnails import data_url
from digitapp.library import models
from digitapp.live.packing import packed_preparation
from digitapp.reading.prediction import Predictor, Probabilities
from digitapp.text.percent import percent
from digitapp.text.templates import render
from digitapp.ui.shared import caching, live
from digitapp.ui.shared.charts import chart
from digitapp.ui.shared.messages import errors_shown
from digitapp.ui.shared.resources import store, version

SWEEPS_KEPT = 100  # sweeps, for all users together
SHOWN = 7  # pictures in the strip
PICTURE_TITLE = "What the networks see"
CHART = ".st-key-endurance"  # the plot of the curves on the page


@dataclass(frozen=True)
class Trial:
    """A drawing and its distortion.

    Attributes:
        drawing: as drawn.
        how: the values of the sliders.
        name: of the plotted distortion.
        again: whether the distorted drawing is prepared again.
    """

    drawing: Drawing
    how: Distortion
    name: str
    again: bool


def first_reading(networks: Mapping[str, Predictor], drawing: Drawing) -> str:
    """Return the first network's reading of the undistorted drawing; "0" without networks."""
    for network in networks.values():
        return network.predict([stroke_image(drawing)])[0].name
    return DIGIT_NAMES[0]


def endured(
    titles: Mapping[str, str], networks: Mapping[str, Predictor], trial: Trial
) -> dict[str, Endurance]:
    """Return each network's answers to the drawing at all values of the plotted distortion."""
    start = {trial.name: DISTORTIONS[trial.name].start}
    trial = replace(trial, how=replace(trial.how, **start))  # the sweep ignores this slider
    shown, found = _sweep(trial), {}
    for name, network in networks.items():
        with errors_shown():
            answers = _answers(trial, name, version(name), network)
            found[name] = Endurance(titles[name], shown, *answers, network.class_names)
    return found


def distorted_digit(trial: Trial) -> None:
    """Show the distorted drawing, enlarged, as every network sees it.

    Raises:
        Blank: when nothing is drawn.
    """
    strokes = distorted(placed_strokes(trial.drawing), trial.how)
    with st.container(key="distorted-record"):
        st.caption(PICTURE_TITLE)
        picture = data_url(Image.fromarray((image(strokes, trial.again) * 255).astype(np.uint8)))
        st.html(render("ui/stress/distorted.html.j2", picture=picture))
    live.live_view("distorted", title=PICTURE_TITLE)


def live_trial(trial: Trial, is_example: bool) -> dict[str, Any]:
    """Return what the browser needs to distort the drawing itself, while a slider is dragged."""
    strokes = trial.drawing if is_example else ()
    return {
        "how": asdict(trial.how),
        "again": trial.again,
        "preparation": packed_preparation(PREPARATIONS["mnist"]),
        "example": [
            {"points": each.points.ravel().tolist(), "width": each.width, "eraser": each.eraser}
            for each in strokes
        ],
    }


def endurance_verdicts(found: Mapping[str, Endurance], digit: str, how: Distortion) -> None:
    """Show how each network reads the distorted drawing, and the range in which it stays right.

    Raises:
        UnknownName: when a network's run has just been deleted.
    """
    shown = next(iter(found.values())).sweep
    cards = [
        (name, each, *_line(number), _practised(name, shown.name))
        for number, (name, each) in enumerate(found.items())
    ]
    place = shown.at(how)
    with st.container(key="verdicts-record"):
        st.html(
            render(
                "ui/stress/endurance_cards.html.j2",
                cards=cards,
                place=place,
                digit=digit,
                verdict=_verdict,
            )
        )
    live.live_view(
        "verdicts",
        chart=CHART,
        digit=digit,
        plotted=shown.name,
        cards=[
            {
                "name": name,
                "title": each.title,
                "colour": colour,
                "line": line,
                "range": each.in_words(digit),
                "practised": practised,
                "record": live.record(each.reading(place)),
            }
            for name, each, colour, line, practised in cards
        ],
    )


def endurance_curves(found: Mapping[str, Endurance], digit: str, how: Distortion) -> None:
    """Show how sure each network is of the digit, at all values of the plotted distortion."""
    place = next(iter(found.values())).sweep.at(how)
    chart(figures.endurance(list(found.values()), digit, place, list(found)), "endurance")


def endurance_strip(found: Mapping[str, Endurance], digit: str) -> None:
    """Show the drawing at a few values, with each network's reading."""
    shown = next(iter(found.values())).sweep
    places = np.linspace(0, len(shown.values) - 1, SHOWN).round().astype(int).tolist()
    pictures = [
        (
            data_url(Image.fromarray((shown.images[place] * 255).astype(np.uint8))),
            DISTORTIONS[shown.name].in_words(shown.values[place]),
        )
        for place in places
    ]
    networks = [(each, *_line(number)) for number, each in enumerate(found.values())]
    st.html(
        render(
            "ui/stress/endurance_strip.html.j2",
            pictures=pictures,
            places=places,
            networks=networks,
            digit=digit,
            verdict=_verdict,
        )
    )


def _verdict(found: Endurance, place: int, digit: str) -> str:
    """Return a verdict such as `right, 97.2 % sure`."""
    read = found.reading(place)
    if read.refused:
        return f"thinks it is {read.none}, {percent(read.other)} sure"
    return f"{'right' if found.is_right(place, digit) else 'wrong'}, {percent(read.sure)} sure"


def _practised(name: str, distortion: str) -> str:
    """Return a sentence on whether a network was trained with this distortion."""
    return practised(distortion, models.settings(name, store()).augmentation)


def _line(number: int) -> tuple[str, str]:
    """Return the colour of a network's line in the plot, and a background that looks like it."""
    colour, dash = figures.LINES[number % figures.MOST_NETWORKS]
    ends = list(itertools.accumulate(int(length) for length in (dash or "34,0").split(",")))
    stops = [
        f"{'transparent' if gap % 2 else colour} {start}px {end}px"
        for gap, (start, end) in enumerate(itertools.pairwise([0, *ends]))
    ]
    return colour, f"repeating-linear-gradient(90deg,{','.join(stops)})"


@caching.data(max_entries=SWEEPS_KEPT, show_spinner=False)
def _sweep(trial: Trial) -> Sweep:
    return sweep(placed_strokes(trial.drawing), trial.name, trial.how, trial.again)


@caching.data(max_entries=SWEEPS_KEPT, show_spinner=False)
def _answers(
    trial: Trial, network: str, learned: str, _predictor: Predictor
) -> tuple[Probabilities, Probabilities]:
    """Return a network's answers, cached by `network` (its name) and `learned` (its version)."""
    return _predictor.answers(_sweep(trial).images)
