"""Training settings in the sidebar, mirrored in the page's URL."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from digitapp.library import catalogue
from digitapp.text.escaping import markdown
from digitapp.training.setting_checks import MAX_HIDDEN_LAYERS
from digitapp.training.settings import SETTINGS, differences, understood
from digitapp.training.spec import LARGEST_CHANGES, PRESETS, Augmentation, TrainingSpec
from digitapp.ui.shared import links
from digitapp.ui.shared.address import forget_address, parameters, run_number, tell
from digitapp.ui.shared.messages import errors_shown
from digitapp.ui.shared.networks import networks
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.session import ADDRESS_READ, FORM, PRESET, SHOWN_RUN, SPEC, Form
from digitapp.ui.shared.text_boxes import number_box
from digitapp.ui.train import fields

DEFAULT_PRESET = "nodes-and-layers"
RUN, PAGE = "run", "train"
NEW_LAYER = 32  # nodes
HYPHEN = re.compile(r"(?<!\d)-|-(?!\d)")  # except between numbers

CHANGES = {  # label, slider step, explanation
    "rotate": ("Rotate (degrees)", 1.0, "Turned to the left or to the right."),
    "shift": ("Shift (pixels)", 0.5, "Moved sideways, up or down."),
    "scale": ("Scale", 0.05, "Made wider or narrower, and taller or shorter."),
    "slant": ("Slant", 0.05, "Leaned over, as some people write."),
    "thickness": ("Thickness", 0.05, "With thicker or thinner lines."),
    "blur": ("Blur (pixels)", 0.1, "Out of focus, as some photographs are."),
    "pressure": ("Pressure", 0.05, "Weaker ink on one side, as from a pencil."),
    "breaks": ("Breaks", 0.05, "With small gaps in the lines."),
    "noise": ("Noise", 0.05, "Grainy, like a file of poor quality."),
}


@dataclass(frozen=True)
class Chosen:
    """Settings chosen in the sidebar.

    Attributes:
        spec: with all valid settings.
        preset: the preset they started from.
        problems: with the invalid settings; while there are any, nothing can be trained.
    """

    spec: TrainingSpec
    preset: str
    problems: tuple[str, ...]


def training_settings() -> Chosen:
    """Show the settings in the sidebar, each with its problem, if any; return what is set."""
    form = replace(_form(), places={})
    with st.sidebar:
        _preset_picker(form)
        given = {**_data(form), **_network(form), **_learning(form), **_augmentation(form)}
    spec, wrong = understood(given, form.start)
    for name, problem in wrong.items():
        with form.places.get(name, st.sidebar):
            st.error(markdown(problem))
    if wrong or spec != form.start:  # something was changed
        forget_address(PAGE)
    if not wrong:
        SPEC.set(spec)
        _write_address(spec, form.preset)
    return Chosen(spec, form.preset, tuple(wrong.values()))


def fill_in(spec: TrainingSpec, preset: str) -> None:
    """Reset the sidebar to these settings."""
    last = FORM.get()
    revision = last.revision + 1 if last else 0
    known = preset if preset in PRESETS else DEFAULT_PRESET
    forget_address(PAGE)
    FORM.set(Form(spec, known, revision))
    SPEC.set(spec)


def shown_run() -> int | None:
    """Return the run named in the page's URL, or None."""
    return run_number(st.query_params.get(RUN, ""))


def show_run(run: int | None) -> None:
    """Put a run into the page's URL, or remove it."""
    SHOWN_RUN.set(run)
    if run is None:
        st.query_params.pop(RUN, None)
    else:
        st.query_params[RUN] = str(run)


def _form() -> Form:
    """Return the initial settings: those of this session, or those in the URL."""
    form = FORM.get()
    if form is None:
        form = _from_address()
    elif not PRESET[form.revision].is_set:  # back from another page
        form = Form(SPEC.get() or form.start, form.preset, form.revision + 1)
        if RUN not in st.query_params and SHOWN_RUN.get():
            show_run(SHOWN_RUN.get())
    FORM.set(form)
    return form


