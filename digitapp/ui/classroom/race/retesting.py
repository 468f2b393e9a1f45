"""A race on a class dataset: all networks are tested again with the images of now."""

from __future__ import annotations

import streamlit as st

from digitapp.errors import DigitappError
from digitapp.library import class_race
from digitapp.library.class_race import Race
from digitapp.library.class_retests import RETESTS
from digitapp.runs.classroom_datasets import IN_CLASS
from digitapp.ui.shared.resources import store


def fair(race: Race) -> Race:
    """Return the race with all networks tested with the same images, if they were not, and say so.

    Until all are tested again, and where there are too few images now, it is as it was.
    """
    if not race.differ or not IN_CLASS.fullmatch(race.dataset):
        return race
    try:
        data, version = RETESTS.images(store(), race.dataset)
    except DigitappError:  # it was deleted, or has too few examples now
        return race
    runs = [each.run for each in race.entries if class_race.ended(each.run)]
    found = RETESTS.of(store(), runs, data, version)
    if found.waiting:
        st.caption(f"Testing {found.waiting:d} networks again, all with the same drawings ...")
        return race
    st.caption(
        f"The class has drawn more since, so all networks were tested again, with the same "
        f"{len(data.y_test):,d} drawings, which none of them should have learned from."
    )
    return class_race.race(race.dataset, race.entries, found.scores)
