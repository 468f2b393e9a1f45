"""Data page: the datasets there are, and new ones: drawn example by example, or from files."""

from collections.abc import Callable

import streamlit as st

from digitapp.library import drawn_datasets
from digitapp.runs import drawn_examples, imported_datasets
from digitapp.runs.classroom_datasets import IN_CLASS, short_name
from digitapp.runs.imported_datasets import Facts
from digitapp.text.escaping import markdown
from digitapp.ui.classroom.pooled import by_person
from digitapp.ui.data import (
    adding_pictures,
    bringing,
    class_editing,
    dataset_list,
    deleting,
    drawing,
    files,
    looking,
    new_dataset,
    places,
)
from digitapp.ui.shared import address, messages, resources
from digitapp.ui.shared.kept_presses import noted, pressed, presses_answered
from digitapp.ui.shared.session import MADE_DATASET, OPENED_TOLD
from digitapp.ui.train import run_controls

PAGE = "data"
OTHERS_EVERY = 5.0  # seconds between two looks at what the others in a class have drawn


def page(to_train: Callable[[str], None]) -> None:
    """Show the page.

    Args:
        to_train: switches to the Train page, to set up a run on the dataset of that name.
    """
    if address.arrived(PAGE):
        st.rerun()
    address.address_problems(PAGE, places.DATASET, places.NEW)
    with presses_answered(), messages.errors_shown():
        if places.dataset_here():
            _dataset(places.dataset(), to_train)
        elif places.new() in places.WAYS:
            _new()
        else:
            with messages.errors_shown():
                places.check()
            _all()


def _all() -> None:
    bringing.forget()
    st.markdown("# Data")
    st.write(dataset_list.LEAD)
    dataset_list.new_buttons()
    dataset_list.own_datasets()
    dataset_list.built_in()


def _new() -> None:
    _back()
    if places.new() == places.FROM_FILE:
        st.markdown("# From files")
        bringing.bring()
        return
    st.markdown("# New dataset")
    new_dataset.form()
    new_dataset.from_shared()


def _back() -> None:
    if st.button("All datasets", icon=":material/arrow_back:", key="to-all", type="tertiary"):
        places.open_list()


def _dataset(name: str, to_train: Callable[[str], None]) -> None:
    MADE_DATASET.pop()
    if told := OPENED_TOLD.pop():
        st.toast(markdown(told), icon=":material/folder_open:")
    bringing.forget()
    with st.container(horizontal=True, vertical_alignment="center", key="dataset-head"):
        st.markdown(f"# {markdown(short_name(looking.title(name)))}")
        _back()
    facts = imported_datasets.facts(resources.store(), name)
    if facts and facts.made:
        of_class = IN_CLASS.fullmatch(name) is not None
        if of_class:
            st.caption(by_person.ABOUT)
        st.fragment(_drawn, run_every=OTHERS_EVERY if of_class else None)(name, to_train)
        return
    with st.container(horizontal=True, gap="small"):
        if st.button("Train a network", type="primary", icon=":material/model_training:"):
            to_train(name)
        if facts:
            files.share(name)
            deleting.delete_button(name)
    run_controls.made_ready()
    looking.look(name)


def _drawn(name: str, to_train: Callable[[str], None]) -> None:
    if places.dataset() != name:
        st.rerun()  # it was deleted here: the rest of the page must go, too
    with presses_answered(), messages.errors_shown():
        known = drawn_examples.facts(resources.store(), name)
        drawing.drawing(name, known)
        _tools(name, known, to_train)
        if IN_CLASS.fullmatch(name):
            by_person.by_person(name)


def _tools(name: str, known: Facts, to_train: Callable[[str], None]) -> None:
    counts = drawn_examples.counts(resources.store(), name)
    with st.container(horizontal=True, gap="small", key="dataset-tools"):
        key = drawing.TRAIN
        icon = ":material/model_training:"
        few = drawn_datasets.lacking(known, counts)
        st.button(
            "Train a network",
            icon=icon,
            key=key,
            on_click=noted(key),
            type="primary",
            disabled=bool(few),
            help=f"Each class needs at least {drawn_datasets.LEAST:d} examples." if few else None,
        )
        to_all = by_person.may_change_all(name)
        if to_all:
            class_editing.edit_classes(name, known)
        adding_pictures.add_pictures(name, known)
        files.downloads(name, known)
        if to_all:
            deleting.delete_button(name, sum(counts.values()))
    if not drawn_datasets.lacking(known, counts):
        run_controls.made_ready()  # TensorFlow loads while the rest is drawn
    if pressed(key):
        to_train(name)
