"""Adding, renaming and removing the classes of a dataset that is made in the page."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from digitapp.data import class_names
from digitapp.runs import drawn_examples
from digitapp.runs.imported_datasets import Facts
from digitapp.text.escaping import markdown, plain
from digitapp.ui.shared.messages import errors_kept, kept_error
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.session import CLASS_EDITS, CLASS_NAME, EDITED_CLASS, REMOVED_CLASS

PLACE = "classes"


def edit_classes(name: str, known: Facts) -> None:
    """Show, behind a button, how the classes can be changed."""
    with st.popover("Classes", icon=":material/label:", key="classes"):
        kept_error(PLACE)
        _add(name)
        names = dict(known.classes)
        chosen = st.selectbox(
            "Rename or remove a class",
            list(names),
            format_func=lambda number: plain(names.get(number, "")),
            key=EDITED_CLASS[CLASS_EDITS.get()].key,
        )
        _rename(name, chosen, names[chosen])
        _remove(name, chosen, names)


def _add(name: str) -> None:
    new = CLASS_NAME[f"new-{CLASS_EDITS.get()}"]
    with st.form("add-class", border=False):
        st.text_input("New class", placeholder="heart", key=new.key)
        change = _changed(
            lambda: drawn_examples.add_classes(store(), name, class_names.split(new.get()) or [""])
        )
        st.form_submit_button("Add", icon=":material/add:", on_click=change)


def _rename(name: str, chosen: int, now: str) -> None:
    new = CLASS_NAME[f"{CLASS_EDITS.get()}-{chosen}"]
    with st.form(f"rename-class-{chosen}", border=False):
        st.text_input("New name", now, key=new.key)
        change = _changed(lambda: drawn_examples.rename_class(store(), name, chosen, new.get()))
        st.form_submit_button("Rename", icon=":material/edit:", on_click=change)


def _remove(name: str, chosen: int, names: dict[int, str]) -> None:
    count = drawn_examples.counts(store(), name).get(chosen, 0)
    own, remove = markdown(names[chosen]), _changed(lambda: _removed(name, chosen))
    if count and REMOVED_CLASS.get() == chosen:
        examples = "its example" if count == 1 else f"its {count:,d} examples"
        st.warning(f"{own} goes with {examples}. They cannot be brought back.")
        with st.container(horizontal=True):
            st.button("Yes, remove it", key="remove-class-yes", on_click=remove)
            st.button("No", key="remove-class-no", on_click=lambda: REMOVED_CLASS.set(-1))
        return
    st.button(
        f"Remove {own}",
        icon=":material/delete:",
        key=f"remove-class-{chosen}",
        disabled=len(names) <= class_names.FEWEST,
        help=f"A dataset has at least {class_names.FEWEST} classes.",
        on_click=(lambda: REMOVED_CLASS.set(chosen)) if count else remove,
    )


def _removed(name: str, chosen: int) -> None:
    REMOVED_CLASS.set(-1)
    drawn_examples.remove_class(store(), name, chosen)


def _changed(change: Callable[[], None]) -> Callable[[], None]:
    """Return a callback that makes a change, and empties the fields if it could be made."""

    def act() -> None:
        with errors_kept(PLACE):
            change()
            CLASS_EDITS.set(CLASS_EDITS.get() + 1)

    return act
