"""The network's answer to a drawing: verdict, preparation steps, comparison, timeline."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from digitapp import figures
from digitapp.drawing.digit import Step
from digitapp.figures.thumbnails import STEP_SIDE, step_picture
from digitapp.reading import parts_words
from digitapp.reading.prediction import Prediction
from digitapp.reading.reader import Reading
from digitapp.text.escaping import markdown, plain
from digitapp.text.percent import percent
from digitapp.text.templates import render
from digitapp.ui.shared.charts import chart, charts_side_by_side


def verdict(prediction: Prediction, occasion: str) -> None:
    """Show the digit in large type, how sure the network is, and the alternatives."""
    in_large_type(
        doubtful=prediction.unsure or prediction.refused,
        small=False,
        wraps=False,
        **_words(prediction, occasion),
    )


def _words(prediction: Prediction, occasion: str) -> dict[str, str]:
    headline = f"{percent(prediction.sure)} sure"
    explanation = parts_words.disagreement(prediction) or prediction.sentence
    if prediction.unsure:
        explanation = f"The network is not sure about this one. {explanation}"
    if prediction.refused:
        headline, explanation, occasion = prediction.refusal, prediction.sentence, f"({occasion})"
    parts = parts_words.each_alone(prediction.parts) if prediction.parts else ""
    spoken = f"{prediction.sign}: {headline} {occasion}. {explanation}"
    return {
        "sign": prediction.sign,
        "headline": headline,
        "occasion": occasion,
        "explanation": explanation,
        "parts": parts,
        "spoken": f"{spoken} {parts}" if parts_words.disagreement(prediction) else spoken,
    }


def in_large_type(*, doubtful: bool, parts: str = "", **shown: str | bool) -> None:
    """Show what was read in large type, coloured by doubt, with an explanation beside it.

    Args:
        parts: what picture and movement say each, if there are two.
        shown: what else `verdict.html.j2` asks for.
    """
    colour = figures.DOUBTFUL if doubtful else figures.WINNER
    st.html(render("ui/shared/verdict.html.j2", colour=colour, parts=parts, **shown))


def probability_bars(prediction: Prediction, key: str) -> None:
    """Show the probability of each choice."""
    chart(figures.probabilities(prediction), key)


def waiting(text: str) -> None:
    """Show a text in place of the verdict, at the same height, while there is nothing to read."""
    st.html(render("ui/shared/waiting.html.j2", text=text))


def steps_shown(steps: Sequence[Step], place: str) -> None:
    """Show the preparation steps from the drawing to the network's input, side by side."""
    pictures = [step_picture(step.image) for step in steps]
    with st.container(key=f"{place}steps"):
        st.html(
            render(
                "ui/shared/steps.html.j2", steps=zip(steps, pictures, strict=True), side=STEP_SIDE
            )
        )


def prepared_and_squeezed(reading: Reading, place: str) -> None:
    """Show the prepared image beside the plainly resized one, each with the network's answer."""
    parts = reading.prediction.parts  # a squeezed picture is read without the movement
    seen = parts.picture if parts else reading.prediction
    prepared, squeezed = _in_short(seen), _in_short(reading.squeezed_prediction)
    charts_side_by_side(
        [
            ("Prepared with care:", prepared, figures.pixels(reading.digit.image)),
            ("Just squeezed to 28x28:", squeezed, figures.pixels(reading.squeezed)),
        ],
        f"{place}comparison",
    )


def read_as(prediction: Prediction) -> str:
    """Return the answer in short as Markdown, such as `7, 97 %`."""
    if not prediction.refused:
        return f"{markdown(prediction.name)}, {percent(prediction.sure)}"
    most_like = f", most like {markdown(prediction.name)}" if prediction.stands_out else ""
    return f"{markdown(prediction.none)}{most_like}"


def _in_short(prediction: Prediction) -> str:
    """Like `read_as`, without markup."""
    if not prediction.refused:
        return f"{plain(prediction.name)}, {percent(prediction.sure)}"
    most_like = f", most like {plain(prediction.name)}" if prediction.stands_out else ""
    return f"{prediction.none}{most_like}"
