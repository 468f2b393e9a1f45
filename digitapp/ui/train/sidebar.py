"""Training settings in the sidebar, mirrored in the page's URL.

The sidebar is for setting up a run. While a run is shown there is none: its settings are on its
page, and those of the next run are kept until it is set up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NoReturn
from urllib.parse import parse_qs, urlencode

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from digitapp.library import catalogue, few_examples
from digitapp.text.escaping import markdown
from digitapp.training.network_names import preset_title
from digitapp.training.setting_titles import titled
from digitapp.training.settings import SETTINGS, differences, understood
from digitapp.training.spec import PRESETS, TrainingSpec
from digitapp.ui.shared import links
from digitapp.ui.shared.address import forget_address, go, parameters, run_number, tell
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.session import (
    ADDRESS_READ,
    FORM,
    PRESET,
    SHOWN_EXPERIMENT,
    SHOWN_RUN,
    SPEC,
    Form,
)
from digitapp.ui.train import few_images, kept_address, presenting, preview, setting_groups

DEFAULT_PRESET = "nodes-and-layers"
RUN, NEXT, PAGE = "run", "next", "train"
TENTH = 0.1  # of the images, held back for validation


@dataclass(frozen=True)
class Chosen:
    """Settings chosen in the sidebar.

    Attributes:
        spec: with all valid settings.
        preset: the preset they started from.
        problems: with the settings that cannot be used; while there are any, nothing can be
            trained.
    """

    spec: TrainingSpec
    preset: str
    problems: tuple[str, ...]


def run_to_show() -> int | None:
    """Return the run named in the page's URL, or None when a run is to be set up.

    The settings in the URL are read, too. Beside a run, only its number stays there: the others
    would be taken for the run's.
    """
    form = FORM.get()
    if form is None:
        FORM.set(_from_address())
    elif not PRESET[form.revision].is_set:  # the sidebar was not shown last
        FORM.set(Form(SPEC.get() or form.start, form.preset, form.revision + 1))
    number = run_number(st.query_params.get(RUN, ""))
    SHOWN_RUN.set(number)
    if number is None:
        st.query_params.pop(RUN, None)
    else:
        _write_address({RUN: str(number), **kept_address.in_address()})
    return number


def training_settings(place: DeltaGenerator | None = None) -> Chosen:
    """Show the settings, each with its problem, if any; return what is set.

    Args:
        place: where to show the main ones; the others stay as they are. By default, all are shown
            in the sidebar.
    """
    kept = FORM.get()
    assert kept is not None
    form = replace(kept, places={})
    with place or st.sidebar:
        _preset_picker(form)
        given = setting_groups.main_settings(form, _dataset_chosen)
        if place is None:
            given |= setting_groups.more_settings(form) | setting_groups.augmentation(form)
    spec, misread = understood(given, form.start)
    wrong = {name: titled(error) for name, error in misread.items()}
    if wrong or spec != form.start:  # something was changed
        forget_address(PAGE)
    if not wrong:
        SPEC.set(spec)
        _write_address({**_in_address(form.preset, spec), **kept_address.in_address()})
        wrong = preview.misfits(spec)
    for name, problem in wrong.items():
        with form.places.get(name, place or st.sidebar):
            st.error(markdown(problem))
    return Chosen(spec, form.preset, tuple(wrong.values()))


def next_in_address() -> dict[str, str]:
    """Return the query parameter that keeps these settings beside what else is shown.

    Without it, they are those of the default preset.
    """
    form, spec = FORM.get(), SPEC.get()
    if form is None or spec is None:
        return {}
    settings = _in_address(form.preset, spec)
    return {} if settings == {links.PRESET: DEFAULT_PRESET} else {NEXT: urlencode(settings)}


def set_up_next(text: str) -> None:
    """Take the settings of the next run from `next` in the URL, unless this session has some."""
    if text and FORM.get() is None:
        FORM.set(_read(parse_qs(text, keep_blank_values=True), ()))


def fill_in(spec: TrainingSpec, preset: str) -> None:
    """Set up a run with these settings: reset the sidebar to them."""
    last = FORM.get()
    revision = last.revision + 1 if last else 0
    known = preset if preset in PRESETS else DEFAULT_PRESET
    forget_address(PAGE)
    FORM.set(Form(spec, known, revision))
    SPEC.set(spec)
    SHOWN_RUN.set(None)
    SHOWN_EXPERIMENT.set(None)


def set_up_from_address() -> None:
    """Set up a run with what the page's URL says when it is shown next."""
    for each in (FORM, SPEC, ADDRESS_READ):
        each.pop()
    SHOWN_RUN.set(None)
    SHOWN_EXPERIMENT.set(None)


