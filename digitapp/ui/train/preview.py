"""Preview of a run before it starts: the network, the images, the code."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from digitapp import figures
from digitapp.data.array_files import Counts
from digitapp.data.sample_sheet import samples
from digitapp.data.writers import Writers
from digitapp.errors import BadFile, InvalidSetting, UnknownName
from digitapp.figures.thumbnails import data_url, strip
from digitapp.jobs import finetuning
from digitapp.library import catalogue, dataset_sizes, models
from digitapp.takehome.code import scripts
from digitapp.takehome.code.data_code import needs
from digitapp.text.escaping import entry, markdown
from digitapp.text.templates import render
from digitapp.training import architectures, layer_table, network_names, split_words, trainer
from digitapp.training.random_labels import share_in_words
from digitapp.training.setting_titles import titled
from digitapp.training.spec import TrainingSpec
from digitapp.ui.shared import caching
from digitapp.ui.shared.charts import chart
from digitapp.ui.shared.downloads import download_button
from digitapp.ui.shared.resources import dataset, is_own, store

SAMPLES = 12


def diagram(spec: TrainingSpec) -> None:
    """Show the layers as a diagram."""
    chart(figures.network(_layers(spec)), "network", height="38vh")


def _layers(spec: TrainingSpec) -> list[layer_table.LayerRow]:
    """Return the layers, after saying how many weights they have."""
    layers = architectures.layers(spec, len(models.classes(spec, store())))
    rows = layer_table.rows(layers)
    weights, trained = (sum(getattr(row, n) for row in rows) for n in ("parameters", "trainable"))
    if spec.frozen:
        st.markdown(
            f"**{weights:,d} weights** in all. Training changes {trained:,d} of them a little at a "
            "time; the others stay as they are."
        )
    else:
        st.markdown(
            f"**{weights:,} weights** in all, each a number that training changes a little at a "
            "time."
        )
    return rows


def network(spec: TrainingSpec) -> None:
    """Show the layers as a diagram and as a table."""
    rows = _layers(spec)
    left, right = st.columns(2)
    with left:
        chart(figures.network(rows), "network")
    with right:
        st.dataframe(
            [
                {
                    "layer": row.name,
                    "output": " x ".join(map(str, row.shape)),
                    "weights": row.parameters,
                    "kind": row.kind,
                }
                for row in rows
            ],
            hide_index=True,
            height="content",
            column_config={
                "layer": "Layer",
                "output": "Output",
                "weights": st.column_config.NumberColumn("Weights", format="localized"),
                "kind": "Kind",
            },
        )


def strips(spec: TrainingSpec) -> None:
    """Show samples of each class, large enough for a class, without a table."""
    shown = _classes(spec.dataset, catalogue.version(store(), spec.dataset))
    st.html(render("ui/train/image_strips.html.j2", rows=shown.rows))


def images(spec: TrainingSpec) -> None:
    """Show samples of each class, with names and counts."""
    shown = _classes(spec.dataset, catalogue.version(store(), spec.dataset))
    parts = split_words.in_words(spec, shown.training, shown.test, shown.writers)
    st.markdown(markdown(f"{catalogue.about(spec.dataset)} {parts}"))
    class_table(spec.dataset)


def class_table(name: str) -> None:
    """Show the classes of a dataset in a table, with samples and counts."""
    st.dataframe(
        _classes(name, catalogue.version(store(), name)).rows,
        hide_index=True,
        row_height=44,
        height="content",
        column_config={
            "class": "Class",
            "samples": st.column_config.ImageColumn("Samples", width="large"),
            "training": st.column_config.NumberColumn("Training images", format="localized"),
            "test": st.column_config.NumberColumn("Test images", format="localized"),
        },
    )


def code(spec: TrainingSpec, name: str) -> None:
    """Show the Keras code of this training, to copy or download."""
    how = catalogue.preparation(store(), spec.dataset)
    script = scripts.script(spec, name, how)
    st.markdown("This Keras code trains the same network. Take it home:")
    with st.container(horizontal=True):
        download_button(
            "Python script (.py)",
            lambda: script,
            f"{name}.py",
            "text/x-python",
        )
        download_button(
            "Notebook (.ipynb)",
            lambda: scripts.notebook(spec, name, how),
            f"{name}.ipynb",
            "application/x-ipynb+json",
        )
    st.caption(markdown(". ".join(needs(spec))))
    st.code(script, "python", height=480)


def check(spec: TrainingSpec) -> None:
    """Reject settings that cannot be trained, before a run is created.

    Raises:
        InvalidSetting, UnknownName, BadFile, DatasetUnavailable: saying what does not fit.
    """
    counts = dataset_sizes.counts(store(), spec.dataset)
    images = counts[0] if counts else len(dataset(spec.dataset).x_train)
    _check(spec, images)


def misfits(spec: TrainingSpec) -> dict[str, str]:
    """Return what keeps settings from being trained: an error for each setting to be changed.

    Only what is known without loading any image; the rest is found by `check`.

    Raises:
        StoreProblem: when the store fails.
    """
    try:
        counts = _counts(spec.dataset, catalogue.version(store(), spec.dataset))
    except InvalidSetting as error:
        return {"dataset": titled(error)}
    except BadFile:
        return {}
    try:
        if counts:
            _check(spec, counts[0])
    except InvalidSetting as error:
        return {error.settings[0] if error.settings else "base": titled(error)}
    except (UnknownName, BadFile):
        return {}
    return {}


def _check(spec: TrainingSpec, images: int) -> None:
    writers = dataset_sizes.writers(spec.dataset)
    trainer.check(spec, images, len(models.classes(spec, store())), writers)
    finetuning.check(store(), spec)


def in_words(spec: TrainingSpec) -> str:
    """Describe the training in a sentence."""
    *first, last = map(str, spec.hidden or ("no",))
    layers = f"{', '.join(first)} and {last}" if first else last
    kind = (
        f"dense network with {layers} hidden nodes"
        if spec.architecture == "dense"
        else f"{network_names.architecture_title(spec.architecture)} network"
    )
    new = ", gets a new output layer" * spec.new_output
    start = f" starts from what {_called(spec.base)} has learned{new} and" if spec.base else ""
    few = "" if spec.train_size is None else f"{_counted(spec.train_size, 'image')} of "
    random = (
        f" with {share_in_words(spec.random_labels)} random labels" if spec.random_labels else ""
    )
    none = " and from other shapes, which are none of these" * spec.none_of_these
    return (
        f"A {kind}{start} learns from {few}{catalogue.title(spec.dataset)}{random}{none}: "
        f"{_counted(spec.epochs, 'epoch')}, "
        f"{_counted(spec.batch_size, 'image')} a step, optimizer {spec.optimizer}."
    )


def _called(base: str) -> str:
    """Return a network's name as used within a sentence."""
    title = models.MODELS[base].title if base in models.MODELS else network_names.spoken(base)
    return title[0].lower() + title[1:]


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


@caching.data(private=is_own, max_entries=10, show_spinner=False)
def _counts(name: str, version: str) -> Counts | None:
    return dataset_sizes.counts(store(), name)


class _Classes(NamedTuple):
    """The table of a dataset's classes, its numbers of images, and who wrote them."""

    rows: list[dict[str, object]]
    training: int
    test: int
    writers: Writers | None


@caching.data(private=is_own, max_entries=10, show_spinner="Fetching the images ...")
def _classes(name: str, version: str) -> _Classes:
    data = dataset(name)
    counts = zip(
        data.class_names,
        catalogue.class_counts(data.y_train, len(data.class_names)),
        catalogue.class_counts(data.y_test, len(data.class_names)),
        strict=True,
    )
    rows: list[dict[str, object]] = [
        {
            "class": entry(label),
            "samples": data_url(strip(samples(data, number, SAMPLES)), wide=True),
            "training": trained,
            "test": tested,
        }
        for number, (label, trained, tested) in enumerate(counts)
    ]
    return _Classes(rows, len(data.x_train), len(data.x_test), data.writers)