def _from_address() -> Form:
    choices = {
        "dataset": catalogue.dataset_names(store()),
        "architecture": SETTINGS["architecture"].choices,
        "optimizer": SETTINGS["optimizer"].choices,
    }
    ADDRESS_READ.set(True)  # `links.read` tells unknown names
    link = links.read(parameters(), DEFAULT_PRESET, choices, [RUN])
    run = st.query_params.get(RUN)
    wrong = run is not None and run_number(run) is None
    of_run = (f"run is {run!r}; it must be the number of a run.",) if wrong else ()
    tell(PAGE, [*link.problems, *of_run])
    return Form(link.spec, link.preset, 0)


def _write_address(spec: TrainingSpec, preset: str) -> None:
    wanted = {"preset": preset, **differences(spec, PRESETS[preset])}
    if run := st.query_params.get(RUN):
        wanted[RUN] = run
    if st.query_params.to_dict() != wanted:
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
        format_func=lambda name: HYPHEN.sub(" ", name).capitalize(),
        key=chosen.key,
        help="Start from the settings of a well-known beginners' project.",
        on_change=choose,
    )


def _data(form: Form) -> dict[str, Any]:
    st.markdown("**Data**")
    names = catalogue.dataset_names(store())
    titles = {name: catalogue.title(name) for name in names}
    return {
        "dataset": fields.choice("dataset", form, names, titles),
        "train_size": fields.typed("train_size", form),
        "validation_split": fields.typed("validation_split", form),
    }


def _network(form: Form) -> dict[str, Any]:
    st.markdown("**Network**")
    architecture = fields.choice("architecture", form)
    found = {
        "architecture": architecture,
        "hidden": _hidden(form) if architecture == "dense" else form.start.hidden,
        "activation": fields.choice("activation", form),
        "dropout": fields.slider("dropout", form, 0.9, 0.05),
        "l2": fields.typed("l2", form),
    }
    titles = {"": "Fresh weights"}
    with errors_shown():
        titles |= networks()
    return {**found, "base": fields.choice("base", form, list(titles), titles)}


def _hidden(form: Form) -> tuple[float, ...]:
    widths, key = form.start.hidden, fields.key("layers", form)
    title, about = markdown(SETTINGS["hidden"].title), markdown(SETTINGS["hidden"].about)
    count = st.slider(title, 0, MAX_HIDDEN_LAYERS, len(widths), key=key, help=about)
    found = []
    with st.container(horizontal=True, gap="small"):
        for layer in range(count):
            width = widths[layer] if layer < len(widths) else NEW_LAYER
            key, label = fields.key(f"layer-{layer}", form), f"Nodes in layer {layer + 1:d}"
            about = "More nodes can learn more, and take longer."
            found.append(number_box(label, width, key, about=about, width=132))
    form.places["hidden"] = st.container()
    return tuple(found)


def _learning(form: Form) -> dict[str, Any]:
    st.markdown("**Learning**")
    optimizer = fields.choice("optimizer", form)
    return {
        "optimizer": optimizer,
        "learning_rate": fields.typed("learning_rate", form),
        "momentum": fields.slider("momentum", form, 0.99, 0.01) if optimizer == "sgd" else 0.0,
        "cosine_decay": fields.toggle("cosine_decay", form),
        "loss": fields.choice("loss", form),
        "batch_size": fields.typed("batch_size", form),
        "epochs": fields.number("epochs", form),
        "early_stopping": fields.typed("early_stopping", form),
        "seed": fields.number("seed", form),
    }


def _augmentation(form: Form) -> dict[str, Any]:
    found = {}
    with st.expander("Augmentation", expanded=bool(form.start.augmentation)):
        st.caption("Changes every training image a little at random, anew in each epoch, up to:")
        for name, (label, step, about) in CHANGES.items():
            most, now = LARGEST_CHANGES[name], float(getattr(form.start.augmentation, name))
            key = fields.key(name, form)
            found[name] = st.slider(label, 0.0, most, now, step, key=key, help=about)
    return {"augmentation": Augmentation(**found)}
