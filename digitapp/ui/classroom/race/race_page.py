"""The page of the race: the runs of a room on one dataset, as a podium, as curves, as readers."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from digitapp import figures
from digitapp.library import class_race
from digitapp.library.class_race import Race
from digitapp.runs import classroom_race
from digitapp.runs.classroom_race import Entry
from digitapp.runs.classroom_records import Membership
from digitapp.text.escaping import markdown, plain
from digitapp.ui.classroom import shown_room
from digitapp.ui.classroom.here import teaches
from digitapp.ui.classroom.race import entering
from digitapp.ui.classroom.race.matrix import matrix
from digitapp.ui.classroom.race.podium import podium
from digitapp.ui.classroom.race.retesting import fair
from digitapp.ui.shared.charts import TALL, chart
from digitapp.ui.shared.messages import busy_shown, errors_shown, kept_error
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.session import RACE_METRIC, RACE_PART, RACED
from digitapp.ui.train.live_progress import steady

LED_EVERY, SEEN_EVERY = 2.0, 5.0  # seconds between two looks: a teacher's, and a pupil's
PARTS = {"standings": "Podium", "curves": "Curves", "matrix": "Who reads what"}
METRICS = {"accuracy": "Accuracy", "loss": "Loss"}
TALLER = f"max({TALL}, calc(100vh - 14rem))"
EMPTY = (
    "No run is in the race yet. Train a network on the Train page and press *Enter the race* "
    "there, or choose one of your runs here."
)


def race_page(membership: Membership) -> None:
    """Show the race of a room.

    Raises:
        UnknownName, StoreProblem: as `classroom_race.entries`.
    """
    room = membership.classroom.code
    entries = classroom_race.entries(store(), room)
    steady()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="race-head"):
        st.markdown(f"# Race: {markdown(membership.classroom.name)}")
        entering.enter_form(room, entries)
        if teaches(membership) and entries:
            entering.take_out_form(room, entries)
        shown_room.present_button()
    kept_error(entering.PLACE)
    every = LED_EVERY if teaches(membership) or shown_room.presenting() else SEEN_EVERY
    st.fragment(_race, run_every=every)(room, len(entries))


def _race(room: str, known: int) -> None:
    with errors_shown(), busy_shown():
        entries = classroom_race.entries(store(), room)
        if len(entries) != known:
            st.rerun()  # the runs to be taken out are others now
        races = class_race.races(entries)
        if not races:
            st.info(EMPTY, icon=":material/flag:")
            return
        with st.container(
            horizontal=True, vertical_alignment="center", gap="small", key="race-settings"
        ):
            chosen = races[_chosen(races)]
            part = _part()
            metric: figures.Metric = "accuracy"
            if part == "curves":
                metric = "loss" if _metric() == "loss" else "accuracy"
        race = fair(chosen)
        if part == "standings":
            podium(race)
        elif part == "curves":
            _curves(room, race.placed, metric)
        else:
            matrix(room, race)


def _chosen(races: dict[str, Race]) -> str:
    """Return the dataset whose race is shown."""
    if RACED.get() not in races:
        RACED.set(next(iter(races)))
    chosen = st.selectbox(
        "Dataset",
        list(races),
        format_func=lambda name: plain(_title(races[name])),
        key=RACED.key,
        label_visibility="collapsed",
        width=300,
    )
    return str(chosen)


def _title(race: Race) -> str:
    count = len(race.entries)
    return f"{class_race.title_of(race.dataset)}: {count} run{'s' if count > 1 else ''}"


def _part() -> str:
    return str(
        st.segmented_control(
            "Part",
            list(PARTS),
            default="standings",
            format_func=lambda name: PARTS[name],
            required=True,
            key=RACE_PART.key,
            label_visibility="collapsed",
        )
    )


def _metric() -> str:
    return str(
        st.segmented_control(
            "Show",
            list(METRICS),
            default="accuracy",
            format_func=lambda name: METRICS[name],
            required=True,
            key=RACE_METRIC.key,
            label_visibility="collapsed",
        )
    )


def _curves(room: str, entries: Sequence[Entry], metric: figures.Metric) -> None:
    histories = classroom_race.histories(store(), room, [each.run.id for each in entries])
    racers = [
        figures.Racer(each.run.id, each.name, each.run.title, histories.get(each.run.id, ()))
        for each in entries
    ]
    total = max(each.run.spec.epochs for each in entries)
    chart(figures.race(racers, metric, total), "race-curves", zoomable=True, height=TALLER)
    st.caption("Those in front are thick and named. Point at a line to see whose it is.")
