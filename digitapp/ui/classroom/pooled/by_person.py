"""Who drew how much of a class dataset, and taking away all that somebody drew."""

from __future__ import annotations

from functools import partial
from hashlib import blake2b

import streamlit as st

from digitapp.runs import classroom_datasets, classrooms, dataset_rights
from digitapp.text.escaping import markdown
from digitapp.ui.shared.messages import errors_kept, errors_shown, kept_error
from digitapp.ui.shared.resources import store

ABOUT = (
    "A class dataset: everybody in the room draws for it and trains on it. What you drew is yours "
    "to take away."
)
PLACE = "by-person"
LEFT = "somebody who has left"


def may_change_all(name: str) -> bool:
    """Return whether the visitor may change the classes of a dataset, and everybody's examples.

    Raises:
        UnknownName, InvalidSetting, StoreProblem: as `dataset_rights.of`.
    """
    return dataset_rights.of(store(), name).to_all


def by_person(name: str) -> None:
    """Show who drew how much, with buttons to take away one's own or, to a teacher, anybody's."""
    with errors_shown():
        rights = dataset_rights.of(store(), name)
        counts = classroom_datasets.counts_by_person(store(), name)
        names = classrooms.names(store(), dataset_rights.room_of(store(), name))
        if not counts:
            return
        told = ", ".join(
            f"{markdown(names.get(person, LEFT))} {count:,d}" for person, count in counts.items()
        )
        st.markdown(f"**Drawn by** {told}.")
        kept_error(PLACE)
        mine = [person for person in counts if rights.to_all or person == rights.person]
        if not mine:
            return
        with st.popover("Take away", icon=":material/person_remove:", key="take-away"):
            st.write("They are deleted, and cannot be brought back.")
            for person in mine:
                own = person == rights.person
                whose = "you" if own else names.get(person, LEFT)
                label = f"All {counts[person]:,d} drawn by {markdown(whose)}"
                take = partial(_take_away, name, person)
                st.button(label, key=f"take-away-{_digest(person)}", on_click=take)


def _digest(person: str) -> str:
    """Return what tells people apart in the page, which is not told who they are."""
    return blake2b(person.encode(), digest_size=6).hexdigest()


def _take_away(name: str, person: str) -> None:
    with errors_kept(PLACE):
        classroom_datasets.remove_all_of(store(), name, person)
