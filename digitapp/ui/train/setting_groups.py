"""The settings in the sidebar: the main ones, the rest under More, and the augmentation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import streamlit as st

from digitapp.library import catalogue
from digitapp.text.escaping import markdown
from digitapp.training.network_names import ARCHITECTURE_TITLES, architecture_title
from digitapp.training.setting_checks import MAX_HIDDEN_LAYERS
from digitapp.training.settings import SETTINGS
from digitapp.training.spec import LARGEST_CHANGES, PRESETS, Augmentation
from digitapp.ui.shared.messages import errors_shown
from digitapp.ui.shared.networks import networks
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.session import ARCHITECTURE, LEARNED_DATASET, Form
from digitapp.ui.shared.text_boxes import number_box
from digitapp.ui.train import fields

NEW_LAYER = 32  # nodes
MORE = (
    *("architecture", "activation", "dropout", "l2"),
    *("base", "new_output", "frozen", "none_of_these"),
    *("random_labels", "validation_split", "early_stopping"),
    *("optimizer", "momentum", "cosine_decay", "loss", "batch_size", "seed"),
)
OWN_LAYERS = "{} has layers of its own. For layers of yours, choose dense under More."

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


def main_settings(form: Form, dataset_chosen: Callable[[str], None]) -> dict[str, Any]:
    """Show what most visitors change: images, layers, epochs and learning rate.

    Args:
        dataset_chosen: called with the dataset when another one is chosen, before the page is run.
    """
    names = catalogue.dataset_names(store())
    titles = {name: catalogue.title(name) for name in names}
    return {
        "dataset": fields.choice(
            "dataset",
            form,
            names,
            titles,
            lambda: dataset_chosen(LEARNED_DATASET[form.revision].get()),
        ),
        "train_size": fields.typed("train_size", form),
        "hidden": _hidden(form),
        "epochs": fields.number("epochs", form),
        "learning_rate": fields.typed("learning_rate", form),
    }


def more_settings(form: Form) -> dict[str, Any]:
    """Show the other settings, folded unless one of them is not as in the preset."""
    usual = PRESETS[form.preset]
    unusual = any(getattr(form.start, name) != getattr(usual, name) for name in MORE)
    with st.expander("More", expanded=unusual):
        return {**_network(form), **_labels(form), **_checking(form), **_learning(form)}


def augmentation(form: Form) -> dict[str, Any]:
    """Show the sliders of the augmentation, folded unless some of it is on."""
    found = {}
    with st.expander("Augmentation", expanded=bool(form.start.augmentation)):
        st.caption("Changes every training image a little at random, anew in each epoch, up to:")
        now = asdict(form.start.augmentation)
        for name, (label, step, about) in CHANGES.items():
            most, key = LARGEST_CHANGES[name], fields.key(name, form)
            found[name] = st.slider(label, 0.0, most, float(now[name]), step, key=key, help=about)
        form.places["augmentation"] = st.container()
    return {"augmentation": Augmentation(**found)}


def _hidden(form: Form) -> tuple[float, ...]:
    """Show how many hidden layers there are, and their nodes; only a dense network has them."""
    chosen = ARCHITECTURE[form.revision].get() or form.start.architecture
    if chosen != "dense":
        st.caption(markdown(OWN_LAYERS.format(architecture_title(chosen))))
        return form.start.hidden
    hidden, key = form.start.hidden, fields.key("layers", form)
    title, about = markdown(SETTINGS["hidden"].title), markdown(SETTINGS["hidden"].about)
    count = st.slider(title, 0, MAX_HIDDEN_LAYERS, len(hidden), key=key, help=about)
    found = []
    with st.container(horizontal=True, gap="small"):
        for layer in range(count):
            width = hidden[layer] if layer < len(hidden) else NEW_LAYER
            key, label = fields.key(f"layer-{layer}", form), f"Nodes in layer {layer + 1:d}"
            about = "More nodes can learn more, and take longer."
            found.append(number_box(label, width, key, about=about, width=132))
    form.places["hidden"] = st.container()
    return tuple(found)


def _network(form: Form) -> dict[str, Any]:
    st.markdown("**Network**")
    found = {
        "architecture": fields.choice("architecture", form, titles=ARCHITECTURE_TITLES),
        "activation": fields.choice("activation", form),
        "dropout": fields.slider("dropout", form, 0.9, 0.05),
        "l2": fields.typed("l2", form),
    }
    titles = {"": "Fresh weights"}
    with errors_shown():
        titles |= networks()
    return {**found, **_beginning(form, titles)}


def _beginning(form: Form, titles: dict[str, str]) -> dict[str, Any]:
    """Show what it begins with and, where that matters, which of it stays."""
    base = fields.choice("base", form, list(titles), titles)
    new_output = bool(base) and fields.toggle("new_output", form)
    own_classes = new_output or not base  # or else it has those of the network it begins with
    return {
        "base": base,
        "new_output": new_output,
        "frozen": fields.number("frozen", form) if base else 0,
        "none_of_these": own_classes and fields.toggle("none_of_these", form),
    }


def _labels(form: Form) -> dict[str, Any]:
    st.markdown("**Labels**")
    return {"random_labels": fields.slider("random_labels", form, 1.0, 0.05)}


def _checking(form: Form) -> dict[str, Any]:
    st.markdown("**Checking**")
    return {
        "validation_split": fields.typed("validation_split", form),
        "early_stopping": fields.typed("early_stopping", form),
    }


def _learning(form: Form) -> dict[str, Any]:
    st.markdown("**Learning**")
    optimizer = fields.choice("optimizer", form)
    return {
        "optimizer": optimizer,
        "momentum": fields.slider("momentum", form, 0.99, 0.01) if optimizer == "sgd" else 0.0,
        "cosine_decay": fields.toggle("cosine_decay", form),
        "loss": fields.choice("loss", form),
        "batch_size": fields.typed("batch_size", form),
        "seed": fields.number("seed", form),
    }
