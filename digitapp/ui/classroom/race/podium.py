"""The podium of a race, the places behind it, and the runs that are still under way."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from digitapp.library.class_race import Race
from digitapp.runs import Run
from digitapp.runs.classroom_race import Entry
from digitapp.runs.records import PAUSED, QUEUED
from digitapp.text.percent import counted_percent
from digitapp.text.templates import render
from digitapp.ui.shared.resources import store

STEPS = 3
DIFFER = (
    "The dataset has changed between these runs, so they were not all tested with the same images. "
    "Whoever trains once more is tested with those of now."
)


class Going(NamedTuple):
    """A run under way, and how far it is."""

    entry: Entry
    words: str


def podium(race: Race) -> None:
    """Show who stands where in a race."""
    first = [each for each in race.standings if each.place <= STEPS][: STEPS + 2]
    going = [Going(each, _words(each.run)) for each in race.entries if each.run.active]
    st.html(
        render(
            "ui/classroom/race/podium.html.j2",
            podium=first,
            others=race.standings[len(first) :],
            going=going,
            me=store().person,
        )
    )
    if race.differ:
        st.caption(DIFFER)


def _words(run: Run) -> str:
    """Say how far a run is, such as `epoch 3 of 10, 91.20 %`."""
    if run.status == QUEUED:
        return "waits for its turn"
    told = f"epoch {run.epoch} of {run.spec.epochs}"
    if run.val_accuracy is not None:
        told = f"{told}, {counted_percent(run.val_accuracy)}"
    return f"{told}, paused" if run.status == PAUSED else told
