"""A run in presenter mode: everything at once, in rows that stay where they are.

One part at a time stands beside the accuracy, where the loss was, or in place of both curves. It is
chosen by a button or its key.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import streamlit as st

from digitapp.runs import Run
from digitapp.runs.watching import Followed
from digitapp.text.escaping import markdown
from digitapp.text.percent import counted_percent
from digitapp.text.templates import render
from digitapp.ui.shared import messages
from digitapp.ui.shared.session import STAGE
from digitapp.ui.train import (
    curves,
    first_layer,
    image_guesses,
    live_progress,
    outcome,
    own_drawing,
    pinned_digit,
    presenting,
    run_controls,
    setting_chips,
    step,
)
from digitapp.ui.train.keys import KEYS, KEYS_OF_VIEWS

SCRIPT = Path(__file__).with_name("stage.js").read_text("utf-8")
ENDED_AT_ONCE = "This run ended before its first step, so it has no curves."
BEGIN_AGAIN = "Press Resume to begin again."
NONE_PINNED = (
    "No digit is pinned. Draw one and pin it: then this shows what the network says of it now, and "
    "what it said after each epoch."
)

_script = st.components.v2.component("digitapp.stage", js=SCRIPT, isolate_styles=False)


class View(NamedTuple):
    """What can stand on the stage.

    Attributes:
        title: on its button.
        part: of `presenting.PARTS` that it belongs to.
        show: shows it.
        alone: whether it takes the place of both curves.
        after: whether there is one only after the training.
        before: whether there is one only until its end.
    """

    title: str
    part: str
    show: Callable[[Run, Followed], None]
    alone: bool = False
    after: bool = False
    before: bool = False


def fits_the_window() -> None:
    """Let the stage take what the rows above it leave; outside what is made anew at a run's end."""
    with st.container(key="stage-script"):
        _script(key="stage-fit")


def run_on_stage(run: Run, seen: Followed, lead_on: Callable[[], None]) -> None:
    """Show a run in presenter mode.

    Args:
        lead_on: shows what a trained network leads on to.
    """
    parts = presenting.shown() or ()
    learned = run.test_accuracy is not None and not run.may_change
    chips = setting_chips.setting_chips if "settings" in parts else _nothing
    soon = live_progress.run_header(run, chips)
    if "controls" in parts:
        with st.container(horizontal=True, key="stage-controls"):
            run_controls.run_buttons(run)
            if learned:
                lead_on()
    with st.container(horizontal=True, key="stage-state"):
        with st.container(key="stage-news"):
            if learned:
                _scores(run)
            else:
                live_progress.progress(run, seen.last, soon)
        view = _chosen(parts, learned)
    with st.container(key="stage"), messages.errors_shown():
        if view is not None:
            _show(VIEWS[view], run, seen, "sentences" in parts)


def _nothing(run: Run) -> None:
    """Show no settings."""


def _scores(run: Run) -> None:
    accuracy = counted_percent(run.test_accuracy or 0.0)
    values = {"accuracy": accuracy, "seconds": run.seconds, "few": outcome.few_tested(run)}
    st.html(render("ui/train/stage_score.html.j2", **values))


def _chosen(parts: tuple[str, ...], learned: bool) -> str | None:
    """Show a button for each view that there is now; return the view chosen last."""
    found = [
        name
        for name, view in VIEWS.items()
        if view.part in parts and not (view.before if learned else view.after)
    ]
    if not found:
        return None
    now = STAGE.get() if STAGE.get() in found else found[0]
    if len(found) > 1:
        with st.container(horizontal=True, gap="small", key="stage-views", width="content"):
            for name in found:
                view = VIEWS[name]
                st.button(
                    markdown(view.title),
                    key=f"view-{name}",
                    type="primary" if name == now else "secondary",
                    shortcut=KEYS[KEYS_OF_VIEWS[name]],
                    on_click=STAGE.set,
                    args=(name,),
                )
    return now


def _show(view: View, run: Run, seen: Followed, told: bool) -> None:
    if view.alone:
        view.show(run, seen)
    elif run.may_change or seen.history or seen.last:
        beside = None if view.part == "curves" else lambda: view.show(run, seen)
        curves.curves(run, seen, beside, told)
    else:
        st.info(f"{ENDED_AT_ONCE} {BEGIN_AGAIN}" if run.resumable else ENDED_AT_ONCE)


def _own_drawing(run: Run, seen: Followed) -> None:
    def show_pinned() -> None:
        if "pinned" in (presenting.shown() or ()):
            STAGE.set("pinned")
        st.rerun()

    show = own_drawing.own_drawing
    if not run.may_change:
        show = st.fragment(show)  # a stroke then changes nothing else
    show(run, seen, show_pinned)


def _pinned(run: Run, seen: Followed) -> None:
    if not pinned_digit.is_shown(run, seen):
        st.info(NONE_PINNED)
    else:
        pinned_digit.pinned_curve(run, seen)
    if "own-drawing" in (presenting.shown() or ()):
        st.button(
            "Draw a digit to pin", key="to-own-drawing", on_click=STAGE.set, args=("own-drawing",)
        )


def _loss(run: Run, seen: Followed) -> None:
    """Show nothing: the loss is there by itself."""


VIEWS = {
    "curves": View("Curves", "curves", _loss),
    "first-layer": View(
        "First layer",
        "first-layer",
        first_layer.first_layer,
    ),
    "last-batch": View(
        "Last batch",
        "last-batch",
        step.last_batch,
        alone=True,
        before=True,
    ),
    "guesses": View(
        "Test images",
        "guesses",
        image_guesses.guessed_images,
    ),
    "pinned": View(
        "Pinned digit",
        "pinned",
        _pinned,
        alone=True,
    ),
    "mistakes": View(
        "Mistakes",
        "results",
        lambda run, seen: outcome.mistakes(run),
        alone=True,
        after=True,
    ),
    "own-drawing": View(
        "Own drawing",
        "own-drawing",
        _own_drawing,
        alone=True,
    ),
    "classes": View(
        "Class by class",
        "results",
        lambda run, seen: outcome.large_class_table(run),
        alone=True,
        after=True,
    ),
}
