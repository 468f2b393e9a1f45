"""Setting up a run: the settings, what would be trained, and the button that starts it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from digitapp.library import few_examples
from digitapp.text.escaping import markdown
from digitapp.training.spec import PRESETS
from digitapp.ui.shared import address, messages
from digitapp.ui.shared.kept_presses import noted, pressed
from digitapp.ui.train import (
    earlier_runs,
    experiment_cards,
    few_images,
    guess_drawing,
    pace,
    pinned_digit,
    presenting,
    preview,
    run_controls,
    sidebar,
    still_training,
)
from digitapp.ui.train.keys import KEYS

NO_VALIDATION = (
    "No images are held back for validation, so there will be no validation curve: nobody can see "
    "when the network begins to learn by heart."
)
AS_ITS_SOURCE = "The preset does it as its source does, which checks the network only at the end."
NOT_YET = "Nothing can be trained with these settings yet."


def set_up(chosen: sidebar.Chosen) -> None:
    """Set up a run with the settings of the sidebar."""
    spec, preset = chosen.spec, chosen.preset
    with st.container(horizontal=True, key="leads-on"):
        presenting.buttons()
    with st.container(horizontal=True, vertical_alignment="center", key="set-up-title"):
        st.markdown("# Train a network of your own", width="content")
        still_training.way_back()  # there is no room in the bar with the names of the pages
    if not _start(chosen):
        return
    pinned_digit.pinned_digit()
    network, images, code = st.tabs(["Network", "Images", "Code"], on_change="rerun", key="about")
    with network, messages.errors_shown():
        preview.network(spec)
    if images.open:  # fetching a dataset may take a while
        with images, messages.errors_shown():
            preview.images(spec)
    with code, messages.errors_shown():
        preview.code(spec, preset)
    experiment_cards.experiment_cards()
    opened = earlier_runs.earlier_runs()
    if opened is not None:
        sidebar.open_run(opened)


def _start(chosen: sidebar.Chosen) -> bool:
    """Say what would be trained, and offer to; return whether it can be."""
    address.address_problems("train")
    with messages.errors_shown():
        run_controls.made_ready()
    if chosen.problems:
        st.error(f"{NOT_YET} {' '.join(markdown(each) for each in chosen.problems)}")
        _start_button(chosen)
        return False
    st.write(markdown(preview.in_words(chosen.spec)))
    with messages.errors_shown():
        _start_button(chosen)
    other = few_images.other_way(chosen.spec)
    if other:
        sidebar.fill_in(other, few_examples.PRESET)
        sidebar.open_run(None)
    if not chosen.spec.validation_split and not few_images.count(chosen.spec.dataset):
        _offer_validation(chosen)
    return True


def set_up_for_a_class(parts: Sequence[str]) -> None:
    """Set up a run in presenter mode: the main settings beside what would be trained."""
    with st.container(horizontal=True, key="leads-on"):
        still_training.way_back()
        presenting.buttons()
    st.markdown("# Train a network")
    left, right = st.columns((2, 3), gap="large")
    chosen = sidebar.training_settings(left.container(key="stage-settings"))
    with right:
        if not _start(chosen):
            return
        shows: dict[str, Callable[[], None]] = {"Network": lambda: preview.diagram(chosen.spec)}
        if "images" in parts:
            shows["Images"] = lambda: preview.strips(chosen.spec)
        shows["Experiments"] = experiment_cards.experiment_cards
        with st.container(key="stage-preview"):
            tabs = st.tabs([markdown(each) for each in shows], on_change="rerun", key="stage-about")
            for tab, show in zip(tabs, shows.values(), strict=True):
                if tab.open:
                    with tab, messages.errors_shown():
                        show()


def _start_button(chosen: sidebar.Chosen) -> None:
    unable = messages.training_missing() or bool(chosen.problems)
    with st.container(horizontal=True, vertical_alignment="center", key="start"):
        st.button(
            "Train",
            type="primary",
            icon=":material/play_arrow:",
            key="train",
            disabled=unable,
            shortcut=KEYS["train"],
            on_click=noted("train"),
        )
        if not unable:
            guess_drawing.guess_drawing(chosen.spec)
            pace.for_next_run()
    if pressed("train") and not unable:
        preview.check(chosen.spec)
        run = run_controls.started(chosen.spec, chosen.preset)
        guess_drawing.keep_with(run)
        sidebar.open_run(run)


def _offer_validation(chosen: sidebar.Chosen) -> None:
    """Say what is missed without validation images, and offer some."""
    few = chosen.preset == few_examples.PRESET  # which has no source but this app
    of_preset = not PRESETS[chosen.preset].validation_split and not few
    st.caption(f"{NO_VALIDATION} {AS_ITS_SOURCE}" if of_preset else NO_VALIDATION)
    icon = ":material/fact_check:"
    st.button("Hold back a tenth", icon=icon, key="hold-back", on_click=noted("hold-back"))
    if pressed("hold-back"):
        sidebar.hold_back(chosen.spec, chosen.preset)
        sidebar.open_run(None)