def hold_back(spec: TrainingSpec, preset: str) -> None:
    """Set up a run with these settings, and a tenth of the images held back for validation."""
    fill_in(replace(spec, validation_split=TENTH), preset)


def open_run(run: int | None) -> NoReturn:
    """Show a run, or set up one, from now on: the page is run again."""
    SHOWN_RUN.set(run)
    go({**({} if run is None else {RUN: str(run)}), **kept_address.in_address()})


def _from_address() -> Form:
    ADDRESS_READ.set(True)  # `links.read` tells unknown names
    form = _read(parameters(), [RUN, *kept_address.NAMES])
    run = st.query_params.get(RUN)
    wrong = run is not None and run_number(run) is None
    of_run = (f"run is {run!r}; it must be the number of a run.",) if wrong else ()
    tell(PAGE, [*of_run, *presenting.problems()])
    return form


def _read(found: Mapping[str, Sequence[str]], others: Sequence[str]) -> Form:
    choices = {
        "dataset": catalogue.dataset_names(store()),
        "architecture": SETTINGS["architecture"].choices,
        "optimizer": SETTINGS["optimizer"].choices,
    }
    link = links.read(_for_few(found), DEFAULT_PRESET, choices, others)
    tell(PAGE, link.problems)
    SPEC.set(link.spec)
    return Form(link.spec, link.preset, 0)


def _for_few(found: Mapping[str, Sequence[str]]) -> Mapping[str, Sequence[str]]:
    """Add the preset for few images to an address that names a dataset with few, but no preset."""
    dataset = found.get("dataset", [""])[-1]
    if links.PRESET in found or not few_images.count(dataset):
        return found
    start = few_examples.settings(store(), dataset)
    usual = differences(start, PRESETS[few_examples.PRESET])
    return {links.PRESET: [few_examples.PRESET], **{n: [t] for n, t in usual.items()}, **found}


def _dataset_chosen(dataset: str) -> None:
    """Set up what suits a chosen dataset with few images; after it, what is usual."""
    form = FORM.get()
    assert form is not None
    if few_images.count(dataset):
        fill_in(few_examples.settings(store(), dataset), few_examples.PRESET)
    elif form.preset == few_examples.PRESET:
        fill_in(replace(PRESETS[DEFAULT_PRESET], dataset=dataset), DEFAULT_PRESET)


def _in_address(preset: str, spec: TrainingSpec) -> dict[str, str]:
    return {links.PRESET: preset, **differences(spec, PRESETS[preset])}


def _write_address(wanted: dict[str, str]) -> None:
    """Put this into the URL, unless it says the same: without a preset it means the default."""
    said = st.query_params.to_dict()
    if wanted not in (said, {links.PRESET: DEFAULT_PRESET, **said}):
        st.query_params.from_dict(wanted)


def _preset_picker(form: Form) -> None:
    chosen = PRESET[form.revision]

    def choose() -> None:
        name = chosen.get()
        fill_in(PRESETS[name], name)

    st.selectbox(
        "Preset",
        list(PRESETS),
        list(PRESETS).index(form.preset),
        format_func=preset_title,
        key=chosen.key,
        help="Start from the settings of a well-known beginners' project.",
        on_change=choose,
    )
