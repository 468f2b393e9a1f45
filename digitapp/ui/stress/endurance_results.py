"""How networks read a distorted drawing: the plot, the verdicts, a strip of pictures."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st
from PIL import Image

from digitapp import figures
from digitapp.data.datasets import DIGIT_NAMES
from digitapp.drawing.preprocessing import placed_strokes, stroke_image
from digitapp.drawing.strokes import Drawing
from digitapp.evaluation.distortions import DISTORTIONS, Distortion, distorted, image, practised
from digitapp.evaluation.endurance import Endurance, Sweep, sweep
from digitapp.figures.thumbnails import data_url
from digitapp.library import models
from digitapp.reading.prediction import Predictor, Probabilities
from digitapp.text.escaping import html as escape
from digitapp.text.percent import percent
from digitapp.training.spec import PRESETS
from digitapp.ui.shared.charts import chart
from digitapp.ui.shared.messages import errors_shown
from digitapp.ui.shared.page_frame import announced
from digitapp.ui.shared.resources import store, version

KEPT = 100  # sweeps, for all users together
SHOWN, SHOWN_SIDE = 7, 112  # number of pictures in the strip, and their side in pixels
PICTURE_SIDE = 224  # eight page pixels for each image pixel
CARDS = "display:grid;grid-template-columns:repeat(auto-fit,minmax(12rem,1fr));gap:.25rem 1rem"
CARD = "display:flex;gap:.8rem;line-height:1.35;font-size:.9rem;min-height:8.6rem"
NAME = "text-align:center;line-height:1"
DIGIT = "font-size:3.4rem;font-weight:700"
SWATCH = "display:inline-block;width:34px;height:3px;vertical-align:middle"
STRIP = (
    f"display:grid;grid-template-columns:repeat({SHOWN},minmax(0,{SHOWN_SIDE}px));gap:.35rem;"
    "text-align:center;font-size:.9rem;line-height:1.25"
)
ROW = "grid-column:1/-1;text-align:left;padding-top:.35rem"
RIGHT, WRONG = "\N{CHECK MARK}", "\N{BALLOT X}"
UNIT = re.compile(r" (?=px|%)")  # keeps a unit on the line of its number
PICTURE = "width:100%;image-rendering:pixelated;border-radius:4px;display:block"


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
    chart(figures.pixels(image(strokes, trial.again), PICTURE_SIDE), "distorted")


def endurance_verdicts(found: Mapping[str, Endurance], digit: str, how: Distortion) -> None:
    """Show how each network reads the distorted drawing, and the range in which it stays right.

    Raises:
        UnknownName: when a network's run has just been deleted.
    """
    cards = [_card(number, *each, digit, how) for number, each in enumerate(found.items())]
    st.html(f'<div style="{CARDS}">{"".join(cards)}</div>')


def endurance_curves(found: Mapping[str, Endurance], digit: str, how: Distortion) -> None:
    """Show how sure each network is of the digit, at all values of the plotted distortion."""
    place = next(iter(found.values())).sweep.at(how)
    chart(figures.endurance(list(found.values()), digit, place, list(found)), "endurance")


def endurance_strip(found: Mapping[str, Endurance], digit: str) -> None:
    """Show the drawing at a few values, with each network's reading."""
    shown = next(iter(found.values())).sweep
    places = np.linspace(0, len(shown.values) - 1, SHOWN).round().astype(int).tolist()
    rows = [_picture(shown, place) for place in places]
    for number, each in enumerate(found.values()):
        rows.append(f'<div style="{ROW}">{_swatch(number)}&ensp;{escape(each.title)}</div>')
        rows += [_answer(each, place, digit) for place in places]
    st.html(f'<div style="{STRIP}">{"".join(rows)}</div>')


def _card(number: int, name: str, found: Endurance, digit: str, how: Distortion) -> str:
    place = found.sweep.at(how)
    colour = figures.LINES[number % figures.MOST_NETWORKS][0]
    verdict = _verdict(found, place, digit)
    read = found.reading(place)
    spoken = announced(f"{found.title}: {read.sign}, {verdict[2:]}.")
    return (
        f'<div style="{CARD}"{spoken}><span style="{NAME}">'
        f'<span style="{DIGIT};color:{colour}">{_short(found, place)}</span><br>{_swatch(number)}'
        f"</span><span><b>{escape(found.title)}</b><br>{verdict}<br>"
        f"{UNIT.sub('&nbsp;', escape(found.in_words(digit)))}"
        f'<br><span style="opacity:.75">{_practised(name, found.sweep.name)}</span></span></div>'
    )


def _verdict(found: Endurance, place: int, digit: str) -> str:
    """Return a verdict such as `✓ right, 97.2 % sure`."""
    read = found.reading(place)
    if read.refused:
        return f"{WRONG} thinks it is not a digit, {percent(read.other)} sure"
    sign = f"{RIGHT} right" if found.is_right(place, digit) else f"{WRONG} wrong"
    return f"{sign}, {percent(read.sure)} sure"


def _short(found: Endurance, place: int) -> str:
    read = found.reading(place)
    return "?" if read.refused else escape(read.name)


def _practised(name: str, distortion: str) -> str:
    """Return a sentence on whether a network was trained with this distortion."""
    number = models.run_of(name)
    spec = PRESETS.get(name) if number is None else store().get(number).spec
    return practised(distortion, spec.augmentation) if spec else ""


def _swatch(number: int) -> str:
    """Return a short piece of the network's line in the plot, as HTML."""
    colour, dash = figures.LINES[number % figures.MOST_NETWORKS]
    ends = list(itertools.accumulate(int(length) for length in (dash or "34,0").split(",")))
    stops = [
        f"{'transparent' if gap % 2 else colour} {start}px {end}px"
        for gap, (start, end) in enumerate(itertools.pairwise([0, *ends]))
    ]
    line = f"repeating-linear-gradient(90deg,{','.join(stops)})"
    return f'<span style="{SWATCH};background:{line}"></span>'


def _picture(shown: Sweep, place: int) -> str:
    value = DISTORTIONS[shown.name].in_words(shown.values[place])
    source = data_url(Image.fromarray((shown.images[place] * 255).astype(np.uint8)))
    return f'<div><img src="{source}" alt="The digit at {value}" style="{PICTURE}">{value}</div>'


def _answer(found: Endurance, place: int, digit: str) -> str:
    sign = RIGHT if found.is_right(place, digit) else WRONG
    told = _verdict(found, place, digit).partition(" ")[2]
    return f'<div title="{told}"><b>{_short(found, place)}</b> {sign}</div>'


@st.cache_data(max_entries=KEPT, show_spinner=False)
def _sweep(trial: Trial) -> Sweep:
    return sweep(placed_strokes(trial.drawing), trial.name, trial.how, trial.again)


@st.cache_data(max_entries=KEPT, show_spinner=False)
def _answers(
    trial: Trial, network: str, learned: str, _predictor: Predictor
) -> tuple[Probabilities, Probabilities]:
    """Return a network's answers, cached by `network` (its name) and `learned` (its version)."""
    return _predictor.answers(_sweep(trial).images)
