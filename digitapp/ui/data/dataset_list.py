"""All datasets: one's own, with pictures, and the built-in ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import streamlit as st

from digitapp.data.datasets import DATASETS
from digitapp.data.sample_sheet import samples
from digitapp.errors import DigitappError
from digitapp.figures.thumbnails import data_url, strip
from digitapp.library import catalogue, dataset_sizes, handwriting_datasets
from digitapp.runs import drawn_examples, imported_datasets
from digitapp.runs.classroom_datasets import IN_CLASS, short_name
from digitapp.runs.imported_datasets import Listed
from digitapp.text.templates import render
from digitapp.ui.data import places
from digitapp.ui.shared import caching
from digitapp.ui.shared.resources import dataset, store

MOST_PICTURES = 12
MOST_NAMED = 20  # classes
MOST_LOADED = 20_000  # images; of a larger dataset, its own page shows pictures
LEAD = "What a network can learn from. Make a dataset of your own, or look at one that is here."
NONE_YET = "You have none yet. A dataset of your own takes about five minutes to draw."


def new_buttons() -> None:
    """Show the ways to a dataset of one's own."""
    with st.container(horizontal=True, gap="small", key="new-datasets"):
        icon = ":material/draw:"
        if st.button("New dataset", type="primary", icon=icon, key="new-drawn"):
            places.open_new(places.DRAWN)
        if st.button("From files", icon=":material/upload_file:", key="new-from-file"):
            places.open_new(places.FROM_FILE)


def own_datasets() -> None:
    """Show the visitors' own datasets, and those of their class."""
    found = imported_datasets.listed(store())
    of_class = [each for each in found if IN_CLASS.fullmatch(each.name)]
    own = [each for each in found if each not in of_class]
    if of_class:
        st.markdown("## Of your class")
    for each in of_class:
        _own(each, short_name(each.name))
    st.markdown("## Your own")
    if not own:
        st.info(NONE_YET, icon=":material/draw:")
    for each in own:
        _own(each, each.name)
    for name in handwriting_datasets.names(store()):
        _other(name)


def _own(each: Listed, title: str) -> None:
    with _row(each.name, title, each.images, _names(each), _pictures_of(each)):
        key = f"open-{each.name}"
        if each.facts.made:
            opened = st.button("Draw", key=key, icon=":material/draw:")
        else:
            opened = st.button("Look", key=key, icon=":material/visibility:")
    if opened:
        places.open_dataset(each.name)


def built_in() -> None:
    """Show the datasets that come with the app."""
    st.markdown("## Built in")
    for name in DATASETS:
        _other(name)


def _other(name: str) -> None:
    images, about = _known(name)
    with _row(name, catalogue.title(name), images, about):
        opened = st.button("Look", key=f"look-{name}", icon=":material/visibility:")
    if opened:
        places.open_dataset(name)


@contextmanager
def _row(
    name: str, title: str, images: int | None, about: str, pictures: str = ""
) -> Iterator[None]:
    """Show what a dataset is, with a place behind it for a button."""
    told = {"title": title, "images": images, "about": about, "pictures": pictures}
    row = st.container(
        border=True, horizontal=True, vertical_alignment="center", key=f"dataset-{name}"
    )
    with row:
        st.html(render("ui/data/dataset_row.html.j2", **told), width="stretch")
        yield


def _names(each: Listed) -> str:
    if each.problem:
        return each.problem
    names = each.facts.class_names
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def _known(name: str) -> tuple[int | None, str]:
    """Return another dataset's number of images, where it is known, and a sentence about it."""
    told = catalogue.about(name)
    try:
        counts = dataset_sizes.counts(store(), name)
    except DigitappError as error:  # too few drawings of My handwriting, say
        return None, f"{told} {error}"
    return sum(counts) if counts else None, told


def _pictures_of(each: Listed) -> str:
    """Return pictures of the classes; empty where it cannot be read, which its own page tells."""
    if each.images > MOST_LOADED:
        return ""
    try:
        return _pictures(each.name, catalogue.version(store(), each.name), each.facts.made)
    except DigitappError:
        return ""


@caching.data(max_entries=200, show_spinner=False)
def _pictures(name: str, version: str, made: bool) -> str:
    """Return the first image of each class in a row, as a data URL; empty without any."""
    if made:
        found, _ = drawn_examples.read(store(), name)
        first = {each.class_id: each.image for each in reversed(found)}
        images = [first[number] for number in sorted(first)][:MOST_PICTURES]
    else:
        data = dataset(name)
        each_class = [samples(data, number, 1) for number in range(len(data.class_names))]
        images = [found[0] for found in each_class[:MOST_PICTURES] if len(found)]
    return data_url(strip(np.stack(images)), wide=True) if images else ""
